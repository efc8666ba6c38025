"""Finds out whether the database takes what calls write (docs/decisions/029)."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from sessions_app.models import SceneRevision, SceneSession, ToolCall, Worker

# What a call needs at the most: on SQLite, pages of the file that have to be there.
_ROOM = "x" * 64 * 1024
_WRITTEN = (ToolCall, SceneSession, SceneRevision)


def write_try(worker_id: UUID) -> None:
    """Write what changes nothing, as a call would write; it grows no table.

    Raises:
        django.db.DatabaseError: it cannot be written.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _lock_tables()
        else:
            _try_room(worker_id)
        # Its own row, or none: processes that check must not wait for each other.
        Worker.objects.filter(pk=worker_id).update(lease_until=F("lease_until"))


def _lock_tables() -> None:
    """Fail where somebody else has locked a table that calls write to."""
    names = ", ".join(f'"{model._meta.db_table}"' for model in _WRITTEN)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {names} IN ROW EXCLUSIVE MODE")


def _try_room(worker_id: UUID) -> None:
    """Fail where the file cannot grow; what was tried is rolled back before it is written."""
    point = transaction.savepoint()
    Worker.objects.filter(pk=worker_id).update(instance=_ROOM)
    transaction.savepoint_rollback(point)
