"""Writes how tool calls ended, many at once, so that no call waits for its own bookkeeping."""

import asyncio
import contextlib
import logging

from sessions_app.calls.batches import (
    Acknowledgement,
    Batch,
    Confirmation,
    batch_store,
    confirmations_store,
)
from sessions_app.calls.records import Outcome
from sessions_app.errors import StoreError
from sessions_app.revisions.history import history_tend
from sessions_app.storage import scene_work
from sessions_app.workers.periodic import Periodic

logger = logging.getLogger(__name__)

FLUSH_EVERY_SECONDS = 0.25
FLUSH_AT_ROWS = 100
MAX_WAITING_ROWS = 10_000


class CallWriter:
    """One per worker. What it holds when the process is killed is found as `running` and lost."""

    def __init__(self) -> None:
        self._batch = Batch()
        self._confirmations: dict[int, Confirmation] = {}  # of each session the newest
        self._untended: set[int] = set()
        self._writing = asyncio.Lock()  # whoever flushes finds written what came before
        self._writes = Periodic(
            self._write_all, FLUSH_EVERY_SECONDS, "outcomes of tool calls cannot be written yet"
        )

    def start(self) -> None:
        self._writes.start()

    async def stop(self) -> None:
        """Write what is left, then end."""
        await self._writes.stop()
        await self.flush()

    def finish(self, outcome: Outcome) -> None:
        """Take an outcome for the next batch.

        Past the bound (the database has been away for long) the oldest is given up: its row stays
        `running` and is marked lost.
        """
        outcomes = self._batch.outcomes
        outcomes.append(outcome)
        if len(outcomes) > MAX_WAITING_ROWS:
            logger.error("an outcome was given up", extra={"call": outcomes.pop(0).call_id.hex})
        if len(outcomes) >= FLUSH_AT_ROWS:
            self._writes.wake()

    def confirm(self, confirmation: Confirmation) -> None:
        """Take note of a session whose browsers fell silent or answer again."""
        self._confirmations[confirmation.scene_session_id] = confirmation

    def acknowledge(self, newest: Acknowledgement) -> None:
        """Take note of what a browser has shown."""
        self._batch.acknowledgements[newest.pairing_id] = newest

    def tend(self, scene_session_id: int) -> None:
        """Have the snapshot that a session is due taken after the next batch.

        Where that fails, or the process ends before, the session's next change asks again.
        """
        self._untended.add(scene_session_id)

    async def flush(self) -> None:
        """Write all that waits; what cannot be written is kept for the next time."""
        async with self._writing:
            await self._write()
            await self._confirm()

    async def _confirm(self) -> None:
        """Write what browsers confirm; of a scene that is held, the next call notes it anew."""
        confirmations, self._confirmations = self._confirmations, {}
        if confirmations:
            with contextlib.suppress(StoreError):
                await scene_work.run_patiently(confirmations_store, confirmations.values())

    async def _write(self) -> None:
        batch, self._batch = self._batch, Batch()
        if not batch:
            return
        try:
            await scene_work.run_patiently(batch_store, batch)
        except BaseException:
            newer, self._batch = self._batch, batch
            self._batch.outcomes += newer.outcomes
            self._batch.acknowledgements |= newer.acknowledgements
            raise

    async def _write_all(self) -> None:
        await self.flush()
        while self._untended:
            await scene_work.run_patiently(history_tend, self._untended.pop())
