"""The messages between server and browsers (docs/protocol.md), typed, and their JSON text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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

from sessions_app.web.pairing_codes import MAX_TYPED_LENGTH, VALID_FOR, shown
from sessions_app.wire.message_parts import Number, OwnId, PageMessage, Triple, dump
from sessions_app.wire.together_messages import AskView, Person, SetName, ShowSelection, ShowView


@dataclass(frozen=True, slots=True)
class Presence:
    """The browsers and clients at a scene; `names` are the clients' own, newest first.

    `people` are those at its browsers, by their numbers.
    """

    browsers: int = 0
    clients: int = 0
    names: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()


MAX_REVISION = 2**31 - 1
# Stands for what people have said, where changes go by path; it is in no document.
WORDS_PATH = "/words"
# The codes of a page's failures (docs/protocol.md, What the server asks).
PAGE_ERRORS = frozenset(
    {"behind", "failed", "no_readback", "no_webgl", "too_large", "unknown_method"}
)

MOST_ID = 2**63 - 1
MOST_SECONDS = 366 * 24 * 3600

# Processes exchange MessagePack, which has no larger integers.
LEAST_INTEGER, MOST_INTEGER = -(2**63), 2**64 - 1


@dataclass(frozen=True, slots=True)
class StoredPatch:
    """A revision as browsers get it: `patch` and `cause` are JSON text."""

    revision: int
    patch: str
    cause: str


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
Revision = Annotated[int, Field(strict=True, ge=0, le=MAX_REVISION)]


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


class CloseCode:
    """WebSocket close codes (RFC 6455, section 7.4.2: 4000-4999 are ours)."""

    TOO_LARGE = 1009
    RESTARTING = 1012
    TRY_LATER = 1013
    BAD_MESSAGE = 4400
    NOT_SIGNED_IN = 4401
    NOT_ALLOWED = 4403
    NO_SUCH_SESSION = 4404
    NOT_REGISTERED = 4408
    REPLACED = 4409
    SESSION_CLOSED = 4410
    SENT_AWAY = 4411
    LINK_REPLACED = 4412
    SLOW = 4413
    CODE_EXPIRED = 4414
    TOO_MANY = 4429


def session_registered(
    *,
    edit_key: UUID | None,
    browser_id: str,
    person_id: str,
    role: str,
    revision: int,
    server_time: float,
    scene: str | None = None,
    recent: list[dict[str, Any]] | None = None,
    patches: list[StoredPatch] | None = None,
    words: Sequence[dict[str, Any]] = (),
) -> str:
    """Build the answer to `registerSession`: the whole scene, or the missing patches.

    `server_time` is in seconds since 1970; `scene` is JSON text, shared by all browsers that join
    at a revision, and `recent` goes with it. `words` is what people have said, as `persons_words`
    has it. `edit_key` is None for a page that came by a share, which must not learn it.
    """
    head = dump(
        {
            "type": "sessionRegistered",
            **({"sessionId": str(edit_key)} if edit_key else {}),
            "browserId": browser_id,
            "personId": person_id,
            "role": role,
            "revision": revision,
            "serverTime": server_time,
            **({"words": words} if words else {}),
        }
    )
    if scene is not None:
        return f'{head[:-1]},"scene":{scene},"recent":{json.dumps(recent or [])}}}'
    listed = ",".join(f"{{{_patch_members(patch)}}}" for patch in patches or [])
    return f'{head[:-1]},"patches":[{listed}]}}'


def pairing_code(
    code: str = "", valid_for_seconds: float = VALID_FOR.total_seconds(), *, ticket: str = ""
) -> str:
    """Build a pairing code for the person at a page; empty for a page that has it already.

    `ticket` is what a waiting page comes back with.
    """
    members = {"code": shown(code)} if code else {}
    members |= {"ticket": ticket} if ticket else {}
    return dump({"type": "pairingCode", "validForSeconds": valid_for_seconds, **members})


def join_requested(client: str) -> str:
    """Build the question whether a waiting page shows this client's scene."""
    return dump({"type": "joinRequested", "client": client})


def scene_patch(patch: StoredPatch) -> str:
    return f'{{"type":"scenePatch",{_patch_members(patch)}}}'


def _patch_members(patch: StoredPatch) -> str:
    # Stored as JSON text and passed on as is, so nothing is parsed per browser.
    return f'"revision":{patch.revision},"patch":{patch.patch},"cause":{patch.cause}'


def scene_edited(edit_id: str, revision: int) -> str:
    """Build the answer to a stored edit; `revision` is its own, or the current one for a no-op."""
    return dump({"type": "sceneEdited", "editId": edit_id, "revision": revision})


def scene_edit_refused(
    edit_id: str, code: str, message: str, *, retry_after_seconds: float | None = None
) -> str:
    said = {"type": "sceneEditRefused", "editId": edit_id, "code": code, "message": message}
    return dump(said | _later(retry_after_seconds))


def share_answer(
    request_id: str, shares: Sequence[dict[str, Any]], made: dict[str, Any] | None = None
) -> str:
    """Build the answer to a `shareRequest`: the scene's shares by now, the newest first.

    `made` is of the share that was asked for; it alone has the link, as `url`.
    """
    answer = {"type": "shareAnswer", "requestId": request_id, "shares": shares}
    return dump(answer | ({"made": made} if made else {}))


def share_refused(
    request_id: str, code: str, message: str, *, retry_after_seconds: float | None = None
) -> str:
    said = {"type": "shareRefused", "requestId": request_id, "code": code, "message": message}
    return dump(said | _later(retry_after_seconds))


def scene_preview(source: str, objects: Mapping[str, PreviewedObject]) -> str:
    """Build what a person is about to make of objects, for the other pages; nothing of it holds.

    `source` tells apart the pages from which previews come. Without objects its earlier one ends.
    """
    members = {id_: each.model_dump(exclude_none=True) for id_, each in objects.items()}
    return dump({"type": "scenePreview", "source": source, "objects": members})


def persons_words(words: Sequence[dict[str, Any]]) -> str:
    """Build what people have said and which clients have read it, the oldest first."""
    return dump({"type": "personsWords", "words": words})


def tool_call(*, name: str, title: str, status: str, summary: str, code: str = "") -> str:
    """Build the notice of a call; `code` is its error's, empty for a running call."""
    members = {"name": name, "title": title, "status": status, "summary": summary}
    return dump({"type": "toolCall", **members, **({"code": code} if code else {})})


def browser_request(*, request_id: str, method: str, params: dict[str, Any]) -> str:
    return dump(
        {"type": "browserRequest", "requestId": request_id, "method": method, "params": params}
    )


def browser_request_withdrawn(request_id: str) -> str:
    return dump({"type": "browserRequestWithdrawn", "requestId": request_id})


def presence(counts: Presence) -> str:
    return dump({"type": "presence", **asdict(counts)})


def heartbeat(revision: int, server_time: float) -> str:
    return dump({"type": "heartbeat", "revision": revision, "serverTime": server_time})


def delivery(*, late: bool) -> str:
    """Build the notice that changes may come late while the channel layer is away."""
    return dump({"type": "delivery", "late": late})


def notice(message: str, level: str) -> str:
    return dump({"type": "notice", "message": message, "level": level})


def error(code: str, message: str, *, retry_after_seconds: float | None = None) -> str:
    said = {"type": "error", "code": code, "message": message}
    return dump(said | _later(retry_after_seconds))


def _later(retry_after_seconds: float | None) -> dict[str, Any]:
    return {} if retry_after_seconds is None else {"retryAfterSeconds": retry_after_seconds}
