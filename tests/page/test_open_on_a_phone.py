"""The way from the page on this computer to the same scene on another device."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.conftest import StartServer
from tests.support.accessibility import grave_faults
from tests.support.calls import client_of, open_scene
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]


async def opened_panel(browser: Browser, server: ServerProcess, width: int) -> tuple[Page, str]:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
    page = await browser.new_page(viewport={"width": width, "height": 740})
    await page.goto(f"{server.url}/?sessionId={key}")
    await expect(page.locator("html")).to_have_attribute("data-revision", "0")
    await expect(page.locator("#ai-text")).to_be_visible()  # who is here is known: nothing closes
    await page.locator("#connect").evaluate("panel => { panel.open = true; }")
    await page.get_by_text("Open it on a phone").click()
    return page, key


@pytest.mark.parametrize("width", [375, pytest.param(1440, marks=pytest.mark.long)])
async def test_a_phone_reads_the_scenes_link_from_the_screen(
    start_server: StartServer, database_url: str, browser: Browser, width: int
) -> None:
    public = "http://scenes.example.org:8443"
    server = start_server(database_url, environment={"PUBLIC_ORIGIN": public})
    page, key = await opened_panel(browser, server, width)
    code = page.get_by_role("img", name="QR code")
    shot = Image.open(io.BytesIO(await code.screenshot()))
    [read] = zxingcpp.read_barcodes(shot)
    assert read.text == f"{public}/?sessionId={key}"
    assert await grave_faults(page) == []
    await page.context.close()


async def test_a_link_that_only_this_computer_can_open_says_so_instead(
    shared_server: ServerProcess, browser: Browser
) -> None:
    page, _ = await opened_panel(browser, shared_server, 960)
    told = page.locator(".phone")
    await expect(told).to_contain_text("links work on this computer only.")
    await expect(told).to_contain_text("make run HOST=")
    await expect(page.get_by_role("img", name="QR code")).to_have_count(0)
    await page.context.close()
