"""The camera's browser and the page in it, from its start to its end."""

import asyncio
import logging
import os
import tempfile
from typing import Any
from urllib.parse import urlsplit

from sessions_app.camera.devtools import BrowserSaidNoError, DevTools

logger = logging.getLogger(__name__)

_READY_EVERY_SECONDS = 0.02
# Nothing of the settings: the browser gets what programs need, and no secrets.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "TMPDIR", "XDG_RUNTIME_DIR", "FONTCONFIG_PATH")
_ARGUMENTS = (
    "--headless",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",  # which is small in containers
    "--disable-extensions",
    "--disable-gpu-compositing",
    "--disable-sync",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
)


class CameraPage:
    """A page of a browser of its own."""

    def __init__(
        self, browser: DevTools, session: str, profile: tempfile.TemporaryDirectory[str]
    ) -> None:
        self._browser = browser
        self._session = session
        self._profile = profile

    @classmethod
    async def open(cls, program: str, url: str) -> "CameraPage":
        """Start the browser, and wait until the page can draw; the caller bounds the wait.

        Raises:
            OSError: the program cannot be started.
            BrowserEndedError: it ended, or is no Chromium.
            BrowserSaidNoError: the page cannot be opened.
        """
        # Not in a thread: a call that is cancelled would leave the folder behind.
        profile = tempfile.TemporaryDirectory(prefix="hello3d-camera-", ignore_cleanup_errors=True)
        try:
            arguments = [*_ARGUMENTS, f"--user-data-dir={profile.name}", *_only(url), *_sandbox()]
            environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
            browser = await DevTools.start(program, arguments, environment)
        except BaseException:
            profile.cleanup()
            raise
        page = cls(browser, "", profile)
        try:
            await page._navigate(url)
        except BaseException:
            await asyncio.shield(page.close())
            raise
        return page

    async def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, or of its promise."""
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        found = await self._browser.call("Runtime.evaluate", params, session=self._session)
        if "exceptionDetails" in found:
            raise BrowserSaidNoError(str(found["exceptionDetails"].get("text"))[:200])
        return found["result"].get("value")

    async def close(self) -> None:
        """End the browser, and remove what it kept."""
        await self._browser.stop()
        await asyncio.to_thread(self._profile.cleanup)

    async def _navigate(self, url: str) -> None:
        target = await self._browser.call("Target.createTarget", {"url": "about:blank"})
        attached = await self._browser.call(
            "Target.attachToTarget", {"targetId": target["targetId"], "flatten": True}
        )
        self._session = attached["sessionId"]
        opened = await self._browser.call("Page.navigate", {"url": url}, session=self._session)
        if "errorText" in opened:
            raise BrowserSaidNoError(f"{url}: {opened['errorText']}")
        # The page says nothing by itself once its modules are loaded.
        while await self.evaluate("globalThis.take !== undefined") is not True:  # noqa: ASYNC110
            await asyncio.sleep(_READY_EVERY_SECONDS)


def _only(url: str) -> list[str]:
    """Return the options that keep the browser from all other hosts."""
    host = urlsplit(url).hostname
    return [f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {host}", "--no-proxy-server"]


def _sandbox() -> list[str]:
    """Chromium's sandbox stays on, but for root, as whom it would not start with it."""
    if os.name == "posix" and os.geteuid() == 0:
        logger.warning("the camera runs without its sandbox, because this server runs as root")
        return ["--no-sandbox"]
    return []
