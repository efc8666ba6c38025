"""What stands between a page and the server and does to WebSockets what it should not."""

import asyncio
import base64
import contextlib
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.support.servers import ServerProcess

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


@dataclass
class Meddler:
    """A proxy on a port of its own. What it does is changed by a test as the page looks on.

    `upgrades` is how it treats handshakes: "pass"; "strip" the upgrade, as HTTP/1.0 proxies do;
    "mute": accept them and send nothing; or an HTTP status to answer with. `all_status` answers
    everything so, `sockets_status` all at `/ws/`. `cut_after_seconds` ends sockets that are idle.
    """

    server: ServerProcess
    upgrades: str | int = "pass"
    all_status: int = 0
    sockets_status: int = 0
    cut_after_seconds: float = 3600
    origin: bytes = b""  # in place of the page's own
    sockets_port: int = 0  # where handshakes go, unless to the server
    url: str = ""
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Meddler"]:
        listening = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            listening.close()
            self.cut()

    def cut(self) -> None:
        """End all that is open, as a network that fails."""
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            await self._answer(reader, writer)
        self._open.discard(writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request; no connection is used for a second one."""
        head = await reader.readuntil(b"\r\n\r\n")
        is_handshake = re.search(rb"\r\nupgrade: *websocket", head, re.I) is not None
        status = self._status(head, is_handshake=is_handshake)
        if status:
            page = b"<!DOCTYPE html><title>Something else</title>"
            writer.write(b"HTTP/1.1 %d No\r\ncontent-type: text/html\r\n" % status)
            writer.write(b"content-length: %d\r\nconnection: close\r\n\r\n" % len(page) + page)
            await writer.drain()
        elif is_handshake and self.upgrades == "mute":
            writer.write(_accepting(head))
            await reader.read()
        else:
            await self._pass_on(head, reader, writer, is_handshake=is_handshake)

    def _status(self, head: bytes, *, is_handshake: bool) -> int:
        if self.all_status:
            return self.all_status
        if is_handshake and isinstance(self.upgrades, int):
            return self.upgrades
        return self.sockets_status if b" /ws/" in head.partition(b"\r\n")[0] else 0

    async def _pass_on(
        self,
        head: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        is_handshake: bool,
    ) -> None:
        if not is_handshake or self.upgrades == "strip":
            head = re.sub(rb"\r\n(?:connection|upgrade):[^\r]*", b"", head, flags=re.I)
            head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        if self.origin:
            head = re.sub(rb"(\r\norigin:)[^\r]*", rb"\1 " + self.origin, head, flags=re.I)
        port = (is_handshake and self.sockets_port) or self.server.port
        from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
        self._open.add(to_server)
        to_server.write(head)
        copying = [
            asyncio.create_task(self._copy(reader, to_server)),
            asyncio.create_task(self._copy(from_server, writer)),
        ]
        # A page sends no more than its request: the answer ends it, or its socket either of both.
        await asyncio.wait(
            copying if is_handshake else copying[1:], return_when=asyncio.FIRST_COMPLETED
        )
        for task in copying:
            task.cancel()
        await asyncio.gather(*copying, return_exceptions=True)
        self._open.discard(to_server)
        to_server.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await asyncio.wait_for(reader.read(65536), self.cut_after_seconds):
            writer.write(data)
            await writer.drain()


def _accepting(head: bytes) -> bytes:
    key = re.search(rb"\r\nsec-websocket-key: *([^\r]+)", head, re.I)
    assert key is not None
    accepted = base64.b64encode(hashlib.sha1(key[1] + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"
    )
