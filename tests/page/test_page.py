"""What the page tells and offers the person who looks at it."""

import asyncio
import io
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.async_api import Browser, Route, expect

from tests.conftest import StartServer
from tests.support import chromium
from tests.support.browsers import ScenePage, new_tab
from tests.support.calls import ERAS, call, client_of, open_scene, text_of
from tests.support.pages import ADDS_A_TEXT, LETTERS, SCENE_MODULE, UNKNOWN, WITHOUT_WEBGL
from tests.support.ports import ReservedPort
from tests.support.servers import ServerProcess
from tests.support.storage import count, newer, store_revision
from tests.support.waiting import WITHIN_SECONDS

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("H3")
@pytest.mark.requirement("H7")
@pytest.mark.parametrize("era", ERAS)
async def test_a_scene_started_in_the_browser_is_steered_by_the_address_that_the_page_tells(
    shared_server: ServerProcess, browser: Browser, era: str
) -> None:
    database_url = shared_server.database_url
    new = newer(database_url, "scenesession")
    opened = await ScenePage.open(browser, shared_server.url, width=960, height=540)
    page = opened.page
    await expect(page.get_by_role("heading", name="Session ID Required")).to_be_visible()
    assert count(database_url, "scenesession", new) == 0
    await page.get_by_role("button", name="Start a new scene").click()
    await opened.connected()
    await page.get_by_role("tab", name="Any other").click()
    told = page.locator("#copied-other")
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
    field = page.get_by_label("Open a scene by its link, id or code")
    button = page.get_by_role("button", name="Open")
    await expect(page.get_by_role("alert")).to_have_text("There is no scene id in “hello”.")
    problem = page.locator("#session-problem")
    for typed, told in (
        ("my scene", "Paste a scene\u2019s link or id, or type a code of six letters and digits."),
        ("K7M-2P0", "A code has none of 0, O, 1, I and L. Check it, sign by sign."),
        ("ZZZ ZZZ", "This code is not valid. A code works once, for ten minutes: check it, or get a"
                    " new one."),
    ):  # fmt: skip
        await field.fill(typed)
        await expect(problem).to_be_hidden()
        await button.click()
        await expect(problem).to_have_text(told)
        await expect(field).to_be_focused()
    for pasted in (
        key,
        f"  {shared_server.url}/?a=b&sessionId={key}#c ",
        f"{shared_server.mcp_url}/{key}",
        f"[The scene]({shared_server.url}/?sessionId={key})",
    ):
        await page.goto(shared_server.url)
        await field.fill(pasted)
        await button.click()
        await opened.connected()
        assert page.url == f"{shared_server.url}/?sessionId={key}"
    await page.goto(f"{shared_server.url}/?sessionId={key}.")  # the end of a sentence
    await opened.connected()
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
        await expect(notice.last).to_contain_text("Change model sizeYour AI made a slip")
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
    page = await new_tab(browser)
    held: asyncio.Queue[Route] = asyncio.Queue()
    await page.route(SCENE_MODULE, held.put)
    opening = asyncio.create_task(ScenePage.open_in(page, f"{shared_server.url}/?sessionId={key}"))
    poster = page.locator(".poster")
    await expect(poster).to_be_visible()
    await expect(poster.locator("img")).to_be_hidden()
    await expect(page.locator("#stage")).to_have_css("opacity", "0")
    assert await page.locator("html").get_attribute("data-revision") is None

    async def release() -> None:
        while True:
            await (await held.get()).continue_()

    releasing = asyncio.create_task(release())
    opened = await opening
    await opened.shows(0)
    releasing.cancel()
    await expect(poster).to_be_hidden()
    await expect(page.locator("#stage")).to_have_css("opacity", "1")
    # Whoever comes back sees at once what this browser has kept.
    await page.goto(shared_server.url)
    again = asyncio.create_task(page.goto(f"{shared_server.url}/?sessionId={key}"))
    await expect(poster.locator("img")).to_be_visible()
    await expect(poster.locator("img")).to_have_js_property("naturalWidth", 192)
    assert await page.locator("html").get_attribute("data-revision") is None
    releasing = asyncio.create_task(release())
    await again
    await opened.shows(0)
    releasing.cancel()
    await expect(poster).to_be_hidden()
    assert opened.complaints == []
    await opened.close()


async def test_a_page_that_was_not_loaded_whole_says_so_and_a_reload_helps(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
    page = await new_tab(browser)
    await page.route(SCENE_MODULE, lambda route: route.abort())
    opened = await ScenePage.open_in(page, f"{shared_server.url}/?sessionId={key}")
    told = page.get_by_role("alert").filter(has_text="Part of this page could not be loaded")
    await expect(told).to_be_visible()
    await page.unroute(SCENE_MODULE)
    await told.get_by_role("link", name="Reload this page").click()
    await opened.shows(0)
    await expect(told).to_be_hidden()
    await opened.close()


async def test_letters_that_could_not_be_loaded_are_asked_for_again_with_the_next_change(
    server: ServerProcess, browser: Browser
) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        await call(client, "change_model_color", color="gold", scene=key)
        store_revision(server.database_url, 2, ADDS_A_TEXT)
        page = await new_tab(browser)
        await page.route(LETTERS, lambda route: route.abort())
        opened = await ScenePage.open_in(page, f"{server.url}/?sessionId={key}")
        told = page.locator("#page-incomplete")
        await expect(told).to_be_visible()
        answer = await client.call_tool("change_model_color", {"color": "teal", "scene": key})
        assert "Stored. 1 browser could not show it." in text_of(answer)
        await page.unroute(LETTERS)
        await call(client, "change_model_color", color="lime", scene=key)
        await opened.shows(4)
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


async def test_the_persons_own_view_lasts_until_they_reset_it_also_where_the_camera_moves(
    server: ServerProcess, browser: Browser
) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        link = f"{server.url}/?sessionId={key}"
        opened = await (await ScenePage.open(browser, link, width=960, height=540)).connected()
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
        own = await _at_rest(opened)
        _turn_the_camera(server.database_url, 2, "[3.2, 0.3255, 0]")
        for revision, color in enumerate(("lime", "teal"), 3):
            await call(client, "change_model_color", color=color, scene=key)
            await opened.shows(revision)
        await expect(reset).to_be_visible()
        assert _is_alike(own, await _at_rest(opened))
        await reset.click()
        await expect(reset).to_be_hidden()
        beside = await _at_rest(opened)
        assert not _is_alike(own, beside)
        # Who has not moved goes with the scene's camera.
        _turn_the_camera(server.database_url, 5, "[0, 0.3255, -3.2]")
        for revision, color in enumerate(("lime", "teal"), 6):
            await call(client, "change_model_color", color=color, scene=key)
            await opened.shows(revision)
        await expect(reset).to_be_hidden()
        assert not _is_alike(beside, await _at_rest(opened))
        await opened.close()


def _turn_the_camera(database_url: str, revision: int, position: str) -> None:
    """Store a revision that moves the scene's camera."""
    step = f'{{"op":"replace","path":"/objects/o4/position","value":{position}}}'
    store_revision(database_url, revision, f"[{step}]")


async def _at_rest(opened: ScenePage) -> bytes:
    """A picture of the page once nothing in its middle moves any more."""
    async with asyncio.timeout(WITHIN_SECONDS):
        before, now = await opened.page.screenshot(), await opened.page.screenshot()
        while before != now:
            before, now = now, await opened.page.screenshot()
    return now


def _is_alike(one: bytes, other: bytes) -> bool:
    """Whether the middle of two pictures of the page is the same, where no notices are."""
    pictures = [Image.open(io.BytesIO(each)).convert("L") for each in (one, other)]
    width, height = pictures[0].size
    middle = (width * 2 // 5, height // 4, width * 3 // 5, height * 3 // 4)
    apart = ImageChops.difference(*(picture.crop(middle) for picture in pictures))
    return max(ImageStat.Stat(apart).mean) < 0.5


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
