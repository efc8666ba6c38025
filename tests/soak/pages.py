"""A browser that notices at once what is not of its scene, and comes back as pages do."""

import asyncio
import json
from typing import Any, Self
from uuid import uuid4

from websockets.asyncio.client import connect
from websockets.typing import Origin

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.soak.record import Change, Record

JOIN_WITHIN_SECONDS = 10


class Page(SimulatedBrowser):
    """One registered WebSocket whose every message is looked through."""

    record: Record
    # By edit id, the changes that it has sent and that were not answered yet.
    unanswered: dict[str, Change]

    @classmethod
    async def join(
        cls, origin: str, key: str, record: Record, *, before: "Page | None" = None
    ) -> Self:
        """Open a socket and get the scene, or what `before` lacks where that had one.

        Raises:
            OSError, TimeoutError, WebSocketException: there was no answer, or a refusal.
        """
        async with asyncio.timeout(JOIN_WITHIN_SECONDS):
            url = f"{origin.replace('http', 'ws', 1)}/ws/scene/"
            socket = await connect(url, origin=Origin(origin), compression=None)
            page = cls(socket, key, before.browser_id if before else None)
            page.record, page.unanswered = record, {}
            if before is not None:
                page.document, page.revision = before.document, before.revision
                page.unanswered = before.unanswered
            try:
                await page.register()
                await page.until(lambda: bool(page.received("sessionRegistered")))
                for edit_id, change in list(page.unanswered.items()):
                    await page._send_edit(edit_id, change)
            except BaseException:
                await page.close()
                raise
        return page

    async def change(self, change: Change, seconds: float) -> None:
        """Send an edit, and wait until it is answered or the socket has ended.

        Raises:
            TimeoutError: neither came in time.
            WebSocketException: the socket has ended before.
        """
        edit_id = uuid4().hex
        self.unanswered[edit_id] = change
        await self._send_edit(edit_id, change)
        await self.until(
            lambda: edit_id not in self.unanswered or self.close_code is not None, seconds
        )

    async def _send_edit(self, edit_id: str, change: Change) -> None:
        message = {
            "type": "sceneEdit",
            "editId": edit_id,
            "baseRevision": max(self.revision, 0),
            "name": change.tool,
            "arguments": {"color": change.color},
        }
        await self.send(message)

    async def take(self, message: dict[str, Any]) -> None:
        self.record.inspect(json.dumps(message), self.session_id, "a page")
        await super().take(message)
        if message["type"] in ("sceneEdited", "sceneEditRefused"):
            change = self.unanswered.pop(message["editId"], None)
            if change is not None:  # else it was sent again, and is answered twice
                self.record.edited(change, message)
