"""Shares one server among all clients that start the program: another process's, or our own."""

import asyncio
import contextlib
from pathlib import Path
from urllib.parse import urlsplit

from django.db import DatabaseError

from mcp_bridge.stdio.process import HOST, page
from mcp_bridge.stdio.relay import NobodyServesError
from mcp_bridge.stdio.streams import ClientLines
from sessions_app.errors import StoreError
from sessions_app.storage import database, sole_server
from sessions_app.storage.schema import SchemaError, bring_up_to_date
from sessions_app.web.serving import listen

# Enough for a first start on a slow machine.
FOUND_WITHIN_SECONDS = 20
LOOK_EVERY_SECONDS = 0.1


class SharedServer:
    """The only server of a SQLite file. When its process ends, another process takes over.

    Links stay valid, because the new server listens on the old port. Protocol sessions stay valid
    as well, because every process of an installation can verify their tokens. The lock decides who
    serves, never the port: after a server was killed, anybody may listen there.
    """

    def __init__(self, file: Path, lines: ClientLines) -> None:
        self._file = file
        self._lines = lines
        self._finding = asyncio.Lock()
        self._stack = contextlib.AsyncExitStack()
        self._own = ""  # our origin, once we serve
        self._last = ""

    async def origin(self) -> str:
        """Return the origin of the file's server; start one in this process if necessary.

        Raises:
            NobodyServesError: neither succeeded in time.
        """
        async with self._finding:
            deadline = asyncio.get_running_loop().time() + FOUND_WITHIN_SECONDS
            while not (found := await self._find()):
                if asyncio.get_running_loop().time() > deadline:
                    raise NobodyServesError(f"Another process holds {self._file.name}: end it.")
                await asyncio.sleep(LOOK_EVERY_SECONDS)
            self._last = found
            return found

    def known_origin(self) -> str:
        """Return the origin of a running server, without starting one; empty if there is none."""
        with contextlib.suppress(SchemaError):
            if not self._own and not sole_server.claim(self._file):
                return sole_server.origin_of(self._file)
        return self._own

    async def close(self) -> None:
        """Stop this process's own server, if any."""
        await self._stack.aclose()

    async def _find(self) -> str:
        if self._own:
            return self._own
        try:
            if not sole_server.claim(self._file):
                return sole_server.origin_of(self._file)
            self._own = await self._serve()
        except (SchemaError, DatabaseError, StoreError, OSError) as error:
            why = error.__cause__ or error
            raise NobodyServesError(f"The scenes cannot be served: {why}") from None
        return self._own

    async def _serve(self) -> str:
        await database.run(bring_up_to_date)
        try:
            listener = listen(HOST, urlsplit(self._last).port or 0)
        except OSError:
            listener = listen(HOST, 0)  # the port is taken by now
        origin = await self._stack.enter_async_context(page(listener, self._lines))
        sole_server.publish(self._file, origin)
        return origin
