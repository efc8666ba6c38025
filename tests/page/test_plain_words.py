"""People read plain words where models read numbers."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene, text_of
from tests.support.resources import read
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("E2")]

SHOWN = "The key light now shines from the left, a little above."


async def test_a_notice_says_where_a_light_is_in_words_and_the_model_reads_it_in_numbers(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        page = await ScenePage.open(browser, f"{shared_server.url}/?sessionId={key}")
        await page.connected()
        place = {"x": -0.8, "y": 0.6, "z": 0, "scene": key}
        answer = text_of(await client.call_tool("set_key_light_position", place))
        assert "azimuth 270° (west)" in answer
        await expect(page.page.get_by_text(SHOWN)).to_be_visible()
        assert "azimuth" not in await page.page.locator("body").inner_text()
        [change] = (await read(client, f"scene://{key}/history"))["history"]
        assert "azimuth 270° (west)" in change["summary"]
        white = text_of(
            await client.call_tool("change_model_color", {"color": "#fff", "scene": key})
        )
        assert white.startswith("The model is already white (#ffffff).")
        await call(client, "change_background_color", color="#0f0f0f", scene=key)
        await call(client, "change_background_color", color="#000", scene=key)
        await expect(
            page.page.get_by_text("The background is now black (#000000).")
        ).to_be_visible()
        await page.close()
