"""Pages at the tests' servers that come with a code, or wait for a client."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS

CODE = re.compile(r"\b[2-9A-HJKMNP-Z]{3}-[2-9A-HJKMNP-Z]{3}\b")


class CodePage:
    """A page's socket, at a server."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, server: ServerProcess, **ways_in: Any) -> "AsyncIterator[CodePage]":
        origin = Origin(server.url)
        async with connect(server.socket_url, origin=origin, compression=None) as socket:
            page = cls(socket)
            await page.send("registerSession", browserId=uuid4().hex, **ways_in)
            yield page

    async def send(self, kind: str, **members: Any) -> None:
        await self._socket.send(json.dumps({"type": kind, **members}))

    async def receive(self, *kinds: str) -> dict[str, Any]:
        async with asyncio.timeout(WITHIN_SECONDS):
            while True:
                message: dict[str, Any] = json.loads(await self._socket.recv())
                if message["type"] in kinds:
                    return message

    async def agree(self) -> dict[str, Any]:
        """Answer the client that comes; acknowledge the scene, as a page with a picture does."""
        asked = await self.receive("joinRequested")
        await self.send("joinAnswer", accept=True)
        joined = await self.receive("sessionRegistered")
        await self.send("sceneApplied", revision=joined["revision"], visible=True)
        return asked | joined

    def breaks(self) -> None:
        """Break the connection, without a close frame."""
        self._socket.transport.abort()
