"""Serves one MCP client on standard input and output, and the page of its scene."""

import asyncio
import contextlib
import logging
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from types import FrameType

import uvicorn
from channels.routing import get_default_application
from django.conf import settings
from sse_starlette.sse import AppStatus

from mcp_bridge.endpoint.server import build_server
from mcp_bridge.stdio.streams import ClientLines, StandardStreams, client_streams
from mcp_bridge.tools.context import Endpoint, ProtocolSession
from sessions_app import clock
from sessions_app.errors import StoreError
from sessions_app.people.principals import Principal
from sessions_app.sessions.opening import binding_end
from sessions_app.storage import database
from sessions_app.web.serving import server_config
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
# Clients kill a server that does not exit within about two seconds.
PAGES_LEAVE_WITHIN_SECONDS = 1


async def serve(
    streams: StandardStreams,
    listener: socket.socket,
    principal: Principal,
    announce: Callable[[str], None],
) -> None:
    """Serve until the client closes its end or a signal arrives.

    Args:
        streams: the client's.
        listener: the socket to serve the page on.
        principal: the client's principal.
        announce: called with the page's origin once it is served.
    """
    with signals_ending(streams.lines):
        async with page(listener, streams.lines) as origin:
            announce(origin)
            endpoint, key = _own_endpoint(origin, principal)
            clients = (await worker.current()).clients
            try:
                with clients.holding(key):
                    await _talk(streams, endpoint)
            finally:
                with contextlib.suppress(StoreError):  # it cannot be resumed in any case
                    await database.run(binding_end, key)
                await clients.left(key)
    database.close_connections()


@contextlib.contextmanager
def signals_ending(lines: ClientLines) -> Iterator[None]:
    """Treat SIGINT and SIGTERM as the end of the client's input."""
    loop = asyncio.get_running_loop()

    def end(_: int, __: FrameType | None) -> None:
        loop.call_soon_threadsafe(lines.end)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _own_endpoint(origin: str, principal: Principal) -> tuple[Endpoint, str]:
    """Return the endpoint of all requests, and the key of this process's binding.

    The process has a single client, in either era, so the scene is bound to the process.
    """
    session = ProtocolSession(
        key=secrets.token_hex(16),
        issued_at=int(clock.now().timestamp()),
        protocol_version="",
        capabilities=0,
        client_name="",
        client_version="",
    )
    endpoint = Endpoint(
        path="stdio",
        path_key=None,
        public_origin=settings.PUBLIC_ORIGIN or origin,
        remote_address=None,
        user_agent="",
        principal=principal,
        protocol_session=session,
    )
    return endpoint, session.key


async def _talk(streams: StandardStreams, endpoint: Endpoint) -> None:
    server = build_server(endpoint)
    async with client_streams(streams) as (read, write):
        await server.run(read, write, server.create_initialization_options())


class _PageServer(uvicorn.Server):
    """Leaves signals to the process, so that the client's connection ends before the page's."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up_or_failed = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up_or_failed.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def page(listener: socket.socket, lines: ClientLines) -> AsyncIterator[str]:
    """Serve the page, its sockets and `/mcp`, and yield their origin.

    If the server ends by itself, the client's input ends as well.
    """
    server = _PageServer(
        server_config(
            get_default_application(), timeout_graceful_shutdown=PAGES_LEAVE_WITHIN_SECONDS
        )
    )
    serving = asyncio.create_task(server.serve([listener]), name="page")

    def ended(_: object) -> None:
        lines.end()
        server.is_up_or_failed.set()

    serving.add_done_callback(ended)
    port = listener.getsockname()[1]
    try:
        await server.is_up_or_failed.wait()
        logger.info("the page is served on port %d of %s", port, HOST)
        origin = f"http://{HOST}:{port}"
        settings.CAMERA_ORIGIN = settings.CAMERA_ORIGIN or origin
        yield origin
    finally:
        AppStatus.should_exit = True  # the event streams of other clients get no signal
        server.should_exit = True
        await serving
