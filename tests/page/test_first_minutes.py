"""What somebody met who had never seen the page, with a small scene and a friend to show it to."""

import asyncio

import pytest
from playwright.async_api import Browser, FloatRect, Locator, Page, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene
from tests.support.servers import ServerProcess
from tests.support.shares import made_link
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H3")]

LAPTOPS = (1024, 1280, 1440)


async def box_of(found: Locator) -> FloatRect:
    await expect(found).to_be_visible()
    box = await found.bounding_box()
    assert box is not None
    return box


async def resting_box(found: Locator) -> FloatRect:
    """Where something is that moves and hides with the view, once that has come to rest."""
    async with asyncio.timeout(WITHIN_SECONDS):
        before = None
        while True:
            await found.page.evaluate("() => new Promise((then) => setTimeout(then, 200))")
            now = await found.bounding_box()
            if now is not None and now == before:
                return now
            before = now


async def header_is_one_row(page: Page) -> bool:
    """Whether the buttons stand beside the chip, at the right, and cover none of it."""
    chip, tools = await box_of(page.locator(".chip")), await box_of(page.locator(".tools"))
    ends = page.viewport_size
    assert ends is not None
    is_beside = tools["y"] == chip["y"] and tools["x"] >= chip["x"] + chip["width"]
    return is_beside and tools["x"] + tools["width"] == ends["width"] - 16


async def test_the_first_minutes_meet_nothing_that_jumps_misleads_or_hides(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        await call(client, "set_environment", scene=key, name="A living room for four and a cat")
        url = f"{shared_server.url}/?sessionId={key}&quality=low"
        scene = await ScenePage.open(browser, url, width=1440, height=600)
        await scene.shows(1)
        page = scene.page
        # The buttons stay where they are when the view has moved and something is selected.
        await expect(page.locator("#people-chips .face-ai")).to_be_visible()
        before = await box_of(page.locator("#outline-open"))
        await page.locator("#stage").focus()
        await page.keyboard.press("ArrowLeft")
        await expect(page.get_by_role("button", name="Reset view")).to_be_visible()
        assert await box_of(page.locator("#outline-open")) == before
        await page.mouse.click(720, 300)
        await expect(page.locator(".edit-selected")).to_be_visible()
        await expect(page.locator(".edit-selected")).to_have_text("Selected: model")
        for width in LAPTOPS:
            await page.set_viewport_size({"width": width, "height": 600})
            assert await header_is_one_row(page)
        # Links that work on this computer only are said to.
        await page.get_by_role("button", name="Share").click()
        await expect(page.locator("#share")).to_contain_text("work on this computer only")
        for theme in ("light", "dark"):
            await page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            assert await grave_faults(page) == []
        await page.keyboard.press("Escape")
        # A name is on what is selected in each picture, not where that was in the one before.
        friend = await ScenePage.open(
            browser, f"{await made_link(page)}&quality=low", width=1000, height=600
        )
        await friend.shows(1)
        name = friend.page.locator(".others-name")
        await expect(name).to_have_text("Guest 1")
        await friend.page.get_by_role("button", name="2 people").click()
        await friend.page.get_by_role("button", name="Look from there: Guest 1").click()
        await expect(friend.page.locator("#view-reset")).to_be_visible()
        seen = await resting_box(name)
        await friend.page.set_viewport_size({"width": 1000, "height": 601})
        await friend.page.set_viewport_size({"width": 1000, "height": 600})
        assert await resting_box(name) == pytest.approx(seen, abs=1)
        # The tabs stay under the pointer, however much each of them says.
        await page.set_viewport_size({"width": 1000, "height": 900})
        await page.locator("#connect > summary").click()
        tab = page.get_by_role("tab", name="Any other")
        await page.get_by_role("tab", name="Claude", exact=True).click()
        stood = await box_of(tab)
        await tab.click()
        assert (await box_of(tab))["y"] == stood["y"]
        # However little room there is, the panel leaves the tools to be seen.
        await page.set_viewport_size({"width": 1000, "height": 500})
        tools = await box_of(page.locator("#edit-bar"))
        corner = await box_of(page.locator(".corner"))
        assert corner["y"] >= tools["y"] + tools["height"]
        await page.locator("#connect > summary").click()
        # On a phone the sheet leaves the whole picture to be seen.
        await page.set_viewport_size({"width": 375, "height": 800})
        separator = "getComputedStyle(document.querySelector('#ai-text'), '::before').content"
        assert await page.evaluate(separator) == "none"
        await page.get_by_role("button", name="Properties").click()
        sheet, stage = (
            await box_of(page.locator("#properties")),
            await box_of(page.locator("#stage")),
        )
        assert stage["y"] + stage["height"] <= sheet["y"] + 15
        assert scene.complaints == friend.complaints == []
        await friend.close()
        await scene.close()
