"""Maps errors of the database and Redis drivers to `StoreError`.

No other module knows their codes.
"""

import logging
import time
from typing import Any

from django.db import Error, InterfaceError, OperationalError
from redis.exceptions import RedisError

from sessions_app.errors import BETWEEN_PROCESSES, StoreBusyError, StoreError, StoreUnavailableError

logger = logging.getLogger(__name__)

# The process reports that it is not ready for this long after a refused write.
REFUSED_LATELY_SECONDS = 10.0

# PostgreSQL, appendix A. All of these roll back, so the call can be retried.
_BUSY_STATES = {
    "55P03",  # lock_not_available: lock_timeout, or NOWAIT
    "40P01",  # deadlock_detected
    "40001",  # serialization_failure
    "57014",  # query_canceled: statement_timeout
    "25P03",  # idle_in_transaction_session_timeout: this process was frozen
    "25P04",  # transaction_timeout
}
_OF_CONNECTIONS = (OperationalError, InterfaceError)
_READ_ONLY = "25006"
# Connection, authentication and missing database; out of resources, shutdown, I/O.
_UNAVAILABLE_CLASSES = {"08", "28", "3D", "53", "57", "58"}
_REFUSES_WRITES = {"53", "58"}

# sqlite.org/rescode.html; the low byte of the code.
_SQLITE_BUSY = {5, 6}  # SQLITE_BUSY, SQLITE_LOCKED
_SQLITE_REFUSES_WRITES = {
    8,  # SQLITE_READONLY
    10,  # SQLITE_IOERR
    11,  # SQLITE_CORRUPT
    13,  # SQLITE_FULL
    26,  # SQLITE_NOTADB
}
_SQLITE_UNAVAILABLE = _SQLITE_REFUSES_WRITES | {
    3,  # SQLITE_PERM
    7,  # SQLITE_NOMEM
    14,  # SQLITE_CANTOPEN
    15,  # SQLITE_PROTOCOL
    22,  # SQLITE_NOLFS
    23,  # SQLITE_AUTH
}

_refused_at = float("-inf")


class LockedError(OperationalError):
    """The lock is held, and this work may not wait."""


def refused(error: BaseException) -> StoreError | None:
    """Return the `StoreError` for a driver's error and log the driver's message.

    None if the error is our own fault.
    """
    given = store_error(error)
    if given is not None and given is not error:
        extra = {"kind": given.code}
        logger.warning("a store refused a request (%s)", words_of(error), extra=extra)
    return given


def words_of(error: BaseException) -> str:
    """Return the driver's message on one line."""
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    return f"{type(cause).__name__}: {' '.join(str(cause).split())[:300]}"


def store_error(error: BaseException) -> StoreError | None:
    """Return the `StoreError` for a driver's error without logging it: the caller may retry."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, LockedError):
        return StoreBusyError()
    if isinstance(error, RedisError):
        return StoreUnavailableError(BETWEEN_PROCESSES)
    if not isinstance(error, Error) or error.__cause__ is None:
        return None
    cause: Any = error.__cause__
    if hasattr(cause, "sqlite_errorcode"):
        return _of_sqlite(cause.sqlite_errorcode & 0xFF)
    if hasattr(cause, "sqlstate"):
        return _of_postgresql(cause.sqlstate, is_connection=isinstance(error, _OF_CONNECTIONS))
    return None


def writes_refused_lately() -> bool:
    """Return whether a full or read-only database has just refused a write of this process.

    A full database may still accept the small write of a health check.
    """
    return time.monotonic() - _refused_at < REFUSED_LATELY_SECONDS


def _of_sqlite(code: int) -> StoreError | None:
    if code in _SQLITE_BUSY:
        return StoreBusyError()
    if code not in _SQLITE_UNAVAILABLE:
        return None
    if code in _SQLITE_REFUSES_WRITES:
        _note_refusal()
    return StoreUnavailableError()


def _of_postgresql(state: str | None, *, is_connection: bool) -> StoreError | None:
    if state is None:  # raised by the driver itself: no free connection, or a broken one
        return StoreUnavailableError() if is_connection else None
    if state in _BUSY_STATES:
        return StoreBusyError()
    refuses_writes = state == _READ_ONLY or state[:2] in _REFUSES_WRITES
    if not refuses_writes and state[:2] not in _UNAVAILABLE_CLASSES:
        return None
    if refuses_writes:
        _note_refusal()
    return StoreUnavailableError()


def _note_refusal() -> None:
    global _refused_at
    _refused_at = time.monotonic()
