"""The latest changes of a scene, for the list that a page shows of them."""

import json
import re
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models.functions import Left

from sessions_app.models import SceneRevision, SceneSession

MAX_RECENT = 30
# Characters of JSON text of all of them together.
MAX_RECENT_LENGTH = 4096
_MAX_WORDS = 160
_MAX_OBJECTS = 20
# Of longer patches, only the start is read.
_MAX_PATCH = 8_000
# Quotes inside of texts are escaped, so this finds paths alone.
_OBJECT = re.compile(r'"path":"/objects/(\w+)')
_OF_CAUSE = ("editId", "tool", "title", "by")


class _Row(NamedTuple):
    revision: int
    created_at: datetime
    cause: str
    patch: str
    is_step: bool


def recent_changes(scene_session: SceneSession) -> list[dict[str, Any]]:
    """Return the latest changes, the newest first, as `sessionRegistered` has them.

    At most MAX_RECENT, and of these as many as MAX_RECENT_LENGTH holds.
    """
    rows = SceneRevision.objects.filter(
        scene_session=scene_session.pk, revision__lte=scene_session.revision
    ).order_by("-revision")
    found = rows.annotate(start=Left("patch", _MAX_PATCH)).values_list(
        "revision", "created_at", "cause", "start", "is_step"
    )
    recent, left = [], MAX_RECENT_LENGTH
    for row in found[:MAX_RECENT]:
        change = _change(_Row(*row), scene_session)
        left -= len(json.dumps(change, separators=(",", ":")))
        if left < 0:
            break
        recent.append(change)
    return recent


def _change(row: _Row, scene_session: SceneSession) -> dict[str, Any]:
    cause = json.loads(row.cause)
    summary = str(cause["summary"]).partition("\n")[0]
    return {
        "revision": row.revision,
        "at": round(row.created_at.timestamp(), 3),
        "cause": {
            **{name: cause[name] for name in _OF_CAUSE if name in cause},
            "summary": f"{summary[:_MAX_WORDS]}…" if len(summary) > _MAX_WORDS else summary,
        },
        "objects": list(dict.fromkeys(_OBJECT.findall(row.patch)))[:_MAX_OBJECTS],
        "state": _state(row, scene_session),
    }


def _state(row: _Row, scene_session: SceneSession) -> str:
    """Tell whether it can be undone (`done`), redone (`undone`), or neither."""
    if not row.is_step or row.revision <= scene_session.undo_floor:
        return "fixed"
    position = scene_session.undo_position
    return "done" if position is None or row.revision <= position else "undone"
