"""uvicorn's HTTP protocol, with bounds on what a client may send before the application reads.

uvicorn does not bound heads, trailers, chunk sizes and pipelined requests, nor the wait for a head.
serving.py configures this class. It relies on uvicorn internals (`cycle`, `flow`, `pipeline`);
test_connections.py covers them with real connections.
"""

import asyncio
import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from hello3d.middleware.heads import MAX_FIELDS
from hello3d.server.connections import BoundedConnection, have_offended
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals

# Far more than browsers and clients send; a bearer token has at most 8 kB.
MAX_HEAD_BYTES = 64 * 1024
HEAD_WITHIN_SECONDS = 15.0
# Requests that wait for an earlier response.
MAX_PIPELINED = 16
# Body chunks below 64 bytes; each costs a microsecond, as much as 10 kB.
MAX_SMALL_PIECES = 2048
_SMALL_BYTES = 64
# Bytes that are parsed before they are counted.
_FEED_BYTES = 64 * 1024

# Offers of protocols other than WebSocket, which servers may ignore (RFC 9110, section 7.8). Java's
# client offers h2c. The parser would take the body for that protocol's.
_OFFER = re.compile(rb"\r\nupgrade:(?![ \t]*websocket)[^\r\n]*", re.IGNORECASE)

_TEXT = (
    f"A head may have {MAX_HEAD_BYTES} bytes, and trailers and the sizes of chunks no more than"
    " that beyond what the body has.\n"
).encode()
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n\r\n%b"
) % (len(_TEXT), _TEXT)


class _RefusedError(Exception):
    """Raised in a callback to stop the parser."""


class HttpProtocol(BoundedConnection, HttpToolsProtocol):
    """One connection, until an upgrade hands it to another protocol."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head_is_whole = False
        self._is_refused = False
        self._body_bytes = 0
        self._fed_body_bytes = 0
        self._small_pieces = 0
        # Heads, trailers and chunk framing.
        self._framing_bytes = 0
        self._answering: RequestResponseCycle | None = None
        self._owes_completion = False
        self._is_upgraded = False
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._await_head()

    def release(self) -> None:
        super().release()
        self._cancel_head_timer()

    # What comes in

    def data_received(self, data: bytes) -> None:
        if not self._is_busy() and not (self.cycle and self.cycle.more_body):
            data = _without_offers(data)
        for start in range(0, len(data), _FEED_BYTES):
            feed = data[start : start + _FEED_BYTES]
            self._fed_body_bytes = 0
            super().data_received(feed)
            if self._is_upgraded or self.transport.is_closing():
                return
            self._framing_bytes += len(feed) - self._fed_body_bytes
            if self._framing_bytes > MAX_HEAD_BYTES + self._body_bytes:
                self._refuse()
                return
        self._await_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_is_whole = False
        self._body_bytes = self._framing_bytes = self._small_pieces = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Ignore trailers, which are not headers (RFC 9110, section 6.5.1), and excess headers."""
        if not self._head_is_whole and len(self.headers) <= MAX_FIELDS:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_is_whole = True
        if len(self.pipeline) >= MAX_PIPELINED:
            self._refuse_in_parser()
        super().on_headers_complete()
        if not self.pipeline:
            self._answering = self.cycle

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        self._fed_body_bytes += len(body)
        self._small_pieces += len(body) < _SMALL_BYTES
        if self.pipeline or self._small_pieces > MAX_SMALL_PIECES:  # nothing would read it
            self._refuse_in_parser()
        super().on_body(body)

    def handle_websocket_upgrade(self) -> None:
        if self._is_busy() or self.flow.write_paused:  # a response would never finish
            self.offend(Limit.REQUEST_SIZE)
            return
        if have_offended(self.person()):  # behind a proxy, known only now
            self.cut(Limit.OFFENSES)
            return
        self._is_upgraded = True
        self.release()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        if self._is_refused:
            self._refuse()
        elif self._is_busy():
            self.cut()  # a 400 would become part of the current response
        else:
            super().send_400_response(msg)

    def _refuse_in_parser(self) -> None:
        """Stop the parser; uvicorn then responds with 400."""
        self._is_refused = True
        raise _RefusedError

    def _refuse(self) -> None:
        if self._is_busy():
            self.offend(Limit.REQUEST_SIZE)
            return
        refusals.note(Limit.REQUEST_SIZE)
        self.transport.write(_TOO_LARGE)
        self.transport.close()
        self._cancel_head_timer()

    def _await_head(self) -> None:
        """Start the timeout for a head, or for the rest of a body after its response."""
        if self._head_is_whole and self._is_busy():
            self._cancel_head_timer()
        elif self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(HEAD_WITHIN_SECONDS, self.transport.close)

    def _cancel_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    # What goes out

    def on_response_complete(self) -> None:
        """Start the next response only after the last one was read."""
        if self.flow.write_paused and not self.transport.is_closing():
            self._owes_completion = True
            self.flow.pause_reading()
            return
        if self.pipeline:
            self._answering = self.pipeline[-1][0]
        super().on_response_complete()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._owes_completion:
            self._owes_completion = False
            self.on_response_complete()

    def unread_bytes(self) -> int:
        """Add the rest of a response that the application holds in memory."""
        size = super().unread_bytes()
        cycle = self._answering
        if cycle is None or cycle.scope["state"].get("comes_in_pieces"):
            return size
        return size + cycle.expected_content_length

    def _is_busy(self) -> bool:
        """Return whether a response is in progress."""
        return self._answering is not None and not self._answering.response_complete


def _without_offers(data: bytes) -> bytes:
    """Remove offers of other protocols from a request's head."""
    head, end, rest = data.partition(b"\r\n\r\n")
    return _OFFER.sub(b"", head) + end + rest if b"pgrade:" in head else data
