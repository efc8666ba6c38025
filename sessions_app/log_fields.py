"""What every log line of one call carries: set once, seen by its tasks."""

from contextvars import ContextVar
from typing import Any

_fields: ContextVar[dict[str, Any] | None] = ContextVar("log_fields", default=None)


def begin(**fields: Any) -> None:
    """Begin a call: the lines of the running task, and of those that it starts, carry `fields`."""
    _fields.set(fields)


def add(**fields: Any) -> None:
    """Add what has become known since; lines of tasks that run already carry it too."""
    known = _fields.get()
    if known is not None:
        known.update(fields)


def current() -> dict[str, Any]:
    return _fields.get() or {}
