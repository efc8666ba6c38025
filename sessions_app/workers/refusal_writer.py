"""Stores and logs refusals at intervals, however many there are."""

import asyncio
import logging
from collections import Counter

from sessions_app.calls.refusals import refusals_store
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.storage import database
from sessions_app.workers.periodic import Periodic

logger = logging.getLogger(__name__)

WRITE_EVERY_SECONDS = 0.5
LOG_EVERY_ROUNDS = 20


class RefusalWriter:
    """One per worker. A flood costs a statement or two per round, and one log line per limit."""

    def __init__(self) -> None:
        self._writes = Periodic(self._write, WRITE_EVERY_SECONDS, "refusals cannot be written yet")
        self._writing = asyncio.Lock()
        self._unlogged: Counter[Limit] = Counter()
        self._rounds = 0  # since the last log lines

    def start(self) -> None:
        self._writes.start()

    async def stop(self) -> None:
        """Write and log what is left, then stop."""
        async with self._writing:  # a cancelled write would be counted twice
            await self._writes.stop()
        try:
            await self.flush()
        finally:
            self._log()

    async def flush(self) -> None:
        """Write all refusals; keep what cannot be written for the next time."""
        async with self._writing:
            refused = refusals.take()
            if not refused:
                return
            try:
                await database.run(refusals_store, refused)
            except BaseException:
                refusals.give_back(refused)
                raise
        for (limit, _), number in refused.items():
            self._unlogged[limit] += number

    async def _write(self) -> None:
        try:
            await self.flush()
        finally:
            self._rounds = self._rounds + 1 if self._unlogged else 0
            if self._rounds >= LOG_EVERY_ROUNDS:
                self._log()

    def _log(self) -> None:
        for limit, number in self._unlogged.items():
            fields = {"limit": str(limit), "refused": number}
            logger.warning("a limit refused requests", extra=fields)
        self._unlogged.clear()
