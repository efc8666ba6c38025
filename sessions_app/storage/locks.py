"""Whether a piece of work may wait for what others have locked."""

from contextvars import Context, ContextVar, copy_context
from functools import cache

from django.db import connection

_may_wait: ContextVar[bool] = ContextVar("may_wait", default=True)


@cache
def can_refuse() -> bool:
    """Whether the database can refuse a lock at once: SQLite has a single one, and waits.

    Looked up once: on an event loop, each task that asks would build a connection object.
    """
    return bool(connection.features.has_select_for_update_nowait)


def may_wait() -> bool:
    """Whether what runs now waits for locks (2 s at the most), or is to fail at once."""
    return _may_wait.get()


def without_waiting() -> Context:
    """A copy of this context, in which nothing waits for locks."""
    context = copy_context()
    context.run(_may_wait.set, False)  # noqa: FBT003 - it takes no names
    return context
