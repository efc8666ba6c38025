"""The GET stream of a protocol session, for unsolicited messages (MCP 2025-11-25, transports).

A protocol session has one stream at a time, the newest. Its client may have lost an earlier one
silently and opens this one in its place.
"""

import asyncio
from http import HTTPStatus
from typing import Any

import anyio
from mcp.server.streamable_http import StreamableHTTPServerTransport
from starlette.types import Message, Receive, Scope, Send

from mcp_bridge.resources import subscriptions
from mcp_bridge.tools.context import ProtocolSession, endpoint_in
from mcp_bridge.transport.live_sessions import LiveSession
from mcp_bridge.transport.rejections import reject
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import TooBusyError
from sessions_app.limits.refusals import refusals
from sessions_app.workers.event_streams import TooManyStreamsError

# How long a displaced stream may take to end.
GIVE_WAY_WITHIN_SECONDS = 1.0


async def serve_get_stream(
    session: ProtocolSession, live: LiveSession, scope: Scope, receive: Receive, send: Send
) -> None:
    """Serve the stream until the client closes it or a newer one displaces it.

    Args:
        session: the protocol session.
        live: its transport in this process.
        scope: the request's ASGI scope.
        receive: the request's ASGI `receive`.
        send: the request's ASGI `send`.
    """
    endpoint, place = endpoint_in(scope), _Displaceable(live.transport, send)
    try:
        async with (
            subscriptions.standalone_stream(
                session.key,
                live.send_updated,
                principal=endpoint.principal,
                is_ready=live.has_read_all,
                give_way=place.give_way,
            ),
            subscriptions.stream_of_address(endpoint.remote_address),
            place,
        ):
            await live.transport.handle_request(scope, receive, place.send)
    except TooManyStreamsError as error:
        if error.limit is Limit.STREAMS_PER_ADDRESS:
            await _too_many_streams(scope, receive, send)
        else:
            await too_many(scope, receive, send)
    except TooBusyError:
        await too_many(scope, receive, send)
    if place.is_cut and place.is_open:
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    elif place.is_cut:
        await too_many(scope, receive, send)


class _Displaceable:
    """Serves a stream until a newer one displaces it; use it as a context, with its `send`."""

    def __init__(self, transport: StreamableHTTPServerTransport, send: Send) -> None:
        self._transport = transport
        self._send = send
        self._serving = anyio.CancelScope()
        self._timer: asyncio.TimerHandle | None = None
        self.is_open = False  # the response has started

    @property
    def is_cut(self) -> bool:
        """Whether the stream was cut off."""
        return self._serving.cancelled_caught

    def give_way(self) -> None:
        """End the stream; if its client does not read, cut it off after a second."""
        self._transport.close_standalone_sse_stream()
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(GIVE_WAY_WITHIN_SECONDS, self._serving.cancel)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_open = True
        await self._send(message)

    async def __aenter__(self) -> None:
        self._serving.__enter__()

    async def __aexit__(self, *exception: Any) -> bool | None:
        if self._timer is not None:
            self._timer.cancel()
        return self._serving.__exit__(*exception)


async def _too_many_streams(scope: Scope, receive: Receive, send: Send) -> None:
    text = (
        f"{subscriptions.MAX_STREAMS_OF_AN_ADDRESS} GET streams are open at your address, as many"
        " as there may be: close one that is not needed"
    )
    status = HTTPStatus.TOO_MANY_REQUESTS
    await reject(status, text, headers={"Retry-After": "60"})(scope, receive, send)


async def too_many(scope: Scope, receive: Receive, send: Send) -> None:
    """Respond that this process has no room for the stream or session."""
    refusals.note(Limit.PROTOCOL_SESSIONS)
    text = "Too many open sessions: try again in a minute"
    await reject(HTTPStatus.SERVICE_UNAVAILABLE, text)(scope, receive, send)
