"""Receives request bodies, each bounded in size and time, all of them bounded in memory.

The process has one budget, used only from its event loop. WebSocket messages draw on it as well
(hello3d/server/socket_protocol.py).
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType

from starlette.types import Message, Receive, Scope

from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Network, Networks
from sessions_app.limits.refusals import refusals
from sessions_app.web import origins

MAX_BODY_BYTES = 1024 * 1024
BODY_WITHIN_SECONDS = 15
MAX_HELD_BYTES = 64 * 1024 * 1024
MAX_HELD_BYTES_OF_AN_ADDRESS = MAX_HELD_BYTES // 4


@dataclass(frozen=True, slots=True)
class Refusal:
    """The response to a request whose body is refused."""

    status: HTTPStatus
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


class BodyRefusedError(Exception):
    """The request's body is refused."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


def _too_large(most: int) -> Refusal:
    refusals.note(Limit.REQUEST_SIZE)
    text = f"The body is larger than {most} bytes"
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)


def _too_slow() -> Refusal:
    text = f"The body did not arrive within {BODY_WITHIN_SECONDS} s"
    return Refusal(HTTPStatus.REQUEST_TIMEOUT, text)


def _no_room(status: HTTPStatus, reason: str, limit: Limit) -> Refusal:
    """Ask to retry once the bodies now in flight have arrived or timed out."""
    refusals.note(limit)
    text = f"{reason}: send this again in {BODY_WITHIN_SECONDS} s"
    # Close, rather than receive the rest only to discard it.
    headers = {"retry-after": str(BODY_WITHIN_SECONDS), "connection": "close"}
    return Refusal(status, text, headers)


class Budget:
    """Bytes of incomplete bodies, in total and by network."""

    def __init__(self) -> None:
        self._held = 0
        self._of_network: Counter[str] = Counter()

    def take(self, size: int, networks: Networks) -> Refusal | None:
        """Reserve `size` bytes; return a refusal if that exceeds a limit.

        Args:
            size: in bytes.
            networks: of `origins.networks_of`; empty for an address that is not counted by itself.
        """
        if any(self._of_network[network.name] + size > _most_of(network) for network in networks):
            text = "Too many bytes from your address are on their way in other requests"
            limit = Limit.BODY_BYTES_PER_ADDRESS
            return _no_room(HTTPStatus.TOO_MANY_REQUESTS, text, limit)
        if self._held + size > MAX_HELD_BYTES:
            text = "The server is busy taking in other requests"
            return _no_room(HTTPStatus.SERVICE_UNAVAILABLE, text, Limit.BODY_BYTES)
        self._held += size
        for network in networks:
            self._of_network[network.name] += size
        return None

    def give_back(self, size: int, networks: Networks) -> None:
        self._held -= size
        for network in networks:
            self._of_network[network.name] -= size
            if not self._of_network[network.name]:
                del self._of_network[network.name]


def _most_of(network: Network) -> int:
    return network.allowance(MAX_HELD_BYTES_OF_AN_ADDRESS, of_all=MAX_HELD_BYTES)


budget = Budget()


class IncomingBody:
    """The body of one request; a context manager that reserves budget for a body sent in pieces.

    A body in one piece, as nearly all are, uses no budget: it has arrived, so slow bodies cannot
    keep it out.
    """

    __slots__ = (
        "_end", "_held", "_most", "_networks", "_receive", "_scope", "_size", "is_whole", "refused",
    )  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive, *, most: int | None = None) -> None:
        """Prepare to receive at most `most` bytes, by default 1 MiB."""
        self.is_whole = False
        self._most = most or MAX_BODY_BYTES
        self.refused: Refusal | None = None
        self._scope = scope
        self._receive = receive
        self._size = 0
        self._held = 0
        self._networks: Networks = ()
        self._end = asyncio.get_running_loop().time() + BODY_WITHIN_SECONDS

    def __enter__(self) -> "IncomingBody":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._held:
            budget.give_back(self._held, self._networks)

    async def receive(self) -> Message:
        """Return the server's next message; call until `is_whole`.

        Raises:
            BodyRefusedError: the body is too large or too slow, or the budget is used up.
        """
        if not self._size and _declared_size(self._scope) > self._most:
            raise self._refuse(_too_large(self._most))
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            raise self._refuse(_too_slow()) from None
        size = len(message.get("body", b""))
        self._size += size
        if self._size > self._most:
            raise self._refuse(_too_large(self._most))
        if message.get("more_body", False):
            self._hold(size)
        else:
            self.is_whole = True
        return message

    def _hold(self, size: int) -> None:
        if not self._held:
            self._networks = origins.networks_of(origins.client_address(self._scope))
        refusal = budget.take(size, self._networks)
        if refusal is not None:
            raise self._refuse(refusal)
        self._held += size

    def _refuse(self, refusal: Refusal) -> BodyRefusedError:
        self.refused = refusal  # not the error: its traceback would keep the body alive
        return BodyRefusedError(refusal)


def _declared_size(scope: Scope) -> int:
    declared = origins.header(scope["headers"], b"content-length") or ""
    return int(declared) if declared.isdecimal() else 0
