"""What the page tells and offers the person who looks at it."""

import asyncio
import sqlite3
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Route, expect

from tests.conftest import StartServer
from tests.support import chromium
from tests.support.browsers import ScenePage
from tests.support.calls import ERAS, call, client_of, open_scene, text_of
from tests.support.pages import SCENE_MODULE, TABLES, UNKNOWN, WITHOUT_WEBGL
from tests.support.ports import ReservedPort
from tests.support.servers import ServerProcess
from tests.support.storage import count, newer

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("H3")
@pytest.mark.requirement("H7")
@pytest.mark.parametrize("era", ERAS)
async def test_a_scene_started_in_the_browser_is_steered_by_the_address_that_the_page_tells(
    shared_server: ServerProcess, browser: Browser, era: str
) -> None:
    database_url = shared_server.database_url
    new = newer(database_url, "scenesession")
    opened = await ScenePage.open(browser, shared_server.url)
    page = opened.page
    await expect(page.get_by_role("heading", name="Session ID Required")).to_be_visible()
    assert count(database_url, "scenesession", new) == 0
    await page.get_by_role("button", name="Start a new scene").click()
    await opened.connected()
    told = page.locator("#mcp-url")
    await expect(told).to_be_visible()
    address = urlsplit(await told.inner_text())
    async with client_of(shared_server, era, path=address.path.removeprefix("/mcp")) as client:
        result = await call(client, "change_model_color", color="lime")
    assert page.url.endswith(f"/?sessionId={result['sessionId']}")
    assert result["browsers"] == {"connected": 1, "acknowledged": 1, "visible": 1}
    await opened.shows(1)
    await expect(told).to_be_hidden()
    assert count(database_url, "scenesession", new) == 1
    assert opened.complaints == []
    await opened.close()


@pytest.mark.requirement("H7")
async def test_a_scene_opens_by_a_pasted_id_or_a_link_and_by_nothing_else(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
    opened = await ScenePage.open(browser, f"{shared_server.url}/?sessionId=hello")
    page = opened.page
    field = page.get_by_label("Open a scene by its id or link")
    button = page.get_by_role("button", name="Open")
    await expect(page.get_by_role("alert")).to_have_text("There is no scene id in “hello”.")
    await field.fill("my scene")
    await button.click()
    refusal = await field.evaluate("field => field.validationMessage")
    assert refusal == "Paste a scene's link, or its id of 36 characters."
    for pasted in (
        key,
        f"  {shared_server.url}/?a=b&sessionId={key}#c ",
        f"{shared_server.mcp_url}/{key}",
    ):
        await page.goto(shared_server.url)
        await field.fill(pasted)
        await button.click()
        await opened.connected()
        assert page.url == f"{shared_server.url}/?sessionId={key}"
    await opened.close()


@pytest.mark.requirement("H7")
async def test_an_unknown_scene_is_told_in_words_with_a_way_on(
    shared_server: ServerProcess, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, f"{shared_server.url}/?sessionId={UNKNOWN}")
    page = opened.page
    await opened.becomes(connection="refused")
    await expect(page.locator("#connection-text")).to_have_text("No such scene")
    await expect(page.get_by_role("heading", name="There is no such scene")).to_be_visible()
    await page.get_by_role("button", name="Start a new scene").click()
    await opened.connected()
    assert UNKNOWN not in page.url
    assert opened.complaints == []
    await opened.close()


@pytest.mark.requirement("H9")
async def test_each_call_and_each_refusal_is_told_in_a_notice(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        opened = await (
            await ScenePage.open(browser, f"{shared_server.url}/?sessionId={key}")
        ).connected()
        notice = opened.page.get_by_role("log", name="Notices").get_by_role("listitem")
        await call(client, "change_model_color", color="teal", scene=key)
        await expect(notice).to_have_text("Change model colorThe model is now teal (#008688).")
        refused = await client.call_tool("change_model_size", {"size": -1, "scene": key})
        assert refused.is_error
        await expect(notice.last).to_have_text(f"Change model size{text_of(refused)}")
        await opened.close()


@pytest.mark.requirement("H7")
async def test_a_browser_without_webgl_says_so_and_the_client_is_not_told_that_it_shows(
    shared_server: ServerProcess, browser: Browser
) -> None:
    blind = await browser.browser_type.launch(
        executable_path=chromium.find(), args=list(WITHOUT_WEBGL)
    )
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        opened = await (
            await ScenePage.open(blind, f"{shared_server.url}/?sessionId={key}")
        ).connected()
        heading = opened.page.get_by_role("heading", name="This browser cannot draw the scene")
        await expect(heading).to_be_visible()
        answer = await client.call_tool("change_model_color", {"color": "teal", "scene": key})
        assert "Stored. 1 browser could not show it." in text_of(answer)
        shown = (answer.structured_content or {})["browsers"]
        assert shown == {"connected": 1, "acknowledged": 0, "visible": 0}
        await expect(opened.page.get_by_role("listitem")).to_contain_text("The model is now teal")
        assert opened.complaints == []
    await blind.close()


async def test_a_poster_stands_in_for_the_scene_until_it_is_drawn_as_it_looks(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
    page = await (await browser.new_context()).new_page()
    held: asyncio.Queue[Route] = asyncio.Queue()
    await page.route(TABLES, held.put)
    opened = await ScenePage.open_in(page, f"{shared_server.url}/?sessionId={key}")
    await opened.connected()
    poster = page.locator(".poster")
    await expect(poster).to_be_visible()
    await expect(page.locator("#stage")).to_have_css("opacity", "0")
    assert await page.locator("html").get_attribute("data-revision") is None
    while not held.empty():
        await held.get_nowait().continue_()
    await opened.shows(0)
    await expect(poster).to_be_hidden()
    await expect(page.locator("#stage")).to_have_css("opacity", "1")
    assert opened.complaints == []
    await opened.close()


async def test_a_page_that_was_not_loaded_whole_says_so_and_a_reload_helps(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
    page = await (await browser.new_context()).new_page()
    await page.route(SCENE_MODULE, lambda route: route.abort())
    opened = await ScenePage.open_in(page, f"{shared_server.url}/?sessionId={key}")
    told = page.get_by_role("alert").filter(has_text="Part of this page could not be loaded")
    await expect(told).to_be_visible()
    await page.unroute(SCENE_MODULE)
    await told.get_by_role("link", name="Reload this page").click()
    await opened.shows(0)
    await expect(told).to_be_hidden()
    await opened.close()


async def test_what_the_lights_need_is_asked_for_again_with_the_next_change(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        page = await (await browser.new_context()).new_page()
        await page.route(TABLES, lambda route: route.abort())
        opened = await ScenePage.open_in(page, f"{shared_server.url}/?sessionId={key}")
        told = page.locator("#page-incomplete")
        await expect(told).to_be_visible()
        answer = await client.call_tool("change_model_color", {"color": "teal", "scene": key})
        assert "Stored. 1 browser could not show it." in text_of(answer)
        await page.unroute(TABLES)
        await call(client, "change_model_color", color="lime", scene=key)
        await opened.shows(2)
        await expect(told).to_be_hidden()
        await opened.close()


async def test_a_lost_graphics_context_comes_back_with_what_changed_meanwhile(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        opened = await (
            await ScenePage.open(browser, f"{shared_server.url}/?sessionId={key}")
        ).connected()
        context = "document.querySelector('canvas').getContext('webgl2')"
        lose = f"window.lost = {context}.getExtension('WEBGL_lose_context'); lost.loseContext()"
        await opened.page.evaluate(lose)
        await opened.becomes(webgl="lost")
        await expect(opened.page.get_by_text("The picture is coming back")).to_be_visible()
        await call(client, "change_model_color", color="lime", scene=key)
        await opened.page.evaluate("lost.restoreContext()")
        await opened.becomes(webgl="ok")
        await opened.shows(1)
        red, green, blue = await opened.model_pixel()
        assert green > red > blue
        await opened.close()


async def test_the_persons_own_view_lasts_until_they_reset_it_or_the_scenes_camera_moves(
    server: ServerProcess, browser: Browser
) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        opened = await (await ScenePage.open(browser, f"{server.url}/?sessionId={key}")).connected()
        canvas = opened.page.locator("canvas")
        reset = opened.page.get_by_role("button", name="Reset view")
        await expect(reset).to_be_hidden()
        await canvas.press("ArrowLeft")
        await expect(reset).to_be_visible()
        await reset.click()
        await expect(reset).to_be_hidden()
        await canvas.press("ArrowUp")
        await call(client, "change_model_color", color="teal", scene=key)
        await opened.shows(1)
        await expect(reset).to_be_visible()
        _turn_the_camera(server.database_url)
        await call(client, "change_model_color", color="lime", scene=key)
        await opened.shows(3)
        await expect(reset).to_be_hidden()
        await opened.close()


def _turn_the_camera(database_url: str) -> None:
    """Store a revision that moves the scene's camera, which no tool can do so far."""
    patch = '[{"op":"replace","path":"/camera/azimuthDegrees","value":90}]'
    columns = "scene_session_id, inverse, cause, created_at"
    add = (
        f"INSERT INTO sessions_app_scenerevision (revision, patch, {columns})"
        f" SELECT 2, ?, {columns} FROM sessions_app_scenerevision"
    )
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as database:
        database.execute(add, [patch])
        database.execute("UPDATE sessions_app_scenesession SET revision = 2")
    database.close()


@pytest.mark.requirement("H3")
async def test_one_press_makes_one_scene_also_where_people_are_sent_to_another_address(
    start_server: StartServer, database_url: str, browser: Browser
) -> None:
    port = ReservedPort()
    public = f"http://localhost:{port.number}"
    server = start_server(database_url, reserved_port=port, environment={"PUBLIC_ORIGIN": public})
    opened = await ScenePage.open(browser, server.url)
    await opened.page.get_by_role("button", name="Start a new scene").click()
    await opened.connected()
    assert opened.page.url.startswith(f"{public}/?sessionId=")
    assert count(database_url, "scenesession") == 1
    assert opened.complaints == []
    await opened.close()
