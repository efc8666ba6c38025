"""Browsers without a picture, at the tests' servers."""

import contextlib
import json
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS


async def open_browser(
    server: ServerProcess, session_id: str, *, browser_id: str | None = None
) -> SimulatedBrowser:
    """A registered browser that has got its scene."""
    return await SimulatedBrowser.open(server.url, session_id, browser_id=browser_id)


async def refusal(server: ServerProcess, session_id: str) -> tuple[dict[str, Any], int | None]:
    """The error that a page is sent which cannot register, and the code that closes its socket."""
    options: dict[str, Any] = {"origin": Origin(server.url), "open_timeout": WITHIN_SECONDS}
    frames: list[dict[str, Any]] = []
    async with connect(server.socket_url, **options) as socket:
        message = {"type": "registerSession", "sessionId": session_id, "browserId": uuid4().hex}
        await socket.send(json.dumps(message))
        with contextlib.suppress(ConnectionClosed):
            while True:
                frames.append(json.loads(await socket.recv()))
    return frames[-1], socket.close_code


async def registered(
    server: ServerProcess, **way_in: str
) -> tuple[ClientConnection, dict[str, Any]]:
    """A page that has registered, and the first that it was sent."""
    options: dict[str, Any] = {"origin": Origin(server.url), "open_timeout": WITHIN_SECONDS}
    socket = await connect(server.socket_url, **options)
    message = {"type": "registerSession", "browserId": uuid4().hex, **way_in}
    await socket.send(json.dumps(message))
    return socket, json.loads(await socket.recv())


async def next_of(socket: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next message of these kinds that a page is sent."""
    while True:
        message: dict[str, Any] = json.loads(await socket.recv())
        if message["type"] in kinds:
            return message
