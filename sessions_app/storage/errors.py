"""What the stores' drivers raise, as the errors that whoever asked is given.

The one place that knows their codes: every interface asks it.
"""

import logging
import time
from typing import Any

from django.db import Error, InterfaceError, OperationalError
from redis.exceptions import RedisError

from sessions_app.errors import BETWEEN_PROCESSES, StoreBusyError, StoreError, StoreUnavailableError

logger = logging.getLogger(__name__)

# For so long after a write was refused the process says that it is not ready.
REFUSED_LATELY_SECONDS = 10.0

# PostgreSQL, appendix A. Rolled back each time: it can be sent again.
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
# Connections, sign-ins, a database that is gone; no room, shutting down, input and output.
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
    """Somebody else holds it, and this piece of work may not wait."""


def refused(error: BaseException) -> StoreError | None:
    """What whoever asked is given for what a store refused; the log has the driver's own words.

    None where it is our own fault.
    """
    given = store_error(error)
    if given is not None and given is not error:
        extra = {"kind": given.code}
        logger.warning("a store refused what was asked (%s)", words_of(error), extra=extra)
    return given


def words_of(error: BaseException) -> str:
    """What the driver said, in a line."""
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    return f"{type(cause).__name__}: {' '.join(str(cause).split())[:300]}"


def store_error(error: BaseException) -> StoreError | None:
    """The same, without a line in the log: it may yet be tried again."""
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
    """Whether a full or read-only database has just refused a write of this process.

    A database without room may still take the write that a check makes.
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
    if state is None:  # the driver's own: no connection came free, or it broke
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
