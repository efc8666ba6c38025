"""Bounds the bytes that this process buffers for peers that do not read.

Global to the process, and used only from its event loop.
"""

from collections import Counter
from typing import Protocol

from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Network, Networks

MAX_BYTES = 32 * 1024 * 1024
MAX_BYTES_OF_AN_ADDRESS = MAX_BYTES // 4
_NOT_COUNTED = (Network(""),)


class Sender(Protocol):
    """A connection whose peer does not read."""

    def cut(self, limit: Limit | None = None) -> None: ...


class Unread:
    """Unread bytes by connection and network.

    At a limit, the network's connection that has waited longest is cut off. A peer that reads,
    however slowly, starts a new wait each time.
    """

    def __init__(self) -> None:
        self._waiting: dict[Sender, tuple[Networks, int]] = {}
        self._of_network: dict[str, dict[Sender, None]] = {}
        self._bytes: Counter[str] = Counter()
        self._total = 0

    def add(self, sender: Sender, networks: Networks, size: int) -> None:
        """Count `size` unread bytes; cut off other connections, never `sender`, until they fit.

        Args:
            sender: a connection that is not counted yet.
            networks: of `origins.networks_of`; if empty, no limit per network applies.
            size: bytes that the process buffers for the peer.
        """
        counted = networks or _NOT_COUNTED
        self._waiting[sender] = counted, size
        self._total += size
        for network in counted:
            self._of_network.setdefault(network.name, {})[sender] = None
            self._bytes[network.name] += size
        for network in networks:
            most = network.allowance(MAX_BYTES_OF_AN_ADDRESS, of_all=MAX_BYTES)
            while self._bytes[network.name] > most:
                if not self._evict(network.name, sender, Limit.UNREAD_BYTES_PER_ADDRESS):
                    break
        while self._total > MAX_BYTES:
            heaviest = max(self._bytes, key=self._bytes.__getitem__)
            if not self._evict(heaviest, sender, Limit.UNREAD_BYTES):
                break

    def remove(self, sender: Sender) -> None:
        """Forget a peer that has read everything or has gone."""
        networks, size = self._waiting.pop(sender, ((), 0))
        self._total -= size
        for network in networks:
            self._bytes[network.name] -= size
            del self._of_network[network.name][sender]
            if not self._of_network[network.name]:
                del self._of_network[network.name], self._bytes[network.name]

    def _evict(self, name: str, newest: Sender, limit: Limit) -> bool:
        longest = next(iter(self._of_network[name]))
        if longest is newest:
            return False
        self.remove(longest)
        longest.cut(limit)
        return True


unread = Unread()
