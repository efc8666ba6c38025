"""Sends a transaction's events after its commit, from one task of the process.

Nothing is sent from a database thread: SQLite has a single one, and senders wait while the channel
layer is away.
"""

import asyncio
import contextlib
import logging
from functools import partial
from typing import ClassVar, NamedTuple

from asgiref.sync import async_to_sync
from django.db import transaction

from sessions_app.wire.events import Event, tell_scene, tell_workers

logger = logging.getLogger(__name__)

# Far more than ever wait, unless the channel layer is away.
MAX_WAITING = 1000
STOP_WITHIN_SECONDS = 5.0


class _Announced(NamedTuple):
    scene_session_id: int | None
    event: Event


def announce_to_scene(scene_session_id: int, event: Event) -> None:
    """Send an event to a scene's group once the current transaction is committed."""
    _on_commit(_Announced(scene_session_id, {**event, "scene_session_id": scene_session_id}))


def announce_to_workers(event: Event) -> None:
    """Send an event to every worker, once the current transaction is committed."""
    _on_commit(_Announced(None, event))


def _on_commit(announced: _Announced) -> None:
    # Robust: a failure here must not stop other callbacks of the commit.
    transaction.on_commit(partial(_hand_over, announced), robust=True)


def _hand_over(announced: _Announced) -> None:
    outbox = Outbox.of_process
    if outbox is None:  # a management command, which may wait
        async_to_sync(_send)(announced)
    else:
        outbox.put(announced)


async def _send(announced: _Announced) -> None:
    if announced.scene_session_id is None:
        await tell_workers(announced.event)
    else:
        await tell_scene(announced.scene_session_id, announced.event)


class Outbox:
    """The queue of a process's events, sent in order; one per worker."""

    of_process: ClassVar["Outbox | None"] = None

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[_Announced] = asyncio.Queue(MAX_WAITING)
        self._task = asyncio.create_task(self._run(), name="outbox")
        Outbox.of_process = self

    async def stop(self) -> None:
        """Send what waits, within 5 s; from now on announcers send for themselves."""
        if self._task is None:
            return
        if Outbox.of_process is self:
            Outbox.of_process = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_WITHIN_SECONDS):
                await self.sent()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def sent(self) -> None:
        """Wait until everything announced so far is sent."""
        await self._waiting.join()

    def put(self, announced: _Announced) -> None:
        """Queue it, from any thread."""
        self._loop.call_soon_threadsafe(self._put, announced)

    def _put(self, announced: _Announced) -> None:
        try:
            self._waiting.put_nowait(announced)
        except asyncio.QueueFull:  # browsers and workers poll the database before long
            logger.warning("an event is dropped", extra={"kind": announced.event["type"]})

    async def _run(self) -> None:
        while True:
            announced = await self._waiting.get()
            try:
                await _send(announced)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise  # stopped; otherwise the layer's own wait was cancelled
                logger.exception("an event is dropped", extra={"kind": announced.event["type"]})
            finally:
                self._waiting.task_done()
