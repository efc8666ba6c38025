"""What every log line of one call or socket carries: set once, seen by its tasks and threads."""

from contextvars import ContextVar
from typing import Any

_fields: ContextVar[dict[str, Any] | None] = ContextVar("log_fields", default=None)


def begin(**fields: Any) -> None:
    """Begin a call or a socket: lines of its task, and of what that starts, carry `fields`."""
    _fields.set(fields)


def add(**fields: Any) -> None:
    """Add what has become known since; lines of tasks that run already carry it too."""
    known = _fields.get()
    if known is not None:
        known.update(fields)


def current() -> dict[str, Any]:
    return _fields.get() or {}
