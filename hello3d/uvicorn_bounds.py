"""Bounds what uvicorn takes in and keeps of strangers, before the application hears of them.

Its httptools protocol takes heads and trailers of any size and waits for a head without end; its
sockets answer pings that nobody reads; and it takes any number of connections. uvicorn has no
settings for these, and `--http` takes no protocol of our own, so the two classes are extended in
place. This leans on their attributes (uvicorn 0.54): `scope`, `cycle`, `client`, `writable`,
`read_paused`.
"""

from asyncio import BaseTransport, TimerHandle
from collections import Counter
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.web import origins

# Far more than browsers and clients send; a bearer token has 8 kB at the most.
MAX_HEAD_BYTES = 64 * 1024
HEAD_WITHIN_SECONDS = 15.0
# How long what is sent may wait for a peer that does not read.
READ_WITHIN_SECONDS = 60.0
MAX_CONNECTIONS_OF_AN_ADDRESS = 512

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


@dataclass(slots=True)
class _Head:
    """What came of a head, or of the trailers behind a body; neither is whole yet."""

    size: int = 0
    has_body: bool = False
    timer: TimerHandle | None = None


class _Connections:
    """The open connections by the address that they are counted as; proxies' are not."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._names: WeakKeyDictionary[Any, str] = WeakKeyDictionary()

    def add(self, protocol: Any) -> bool:
        """Count a connection; False where it is one too many."""
        peer = protocol.client[0] if protocol.client else None
        name = "" if origins.is_trusted_proxy(peer) else origins.counted_as(peer)
        if not name:
            return True
        self._names[protocol] = name
        self._open[name] += 1
        return self._open[name] <= MAX_CONNECTIONS_OF_AN_ADDRESS

    def remove(self, protocol: Any) -> None:
        name = self._names.pop(protocol, "")
        if name:
            self._open[name] -= 1
            if not self._open[name]:
                del self._open[name]


_connections = _Connections()
_heads: WeakKeyDictionary[Any, _Head] = WeakKeyDictionary()
_waits: WeakKeyDictionary[Any, TimerHandle] = WeakKeyDictionary()


def install() -> None:
    """Bound uvicorn's connections in this process; a second time changes nothing."""
    if HttpToolsProtocol.__dict__.get("is_bounded"):
        return
    HttpToolsProtocol.is_bounded = True  # type: ignore[attr-defined]
    _bound_heads(HttpToolsProtocol)
    _bound_pings(WebSocketsSansIOProtocol)
    for protocol_class in (HttpToolsProtocol, WebSocketsSansIOProtocol):
        _count_connections(protocol_class)
        _bound_unread(protocol_class)


def _bound_heads(protocol_class: Any) -> None:
    received, took_body = protocol_class.data_received, protocol_class.on_body

    def on_body(self: Any, body: bytes) -> None:
        _heads.setdefault(self, _Head()).has_body = True
        took_body(self, body)

    def data_received(self: Any, data: bytes) -> None:
        head = _heads.setdefault(self, _Head())
        head.has_body = False
        received(self, data)
        _look_at(self, head, len(data))

    protocol_class.on_body, protocol_class.data_received = on_body, data_received


def _look_at(protocol: Any, head: _Head, size: int) -> None:
    """Count what came where it belongs to a head or to trailers, and wait for heads so long."""
    is_in_head = protocol.scope is None or "method" not in protocol.scope
    is_in_body = not is_in_head and protocol.cycle is not None and protocol.cycle.more_body
    head.size = head.size + size if is_in_head or (is_in_body and not head.has_body) else 0
    if not is_in_head or protocol.transport.is_closing():
        _cancel(head)
    elif head.timer is None:
        head.timer = protocol.loop.call_later(HEAD_WITHIN_SECONDS, protocol.transport.close)
    if head.size > MAX_HEAD_BYTES and not protocol.transport.is_closing():
        refusals.note(Limit.REQUEST_SIZE)
        protocol.transport.write(_TOO_LARGE)
        protocol.transport.close()
        _cancel(head)


def _cancel(head: _Head) -> None:
    if head.timer is not None:
        head.timer.cancel()
        head.timer = None


def _count_connections(protocol_class: Any) -> None:
    made, lost = protocol_class.connection_made, protocol_class.connection_lost
    is_http = protocol_class is HttpToolsProtocol

    def connection_made(self: Any, transport: BaseTransport) -> None:
        made(self, transport)
        has_room = _connections.add(self)
        if is_http and has_room:
            _look_at(self, _heads.setdefault(self, _Head()), 0)
        elif is_http:
            refusals.note(Limit.OPEN_CONNECTIONS)
            self.transport.abort()

    def connection_lost(self: Any, error: Exception | None) -> None:
        _connections.remove(self)
        _cancel(_heads.pop(self, _Head()))
        lost(self, error)

    protocol_class.connection_made, protocol_class.connection_lost = (
        connection_made,
        connection_lost,
    )
    if is_http:
        upgraded = protocol_class.handle_websocket_upgrade

        def handle_websocket_upgrade(self: Any) -> None:
            _connections.remove(self)  # it is the socket's from now on
            upgraded(self)

        protocol_class.handle_websocket_upgrade = handle_websocket_upgrade


def _bound_unread(protocol_class: Any) -> None:
    pause, resume = protocol_class.pause_writing, protocol_class.resume_writing

    def pause_writing(self: Any) -> None:
        pause(self)
        _waits[self] = self.loop.call_later(READ_WITHIN_SECONDS, self.transport.abort)

    def resume_writing(self: Any) -> None:
        timer = _waits.pop(self, None)
        if timer is not None:
            timer.cancel()
        resume(self)

    protocol_class.pause_writing, protocol_class.resume_writing = pause_writing, resume_writing


def _bound_pings(protocol_class: Any) -> None:
    """Read nothing more of who does not read: each ping would leave an answer behind."""
    answer, resume = protocol_class.handle_ping, protocol_class.resume_writing

    def handle_ping(self: Any) -> None:
        answer(self)
        if not self.writable.is_set() and not self.transport.is_closing():
            self.transport.pause_reading()

    def resume_writing(self: Any) -> None:
        resume(self)
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    protocol_class.handle_ping, protocol_class.resume_writing = handle_ping, resume_writing
