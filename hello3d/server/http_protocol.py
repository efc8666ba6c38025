"""HTTP as uvicorn speaks it, with bounds on what a stranger may send before any application reads.

uvicorn takes heads, trailers, chunk sizes and pipelined requests without end, and waits for a head
without end. serving.py names this class to it. It leans on attributes that uvicorn does not promise
(`cycle`, `flow`, `pipeline`); real connections in test_connections.py would see them.
"""

import asyncio
import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from hello3d.middleware.heads import MAX_FIELDS
from hello3d.server.connections import BoundedConnection, have_offended
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals

# Far more than browsers and clients send; a bearer token has 8 kB at the most.
MAX_HEAD_BYTES = 64 * 1024
HEAD_WITHIN_SECONDS = 15.0
# Requests that wait for the answer to the one before.
MAX_PIPELINED = 16
# Pieces of a body with less than 64 bytes: each costs a microsecond, as much as 10 kB do.
MAX_SMALL_PIECES = 2048
_SMALL_BYTES = 64
# What is parsed before it is counted.
_FEED_BYTES = 64 * 1024

# An offer of another protocol than WebSocket's, which a server may ignore (RFC 9110, section 7.8):
# Java's own client offers h2c. The parser would take the body for that protocol's.
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
    """Raised in a callback of the parser, which then reads no further."""


class HttpProtocol(BoundedConnection, HttpToolsProtocol):
    """One connection, which is another protocol's after an upgrade."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head_is_whole = False
        self._is_refused = False
        self._body_bytes = 0
        self._fed_body_bytes = 0
        self._small_pieces = 0
        # Heads, trailers, and what chunks have beside the body.
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
        """Keep no trailers, which are no headers (RFC 9110, section 6.5.1), and not any number."""
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
        if self.pipeline or self._small_pieces > MAX_SMALL_PIECES:  # nobody would take it in
            self._refuse_in_parser()
        super().on_body(body)

    def handle_websocket_upgrade(self) -> None:
        if self._is_busy() or self.flow.write_paused:  # an answer would never hear of its end
            self.offend(Limit.REQUEST_SIZE)
            return
        if have_offended(self.person()):  # behind a proxy it is seen only now
            self.cut(Limit.OFFENSES)
            return
        self._is_upgraded = True
        self.release()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        if self._is_refused:
            self._refuse()
        elif self._is_busy():
            self.cut()  # it would be read as a part of the answer that is under way
        else:
            super().send_400_response(msg)

    def _refuse_in_parser(self) -> None:
        """Have the parser stop; uvicorn then answers with 400."""
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
        """Wait so long for a head, or for the rest of a body whose request is answered already."""
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
        """Begin no next answer before the last one is read."""
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
        """Beside what was sent: the rest of an answer that the application holds as a whole."""
        size = super().unread_bytes()
        cycle = self._answering
        if cycle is None or cycle.scope["state"].get("comes_in_pieces"):
            return size
        return size + cycle.expected_content_length

    def _is_busy(self) -> bool:
        """Whether a request is being answered."""
        return self._answering is not None and not self._answering.response_complete


def _without_offers(data: bytes) -> bytes:
    """What a request begins with, without the protocols that it offers beside HTTP/1.1."""
    head, end, rest = data.partition(b"\r\n\r\n")
    return _OFFER.sub(b"", head) + end + rest if b"pgrade:" in head else data
