"""Limits open notification streams, here and per holder over all processes.

A holder's slots are rows in the database. If none is free, the workers of its streams are asked
whether these are still open; a killed process does not reply, so its slots are freed. A stream that
displaces the holder's others asks them to end instead.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from sessions_app.limits.names import Limit
from sessions_app.limits.rates import TooBusyError
from sessions_app.limits.refusals import refusals
from sessions_app.sessions.subscriptions import (
    event_stream_open,
    event_streams_close,
    event_streams_held,
    event_streams_sweep,
)
from sessions_app.storage import database
from sessions_app.wire.events import Event, tell_channel, tell_workers
from sessions_app.workers.periodic import Periodic
from sessions_app.workers.replies import ReplyDesk
from sessions_app.workers.worker_channel import WorkerChannel

MAX_OPEN = 4096
SWEEP_EVERY_SECONDS = 60.0
ANSWER_WITHIN_SECONDS = 1.0
# How long a displaced stream may take to end, and how often to retry for a freed slot.
END_WITHIN_SECONDS = 3.0
MAX_TAKEOVERS = 5

_ASKED, _CHANGED = "event_stream.asked", "event_stream.changed"
_DISPLACED = "event_stream.displaced"


class TooManyStreamsError(Exception):
    """The holder's limit of open streams is reached."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class _Stream:
    holder: str
    changed: Callable[[], None]
    give_way: Callable[[], None] | None
    successors: list[Event]  # requests that wait for its end


class EventStreams:
    """The open streams of one worker."""

    def __init__(self, worker_id: UUID, channel: WorkerChannel, replies: ReplyDesk) -> None:
        self._worker_id = worker_id
        self._replies = replies
        self._open: dict[int, _Stream] = {}
        self._count = 0
        self._sweeps = Periodic(
            self._sweep, SWEEP_EVERY_SECONDS, "ended streams cannot be given back yet"
        )
        self._answers: set[asyncio.Task[None]] = set()
        channel.on(_ASKED, self._asked)
        channel.on(_CHANGED, self._changed)
        channel.on(_DISPLACED, self._displaced)

    def start(self) -> None:
        self._sweeps.start()

    async def stop(self) -> None:
        await self._sweeps.stop()

    @property
    def open(self) -> int:
        """The number of open streams."""
        return self._count

    @contextlib.asynccontextmanager
    async def hold(
        self,
        slots: Mapping[str, int],
        *,
        changed: Callable[[], None] = lambda: None,
        limit: Limit = Limit.STREAMS_PER_CLIENT,
        give_way: Callable[[], None] | None = None,
    ) -> AsyncIterator[None]:
        """Hold a slot of each of these holders while the block runs.

        Args:
            slots: the number of slots of each holder.
            limit: the limit to record a refusal under.
            changed: called when any worker reports a change of the holder's subscriptions.
            give_way: ends this stream when a newer one displaces it. With it, this stream displaces
                the holder's existing ones.

        Raises:
            TooManyStreamsError: a holder has no free slot, here or elsewhere.
            TooBusyError: this process has too many open streams.
        """
        if self._count >= MAX_OPEN:
            refusals.note(Limit.STREAMS)
            raise TooBusyError
        self._count += 1
        try:
            async with contextlib.AsyncExitStack() as held:
                for holder, most in slots.items():
                    slot = self._hold_slot(holder, most, changed, limit, give_way)
                    await held.enter_async_context(slot)
                yield
        finally:
            self._count -= 1

    @contextlib.asynccontextmanager
    async def _hold_slot(
        self,
        holder: str,
        slots: int,
        changed: Callable[[], None],
        limit: Limit,
        give_way: Callable[[], None] | None,
    ) -> AsyncIterator[None]:
        stream_id = await self._take(holder, slots)
        for _ in range(MAX_TAKEOVERS if give_way else 1):
            if stream_id is not None:
                break
            await self._release(holder, displaced=give_way is not None)
            stream_id = await self._take(holder, slots)
        if stream_id is None:
            refusals.note(limit)
            raise TooManyStreamsError(limit)
        stream = self._open[stream_id] = _Stream(holder, changed, give_way, [])
        try:
            yield
        finally:
            del self._open[stream_id]
            database.submit(event_streams_close, [stream_id])  # do not wait
            for event in stream.successors:
                self._reply(event, [stream_id])

    async def _take(self, holder: str, slots: int) -> int | None:
        return await database.run(
            event_stream_open, worker_id=self._worker_id, holder=holder, slots=slots
        )

    async def _release(self, holder: str, *, displaced: bool) -> None:
        """Free the holder's slots whose worker does not confirm the stream.

        With `displaced`, free all of them: streams that have ended, and those that do not.
        """
        held = set(await database.run(event_streams_held, holder))
        answered: set[int] = set()
        question = str(uuid4())
        with self._replies.expect(question) as waiter:
            reply_to = {"reply_channel": self._replies.channel_name, "call_id": question}
            kind = _DISPLACED if displaced else _ASKED
            await tell_workers({"type": kind, "holder": holder, **reply_to})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(
                    END_WITHIN_SECONDS if displaced else ANSWER_WITHIN_SECONDS
                ):
                    while not held <= answered:
                        await waiter.arrived.wait()
                        waiter.arrived.clear()
                        answered.update(*(reply["stream_ids"] for reply in waiter.messages))
        await database.run(event_streams_close, list(held if displaced else held - answered))

    def _asked(self, event: Event) -> None:
        mine = [number for number, stream in self._open.items() if stream.holder == event["holder"]]
        if mine:
            self._reply(event, mine)

    def _displaced(self, event: Event) -> None:
        for stream in list(self._open.values()):
            if stream.holder == event["holder"] and stream.give_way is not None:
                stream.successors.append(event)
                stream.give_way()

    def _reply(self, event: Event, stream_ids: list[int]) -> None:
        reply = {"type": "reply", "call_id": event["call_id"], "stream_ids": stream_ids}
        sending = tell_channel(event["reply_channel"], reply)
        answer = asyncio.get_running_loop().create_task(sending)
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)

    def _changed(self, event: Event) -> None:
        for stream in self._open.values():
            if stream.holder == event["holder"]:
                stream.changed()

    async def _sweep(self) -> None:
        await database.run(event_streams_sweep, self._worker_id, tuple(self._open))


async def tell_streams(holder: str) -> None:
    """Have the holder's streams, on any worker, reload its subscriptions."""
    await tell_workers({"type": _CHANGED, "holder": holder})
