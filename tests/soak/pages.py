"""A browser that notices at once what is not of its scene, and comes back as pages do."""

import asyncio
import json
from typing import Any, Self

from websockets.asyncio.client import connect
from websockets.typing import Origin

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.soak.record import Record

JOIN_WITHIN_SECONDS = 10


class Page(SimulatedBrowser):
    """One registered WebSocket whose every message is looked through."""

    record: Record

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
            page.record = record
            if before is not None:
                page.document, page.revision = before.document, before.revision
            try:
                await page._register()
                await page.until(lambda: bool(page.received("sessionRegistered")))
            except BaseException:
                await page.close()
                raise
        return page

    async def _take(self, message: dict[str, Any]) -> None:
        self.record.inspect(json.dumps(message), self.session_id, "a page")
        await super()._take(message)
