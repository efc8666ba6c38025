"""A channel layer inside one process whose cost grows only with a group's members.

Channels' own in-memory layer walks every channel and group at each message.
"""

import asyncio
import uuid
from typing import Any

from channels.layers import BaseChannelLayer

Message = dict[str, Any]


class LocalChannelLayer(BaseChannelLayer):  # type: ignore[misc] # Channels has no types
    """Passes messages between the coroutines of one event loop.

    A full queue drops the message: the reader sees the gap in the revisions and catches up.
    """

    extensions = ("groups", "flush")

    def __init__(self, capacity: int = 100) -> None:
        super().__init__(capacity=capacity)
        self._queues: dict[str, asyncio.Queue[Message]] = {}
        self._members: dict[str, set[str]] = {}
        self._memberships: dict[str, set[str]] = {}

    @property
    def open_channels(self) -> int:
        return len(self._queues)

    def members(self, group: str) -> frozenset[str]:
        """Return the channels that are in this group."""
        return frozenset(self._members.get(group, ()))

    async def new_channel(self, prefix: str = "specific.") -> str:
        channel = f"{prefix}{uuid.uuid4().hex}"
        self._queues[channel] = asyncio.Queue(self.capacity)
        return channel

    async def send(self, channel: str, message: Message) -> None:
        self._put(channel, message)

    async def receive(self, channel: str) -> Message:
        """Wait for the next message; cancellation ends the channel, as on Redis."""
        try:
            return await self._queues[channel].get()
        except asyncio.CancelledError:
            self._forget(channel)
            raise

    async def group_add(self, group: str, channel: str) -> None:
        self._members.setdefault(group, set()).add(channel)
        self._memberships.setdefault(channel, set()).add(group)

    async def group_discard(self, group: str, channel: str) -> None:
        members = self._members.get(group, set())
        members.discard(channel)
        if not members:
            self._members.pop(group, None)
        self._memberships.get(channel, set()).discard(group)

    async def group_send(self, group: str, message: Message) -> None:
        for channel in tuple(self._members.get(group, ())):
            self._put(channel, message)

    async def flush(self) -> None:
        self._queues.clear()
        self._members.clear()
        self._memberships.clear()

    def _put(self, channel: str, message: Message) -> None:
        queue = self._queues.get(channel)
        if queue is not None and not queue.full():
            queue.put_nowait(dict(message))  # readers must not share one dict

    def _forget(self, channel: str) -> None:
        self._queues.pop(channel, None)
        for group in self._memberships.pop(channel, set()):
            members = self._members[group]
            members.discard(channel)
            if not members:
                del self._members[group]
