"""What a transaction announces: a task of the process sends it once the transaction is committed.

Nothing is sent from a database thread. SQLite has a single one, and a channel layer that is away
makes its senders wait.
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

# Far more than a process has in hand, unless the channel layer is away.
MAX_WAITING = 1000
STOP_WITHIN_SECONDS = 5.0


class _Announced(NamedTuple):
    scene_session_id: int | None
    event: Event


def announce_to_scene(scene_session_id: int, event: Event) -> None:
    """Send an event to all who hear of a scene, once the current transaction is committed."""
    _on_commit(_Announced(scene_session_id, {**event, "scene_session_id": scene_session_id}))


def announce_to_workers(event: Event) -> None:
    """Send an event to every worker, once the current transaction is committed."""
    _on_commit(_Announced(None, event))


def _on_commit(announced: _Announced) -> None:
    # Robust: where it cannot be handed over, what follows a commit happens all the same.
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
    """Sends what this process has announced, in its order; one per worker."""

    of_process: ClassVar["Outbox | None"] = None

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[_Announced] = asyncio.Queue(MAX_WAITING)
        self._task = asyncio.create_task(self._run(), name="outbox")
        Outbox.of_process = self

    async def stop(self) -> None:
        """Send what waits, within 5 s; what is announced from now on, its announcer sends."""
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
        """Wait until all that was announced by now is sent."""
        await self._waiting.join()

    def put(self, announced: _Announced) -> None:
        """Queue it, from any thread."""
        self._loop.call_soon_threadsafe(self._put, announced)

    def _put(self, announced: _Announced) -> None:
        try:
            self._waiting.put_nowait(announced)
        except asyncio.QueueFull:  # browsers and workers look into the database before long
            logger.warning("an event is dropped", extra={"kind": announced.event["type"]})

    async def _run(self) -> None:
        while True:
            announced = await self._waiting.get()
            try:
                await _send(announced)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise  # stopped; or else what the layer waited for was cancelled
                logger.exception("an event is dropped", extra={"kind": announced.event["type"]})
            finally:
                self._waiting.task_done()
