"""The messages to browsers (docs/protocol.md) as JSON text, and the codes of a close."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sessions_app.web.pairing_codes import VALID_FOR, shown
from sessions_app.wire.message_parts import dump
from sessions_app.wire.page_messages import PreviewedObject
from sessions_app.wire.together_messages import Person


@dataclass(frozen=True, slots=True)
class Presence:
    """The browsers and clients at a scene; `names` are the clients' own, newest first.

    `people` are those at its browsers, by their numbers.
    """

    browsers: int = 0
    clients: int = 0
    names: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()


# Stands for what people have said, where changes go by path; it is in no document.
WORDS_PATH = "/words"


@dataclass(frozen=True, slots=True)
class StoredPatch:
    """A revision as browsers get it: `patch` and `cause` are JSON text."""

    revision: int
    patch: str
    cause: str


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
