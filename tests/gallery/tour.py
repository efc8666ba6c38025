"""Writes the pictures of docs/tour.md anew: `python -m tests.gallery.tour`."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import django
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Implementation
from playwright.async_api import Browser, Page, async_playwright, expect

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
    django.setup()

from sessions_app.simulation.servers import PROJECT, own_server
from tests.gallery.recordings import recording
from tests.support import chromium
from tests.support.calls import call
from tests.support.waiting import WITHIN_SECONDS

PICTURES = PROJECT / "docs" / "tour"
SCENE = "living-room"
CLAUDE = Implementation(name="claude-code", title="Claude Code", version="2.0")
QUALITY = 80

DESKTOP, PHONE, WIDE = (1440, 900), (375, 750), (2560, 1440)


class Tour:
    """Opens the pages of one server, and keeps what they look like."""

    def __init__(self, origin: str, browser: Browser) -> None:
        self.origin = origin
        self._browser = browser

    @asynccontextmanager
    async def page(
        self, path: str, size: tuple[int, int] = DESKTOP, theme: Literal["light", "dark"] = "light"
    ) -> AsyncIterator[Page]:
        width, height = size
        context = await self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",
            device_scale_factor=2 if size == PHONE else 1,
            permissions=["clipboard-write"],
        )
        page = await context.new_page()
        page.set_default_timeout(WITHIN_SECONDS * 1000)
        await page.goto(path if path.startswith("http") else f"{self.origin}{path}")
        yield page
        await context.close()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        transport = streamable_http_client(f"{self.origin}/mcp")
        async with Client(transport, mode="legacy", client_info=CLAUDE) as client:
            yield client

    async def keep(self, page: Page, name: str) -> None:
        await page.evaluate("document.fonts.ready")
        path = PICTURES / f"{name}.jpg"
        await page.screenshot(path=path, type="jpeg", quality=QUALITY, animations="disabled")


async def drawn(page: Page) -> None:
    await page.wait_for_selector("html[data-revision]", state="attached")
    await expect(page.locator("#stage")).to_have_css("opacity", "1")


async def first_pages(tour: Tour) -> None:
    async with tour.page("/") as page:
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await tour.keep(page, "start")
    async with tour.page("/", PHONE, "dark") as page:
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await tour.keep(page, "start-phone")
    async with tour.page("/?sessionId=gone") as page:
        await tour.keep(page, "unknown-link")


async def waiting_for_an_ai(tour: Tour) -> None:
    async with tour.page("/", theme="dark") as page:
        await page.get_by_role("button", name="Start a new scene").click()
        await drawn(page)
        command = page.get_by_role("tab", name="Claude Code")
        if not await command.is_visible():
            await page.get_by_text("Connect your AI").click()
        await expect(command).to_be_visible()
        await tour.keep(page, "connect")


async def a_scene(tour: Tour) -> None:
    recorded = recording(SCENE)
    async with tour.client() as client:
        key = (await call(client, "open_session", start=recorded.start))["sessionId"]
        address = f"/?sessionId={key}&quality=high"
        async with tour.page(address) as page:
            await drawn(page)
            await call(client, "get_scene", scene=key)
            await expect(page.get_by_text("Claude Code is here")).to_be_visible()
            await tour.keep(page, "ai-is-here")
            for name, arguments in recorded.calls:
                await call(client, name, scene=key, **arguments)
            await call(client, "set_environment", scene=key, name="Living room")
            await drawn(page)
            await expect(page.locator("h1")).to_contain_text("Living room")
            await tour.keep(page, "arrived")
            await editing(tour, page)
            await shared(tour, page)
        async with tour.page(address, PHONE, "dark") as page:
            await drawn(page)
            await tour.keep(page, "scene-phone")
        async with tour.page(address, WIDE, "dark") as page:
            await drawn(page)
            await page.get_by_role("button", name="History").click()
            await tour.keep(page, "history-wide")


async def editing(tour: Tour, page: Page) -> None:
    await page.get_by_role("button", name="Objects", exact=True).click()
    await page.get_by_role("treeitem", name="coffee table").click()
    await page.get_by_role("button", name="Properties", exact=True).click()
    await expect(page.locator("#edit-bar [role=status]")).to_contain_text("coffee table")
    await tour.keep(page, "editing")
    await page.get_by_role("button", name="Properties", exact=True).click()
    await page.get_by_role("button", name="Objects", exact=True).click()
    await page.keyboard.press("Escape")


async def shared(tour: Tour, page: Page) -> None:
    await page.get_by_role("button", name="Share", exact=True).click()
    await page.locator("#share-name").fill("Anna")
    await page.get_by_role("button", name="Copy link").click()
    made = page.locator("#share-made")
    await expect(made).to_be_visible()
    await tour.keep(page, "share")
    link = str(await made.text_content())
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="More", exact=True).click()
    await tour.keep(page, "downloads")
    await page.keyboard.press("Escape")
    async with tour.page(link) as viewer:
        await drawn(viewer)
        await tour.keep(viewer, "viewer")


async def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with own_server({"DJANGO_DEBUG": "true"}) as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
            )
            tour = Tour(server.origin, browser)
            for part in (first_pages, waiting_for_an_ai, a_scene):
                await part(tour)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
