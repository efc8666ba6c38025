"""Writes down what the limits refused, and tells it in the log: now and then, whatever comes."""

import asyncio
import contextlib
import logging
from collections import Counter

from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.services.refusals import refusals_store
from sessions_app.storage import database

logger = logging.getLogger(__name__)

WRITE_EVERY_SECONDS = 0.5
TELL_EVERY_ROUNDS = 20


class RefusalWriter:
    """One per worker. A flood costs a statement or two in each round, and a log line per limit."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._untold: Counter[Limit] = Counter()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="refusal writer")

    async def stop(self) -> None:
        """Write and tell what is left, then end."""
        self._stopping.set()  # not cancelled: what is being written would be counted twice
        if self._task is not None:
            await self._task

    async def flush(self) -> None:
        """Write all that was refused; what cannot be written is kept for the next time."""
        refused = refusals.take()
        if not refused:
            return
        try:
            await database.run(refusals_store, refused)
        except BaseException:
            refusals.give_back(refused)
            raise
        for (limit, _), number in refused.items():
            self._untold[limit] += number

    async def _run(self) -> None:
        rounds = 0
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), WRITE_EVERY_SECONDS)
            try:
                await self.flush()
            except Exception:
                logger.exception("refusals cannot be written yet")
            rounds = rounds + 1 if self._untold else 0
            if rounds >= TELL_EVERY_ROUNDS or self._stopping.is_set():
                self._tell()

    def _tell(self) -> None:
        for limit, number in self._untold.items():
            fields = {"limit": str(limit), "refused": number}
            logger.warning("a limit refused what was too much", extra=fields)
        self._untold.clear()
