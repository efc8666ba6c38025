"""Common base of the two uvicorn protocols: counts connections and unread bytes."""

import asyncio
import contextlib
import socket
import struct
from collections import Counter
from typing import Any

from hello3d.server.unread import unread
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Network, Networks, counts_of
from sessions_app.limits.rates import Buckets, Rate
from sessions_app.limits.refusals import refusals
from sessions_app.web import origins

MAX_CONNECTIONS_OF_AN_ADDRESS = 512
# How long to wait for a peer that does not read.
READ_WITHIN_SECONDS = 60.0
# The kernel buffers twice this per peer. By default it would grow to uncounted megabytes.
_KERNEL_BYTES = 128 * 1024
_NO_LINGER = struct.pack("ii", 1, 0)

# How often connections of an address may be cut off for what they sent; then new ones are refused.
OFFENSES = Rate(calls=20, seconds=60)

_open: Counter[str] = Counter()
_offenses = Buckets()


class BoundedConnection(asyncio.Protocol):
    """Counts connections per address, and bytes that their peers have not read."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    client: tuple[str, int] | None
    scope: Any = None  # until a request's head is complete

    _opened_by: Networks = ()  # networks it counts for
    _unread_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        # Writers wait while anything is unread, so the unread bytes are known exactly.
        self.transport.set_write_buffer_limits(high=0)
        own_socket = self.transport.get_extra_info("socket")
        own_socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BYTES)
        self._opened_by = self._peer()
        _open.update(network.name for network in self._opened_by)
        if any(_open[network.name] > _most_of(network) for network in self._opened_by):
            self.cut(Limit.OPEN_CONNECTIONS)
        elif have_offended(self._opened_by):
            self.cut(Limit.OFFENSES)

    def connection_lost(self, exc: Exception | None) -> None:
        self.release()
        super().connection_lost(exc)

    def release(self) -> None:
        """Stop counting the connection: it has ended, or another protocol takes over."""
        for network in self._opened_by:
            _open[network.name] -= 1
            if not _open[network.name]:
                del _open[network.name]
        self._opened_by = ()
        self._is_read()

    def offend(self, limit: Limit) -> None:
        """Cut off the connection for what it sent, and record the offense of its address."""
        _offenses.take_all(counts_of(Limit.OFFENSES, self.person(), OFFENSES))
        self.cut(limit)

    def cut(self, limit: Limit | None = None) -> None:
        """Abort the connection, and have the kernel drop its buffer."""
        if limit is not None:
            refusals.note(limit)
        own_socket = self.transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            own_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._is_read()
        self._unread_timer = self.loop.call_later(READ_WITHIN_SECONDS, self.cut)
        unread.add(self, self.person(), self.unread_bytes())

    def resume_writing(self) -> None:
        self._is_read()
        super().resume_writing()

    def unread_bytes(self) -> int:
        """Return the bytes that the process buffers for the peer."""
        return self.transport.get_write_buffer_size()

    def _is_read(self) -> None:
        if self._unread_timer is not None:
            self._unread_timer.cancel()
            self._unread_timer = None
            unread.remove(self)

    def person(self) -> Networks:
        """Return the networks to count traffic for; behind a proxy, those of the client."""
        if self.scope is None:
            return self._peer()
        return origins.networks_of(origins.client_address(self.scope))

    def _peer(self) -> Networks:
        peer = self.client[0] if self.client else None
        return () if origins.is_trusted_proxy(peer) else origins.networks_of(peer)


def have_offended(networks: Networks) -> bool:
    """Return whether connections from these networks were cut off too often recently."""
    counts = counts_of(Limit.OFFENSES, networks, OFFENSES)
    return bool(counts) and _offenses.refusal_of_any(counts) is not None


def _most_of(network: Network) -> int:
    return network.allowance(MAX_CONNECTIONS_OF_AN_ADDRESS)
