"""Lets a call's connection end before the call does, or without an answer where it is cancelled.

A tool may close the connection of its call, and the client come back for the rest.

MCP 2025-11-25, basic/transports, "Sending Messages to the Server", point 6, and "Resumability and
Redelivery". The SDK would prime each call, and give each event an id and a place in a store. Here
that happens to the streams that a tool closes, and to no other: an ordinary call costs no more.

This leans on underscored parts of the SDK (mcp 2.3), all of a transport: `_mint_priming_event`,
`_create_session_message`, `_replay_events`, `_create_event_data`, `_request_streams`,
`_terminate_unanswered_request`, `_write_stream`; and on its writer, which ends a connection after a
response.
"""

import secrets
from collections import deque
from collections.abc import AsyncIterator
from functools import partial
from http import HTTPStatus
from typing import Any
from weakref import WeakSet

import anyio
from mcp.server.streamable_http import (
    EventCallback,
    EventMessage,
    EventStore,
    StreamableHTTPServerTransport,
)
from mcp.shared.message import ServerMessageMetadata, SessionMessage
from mcp_types import (
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCRequest,
    JSONRPCResponse,
)
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.types import Send

from mcp_bridge.endpoint import endpoint_in
from mcp_bridge.transport.rejections import reject

MAX_STREAMS = 1000  # of this process
MAX_STREAMS_OF_A_SESSION = 8
MAX_EVENTS_OF_A_STREAM = 32
RETRY_MILLISECONDS = 500


class _Priming(JSONRPCResponse):
    """The event without data that a client comes back by; never sent as a message."""


class _Silence(JSONRPCResponse):
    """The end of a connection whose request was cancelled; never sent as a message."""


class ClosedStream:
    """What a call has said since its connection was closed; the oldest goes where it is too much.

    Event ids are the stream's name and a number: the cursor that the specification speaks of.
    """

    def __init__(self) -> None:
        self.name = secrets.token_hex(8)
        self.is_ended = False
        self._last = 0
        self._events: deque[tuple[int, JSONRPCMessage]] = deque(maxlen=MAX_EVENTS_OF_A_STREAM)
        self._news = anyio.Event()
        self._reader: object = None

    def add(self, message: JSONRPCMessage) -> str:
        """Keep a message, and give its id; a response is the last."""
        self._last += 1
        self._events.append((self._last, message))
        if isinstance(message, JSONRPCResponse | JSONRPCError):
            self.is_ended = True
        self._wake()
        return f"{self.name}-{self._last}"

    def end(self) -> None:
        """Say that nothing more will come."""
        self.is_ended = True
        self._wake()

    def let_go(self) -> None:
        """Send away who reads it now, to come back later."""
        self._reader = None
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = anyio.Event()

    async def after(self, number: int) -> AsyncIterator[EventMessage]:
        """Everything later than the event of that number, to its end or until another reads it."""
        self._reader = reader = object()
        self._wake()
        while self._reader is reader:
            news = self._news
            for position, message in [event for event in self._events if event[0] > number]:
                number = position
                yield EventMessage(message, f"{self.name}-{position}")
            if self.is_ended and number >= self._last:
                return
            await news.wait()


# Of this process; each belongs to a session's transport.
_streams: WeakSet[ClosedStream] = WeakSet()


class ClosedStreams(EventStore):
    """The closed streams of one protocol session, by the request that each belongs to."""

    def __init__(self) -> None:
        self._streams: dict[str, ClosedStream] = {}

    @property
    def has_room(self) -> bool:
        """Whether this process holds so few streams that it may close another one."""
        return len(_streams) < MAX_STREAMS

    def open(self, request_id: str) -> ClosedStream:
        """A new stream for a request, in the place of the session's oldest if it has too many."""
        if request_id in self._streams:
            self._streams.pop(request_id).end()
        while len(self._streams) >= MAX_STREAMS_OF_A_SESSION:
            self._streams.pop(next(iter(self._streams))).end()
        stream = self._streams[request_id] = ClosedStream()
        _streams.add(stream)
        return stream

    def has_running(self, request_id: str) -> bool:
        stream = self._streams.get(request_id)
        return stream is not None and not stream.is_ended

    def let_go(self, request_id: str) -> None:
        """Close the connection on which a client reads the stream of a request, if it has one."""
        if self.has_running(request_id):
            self._streams[request_id].let_go()

    def after(self, event_id: str) -> AsyncIterator[EventMessage] | None:
        """What came after an event; None where no stream of this session has its id."""
        name, _, number = event_id.partition("-")
        for stream in self._streams.values():
            if stream.name == name and number.isdecimal() and len(number) < 10:
                return stream.after(int(number))
        return None

    def end(self) -> None:
        """End all of them: the session's transport ends."""
        for stream in self._streams.values():
            stream.end()
        self._streams.clear()

    async def store_event(self, stream_id: str, message: JSONRPCMessage | None) -> str:
        """Keep a message of a stream that is closed; no other has events with ids."""
        if isinstance(message, _Priming):  # the second one, of a tool that asks twice, is not sent
            running = self.has_running(stream_id)
            stream = self._streams[stream_id] if running else self.open(stream_id)
            return f"{stream.name}-0"
        if message is None or not self.has_running(stream_id):
            return ""
        return self._streams[stream_id].add(message)

    async def replay_events_after(self, _: str, __: EventCallback) -> None:
        """Nothing: the transport follows the stream itself, to its end."""


class PollableTransport(StreamableHTTPServerTransport):
    """The SDK's transport, where a tool may call `context.close_sse_stream()`.

    The SDK offers that for clients of 2025-11-25 and later only: earlier ones would not come back.
    What was cancelled is not answered.
    """

    def __init__(self, token: str, *, idle_timeout: float) -> None:
        self._closed = ClosedStreams()
        super().__init__(mcp_session_id=token, event_store=self._closed, idle_timeout=idle_timeout)

    def has_running(self, request_id: int | str | None) -> bool:
        """Whether a request with this id is under way, its connection open or closed."""
        key = str(request_id)
        return key in self._request_streams or self._closed.has_running(key)

    async def terminate(self) -> None:
        self._closed.end()
        await super().terminate()

    async def _mint_priming_event(self, _: str, __: str) -> dict[str, Any] | None:
        """None: a client is primed when its connection is about to be closed."""
        return None

    def _create_session_message(
        self, message: JSONRPCRequest, request: Request, request_id: Any, protocol_version: str
    ) -> SessionMessage:
        created = super()._create_session_message(message, request, request_id, protocol_version)
        metadata = created.metadata
        if not isinstance(metadata, ServerMessageMetadata):
            return created
        if not endpoint_in(request.scope).takes_events:  # there is no stream to ask it on
            metadata.can_send_request = False
        if metadata.close_sse_stream is not None:
            metadata.close_sse_stream = partial(self._prime_and_close, request_id)
            metadata.close_standalone_sse_stream = None  # what it would miss is kept nowhere
        return created

    async def _terminate_unanswered_request(self, request_id: Any) -> None:
        """End the connection of a request that was cancelled, after all that was said on it.

        MCP 2025-11-25, basic/utilities/cancellation: no response is sent for it.
        """
        if self._write_stream is not None:
            end = _Silence(jsonrpc="2.0", id=request_id, result={})
            await self._write_stream.send(SessionMessage(end))

    async def _prime_and_close(self, request_id: str) -> None:
        """Close the connection of a call after all that was said on it; not where it is too much.

        What closes it goes the way of every message, so that none is overtaken: the store makes a
        stream of it, and who writes the connection ends it as if this were the answer.
        """
        self._closed.let_go(request_id)
        writing = self._write_stream
        if writing is not None and request_id in self._request_streams and self._closed.has_room:
            await writing.send(SessionMessage(_Priming(jsonrpc="2.0", id=request_id, result={})))

    def _create_event_data(self, event_message: EventMessage) -> dict[str, Any]:
        if isinstance(event_message.message, _Priming):
            return {"id": event_message.event_id, "data": "", "retry": RETRY_MILLISECONDS}
        if isinstance(event_message.message, _Silence):
            return {"comment": "cancelled"}
        return super()._create_event_data(event_message)

    async def _replay_events(self, last_event_id: str, request: Request, send: Send) -> None:
        """Go on with a stream where the client's last event left it, and end it with its answer."""
        events = self._closed.after(last_event_id)
        if events is None:
            text = "No stream has that Last-Event-ID here: call the tool again"
            await reject(HTTPStatus.BAD_REQUEST, text)(request.scope, request.receive, send)
            return
        response = EventSourceResponse(
            self._shown(events),
            headers={
                "Cache-Control": "no-cache, no-transform",
                "Mcp-Session-Id": self.mcp_session_id or "",
            },
        )
        await response(request.scope, request.receive, send)

    async def _shown(self, events: AsyncIterator[EventMessage]) -> AsyncIterator[dict[str, Any]]:
        async for event in events:
            yield self._create_event_data(event)
