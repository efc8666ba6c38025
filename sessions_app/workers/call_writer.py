"""Writes outcomes of tool calls in batches, so that no call waits for bookkeeping."""

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
    """One per worker.

    Unflushed outcomes die with the process; their calls stay `running` and are later marked lost.
    """

    def __init__(self) -> None:
        self._batch = Batch()
        self._confirmations: dict[int, Confirmation] = {}  # the latest per session
        self._untended: set[int] = set()
        self._writing = asyncio.Lock()  # a flush also waits for earlier writes
        self._writes = Periodic(
            self._write_all, FLUSH_EVERY_SECONDS, "outcomes of tool calls cannot be written yet"
        )

    def start(self) -> None:
        self._writes.start()

    async def stop(self) -> None:
        """Write what is left, then stop."""
        await self._writes.stop()
        await self.flush()

    def finish(self, outcome: Outcome) -> None:
        """Queue an outcome for the next batch.

        At the bound, after the database was down for long, the oldest is dropped: its row stays
        `running` and is later marked lost.
        """
        outcomes = self._batch.outcomes
        outcomes.append(outcome)
        if len(outcomes) > MAX_WAITING_ROWS:
            logger.error("an outcome was dropped", extra={"call": outcomes.pop(0).call_id.hex})
        if len(outcomes) >= FLUSH_AT_ROWS:
            self._writes.wake()

    def confirm(self, confirmation: Confirmation) -> None:
        """Queue that a session's browsers stopped confirming, or confirm again."""
        self._confirmations[confirmation.scene_session_id] = confirmation

    def acknowledge(self, newest: Acknowledgement) -> None:
        """Queue the revision that a browser has shown."""
        self._batch.acknowledgements[newest.pairing_id] = newest

    def tend(self, scene_session_id: int) -> None:
        """Queue a session for its due snapshot, after the next batch.

        If that fails or the process ends first, the session's next change queues it again.
        """
        self._untended.add(scene_session_id)

    async def flush(self) -> None:
        """Write all that is queued; keep what cannot be written for the next time."""
        async with self._writing:
            await self._write()
            await self._confirm()

    async def _confirm(self) -> None:
        """Write confirmations; if a scene is locked, the next call queues its own again."""
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
