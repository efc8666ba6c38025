"""Whether the current work may wait for locks."""

from contextvars import Context, ContextVar, copy_context
from functools import cache

from django.db import connection

_may_wait: ContextVar[bool] = ContextVar("may_wait", default=True)


@cache
def can_refuse() -> bool:
    """Return whether the database supports NOWAIT. SQLite has a single lock and waits.

    Cached, because each task on an event loop would create its own connection object.
    """
    return bool(connection.features.has_select_for_update_nowait)


def may_wait() -> bool:
    """Return whether the current work waits for locks (up to 2 s) or fails at once."""
    return _may_wait.get()


def without_waiting() -> Context:
    """Return a copy of this context in which nothing waits for locks."""
    context = copy_context()
    context.run(_may_wait.set, False)  # noqa: FBT003 - `run` passes positional arguments only
    return context
