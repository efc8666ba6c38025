"""One server for all the clients that start the program: another process's, or else our own."""

import asyncio
import contextlib
import socket
from pathlib import Path
from urllib.parse import urlsplit

from mcp_bridge.stdio.process import HOST, page
from mcp_bridge.stdio.relay import NobodyServesError
from mcp_bridge.stdio.streams import ClientLines
from sessions_app.storage import database, sole_server
from sessions_app.storage.schema import bring_up_to_date

# As long as a first start on a slow machine may take.
FOUND_WITHIN_SECONDS = 20
LOOK_EVERY_SECONDS = 0.1


class SharedServer:
    """The one server of a SQLite file. When its process ends, who is left takes its place.

    Links stay good: the new one listens where the old one did. Protocol sessions do, too: each
    process of an installation reads their tokens.
    """

    def __init__(self, file: Path, lines: ClientLines) -> None:
        self._file = file
        self._lines = lines
        self._finding = asyncio.Lock()
        self._own = contextlib.AsyncExitStack()
        self._origin = ""

    async def origin(self) -> str:
        """Where the file is served now: found, or started in this process.

        Raises:
            NobodyServesError: neither came about in time.
        """
        async with self._finding:
            deadline = asyncio.get_running_loop().time() + FOUND_WITHIN_SECONDS
            while not await _answers(self._origin):
                if asyncio.get_running_loop().time() > deadline:
                    raise NobodyServesError(f"Another process holds {self._file.name}: end it.")
                if sole_server.claim(self._file):
                    self._origin = await self._serve(near=self._origin)
                else:
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
                    self._origin = sole_server.origin_of(self._file) or self._origin
            return self._origin

    async def _serve(self, *, near: str) -> str:
        await database.run(bring_up_to_date)
        listener = _listen(urlsplit(near).port or 0)
        origin = await self._own.enter_async_context(page(listener, self._lines))
        sole_server.publish(self._file, origin)
        return origin

    async def close(self) -> None:
        """End what this process serves, if anything."""
        await self._own.aclose()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError:
        return socket.create_server((HOST, 0))


async def _answers(origin: str) -> bool:
    """Whether somebody listens there."""
    if not origin:
        return False
    parts = urlsplit(origin)
    try:
        _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except OSError:
        return False
    writer.close()
    return True
