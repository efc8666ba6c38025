"""How far the clients of a scene know it, kept in its row, which a change writes anyway.

A protocol session that is bound to the scene has a mark of its own; all other calls share one.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from sessions_app.models import SceneSession
from sessions_app.storage.statements import Update

# Those of the latest to call; a client without one counts as new.
MAX_MARKS = 12
# The key of calls without a protocol session that is bound to the scene.
OF_SCENE = ""

_store = Update(SceneSession, "client_marks")


class Mark(NamedTuple):
    """The revisions of a client's last call, and of the last one that showed it the scene.

    They are None for a client that has not called, or not looked.
    """

    called: int | None = None
    looked: int | None = None


NEW = Mark()


def mark_of(scene_session: SceneSession, key: str) -> Mark:
    """Return the mark of a client."""
    return _marks(scene_session.client_marks).get(key, NEW)


def mark_set(scene_session: SceneSession, key: str, mark: Mark) -> bool:
    """Set the mark of a client in a locked session's row, which is not stored yet.

    Returns:
        Whether that makes a difference.
    """
    marks = _marks(scene_session.client_marks)
    if marks.get(key) == mark:
        return False
    others = [(name, its) for name, its in marks.items() if name != key]
    latest = [*others, (key, mark)][-MAX_MARKS:]
    scene_session.client_marks = json.dumps(dict(latest), separators=(",", ":"))
    return True


def marks_store(scene_session: SceneSession) -> None:
    """Store the marks of a locked session that is not stored otherwise."""
    _store.run({"id": scene_session.pk, "client_marks": scene_session.client_marks})


@lru_cache(maxsize=64)  # a call reads them twice
def _marks(text: str) -> Mapping[str, Mark]:
    return {key: Mark(*mark) for key, mark in json.loads(text or "{}").items()}
