"""A simulated browser that registers, acknowledges, and keeps the document and all messages."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from sessions_app.scene.changes.patches import apply_patch

WAIT_SECONDS = 60


class SimulatedBrowser:
    """One registered WebSocket; registers again when a heartbeat shows that it is behind."""

    def __init__(
        self, socket: ClientConnection, session_id: str, browser_id: str | None = None
    ) -> None:
        self._socket = socket
        self.session_id = session_id
        self.browser_id = browser_id or uuid4().hex
        self.frames: list[dict[str, Any]] = []
        self.document: dict[str, Any] = {}
        self.revision = -1
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._run())

    @classmethod
    async def open(cls, address: str, session_id: str, *, browser_id: str | None = None) -> Self:
        """Open a socket at a server (http://…), register and wait for the scene."""
        url = f"{address.replace('http', 'ws', 1)}/ws/scene/"
        parts = urlsplit(address)
        origin = Origin(f"{parts.scheme}://{parts.netloc}")
        socket = await connect(url, origin=origin, compression=None, open_timeout=WAIT_SECONDS)
        browser = cls(socket, session_id, browser_id)
        await browser.register()
        await browser.until(lambda: browser.revision >= 0)
        return browser

    def patches(self) -> list[dict[str, Any]]:
        """Return the received patches, in order."""
        return self.received("scenePatch")

    def received(self, kind: str) -> list[dict[str, Any]]:
        """Return the received messages of this type, in order."""
        return [frame for frame in self.frames if frame["type"] == kind]

    async def receives(
        self, kind: str, count: int = 1, *, seconds: float = WAIT_SECONDS
    ) -> list[dict[str, Any]]:
        """Wait for `count` messages of this type; return all received ones.

        Raises:
            TimeoutError: they did not come in time.
        """
        await self.until(lambda: len(self.received(kind)) >= count, seconds)
        return self.received(kind)

    async def until(self, condition: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
        """Wait until `condition()` is true; it is checked after each message and at the end.

        Raises:
            TimeoutError: it did not become true in time.
        """
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    async def reaches(self, revision: int, seconds: float = WAIT_SECONDS) -> None:
        """Wait until the document has reached this revision.

        Raises:
            TimeoutError: it did not come in time.
        """
        await self.until(lambda: self.revision >= revision, seconds)

    @property
    def is_open(self) -> bool:
        return not self._task.done()

    @property
    def close_code(self) -> int | None:
        """The socket's close code; None while it is open."""
        return self._socket.close_code

    async def ended(self, seconds: float = WAIT_SECONDS) -> None:
        """Wait until the server has closed the socket.

        Raises:
            TimeoutError: it is still open.
        """
        async with asyncio.timeout(seconds):
            await asyncio.shield(self._task)

    async def close(self) -> None:
        await self._socket.close()
        await self._task

    async def send(self, message: dict[str, Any]) -> None:
        await self._socket.send(json.dumps(message))

    async def edit(self, edit_id: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Have the server perform an operation, and return its answer.

        Raises:
            TimeoutError: none came in time.
        """
        head = {"type": "sceneEdit", "editId": edit_id, "baseRevision": self.revision}
        before = len(self._answers_to(edit_id))
        await self.send(head | {"name": name, "arguments": arguments})
        await self.until(lambda: len(self._answers_to(edit_id)) > before)
        return self._answers_to(edit_id)[-1]

    def _answers_to(self, edit_id: str) -> list[dict[str, Any]]:
        kinds = ("sceneEdited", "sceneEditRefused")
        answers = [frame for frame in self.frames if frame["type"] in kinds]
        return [answer for answer in answers if answer["editId"] == edit_id]

    async def register(self) -> None:
        """Ask for the scene, or for what came after the revision that is here."""
        message: dict[str, Any] = {"type": "registerSession", "sessionId": self.session_id}
        message["browserId"] = self.browser_id
        if self.revision >= 0:
            message["revision"] = self.revision
        await self.send(message)

    async def _run(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self._socket:
                message = json.loads(text)
                self.frames.append(message)
                await self.take(message)
                async with self._changed:
                    self._changed.notify_all()
        async with self._changed:
            self._changed.notify_all()  # the socket has ended: what is waited for does not come

    async def take(self, message: dict[str, Any]) -> None:
        """Handle a message; a subclass may add to it."""
        if message["type"] == "sessionRegistered":
            self.document = message.get("scene", self.document)
            for entry in message.get("patches", []):
                self.document = apply_patch(self.document, entry["patch"])
            await self._applied(message["revision"])
        elif message["type"] == "scenePatch" and message["revision"] == self.revision + 1:
            self.document = apply_patch(self.document, message["patch"])
            await self._applied(message["revision"])
        elif message["type"] == "heartbeat":
            if message["revision"] > self.revision:
                await self.register()
            await self.send({"type": "heartbeat", "revision": self.revision})

    async def _applied(self, revision: int) -> None:
        self.revision = revision
        message = {"type": "sceneApplied", "revision": revision, "visible": True}
        await self.send(message)
