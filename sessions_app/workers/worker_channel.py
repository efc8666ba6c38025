"""The channel on which a worker receives events from the others.

One channel serves all purposes and lives as long as the worker; a channel per call would leak a
Redis subscription each time. Only high-volume events have a separate one, so that they crowd out
nothing else.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from channels.layers import get_channel_layer

from sessions_app.wire.events import WORKERS_GROUP, Event

logger = logging.getLogger(__name__)


class WorkerChannel:
    """Dispatches each event to the handler registered for its type."""

    def __init__(self, prefix: str = "worker.", *, group: str | None = WORKERS_GROUP) -> None:
        self._layer = get_channel_layer()
        self._prefix = prefix
        self._group = group
        self._handlers: dict[str, Callable[[Event], None]] = {}
        self._task: asyncio.Task[None] | None = None
        self.name = ""

    def on(self, kind: str, handler: Callable[[Event], None]) -> None:
        """Register the handler of a type of event; called synchronously and in order."""
        self._handlers[kind] = handler

    async def start(self) -> None:
        self.name = await self._layer.new_channel(self._prefix)
        if self._group is not None:
            await self._layer.group_add(self._group, self.name)
        self._task = asyncio.create_task(self._run(), name="worker channel")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            if self._group is not None:
                await self._layer.group_discard(self._group, self.name)

    async def _run(self) -> None:
        while True:
            try:
                event = await self._layer.receive(self.name)
            except Exception:
                logger.exception("events of other workers cannot be received")
                await asyncio.sleep(1)
                continue
            self._handle(event)

    def _handle(self, event: Event) -> None:
        handler = self._handlers.get(str(event.get("type")))
        if handler is None:
            return
        try:
            handler(event)
        except Exception:
            logger.exception("an event from a worker failed", extra={"kind": event.get("type")})
