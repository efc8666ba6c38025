"""uvicorn's WebSocket protocol, with bounds on frames, bytes and time.

uvicorn parses everything in a read at once, does not count frames, and reads on for 10 s after a
close. serving.py configures this class. It relies on internals: `queue`, `read_paused`,
`close_sent` and `close_timer` of uvicorn, and `events`, `reader.buffer` and `current_size` of
websockets; test_frames.py covers them with real connections.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from hello3d.server.connections import BoundedConnection
from sessions_app.limits.browser_limits import FRAMES_AT_ONCE, MessageAllowance
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Networks
from sessions_app.web.bodies import budget

# How long a message may take to complete.
MESSAGE_WITHIN_SECONDS = 30.0
# How long to wait for the reply to a close.
CLOSE_WITHIN_SECONDS = 2.0
# Parsed in one turn of the event loop: 340 of the smallest frames, which take 3 ms.
_SLICE_BYTES = 2048
# Bytes per connection that are exempt from the budget.
_FREE_BYTES = 4096
_WHOLE_MESSAGES = (Opcode.TEXT, Opcode.BINARY)


class SocketProtocol(BoundedConnection, WebSocketsSansIOProtocol):
    """One connection, from the upgrade on."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._unparsed = memoryview(b"")
        self._turn: asyncio.Handle | None = None
        self._frame_allowance = MessageAllowance(self.loop.time(), at_once=FRAMES_AT_ONCE)
        self._queued_bytes = 0  # of messages not yet taken by the application
        self._held_bytes = 0  # of the budget
        self._held_for: Networks = ()
        self._message_timer: asyncio.TimerHandle | None = None

    def release(self) -> None:
        super().release()
        self._unparsed = memoryview(b"")
        self._cancel_message_timer()
        self._hold(0)

    # Reading

    def data_received(self, data: bytes) -> None:
        if not self._unparsed and len(data) <= _SLICE_BYTES:
            super().data_received(data)
            self._pace()
            return
        self._unparsed = memoryview(bytes(self._unparsed) + data)
        if self._turn is None:
            self._parse_slice()

    def _parse_slice(self) -> None:
        """Parse one slice; the rest waits for other connections' turns."""
        self._turn = None
        if self.transport.is_closing():
            return
        piece, self._unparsed = self._unparsed[:_SLICE_BYTES], self._unparsed[_SLICE_BYTES:]
        super().data_received(bytes(piece))
        self._pace()

    def _pace(self) -> None:
        """Go on parsing if the application keeps up, and reading if everything is parsed."""
        if self.transport.is_closing():
            return
        if self._unparsed:
            self.transport.pause_reading()
            if self._turn is None and not self.read_paused:
                self._turn = self.loop.call_soon(self._parse_slice)
        elif not self.read_paused:
            self.transport.resume_reading()
        self._count_bytes()

    def handle_events(self) -> None:
        """Count frames other than messages, which the application counts until it closes."""
        events = self.conn.events
        frames = len(events) if self.close_sent else sum(map(_is_no_message, events))
        if frames and not self._frame_allowance.take(self.loop.time(), frames):
            self.offend(Limit.FRAME_RATE)
            return
        super().handle_events()

    def send_receive_event_to_app(self) -> None:
        self._cancel_message_timer()
        self._queued_bytes += sum(map(len, self.frames))
        super().send_receive_event_to_app()

    async def receive(self) -> Any:
        message = await super().receive()
        if self.queue.empty():
            self._queued_bytes = 0
        if self._unparsed or self._held_bytes or self._is_unfinished():
            self._pace()
        return message

    def _count_bytes(self) -> None:
        """Update the held bytes, and start or stop the timeout of a partial message."""
        unfinished = len(self.conn.reader.buffer) + (self.conn.current_size or 0)
        self._hold(len(self._unparsed) + unfinished + self._queued_bytes)
        if not self._is_unfinished():
            self._cancel_message_timer()
        elif self._message_timer is None and not (self._unparsed or self.read_paused):
            self._message_timer = self.loop.call_later(MESSAGE_WITHIN_SECONDS, self.cut)

    def _is_unfinished(self) -> bool:
        """Return whether a message or frame is incomplete."""
        return bool(self.conn.reader.buffer) or self.conn.current_size is not None

    def _hold(self, size: int) -> None:
        """Reserve these bytes, unless they are few, from the budget shared with request bodies."""
        held = size if size > _FREE_BYTES else 0
        if held == self._held_bytes:
            return
        if self._held_bytes:
            budget.give_back(self._held_bytes, self._held_for)
        else:
            self._held_for = self.person()
        self._held_bytes = 0
        if held and budget.take(held, self._held_for) is not None:
            self.cut()
        else:
            self._held_bytes = held

    def _cancel_message_timer(self) -> None:
        if self._message_timer is not None:
            self._message_timer.cancel()
            self._message_timer = None

    # Closing

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.close" and self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(CLOSE_WITHIN_SECONDS, self.cut)


def _is_no_message(event: Any) -> bool:
    is_whole = isinstance(event, Frame) and event.fin and event.opcode in _WHOLE_MESSAGES
    return isinstance(event, Frame) and not is_whole
