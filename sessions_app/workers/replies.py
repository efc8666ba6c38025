"""Delivers browsers' replies and cancellations to the calls that wait for them."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sessions_app.limits.rates import TooBusyError
from sessions_app.wire.events import Event
from sessions_app.workers.worker_channel import WorkerChannel

MAX_WAITING = 4096


@dataclass(slots=True)
class Waiter:
    """The messages received so far for one call; each one sets `arrived`.

    `limit` is the call's timeout; `cancelled` (by staff) and `restarting` tell why it was cut
    short.
    """

    messages: list[dict[str, Any]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    limit: asyncio.Timeout | None = None
    cancelled: bool = False
    restarting: bool = False


class ReplyDesk:
    """This worker's waiting calls, by call id."""

    def __init__(self, channel: WorkerChannel) -> None:
        self._channel = channel
        self._waiting: dict[str, Waiter] = {}
        channel.on("reply", self._reply)
        channel.on("call.cancel", self._cancel)

    @property
    def channel_name(self) -> str:
        """The channel to send replies to."""
        return self._channel.name

    @property
    def waiting(self) -> int:
        """The number of waiting calls."""
        return len(self._waiting)

    @contextlib.contextmanager
    def expect(self, call_id: str) -> Iterator[Waiter]:
        """Collect the messages for `call_id` while the block runs.

        Raises:
            TooBusyError: too many calls are waiting.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise TooBusyError
        waiter = self._waiting[call_id] = Waiter()
        try:
            yield waiter
        finally:
            del self._waiting[call_id]

    def end_all(self) -> int:
        """End the waiting calls, because the process stops; return how many."""
        calls = [waiter for waiter in self._waiting.values() if waiter.limit is not None]
        for waiter in calls:
            waiter.restarting = True
            _cut_short(waiter)
        return len(calls)

    def _reply(self, event: Event) -> None:
        waiter = self._waiting.get(event["call_id"])
        if waiter is not None:
            waiter.messages.append(event)
            waiter.arrived.set()

    def _cancel(self, event: Event) -> None:
        waiter = self._waiting.get(event["call_id"])
        if waiter is not None and waiter.limit is not None:
            waiter.cancelled = True
            _cut_short(waiter)


def _cut_short(waiter: Waiter) -> None:
    if waiter.limit is not None:
        with contextlib.suppress(RuntimeError):  # it has just ended
            waiter.limit.reschedule(asyncio.get_running_loop().time())
