"""The main job: a client's call changes the scene in the right person's browser."""

import pytest
from mcp.client import Client
from playwright.async_api import Browser

from tests.support.browsers import ScenePage
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("H1")
@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_call_colors_the_model_in_the_browser_that_opened_the_link(
    server: ServerProcess, browser: Browser, mode: str
) -> None:
    async with Client(server.mcp_url, mode=mode) as client:
        link = await client.call_tool("get_browser_connection_url", {})
        assert link.structured_content is not None
        page = await ScenePage.open(browser, link.structured_content["browserUrl"])
        await page.connected()
        session = link.structured_content["sessionId"]
        result = await client.call_tool("change_model_color", {"color": "lime", "session": session})
        assert result.structured_content is not None
        assert result.structured_content["browsers"]["acknowledged"] == 1
        await page.shows(result.structured_content["revision"])
        red, green, blue = await page.model_pixel()
        assert green > red > blue
        assert page.complaints == []
        await page.close()
