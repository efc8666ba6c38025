"""The client comes first, the browser later; and what happens when pages and servers go away."""

import re
from typing import Any

import pytest
from mcp.client import Client
from playwright.async_api import Browser, expect

from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene, text_of
from tests.support.servers import ServerProcess
from tests.support.storage import count
from tests.support.wire import Wire

pytestmark = pytest.mark.anyio

STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("change_model_color", {"color": "maraschino"}),
    ("change_background_color", {"color": "#102030"}),
    ("set_key_light_position", {"x": -0.8, "y": 0.7, "z": 0.4}),
)
LEFT_SHOULDER = (0.46, 0.58)
RIGHT_SHOULDER = (0.54, 0.58)
BESIDE = (0.9, 0.5)
RED, GREEN, BLUE = range(3)


async def _own_session(client: Client, era: str) -> dict[str, str]:
    """What each call must carry: nothing where the protocol session says which scene is meant."""
    return {} if era == "legacy" else {"scene": await open_scene(client)}


async def _assert_shows(page: ScenePage, revision: int, strongest: int) -> None:
    """The model is of one channel, lit from the left, before the dark blue background."""
    await page.shows(revision)
    assert await page.pixel(*BESIDE) == (0x10, 0x20, 0x30)
    left, right = await page.pixel(*LEFT_SHOULDER), await page.pixel(*RIGHT_SHOULDER)
    for pixel in (left, right):
        assert pixel[strongest] > 3 * sorted(pixel)[1]
    assert left[strongest] > right[strongest] + 15


@pytest.mark.requirement("A1")
@pytest.mark.requirement("H7")
@pytest.mark.requirement("N1")
@pytest.mark.requirement("N2")
@pytest.mark.parametrize("era", [pytest.param("legacy", marks=pytest.mark.long), "auto"])
async def test_the_scene_outlives_pages_tabs_and_the_server_itself(
    server: ServerProcess, browser: Browser, era: str
) -> None:
    wire = Wire()
    async with client_of(server, era, wire=wire) as client:
        own = await _own_session(client, era)
        for tool, arguments in STEPS:
            answer = await client.call_tool(tool, arguments | own)
            assert "No browser is open." in text_of(answer)
            assert (answer.structured_content or {})["browserUrl"] in text_of(answer)
        link = (await call(client, "get_browser_connection_url", **own))["browserUrl"]
        assert count(server.database_url, "scenesession") == 1

        first = await (await ScenePage.open(browser, link, width=960, height=540)).connected()
        await _assert_shows(first, revision=3, strongest=RED)
        await first.page.reload()
        await first.connected()
        await _assert_shows(first, revision=3, strongest=RED)

        second = await ScenePage.open_in(await first.page.context.new_page(), link)
        await second.connected()
        await expect(second.page.get_by_role("button", name="2 people and 1 AI")).to_be_visible()
        await expect(second.page.locator("#ai-text")).to_have_text(re.compile("client connected$"))
        await first.page.close()
        await expect(second.page.get_by_role("button", name="1 person and 1 AI")).to_be_visible()
        result = await call(client, "change_model_color", color="#00ff00", **own)
        assert result["browsers"] == {"connected": 1, "acknowledged": 1, "visible": 1}
        await _assert_shows(second, revision=4, strongest=GREEN)
        assert first.complaints == second.complaints == []

        server.kill()
        await second.becomes(connection="reconnecting")
        server.start()
        await second.connected()
        await _assert_shows(second, revision=4, strongest=GREEN)
        result = await call(client, "change_model_color", color="#0000ff", **own)
        assert result["browsers"] == {"connected": 1, "acknowledged": 1, "visible": 1}
        await _assert_shows(second, revision=5, strongest=BLUE)
        await second.close()
    assert len(set(wire.protocol_sessions())) == 1
    assert (wire.protocol_sessions()[0] is not None) == (era == "legacy")
    assert count(server.database_url, "scenesession") == 1
