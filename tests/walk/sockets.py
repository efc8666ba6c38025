"""Asks over the pages' WebSocket, and keeps what came back."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hello3d.asgi import application
from tests.support.communicating import Communicator
from tests.support.waiting import WITHIN_SECONDS
from tests.walk.answers import ORIGIN

QUIET_AFTER_SECONDS = 0.3


@dataclass
class Heard:
    """The frames that came, and the code of the close, None while it is open."""

    frames: list[dict[str, Any]] = field(default_factory=list)
    close_code: int | None = None

    def comparable(self) -> tuple[int | None, list[tuple[str, str]]]:
        """What a stranger can tell; what comes by the clock is left out."""
        telling = [frame for frame in self.frames if frame["type"] not in ("presence", "heartbeat")]
        words = [(frame["type"], str(frame.get("message", ""))) for frame in telling]
        return self.close_code, words


class Socket:
    """A page's connection, by its parts."""

    def __init__(self, path: str, proof: Mapping[str, str]) -> None:
        headers = {"host": "testserver", "origin": ORIGIN, **proof}
        self._socket = Communicator(
            application,
            path,
            headers=[(name.encode(), value.encode()) for name, value in headers.items()],
        )
        self.heard = Heard()

    async def open(self) -> bool:
        """Connect; False where it is refused at once."""
        accepted, code = await self._socket.connect()
        if not accepted:
            self.heard.close_code = code
        return bool(accepted)

    async def say(self, message: dict[str, Any]) -> Heard:
        """Send a message and hear until nothing more comes."""
        await self._socket.send_to(text_data=json.dumps(message))
        wait = WITHIN_SECONDS if not self.heard.frames else QUIET_AFTER_SECONDS
        while self.heard.close_code is None:
            if await self._socket.receive_nothing(timeout=wait):
                break
            event = await self._socket.receive_output()
            if event["type"] == "websocket.close":
                self.heard.close_code = event.get("code")
            else:
                self.heard.frames.append(json.loads(event["text"]))
            wait = QUIET_AFTER_SECONDS
        return self.heard

    async def close(self) -> None:
        if self.heard.close_code is None:
            await asyncio.wait_for(self._socket.disconnect(), WITHIN_SECONDS)
