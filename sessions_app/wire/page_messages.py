"""The messages of browsers (docs/protocol.md), typed."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    Field,
    StrictBool,
    TypeAdapter,
    model_validator,
)
from pydantic.alias_generators import to_camel

from sessions_app.web.pairing_codes import MAX_TYPED_LENGTH
from sessions_app.wire.message_parts import Number, OwnId, PageMessage, Revision, Triple
from sessions_app.wire.together_messages import AskView, SetName, ShowSelection, ShowView

# The codes of a page's failures (docs/protocol.md, What the server asks).
PAGE_ERRORS = frozenset(
    {"behind", "failed", "no_readback", "no_webgl", "too_large", "unknown_method"}
)

MOST_ID = 2**63 - 1
MOST_SECONDS = 366 * 24 * 3600

# Processes exchange MessagePack, which has no larger integers.
LEAST_INTEGER, MOST_INTEGER = -(2**63), 2**64 - 1


def _with_integers_that_travel(value: Any) -> Any:
    """Refuse integers that MessagePack cannot hold."""
    if isinstance(value, dict):
        for member in value.values():
            _with_integers_that_travel(member)
    elif isinstance(value, list):
        for member in value:
            _with_integers_that_travel(member)
    elif isinstance(value, int) and not LEAST_INTEGER <= value <= MOST_INTEGER:
        raise ValueError("a whole number is larger than 64 bits")
    return value


Members = Annotated[dict[str, Any], AfterValidator(_with_integers_that_travel)]


# How a page may say which scene it opens: a registration has exactly one of these.
WAYS_IN = ("session_id", "share", "code", "waiting")


class RegisterSession(PageMessage):
    """Joins a scene by its link or a pairing code, or waits for a client with a scene."""

    type: Literal["registerSession"]
    session_id: Annotated[str, Field(max_length=200)] | None = None
    share: Annotated[str, Field(max_length=200)] | None = None
    code: Annotated[str, Field(max_length=MAX_TYPED_LENGTH)] | None = None
    waiting: Literal[True] | None = None
    # Of a page that has waited before its connection broke.
    ticket: Annotated[str, Field(max_length=100)] = ""
    browser_id: OwnId
    revision: Revision | None = None
    name: Annotated[str, Field(max_length=80)] = ""

    @model_validator(mode="after")
    def _comes_one_way(self) -> Self:
        if sum(getattr(self, way) is not None for way in WAYS_IN) != 1:
            raise ValueError(f"needs exactly one of {', '.join(map(to_camel, WAYS_IN))}")
        return self


class RequestPairingCode(PageMessage):
    type: Literal["requestPairingCode"]


class JoinAnswer(PageMessage):
    type: Literal["joinAnswer"]
    accept: StrictBool


class SceneApplied(PageMessage):
    type: Literal["sceneApplied"]
    revision: Revision
    visible: StrictBool


class SceneFailed(PageMessage):
    type: Literal["sceneFailed"]
    revision: Revision
    message: Annotated[str, Field(max_length=500)]


class BrowserResponse(PageMessage):
    type: Literal["browserResponse"]
    request_id: UUID
    result: Members | None = None
    error: Members | None = None

    @property
    def reason(self) -> str:
        """Return why there is no result: one of PAGE_ERRORS, or empty without an error."""
        if self.error is None:
            return ""
        code = self.error.get("code")
        return code if isinstance(code, str) and code in PAGE_ERRORS else "failed"


class SceneEdit(PageMessage):
    type: Literal["sceneEdit"]
    edit_id: OwnId
    base_revision: Revision
    name: Annotated[str, Field(max_length=100)]
    arguments: Members


class ShareRequest(PageMessage):
    """What the owner's page does to the scene's shares; of `change` what is left out stays."""

    type: Literal["shareRequest"]
    request_id: OwnId
    action: Literal["list", "make", "change", "revoke"]
    id: Annotated[int, Field(strict=True, ge=1, le=MOST_ID)] | None = None
    role: Literal["editor", "viewer"] | None = None
    name: Annotated[str, Field(max_length=80)] | None = None
    # From now on; null is never.
    expires_in_seconds: Annotated[int, Field(strict=True, ge=1, le=MOST_SECONDS)] | None = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.action == "make" and self.role is None:
            raise ValueError("`make` needs `role`")
        if self.action in ("change", "revoke") and self.id is None:
            raise ValueError(f"`{self.action}` needs `id`")
        return self


MAX_PREVIEWED = 200


class PreviewedObject(PageMessage):
    position: Triple | None = None
    rotation: Triple | None = None
    size: Annotated[list[Number], Field(min_length=2, max_length=3)] | None = None


class ScenePreview(PageMessage):
    type: Literal["scenePreview"]
    objects: Annotated[dict[OwnId, PreviewedObject], Field(max_length=MAX_PREVIEWED)]


class Heartbeat(PageMessage):
    type: Literal["heartbeat"]
    revision: Revision


BrowserMessage = (
    RegisterSession
    | RequestPairingCode
    | JoinAnswer
    | SetName
    | SceneApplied
    | SceneFailed
    | SceneEdit
    | ScenePreview
    | ShowSelection
    | AskView
    | ShowView
    | ShareRequest
    | BrowserResponse
    | Heartbeat
)

_browser_message: TypeAdapter[BrowserMessage] = TypeAdapter(
    Annotated[BrowserMessage, Field(discriminator="type")]
)


def parse(text: str) -> BrowserMessage:
    """Parse a browser's text frame.

    Raises:
        pydantic.ValidationError: the text is not exactly one of our messages.
    """
    return _browser_message.validate_json(text)
