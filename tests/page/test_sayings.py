"""A person says something to the AI in the page's line, with what is selected, and sees it read."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H3")]


async def test_a_line_is_sent_by_enter_counted_and_shown_as_read(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        url = f"{shared_server.url}/?sessionId={key}"
        scene = await ScenePage.open(browser, url, width=320, height=480)
        await scene.connected()
        page = scene.page
        line = page.get_by_label("Say something to your AI")
        await line.fill("x" * 600)
        await expect(page.locator("#say-count")).to_have_text("500/500")
        await line.fill("make it <b>warmer</b>")
        await line.press("Enter")
        latest = page.locator("#say-latest")
        await expect(latest).to_contain_text("“make it <b>warmer</b>” Your AI reads this with")
        await expect(line).to_have_value("")
        assert '"make it <b>warmer</b>"' in (await call(client, "get_scene", scene=key))["message"]
        await expect(latest).to_contain_text("Read by ")
        box = await line.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        await page.set_viewport_size({"width": 800, "height": 450})
        await page.get_by_role("button", name="Close").first.click()
        await page.mouse.click(400, 225)
        status = page.locator("#edit-bar [role=status]")
        await expect(status).to_have_text("Selected: model")
        await line.fill("make this one red")
        await line.press("Enter")
        await expect(line).to_have_value("")
        told = (await call(client, "get_scene", scene=key))["message"]
        assert '"make this one red" (selected at the page: "model")' in told
        assert scene.complaints == []
        await scene.close()
