"""Brings browsers' answers back to the calls that wait for them, whichever worker they land on.

Each worker has one long-lived reply channel: a channel per call would leave a Redis subscription
behind every time.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from channels.layers import get_channel_layer

from sessions_app.errors import TooBusyError

logger = logging.getLogger(__name__)

MAX_WAITING = 4096


@dataclass(slots=True)
class Waiter:
    """What has arrived so far for one call; `arrived` is set by each message."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)


class ReplyDesk:
    """The table of this worker's waiting calls, by call id."""

    def __init__(self) -> None:
        self._layer = get_channel_layer()
        self._waiting: dict[str, Waiter] = {}
        self._task: asyncio.Task[None] | None = None
        self.channel_name = ""

    async def start(self) -> None:
        self.channel_name = await self._layer.new_channel("reply.")
        self._task = asyncio.create_task(self._run(), name="replies")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @property
    def waiting(self) -> int:
        """How many calls wait at this moment."""
        return len(self._waiting)

    @contextlib.contextmanager
    def expect(self, call_id: str) -> Iterator[Waiter]:
        """Collect what arrives for `call_id` while the block runs.

        Raises:
            TooBusyError: too many calls wait already.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise TooBusyError
        waiter = self._waiting[call_id] = Waiter()
        try:
            yield waiter
        finally:
            del self._waiting[call_id]

    async def _run(self) -> None:
        while True:
            try:
                message = await self._layer.receive(self.channel_name)
            except Exception:
                logger.exception("replies cannot be received")
                await asyncio.sleep(1)
                continue
            waiter = self._waiting.get(str(message.get("call_id")))
            if waiter is not None:
                waiter.messages.append(message)
                waiter.arrived.set()
