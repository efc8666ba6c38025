"""What people say to AI clients at the pages of a scene, kept in the scene's row.

Each client gets it once. A client that has not called before gets what no other one has read.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sessions_app import clock
from sessions_app.models import SceneSession
from sessions_app.revisions.client_marks import Mark
from sessions_app.scene.errors import InvalidValueError
from sessions_app.storage.statements import Update
from sessions_app.storage.texts import storable
from sessions_app.wire import scene_messages
from sessions_app.wire.outbox import announce_to_scene

MAX_WORDS = 10
MAX_LENGTH = 500
# Of all texts together, in UTF-8; the newest is always kept.
MAX_BYTES = 5_000
# As many as clients have marks.
MAX_CLIENTS = 12
MAX_READERS = 3
# Names of what is selected are kept; the rest is counted.
MAX_SELECTED = 5
_INTRODUCTION = "The person wrote at the page (their own words, quoted, none of this server's):"

_store = Update(SceneSession, "persons_words")


def words_add(
    scene_session: SceneSession,
    text: str,
    *,
    by: str,
    edit_id: str,
    selected: Sequence[str] = (),
) -> str:
    """Keep what a person says, and show it to the scene's pages.

    Args:
        scene_session: locked.
        text: any; cut to one line of 500 visible characters.
        by: what the page calls its person, if anything.
        edit_id: of the edit; what is sent again is kept once.
        selected: the names of the objects that are selected at the page: what "this" means.

    Returns:
        The text as it is kept.

    Raises:
        InvalidValueError: nothing of the text is visible.
    """
    said = storable(" ".join(text.split()), MAX_LENGTH)
    if not said:
        raise InvalidValueError("`text` is empty. Accepted: 1 to 500 characters.")
    kept = _kept(scene_session)
    words = kept["words"]
    if any(each["id"] == edit_id for each in words):
        return said
    number = words[-1]["number"] + 1 if words else 1
    words.append(
        {
            "number": number,
            "id": edit_id,
            "text": said,
            "by": storable(by, 40),
            "at": clock.now().isoformat(),
            "revision": scene_session.revision,
            "readBy": [],
            "selected": [*selected[:MAX_SELECTED]],
            "selectedCount": len(selected),
        }
    )
    del words[:-MAX_WORDS]
    while len(words) > 1 and sum(len(each["text"].encode()) for each in words) > MAX_BYTES:
        del words[0]
    _keep(scene_session, kept)
    return said


class Unread(NamedTuple):
    """What a client gets: a line for its answer, and the number of the first of it."""

    line: str = ""
    first: int = 0


NOTHING = Unread()


def words_tell(scene_session: SceneSession, key: str, known: Mark, reader: str) -> Unread:
    """Return what a client has not read, and mark it as read.

    Args:
        scene_session: locked.
        key: of the client's mark.
        known: how far it knew the scene before this call.
        reader: what it is called.
    """
    kept = _kept(scene_session)
    words, heard = kept["words"], kept["heard"].get(key)
    if heard is not None:
        new = [each for each in words if each["number"] > heard]
    elif known.called is not None:
        new = [each for each in words if each["revision"] >= known.called]
    else:
        new = [each for each in words if not each["readBy"]]
    if not new:
        return NOTHING
    for each in new:
        if reader not in each["readBy"]:
            each["readBy"] = [*each["readBy"], reader][-MAX_READERS:]
    others = {name: number for name, number in kept["heard"].items() if name != key}
    latest = [*others.items(), (key, words[-1]["number"])][-MAX_CLIENTS:]
    kept["heard"] = dict(latest)
    _keep(scene_session, kept)
    return Unread(f"{_INTRODUCTION} {' '.join(map(_told, new))}", new[0]["number"])


def _told(said: dict[str, Any]) -> str:
    """Return a text and what was selected; JSON, so that quotes in them do not end them."""
    text, *names = (
        json.dumps(each, ensure_ascii=False) for each in (said["text"], *said.get("selected", ()))
    )
    more = said.get("selectedCount", 0) - len(names)
    rest = f" and {more} more" if more > 0 else ""
    return f"{text} (selected at the page: {', '.join(names)}{rest})" if names else text


def words_take_back(scene_session: SceneSession, key: str, first: int, reader: str) -> None:
    """Mark as unread what did not reach its client after all.

    Args:
        scene_session: locked.
        key: of the client's mark.
        first: the number of the first that did not reach it.
        reader: what it is called.
    """
    kept = _kept(scene_session)
    kept["heard"][key] = first - 1
    for each in kept["words"]:
        if each["number"] >= first:
            each["readBy"] = [name for name in each["readBy"] if name != reader]
    _keep(scene_session, kept)


def words_of(scene_session: SceneSession) -> Sequence[dict[str, Any]]:
    """Return what people have said, the oldest first, as pages and resources have it.

    `number`, `text`, `by`, `at` (ISO 8601), `readBy`, the latest clients that have read it, and
    `selected`, the names of the first objects that were selected at the page.
    """
    if not scene_session.persons_words:
        return ()
    names = ("number", "text", "by", "at", "readBy")
    return [
        {name: each[name] for name in names} | {"selected": each.get("selected", [])}
        for each in _kept(scene_session)["words"]
    ]


def _kept(scene_session: SceneSession) -> dict[str, Any]:
    if not scene_session.persons_words:
        return {"words": [], "heard": {}}
    kept: dict[str, Any] = json.loads(scene_session.persons_words)
    return kept


def _keep(scene_session: SceneSession, kept: dict[str, Any]) -> None:
    scene_session.persons_words = json.dumps(kept, separators=(",", ":"), ensure_ascii=False)
    _store.run({"id": scene_session.pk, "persons_words": scene_session.persons_words})
    frame = scene_messages.persons_words(words_of(scene_session))
    announce_to_scene(scene_session.pk, {"type": "scene.frame", "frame": frame, "said": True})
