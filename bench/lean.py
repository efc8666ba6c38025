"""A client that costs far less than the server: raw HTTP/1.1 and WebSocket, one buffer each."""

import asyncio
import contextlib
import json
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

MODERN = "2026-07-28"
HANDSHAKE = "2025-11-25"
ERAS = (HANDSHAKE, MODERN)
_INFO = {"name": "bench", "version": "1"}
_META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": _INFO,
}


class LeanClient:
    """One connection of one MCP client."""

    def __init__(
        self, port: int, era: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._port = port
        self._reader = reader
        self._writer = writer
        self._era = era
        self._session_headers = ""
        self._id = 0

    @classmethod
    async def open(cls, port: int, era: str) -> Self:
        client = cls(port, era, *await asyncio.open_connection("127.0.0.1", port))
        if era == HANDSHAKE:
            await client._initialize()
        return client

    async def _initialize(self) -> None:
        params = {"protocolVersion": HANDSHAKE, "capabilities": {}, "clientInfo": _INFO}
        head, _ = await self._post({"id": 0, "method": "initialize", "params": params})
        [token] = [
            line.split(": ", 1)[1]
            for line in head.split("\r\n")
            if line.lower().startswith("mcp-session-id")
        ]
        self._session_headers = f"mcp-session-id: {token}\r\nmcp-protocol-version: {HANDSHAKE}\r\n"
        await self._post({"method": "notifications/initialized"})

    async def call(self, tool: str, **arguments: Any) -> bytes:
        """Call a tool and return the body of the answer, unread."""
        self._id += 1
        params: dict[str, Any] = {"name": tool, "arguments": arguments}
        headers = self._session_headers
        if self._era == MODERN:
            params["_meta"] = _META
            headers = f"mcp-protocol-version: {MODERN}\r\nmcp-method: tools/call\r\n"
            headers += f"mcp-name: {tool}\r\n"
        body = {"id": self._id, "method": "tools/call", "params": params}
        return (await self._post(body, headers))[1]

    async def open_scene(self) -> str:
        """The session id of a new scene."""
        answer = (await self.call("open_session")).decode()
        return answer.split('"sessionId":"', 1)[1][:36]

    def close(self) -> None:
        self._writer.close()

    async def _post(self, message: dict[str, Any], headers: str = "") -> tuple[str, bytes]:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        head = (
            f"POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:{self._port}\r\n"
            "content-type: application/json\r\naccept: application/json, text/event-stream\r\n"
            f"content-length: {len(body)}\r\n{headers or self._session_headers}\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        return answer, await self._body(answer.lower())

    async def _body(self, head: str) -> bytes:
        if "content-length:" in head:
            length = int(head.split("content-length:")[1].split("\r\n")[0])
            return await self._reader.readexactly(length)
        if "transfer-encoding: chunked" not in head:
            return b""
        chunks = []
        while length := int(await self._reader.readuntil(b"\r\n"), 16):
            chunks.append((await self._reader.readexactly(length + 2))[:-2])
        await self._reader.readexactly(2)
        return b"".join(chunks)


class LeanBrowser:
    """A page that acknowledges each patch and reads no more of it than its revision."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._edits = 0
        self._edited = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    @classmethod
    async def open(cls, port: int, session_id: str, browser_id: str = "bench") -> Self:
        origin = Origin(f"http://127.0.0.1:{port}")
        url = f"ws://127.0.0.1:{port}/ws/scene/"
        socket = await connect(url, origin=origin, compression=None, ping_interval=None)
        register = {"type": "registerSession", "sessionId": session_id, "browserId": browser_id}
        await socket.send(json.dumps(register))
        await socket.recv()
        return cls(socket)

    async def _run(self) -> None:
        async for text in self._socket:
            if isinstance(text, str) and text.startswith('{"type":"scenePatch"'):
                revision = text.split(":", 2)[2].split(",", 1)[0]
                await self._socket.send(
                    f'{{"type":"sceneApplied","revision":{revision},"visible":true}}'
                )
            elif isinstance(text, str) and text.startswith('{"type":"sceneEdit'):
                if not text.startswith('{"type":"sceneEdited"'):
                    raise RuntimeError(f"an edit was refused: {text}")
                self._edited.set()

    async def edit(self, name: str, **arguments: Any) -> None:
        """Have the server store an edit; wait for its answer."""
        self._edits += 1
        self._edited.clear()
        head = {"type": "sceneEdit", "editId": f"{id(self)}-{self._edits}", "baseRevision": 0}
        await self._socket.send(json.dumps(head | {"name": name, "arguments": arguments}))
        await self._edited.wait()

    async def close(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._socket.close()
