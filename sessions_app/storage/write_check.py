"""Checks whether the database accepts the writes of calls (docs/decisions/029)."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from sessions_app.models import SceneRevision, SceneSession, ToolCall, Worker

# The most that a call writes; on SQLite, the file must have room for it.
_ROOM = "x" * 64 * 1024
_WRITTEN = (ToolCall, SceneSession, SceneRevision)


def write_try(worker_id: UUID) -> None:
    """Make a write like a call's that changes nothing and grows no table.

    Raises:
        django.db.DatabaseError: the database refuses writes.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _lock_tables()
        else:
            _try_room(worker_id)
        # Only its own row: concurrent checks of processes must not block each other.
        Worker.objects.filter(pk=worker_id).update(lease_until=F("lease_until"))


def _lock_tables() -> None:
    """Fail if a table that calls write to is locked."""
    names = ", ".join(f'"{model._meta.db_table}"' for model in _WRITTEN)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {names} IN ROW EXCLUSIVE MODE")


def _try_room(worker_id: UUID) -> None:
    """Fail if the file cannot grow; the attempt is rolled back before it is written."""
    point = transaction.savepoint()
    Worker.objects.filter(pk=worker_id).update(instance=_ROOM)
    transaction.savepoint_rollback(point)
