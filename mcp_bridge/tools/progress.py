"""Reports the progress of long calls to clients that request it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from mcp_bridge.tools.context import Context

EVERY_SECONDS = 1.0


class Progress:
    """The progress of one call (MCP 2026-07-28, basic/utilities/progress), in seconds."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._wanted = "progressToken" in ((context.params or {}).get("_meta") or {})

    @contextlib.asynccontextmanager
    async def reported(self, message: str, *, within_seconds: float) -> AsyncIterator[None]:
        """Report every second while the block runs, and its end."""
        if not self._wanted:
            yield
            return
        ticking = asyncio.create_task(self._tick(message, within_seconds))
        try:
            yield
        finally:
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking
        await self._context.session.report_progress(within_seconds, within_seconds, "Done.")

    async def _tick(self, message: str, within_seconds: float) -> None:
        passed = 0.0
        while passed < within_seconds:
            await self._context.session.report_progress(passed, within_seconds, message)
            await asyncio.sleep(EVERY_SECONDS)
            passed += EVERY_SECONDS
