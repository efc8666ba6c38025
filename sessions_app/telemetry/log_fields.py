"""Fields of every log line of one call or socket, inherited by its tasks and threads."""

from contextvars import ContextVar
from typing import Any

_fields: ContextVar[dict[str, Any] | None] = ContextVar("log_fields", default=None)


def begin(**fields: Any) -> None:
    """Set the fields of a call or socket, for its task and the tasks it starts."""
    _fields.set(fields)


def add(**fields: Any) -> None:
    """Add fields that became known later; tasks already running log them too."""
    known = _fields.get()
    if known is not None:
        known.update(fields)


def current() -> dict[str, Any]:
    return _fields.get() or {}
