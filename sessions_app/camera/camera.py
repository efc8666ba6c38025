"""The server's own browser, which draws scenes that nobody has open.

One for each process, started by the first job, ended after a minute without any. It opens the
server's page `/camera`, which draws the documents that it is handed.
"""

import asyncio
import json
import logging
import math
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from sessions_app.camera.devtools import BrowserEndedError, BrowserSaidNoError
from sessions_app.camera.page import CameraPage
from sessions_app.camera.programs import program
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import TooBusyError
from sessions_app.limits.refusals import refusals

logger = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
# One is drawn at a time; the others wait, and their calls with them.
MAX_WAITING = 8
# A browser that cannot start here, for its sandbox, say, is not tried again at once.
START_AGAIN_AFTER_SECONDS = 60.0


class NoCameraError(Exception):
    """This server has no camera, or it cannot start."""


class CameraFailedError(Exception):
    """It could not draw; the next job starts it anew."""


class Camera:
    """Takes one job at a time. Its answers are those of a page, and checked as such."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._page: CameraPage | None = None
        self._cannot_start_until = -math.inf
        self._rest: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    async def take(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Have a scene drawn; the caller bounds the wait.

        Args:
            job: `document` and its `revision`, and what is asked of it: `method` and `params` as in
                `browserRequest`.

        Returns:
            What a page answers: `result`, or `error` with a code.

        Raises:
            NoCameraError: this server has none, or its page cannot be opened.
            CameraFailedError: it ended.
            TooBusyError: too many jobs wait.
        """
        path, url = program(), page_url()
        if path is None or url is None:
            raise NoCameraError
        if self._waiting >= MAX_WAITING:
            refusals.note(Limit.CALLS_ASIDE)
            raise TooBusyError(Limit.CALLS_ASIDE)
        self._waiting += 1
        try:
            async with self._turn:
                return await self._take(path, url, job)
        finally:
            self._waiting -= 1

    async def stop(self) -> None:
        """End the browser, whatever it is at."""
        self._keep()
        page, self._page = self._page, None
        if page is not None:
            await page.close()

    async def _take(self, path: str, url: str, job: Mapping[str, Any]) -> dict[str, Any]:
        self._keep()
        answer = None
        try:
            if self._page is None:
                self._page = await self._opened(path, url)
            text = await asyncio.to_thread(json.dumps, job)
            answer = await self._page.evaluate(f"take({text})")
        except (BrowserEndedError, BrowserSaidNoError, OSError) as error:
            logger.warning("the camera failed: %s %s", type(error).__name__, error)
            raise CameraFailedError from error
        finally:
            # A call that gave up leaves a job behind that may never end.
            if not isinstance(answer, dict):
                await asyncio.shield(self.stop())
        if not isinstance(answer, dict):
            raise CameraFailedError
        self._rest = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._rested)
        return answer

    async def _opened(self, path: str, url: str) -> CameraPage:
        loop = asyncio.get_running_loop()
        if loop.time() < self._cannot_start_until:
            raise NoCameraError
        try:
            page = await CameraPage.open(path, url)
        except (BrowserEndedError, BrowserSaidNoError, OSError) as error:
            self._cannot_start_until = loop.time() + START_AGAIN_AFTER_SECONDS
            logger.warning("the camera cannot start: %s %s", type(error).__name__, error)
            raise NoCameraError from error
        logger.info("the camera has started")
        return page

    def _keep(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    def _rested(self) -> None:
        self._rest = None
        self._ending = asyncio.create_task(self._end(), name="camera end")

    async def _end(self) -> None:
        async with self._turn:
            if self._rest is None:  # no job has come meanwhile
                await self.stop()
                logger.info("the camera has ended: nothing was asked of it for a while")


def page_url() -> str | None:
    """Return the URL of the camera's page; None if no address of this server is known.

    Below a ROOT_PATH a proxy serves what the page loads.
    """
    origin = settings.PUBLIC_ORIGIN if settings.ROOT_PATH else settings.CAMERA_ORIGIN
    origin = origin or settings.PUBLIC_ORIGIN
    return None if origin is None else f"{origin}{settings.ROOT_PATH}/camera"
