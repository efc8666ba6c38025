"""The requests that calls have in flight at one page, and where their answers go."""

from typing import Any

from sessions_app.wire.events import tell_channel
from sessions_app.wire.page_messages import BrowserResponse

MAX_ASKED = 64


class Questions:
    """Reply channels by request id."""

    def __init__(self) -> None:
        self._reply_channels: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._reply_channels)

    def ask(self, request_id: str, reply_channel: str) -> None:
        """Add a request; beyond the limit the oldest one is forgotten."""
        self._reply_channels[request_id] = reply_channel
        if len(self._reply_channels) > MAX_ASKED:
            del self._reply_channels[next(iter(self._reply_channels))]

    def withdraw(self, request_id: str) -> bool:
        """Withdraw a request; return whether it was in flight."""
        return self._reply_channels.pop(request_id, None) is not None

    async def answer(self, message: BrowserResponse) -> None:
        """Pass the page's answer to its call; unsolicited answers are dropped."""
        said = {"kind": "answer", "result": message.result, "reason": message.reason}
        await self._reply(str(message.request_id), said)

    async def give_up(self) -> None:
        """Report to all waiting calls that the page is gone."""
        for request_id in list(self._reply_channels):
            await self._reply(request_id, {"kind": "gone"})

    async def _reply(self, request_id: str, said: dict[str, Any]) -> None:
        reply_channel = self._reply_channels.pop(request_id, None)
        if reply_channel is not None:
            await tell_channel(reply_channel, {"type": "reply", "call_id": request_id, **said})
