"""Shuts the process down gracefully: refuse new calls, finish running ones, release browsers."""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from mcp_bridge.endpoint.asgi import McpEndpoint
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

FINISH_WITHIN_SECONDS = 10.0
# For responses of ended calls, and for browsers to disconnect.
LEAVE_WITHIN_SECONDS = 2.0


async def drain(mcp_endpoint: McpEndpoint) -> None:
    """Refuse new work, let calls finish (for up to 10 s), and disconnect the browsers.

    Browsers reply to pending requests of other processes first, within the same time.
    """
    here = await worker.current()
    here.is_draining = True
    here.view_waits.end_all()
    loop = asyncio.get_running_loop()
    end = loop.time() + FINISH_WITHIN_SECONDS
    logger.info("stopping: running calls end, new ones are refused")
    if not await mcp_endpoint.all_answered(within_seconds=FINISH_WITHIN_SECONDS):
        logger.warning("calls did not end in time: %d are ended", here.replies.end_all())
        await mcp_endpoint.all_answered(within_seconds=LEAVE_WITHIN_SECONDS)
    here.leases.send_away()
    left = max(end - loop.time(), LEAVE_WITHIN_SECONDS)
    if not await here.leases.all_left(within_seconds=left):
        logger.warning("not all browsers left in time")


class StopSignals:
    """Runs the drain before the server handles SIGTERM and SIGINT.

    On a signal, uvicorn stops accepting connections and closes all sockets at once, and notifies
    the application last. So the signal is passed on only after the drain.
    """

    def __init__(self, drain: Callable[[], Any]) -> None:
        self._drain = drain
        self._servers: dict[int, Any] = {}
        self._task: asyncio.Task[None] | None = None
        self._heard: set[int] = set()
        # Ends event streams once set: sse-starlette checks it on the owner of SIGTERM's handler.
        self.should_exit = False

    def install(self) -> None:
        """Take over the signals; a server outside of the main thread has none."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._servers[number] = signal.signal(number, self._hear)

    def _hear(self, number: int, _: FrameType | None) -> None:
        """Drain on the first signal; exit at once if it is repeated.

        A worker gets one Ctrl+C twice: from the terminal, and as SIGTERM from its parent.
        """
        if number in self._heard:
            self._pass_on()
            self._pass_on()
        elif not self._heard:
            self._loop.call_soon_threadsafe(self._begin)
        self._heard.add(number)

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._run(), name="drain")

    async def _run(self) -> None:
        try:
            await self._drain()
        except Exception:
            logger.exception("the process could not be drained")
        self._pass_on()

    def _pass_on(self) -> None:
        """Stop the server as on SIGINT; after SIGTERM uvicorn would not exit with 0."""
        self.should_exit = True
        handler = self._servers[signal.SIGINT]
        if callable(handler):
            handler(signal.SIGINT, None)
        else:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.raise_signal(signal.SIGTERM)
