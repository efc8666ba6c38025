"""The client comes first, the browser later; and what happens when pages and servers go away."""

import json

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, text_of
from tests.support.servers import ServerProcess
from tests.support.storage import rows

pytestmark = pytest.mark.anyio

STEPS = (
    ("change_model_color", {"color": "maraschino"}),
    ("change_background_color", {"color": "#102030"}),
    ("set_key_light_position", {"x": -8, "y": 4, "z": 4}),
)


async def _reloaded(page: Page) -> None:
    await page.reload()


@pytest.mark.requirement("H7")
@pytest.mark.requirement("N2")
async def test_the_scene_outlives_pages_tabs_and_the_server_itself(
    server: ServerProcess, browser: Browser
) -> None:
    async with client_of(server, "legacy") as client:
        for tool, arguments in STEPS:
            answer = await client.call_tool(tool, arguments)
            assert "No browser is open." in text_of(answer)
            assert (answer.structured_content or {})["browserUrl"] in text_of(answer)
        link = (await call(client, "get_browser_connection_url"))["browserUrl"]
        before = rows(server.database_url, "SELECT protocol_session FROM sessions_app_binding")

        page = await (await ScenePage.open(browser, link)).connected()
        await page.shows(3)
        red, green, blue = await page.model_pixel()
        assert red > green
        assert red > blue
        registered = json.loads(page.frames[0])
        assert registered["scene"]["background"]["color"] == "#102030"
        assert registered["scene"]["lights"]["key"]["azimuthDegrees"] > 180

        await _reloaded(page.page)
        await page.connected()
        await page.shows(3)

        second = await ScenePage.open_in(await page.page.context.new_page(), link)
        await second.connected()
        await page.page.close()
        result = await call(client, "change_model_color", color="aqua")
        assert result["browsers"]["acknowledged"] == 1
        await second.shows(4)

        server.kill()
        await expect(second.page.locator("body")).to_have_attribute(
            "data-connection", "reconnecting", timeout=10_000
        )
        server.start()
        await second.connected()
        result = await call(client, "change_model_color", color="lemon")
        assert result["revision"] == 5
        await second.shows(5)
        after = rows(server.database_url, "SELECT protocol_session FROM sessions_app_binding")
        assert after == before
        await second.close()


@pytest.mark.requirement("H7")
async def test_a_page_without_an_id_offers_the_ways_on(
    server: ServerProcess, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, server.url)
    page = opened.page
    await expect(page.get_by_role("heading", name="Session ID Required")).to_be_visible()
    await page.get_by_role("button", name="Start a new scene").click()
    await opened.connected()
    key = page.url.split("sessionId=")[1]
    async with client_of(server, "auto", path=f"/{key}") as client:
        result = await call(client, "change_model_color", color="lime")
        assert result["sessionId"] == key
        assert result["browsers"]["visible"] == 1
    await opened.shows(1)
    assert opened.complaints == []
    await opened.close()


@pytest.mark.requirement("H9")
async def test_the_page_tells_of_each_call_and_of_each_refusal(
    server: ServerProcess, browser: Browser
) -> None:
    async with client_of(server, "auto") as client:
        link = await call(client, "get_browser_connection_url")
        opened = await (await ScenePage.open(browser, link["browserUrl"])).connected()
        notices = opened.page.get_by_role("log", name="Notices")
        await call(client, "change_model_color", color="teal", session=link["sessionId"])
        await expect(notices).to_contain_text("Change model color")
        await expect(notices).to_contain_text("The model is now teal (#008688).")
        await client.call_tool("change_model_size", {"size": -1, "session": link["sessionId"]})
        await expect(notices).to_contain_text("Change model size")
        await expect(notices).to_contain_text("size")
        await opened.close()


async def test_an_unknown_session_is_told_in_words(server: ServerProcess, browser: Browser) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    opened = await ScenePage.open(browser, f"{server.url}/?sessionId={unknown}")
    await expect(opened.page.locator("body")).to_have_attribute("data-connection", "refused")
    await expect(opened.page.get_by_role("status").first).to_contain_text("No such scene")
    await opened.close()


async def test_a_lost_graphics_context_comes_back_with_the_same_scene(
    server: ServerProcess, browser: Browser
) -> None:
    async with client_of(server, "auto") as client:
        link = await call(client, "get_browser_connection_url")
        opened = await (await ScenePage.open(browser, link["browserUrl"])).connected()
        body = opened.page.locator("body")
        lose = "() => { window.lost = document.querySelector('canvas').getContext('webgl2')"
        lose += ".getExtension('WEBGL_lose_context'); window.lost.loseContext(); }"
        await opened.page.evaluate(lose)
        await expect(body).to_have_attribute("data-webgl", "lost")
        await call(client, "change_model_color", color="lime", session=link["sessionId"])
        await opened.page.evaluate("() => window.lost.restoreContext()")
        await expect(body).to_have_attribute("data-webgl", "ok")
        await opened.shows(1)
        red, green, blue = await opened.model_pixel()
        assert green > red
        assert green > blue
        await opened.close()
