"""The sockets of this process's application, asked without a network between."""

from typing import Any

from channels.testing import WebsocketCommunicator

from tests.support.waiting import WITHIN_SECONDS


class Communicator(WebsocketCommunicator):  # type: ignore[misc] # Channels has no types
    """By itself it would give up after a second, which says more of the machine than of us."""

    async def connect(self, seconds: float = WITHIN_SECONDS) -> tuple[bool, int | None]:
        accepted, code = await super().connect(seconds)
        return accepted, code

    async def receive_from(self, seconds: float = WITHIN_SECONDS) -> str | bytes:
        received: str | bytes = await super().receive_from(seconds)
        return received

    async def receive_output(self, seconds: float = WITHIN_SECONDS) -> dict[str, Any]:
        output: dict[str, Any] = await super().receive_output(seconds)
        return output

    async def disconnect(self, code: int = 1000, seconds: float = WITHIN_SECONDS) -> None:
        await super().disconnect(code, seconds)

    async def wait(self, seconds: float = WITHIN_SECONDS) -> None:
        await super().wait(seconds)
