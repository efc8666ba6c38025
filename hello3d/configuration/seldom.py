"""Limits repeated log lines to one per kind and minute."""

import logging
import re
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sessions_app.web import origins

AGAIN_AFTER_SECONDS = 60.0
# Beyond this number of kinds, new ones count as one kind together.
MAX_KINDS = 1024
_QUOTED_CHARACTERS = 200
# Lines with these fields are always logged: references are shown to people, the others are sums.
_EACH_COUNTS = ("reference", "refused")
_PASSES = "seldom_passes"
# uvicorn's line about a refused socket.
_SOCKET = re.compile(r'(?P<address>\S+):\d+ - "WebSocket .*" (?P<status>[45]\d\d)', re.DOTALL)


@dataclass(slots=True)
class _Kind:
    """The last logged line of a kind, and how many were dropped since."""

    passed_at: float
    logger: str
    level: int
    text: str
    left_out: int = 0


class SeldomFilter(logging.Filter):
    """Passes one line per kind and minute; `left_out` on the next counts the dropped ones.

    Applies to warnings, errors and lines about refused requests. All handlers share one instance,
    so that a line passes for all of them or none.
    """

    def __init__(self) -> None:
        super().__init__()
        self._kinds: OrderedDict[Hashable, _Kind] = OrderedDict()  # least recently passed first
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, _PASSES):
            now = time.monotonic()
            setattr(record, _PASSES, self._passes(record, now))
            for kind in self._take_over(now):
                _report(kind)
        return bool(getattr(record, _PASSES))

    def _passes(self, record: logging.LogRecord, now: float) -> bool:
        name = _kind_of(record)
        if name is None:
            return True
        with self._lock:
            if name not in self._kinds and len(self._kinds) >= MAX_KINDS:
                name = "others"
            known = self._kinds.get(name)
            if known is not None and now - known.passed_at < AGAIN_AFTER_SECONDS:
                known.left_out += 1
                return False
            if known is not None and known.left_out:
                record.left_out = known.left_out
            text = record.getMessage()[:_QUOTED_CHARACTERS]
            self._kinds[name] = _Kind(now, record.name, record.levelno, text)
            self._kinds.move_to_end(name)
        return True

    def _take_over(self, now: float) -> list[_Kind]:
        """Remove the kinds whose minute is over; return those with dropped lines."""
        over = []
        with self._lock:
            while self._kinds:
                name, kind = next(iter(self._kinds.items()))
                if now - kind.passed_at < AGAIN_AFTER_SECONDS:
                    break
                del self._kinds[name]
                if kind.left_out:
                    over.append(kind)
        return over


def _report(kind: _Kind) -> None:
    """Log the number of dropped lines of a kind that has stopped."""
    text = "lines like this one were left out: %s"
    logger = logging.getLogger(kind.logger)
    extra = {_PASSES: True, "left_out": kind.left_out}
    logger.handle(
        logger.makeRecord(kind.logger, kind.level, "", 0, text, (kind.text,), None, extra=extra)
    )


def _kind_of(record: logging.LogRecord) -> Hashable | None:
    """Return the key that repeated lines share; None for lines that are always logged.

    The key is the place in the code, not the text, which a client may control. For requests it
    includes the status and the address.
    """
    status, address = _request_of(record)
    if any(hasattr(record, name) for name in _EACH_COUNTS):
        return None
    if record.levelno < logging.WARNING and status is None:
        return None
    error = record.exc_info[0] if record.exc_info else None
    kind = getattr(record, "kind", None)
    return (record.name, record.pathname, record.lineno, error, kind, status, address)


def _request_of(record: logging.LogRecord) -> tuple[int | None, str | None]:
    """Return the status and the client's address of the refused request in a line.

    Each is None if the line has none.
    """
    fields = vars(record)
    if "refused_to" in fields:  # a page's socket
        return fields["close_code"], fields["refused_to"]
    if record.name == "uvicorn.error" and (refused := _SOCKET.fullmatch(record.getMessage())):
        return int(refused["status"]), refused["address"]
    status: Any = getattr(record, "status_code", None)
    if isinstance(record.args, dict):  # a line of Django's Daphne server
        status = record.args.get("status")
    if not isinstance(status, int) or status < 400:
        return None, None
    scope = getattr(getattr(record, "request", None), "scope", None)
    address = origins.client_address(scope) if scope else None
    return status, origins.rate_key(address) or address
