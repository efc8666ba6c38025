"""Responds in a form that the client accepts, and sends the response's head in time.

MCP requires clients to accept both JSON and event streams, and the SDK chooses. Some clients accept
less or send no header (RFC 9110, section 12.5.1), so the SDK's response is converted for them.
"""

import asyncio
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from pydantic_core import from_json
from starlette.types import Message, Scope, Send

from mcp_bridge.tools.context import Endpoint

JSON, EVENTS = "application/json", "text/event-stream"
BOTH = f"{JSON}, {EVENTS}".encode()
# The head of a slow response is sent after this time.
HEAD_WITHIN_SECONDS = 1.0

_MAX_ACCEPT = 1000  # bytes of the header to parse; browsers send about 150
_EVENTS = EVENTS.encode()
_COMMENT = b": open\r\n\r\n"
_STREAM_HEADERS = [
    (b"content-type", _EVENTS),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]


class Accepted(NamedTuple):
    """The forms of a response that a client accepts."""

    json: bool
    events: bool


def accepted(scope: Scope) -> Accepted:
    """Parse the Accept header; without one, a client accepts anything."""
    lines = [value for name, value in scope["headers"] if name == b"accept"]
    return (
        _read(b",".join(lines)[:_MAX_ACCEPT].decode("latin-1"))
        if lines
        else Accepted(json=True, events=True)
    )


@lru_cache(maxsize=256)
def _read(header: str) -> Accepted:
    return Accepted(json=_takes(JSON, header), events=_takes(EVENTS, header))


def _takes(media_type: str, header: str) -> bool:
    """Return whether the most specific matching range has a weight above 0."""
    ranges = [f"{media_type.split('/')[0]}/*", media_type]
    best, weight = -1, 0.0
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        rank = 0 if name == "*/*" else ranges.index(name) + 1 if name in ranges else -1
        if rank > best or (rank == best and rank >= 0):
            given = _weight(parameters)
            best, weight = rank, given if rank > best else max(weight, given)
    return weight > 0


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def response_sender(endpoint: Endpoint, accepts: Accepted, send: Send) -> "AsEvents | AsJson":
    """Return a `send` that converts the response to an accepted form and sends its head early."""
    if endpoint.method == "GET":
        return AsEvents(send, only=False, opened=None, greets=True)
    if endpoint.method and not accepts.events:
        return AsJson(send)

    def opened() -> None:
        endpoint.head_sent = True

    # The head of a handshake's response has the protocol session's id.
    waits = not endpoint.method or endpoint.opening is not None
    return AsEvents(send, only=not accepts.json, opened=None if waits else opened)


class AsEvents:
    """A `send` that starts its own event stream if a response is slow.

    The response then becomes an event of that stream. Otherwise the head could wait for up to 15 s:
    the SDK decides late on a form, and Daphne sends no head before some body.
    """

    def __init__(
        self, send: Send, *, only: bool, opened: Callable[[], None] | None, greets: bool = False
    ) -> None:
        """Wrap a `send`.

        Args:
            send: the client's `send`.
            only: the client accepts no JSON, so successes are always sent as events.
            opened: called when the stream starts before the response. None: never start early,
                because the response's own head is needed.
            greets: start the stream with a comment, which flushes its head.
        """
        self._send = send
        self._only = only
        self._opened = opened
        self._greets = greets
        self._opening: asyncio.Task[None] | None = None
        self._collects = False
        self._collected = b""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(HEAD_WITHIN_SECONDS, self._open) if opened else None

    def close(self) -> None:
        """Cancel the early start, because the request has ended."""
        if self._timer is not None:
            self._timer.cancel()

    async def __call__(self, message: Message) -> None:
        self.close()
        if self._opening is not None:
            await self._opening
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._collects:
            await self._collect(message)
        else:
            await self._send(message)

    def _open(self) -> None:
        if self._opened is not None:
            self._opened()
        self._opening = asyncio.get_running_loop().create_task(self._send_head())

    async def _send_head(self) -> None:
        await self._send(
            {"type": "http.response.start", "status": HTTPStatus.OK, "headers": _STREAM_HEADERS}
        )
        await self._send_part(_COMMENT)

    async def _begin(self, message: Message) -> None:
        is_stream, is_open = _is_stream(message), self._opening is not None
        self._collects = not is_stream and (
            is_open or (self._only and message["status"] == HTTPStatus.OK)
        )
        if is_open:
            return
        if self._collects:
            message = {**message, "headers": _with_type(message, EVENTS)}
        await self._send(message)
        if self._greets and is_stream:
            await self._send_part(_COMMENT)

    async def _collect(self, message: Message) -> None:
        self._collected += message.get("body", b"")
        if not message.get("more_body", False):
            event = b"event: message\r\ndata: %b\r\n\r\n" % self._collected
            await self._send({**message, "body": event if self._collected else b""})

    async def _send_part(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": True})


class AsJson:
    """A `send` that gives clients without event streams only the response, as JSON."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._rest = b""
        self._response = b""

    def close(self) -> None:
        """Do nothing; there is no early start."""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_stream(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._read(message.get("body", b""))
            if not message.get("more_body", False):
                await self._finish(self._start)

    def _read(self, body: bytes) -> None:
        """Keep the response and drop earlier messages, which do not fit into one JSON object."""
        *events, self._rest = (self._rest + body).split(b"\r\n\r\n")
        for event in events:
            for line in event.split(b"\r\n"):
                data = line.removeprefix(b"data: ")
                if data.startswith(b"{") and "method" not in from_json(data):
                    self._response = data

    async def _finish(self, start: Message) -> None:
        """Send the response; 202 without a body for a cancelled request."""
        status = start["status"] if self._response else HTTPStatus.ACCEPTED
        await self._send({**start, "status": status, "headers": _with_type(start, JSON)})
        await self._send({"type": "http.response.body", "body": self._response, "more_body": False})


def _is_stream(message: Message) -> bool:
    for name, value in message["headers"]:
        if name == b"content-type":
            return bool(value.startswith(_EVENTS))
    return False


def _with_type(message: Message, media_type: str) -> list[tuple[bytes, bytes]]:
    """Return the headers with another media type and without the length."""
    left_out = (b"content-type", b"content-length")
    kept = [(name, value) for name, value in message["headers"] if name.lower() not in left_out]
    return [*kept, (b"content-type", media_type.encode())]
