"""What the tests ask of a page in a real browser."""

import io
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    WebSocket,
    async_playwright,
    expect,
)

from tests.support import chromium
from tests.support.waiting import WITHIN_SECONDS, until

WAIT_MS = WITHIN_SECONDS * 1000
# What drawing without a graphics card says of itself when a screenshot is taken meanwhile.
DRIVER_IS_SLOW = "GL Driver Message (OpenGL, Performance"
expect.set_options(timeout=WAIT_MS)


async def new_tab(browser: Browser, *, width: int = 640, height: int = 360) -> Page:
    """A tab in a browser context of its own (nothing is shared with other pages).

    Its person wishes for little motion: a change is one picture, and does not ease in. The drawing
    of each picture takes as long as it is large.
    """
    viewport = ViewportSize(width=width, height=height)
    context = await browser.new_context(viewport=viewport, reduced_motion="reduce")
    return await context.new_page()


@dataclass
class ScenePage:
    """A page of the program, with every WebSocket frame that it received and every complaint."""

    page: Page
    sockets: list[WebSocket] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    async def open(
        cls, browser: Browser, url: str, *, width: int = 640, height: int = 360
    ) -> "ScenePage":
        """Open `url` in a new tab of this size."""
        return await cls.open_in(await new_tab(browser, width=width, height=height), url)

    @classmethod
    async def open_in(cls, page: Page, url: str) -> "ScenePage":
        """Open `url` in this tab."""
        opened = cls(page)
        page.set_default_timeout(WAIT_MS)
        page.on("console", lambda message: opened._note(message.type, message.text))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("websocket", opened._listen)
        await page.goto(url)
        return opened

    def _note(self, kind: str, text: str) -> None:
        if DRIVER_IS_SLOW in text:
            return
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    def _listen(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        socket.on("framereceived", self._frame)

    def _frame(self, payload: str | bytes) -> None:
        self.frames.append(payload if isinstance(payload, str) else payload.decode())

    async def becomes(self, **attributes: str) -> None:
        """Wait until the page says so of itself: `connection="refused"`, `webgl="lost"`."""
        for name, value in attributes.items():
            body = self.page.locator("body")
            await expect(body).to_have_attribute(f"data-{name}", value)

    async def connected(self) -> "ScenePage":
        await self.becomes(connection="connected")
        return self

    async def shows(self, revision: int) -> None:
        """Wait until the page has drawn exactly this revision."""
        drawn = self.page.locator("html")
        await expect(drawn).to_have_attribute("data-revision", str(revision))

    async def pixel(self, right: float, down: float) -> tuple[int, int, int]:
        """The mean color of a small square there, in shares of the view's width and height."""
        shot = Image.open(io.BytesIO(await self.page.screenshot())).convert("RGB")
        x, y = round(shot.width * right), round(shot.height * down)
        square = shot.crop((x - 6, y - 6, x + 6, y + 6)).resize((1, 1), Image.Resampling.BOX)
        pixel = square.getpixel((0, 0))
        assert isinstance(pixel, tuple)
        return int(pixel[0]), int(pixel[1]), int(pixel[2])

    async def model_pixel(self) -> tuple[int, int, int]:
        """The color in the middle of the view, where the model stands."""
        return await self.pixel(0.5, 0.5)

    async def close(self) -> None:
        await self.page.context.close()


@asynccontextmanager
async def window_of_tabs(profile: Path) -> AsyncIterator[BrowserContext]:
    """One window, as people have it: of its tabs only the one in front is visible.

    Playwright tells every page that it launches itself that it is in sight.
    """
    path = chromium.find_with_windows()
    assert path is not None
    own = ("--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank")
    process = subprocess.Popen(  # noqa: ASYNC220 # returns at once
        [path, *chromium.ARGUMENTS, *own], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{await _debugging_port(profile)}"
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(address, no_defaults=True)
            yield browser.contexts[0]
            await browser.close()
    finally:
        process.terminate()
        process.wait(WITHIN_SECONDS)


async def _debugging_port(profile: Path) -> int:
    told = profile / "DevToolsActivePort"
    await until(lambda: told.exists() and bool(told.read_text().strip()))
    return int(told.read_text().split()[0])
