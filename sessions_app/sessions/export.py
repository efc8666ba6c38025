"""Reads all data of a scene session in batches, without its secrets.

Only the fields listed here are exported. Edit keys, channel names and rate keys are not.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, Q, QuerySet

from sessions_app.models import (
    Binding,
    Pairing,
    SceneCheckpoint,
    SceneRevision,
    SceneSession,
    SceneSessionEvent,
    ToolCall,
)

PIECE = 500
MAX_ROWS = 100_000

SESSION = (
    "id", "name", "state", "opened_by", "owner_id", "remote_address", "user_agent", "client_info",
    "created_at", "changed_at", "revision", "closed_at", "closed_by", "closed_because",
)  # fmt: skip
EVENT = ("id", "kind", "at", "reason", "user_id")
BROWSER = (
    "id", "name", "role", "instance", "user_id", "remote_address", "user_agent", "joined_at",
    "reconnections", "left_at", "close_code", "lease_until", "acknowledged_revision", "visible",
)  # fmt: skip
CLIENT = ("id", "client_info", "created_at", "ended_at")
CALL = (
    "id", "user_id", "method", "tool", "status", "started_at", "duration_ms", "revision",
    "error_code", "error_message", "resolution_rule", "protocol_version", "client_name",
    "client_version", "user_agent", "remote_address", "instance",
)  # fmt: skip
REVISION = ("revision", "created_at", "is_step", "cause", "patch", "inverse")
CHECKPOINT = ("name", "revision", "by", "created_at", "document")

Row = dict[str, Any]


def session_row(scene_session_id: int) -> Row | None:
    """Return the session's own row, or None if it was deleted."""
    found: Row | None = SceneSession.objects.filter(pk=scene_session_id).values(*SESSION).first()
    return found


def event_rows(scene_session_id: int) -> Iterator[list[Row]]:
    """Yield the events, the newest first."""
    return _pieces(SceneSessionEvent, scene_session_id, EVENT)


def browser_rows(scene_session_id: int) -> Iterator[list[Row]]:
    """Yield the browsers that joined, the newest first."""
    return _pieces(Pairing, scene_session_id, BROWSER)


def client_rows(scene_session_id: int) -> Iterator[list[Row]]:
    """Yield the clients that were bound to it, the newest first."""
    return _pieces(Binding, scene_session_id, CLIENT)


def call_rows(scene_session_id: int) -> Iterator[list[Row]]:
    """Yield the tool calls, the newest first."""
    return _pieces(ToolCall, scene_session_id, CALL, by="started_at")


def revision_rows(scene_session_id: int) -> Iterator[list[Row]]:
    """Yield the stored revisions, newest first; `cause`, `patch` and `inverse` are JSON text."""
    return _pieces(SceneRevision, scene_session_id, REVISION, by="revision")


def checkpoint_rows(scene_session_id: int) -> Iterator[list[Row]]:
    """Yield the checkpoints, the newest first; `document` is JSON text."""
    return _pieces(SceneCheckpoint, scene_session_id, CHECKPOINT)


def _pieces(
    model: type[Model], scene_session_id: int, fields: tuple[str, ...], by: str = "id"
) -> Iterator[list[Row]]:
    """Yield at most 100,000 rows in batches of 500, by keyset pagination."""
    rows: QuerySet[Any] = model._default_manager.filter(scene_session=scene_session_id)
    rows = rows.order_by(f"-{by}", "-id")
    last: Row | None = None
    for _ in range(MAX_ROWS // PIECE):
        found = rows
        if last is not None:
            earlier = Q(**{f"{by}__lt": last[by]}) | Q(**{by: last[by], "id__lt": last["id"]})
            found = rows.filter(Q(**{f"{by}__lte": last[by]}) & earlier)
        piece = list(found.values(*{*fields, "id"})[:PIECE])
        if not piece:
            return
        last = piece[-1]
        yield [{name: row[name] for name in fields} for row in piece]
