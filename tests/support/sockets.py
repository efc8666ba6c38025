"""A lean browser: registers, acknowledges, keeps the document and every frame; draws nothing."""

import asyncio
import contextlib
import json
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from sessions_app.scene.patches import apply_patch
from tests.support.servers import ServerProcess

WAIT_SECONDS = 30


class LeanBrowser:
    """One registered WebSocket. It registers again when the heartbeat says that it is behind."""

    def __init__(self, socket: ClientConnection, session_id: str) -> None:
        self._socket = socket
        self.session_id = session_id
        self.browser_id = uuid4().hex
        self.frames: list[dict[str, Any]] = []
        self.document: dict[str, Any] = {}
        self.revision = -1
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._run())

    @classmethod
    async def open(cls, server: ServerProcess, session_id: str) -> "LeanBrowser":
        socket = await connect(server.socket_url, origin=server.url, compression=None)  # type: ignore[arg-type]
        browser = cls(socket, session_id)
        await browser._register()
        await browser.until(lambda: browser.revision >= 0)
        return browser

    async def _register(self) -> None:
        message: dict[str, Any] = {"type": "registerSession", "sessionId": self.session_id}
        message["browserId"] = self.browser_id
        if self.revision >= 0:
            message["revision"] = self.revision
        await self._socket.send(json.dumps(message))

    async def _run(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self._socket:
                message = json.loads(text)
                self.frames.append(message)
                await self._take(message)
                async with self._changed:
                    self._changed.notify_all()

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "sessionRegistered":
            if "scene" in message:
                self.document = message["scene"]
            for entry in message.get("patches", []):
                self.document = apply_patch(self.document, entry["patch"])
            await self._applied(message["revision"])
        elif message["type"] == "scenePatch" and message["revision"] == self.revision + 1:
            self.document = apply_patch(self.document, message["patch"])
            await self._applied(message["revision"])
        elif message["type"] == "heartbeat":
            if message["revision"] > self.revision:
                await self._register()
            await self._socket.send(json.dumps({"type": "heartbeat", "revision": self.revision}))

    async def _applied(self, revision: int) -> None:
        self.revision = revision
        message = {"type": "sceneApplied", "revision": revision, "visible": True}
        await self._socket.send(json.dumps(message))

    def patches(self) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == "scenePatch"]

    async def until(self, condition: Any, seconds: float = WAIT_SECONDS) -> None:
        """Wait until `condition()` holds; it is asked after each message."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    @property
    def is_open(self) -> bool:
        return not self._task.done()

    async def close(self) -> None:
        await self._socket.close()
        await self._task
