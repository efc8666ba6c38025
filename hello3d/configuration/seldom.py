"""Keeps what happens again and again from filling the log: a line of each kind once a minute."""

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
# Of more kinds at a time, those that come last are one kind together.
MAX_KINDS = 1024
_QUOTED_CHARACTERS = 200
# Lines with one of these fields each count: people are given the first, the second are sums.
_EACH_COUNTS = ("reference", "refused")
_PASSES = "seldom_passes"
# uvicorn's line of a socket that was not opened.
_SOCKET = re.compile(r'(?P<address>\S+):\d+ - "WebSocket .*" (?P<status>[45]\d\d)', re.DOTALL)


@dataclass(slots=True)
class _Kind:
    """When a line of it last passed, that line, and how many were left out since."""

    passed_at: float
    logger: str
    level: int
    text: str
    left_out: int = 0


class SeldomFilter(logging.Filter):
    """Lets one line a minute of each kind pass; `left_out` of the next says how many did not.

    Held to this are warnings, errors and lines about refused requests. To be attached to handlers,
    one instance to all: a line that passes for one passes for the others.
    """

    def __init__(self) -> None:
        super().__init__()
        self._kinds: OrderedDict[Hashable, _Kind] = OrderedDict()  # that passed last comes last
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
        """Forget the kinds whose minute is over; return those of which lines were left out."""
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
    """Log how many lines of a kind were left out that does not come any more."""
    text = "lines like this one were left out: %s"
    logger = logging.getLogger(kind.logger)
    extra = {_PASSES: True, "left_out": kind.left_out}
    logger.handle(
        logger.makeRecord(kind.logger, kind.level, "", 0, text, (kind.text,), None, extra=extra)
    )


def _kind_of(record: logging.LogRecord) -> Hashable | None:
    """What is the same in lines that repeat each other; None for a line that each time counts.

    That is the place in the code, and not the words, which may be a stranger's. Of a request, it
    is the status and the address as well.
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
    """The status and the client's address of the refused request that a line is about.

    Either is None where the line is about none, or does not say it.
    """
    if hasattr(record, "refused_to"):  # a page's socket
        return record.close_code, record.refused_to  # type: ignore[attr-defined]
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
