"""The first page: what it is, ways in, and a picture that moves for those who like that."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]

ENDS = "document.getAnimations().map((one) => one.effect.getComputedTiming().endTime)"


async def test_the_picture_moves_for_five_seconds_at_most_or_not_at_all(
    shared_server: ServerProcess, browser: Browser
) -> None:
    page = await browser.new_page(reduced_motion="no-preference")
    await page.goto(shared_server.url)
    ends = await page.evaluate(ENDS)
    # WCAG 2.2, 2.2.2: what moves by itself for longer needs a button that stops it.
    assert 0 < max(ends) <= 5000
    await page.emulate_media(reduced_motion="reduce")
    assert await page.evaluate(ENDS) == []
    await page.context.close()


async def test_scenes_that_were_opened_here_are_listed_until_they_are_removed_or_gone(
    shared_server: ServerProcess, browser: Browser
) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 240})
    page = await context.new_page()
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        opened = await ScenePage.open_in(page, f"{shared_server.url}/?sessionId={key}")
        await opened.shows(0)
        await call(client, "add_objects", scene=key, objects=[{"kind": "box", "name": "crate"}])
        await opened.shows(1)
        await expect(page).to_have_title("Crate · Hello3D")
        await page.goto(shared_server.url)
        item = page.get_by_role("list").get_by_role("listitem").filter(has_text="Crate")
        await expect(item.locator("img")).to_have_js_property("naturalWidth", 192)
        assert await grave_faults(page) == []
        await item.get_by_role("link").click()
        await opened.shows(1)
        assert page.url == f"{shared_server.url}/?sessionId={key}"
        await page.goto(shared_server.url)
        await page.get_by_role("button", name="Remove Crate from this list").click()
        await expect(page.get_by_label("Open a scene by its link, id or code")).to_be_focused()
        await expect(page.locator("#recent")).to_be_hidden()
        await page.goto(f"{shared_server.url}/?sessionId={key}")
        await opened.shows(1)
        await call(client, "close_session", scene=key)
        await opened.becomes(connection="refused")
    await page.goto(shared_server.url)
    await expect(page.get_by_role("heading", name="Session ID Required")).to_be_visible()
    await expect(page.locator("#recent")).to_be_hidden()
    assert opened.complaints == []
    await opened.close()
