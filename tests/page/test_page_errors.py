"""What keeps a page from showing its scene is said where nothing lies over it, with a way on."""

import json
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from tests.support import chromium
from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import client_of, open_scene
from tests.support.pages import COVERED, SCENE_MODULE, SIZES, UNKNOWN, WITHOUT_WEBGL
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]

STAFF_SAY = {"type": "notice", "level": "warning", "message": "This server restarts at noon. " * 6}
FAILED = {"type": "toolCall", "name": "a", "title": "A", "status": "error", "summary": "b " * 99}


async def unknown_scene(page: Page, server: ServerProcess) -> None:
    await page.goto(f"{server.url}/?sessionId={UNKNOWN}")


async def incomplete(page: Page, server: ServerProcess) -> None:
    await page.route(SCENE_MODULE, lambda route: route.abort())
    await with_everything_open(page, server)


async def lost_context(page: Page, server: ServerProcess) -> None:
    await with_everything_open(page, server)
    await expect(page.locator("html")).to_have_attribute("data-revision", "0")
    context = "document.querySelector('canvas').getContext('webgl2')"
    await page.evaluate(f"{context}.getExtension('WEBGL_lose_context').loseContext()")


async def with_everything_open(page: Page, server: ServerProcess) -> None:
    """A page with all that could lie over an error: the panel, warnings, and notices."""
    async with client_of(server, "auto") as client:
        key = await open_scene(client)

    def relay(socket: WebSocketRoute) -> None:
        behind = socket.connect_to_server()
        socket.on_message(behind.send)

        def pass_on(message: str | bytes) -> None:
            socket.send(message)
            if "sessionRegistered" in str(message):
                for more in [STAFF_SAY] * 3 + [FAILED] * 4:
                    socket.send(json.dumps(more))

        behind.on_message(pass_on)

    await page.route_web_socket("**/ws/scene/", relay)
    await page.goto(f"{server.url}/?sessionId={key}")
    await page.evaluate("document.querySelector('#connect').open = true")


Reach = Callable[[Page, ServerProcess], Awaitable[None]]
STATES: dict[str, tuple[Reach, str]] = {
    "#refusal": (unknown_scene, "Start a new scene"),
    "#page-incomplete": (incomplete, "Reload this page"),
    "#picture-lost": (lost_context, ""),
    "#picture-missing": (
        with_everything_open,
        "Copy the scene\N{RIGHT SINGLE QUOTATION MARK}s link",
    ),
}


@pytest.mark.parametrize("card", STATES)
async def test_nothing_lies_over_what_went_wrong(
    shared_server: ServerProcess, browser: Browser, card: str
) -> None:
    reach, way_on = STATES[card]
    args = WITHOUT_WEBGL if card == "#picture-missing" else chromium.ARGUMENTS
    own = await browser.browser_type.launch(executable_path=chromium.find(), args=list(args))
    page = await (await own.new_context()).new_page()
    await reach(page, shared_server)
    shown = page.locator(card)
    await expect(shown).to_be_visible()
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            await page.emulate_media(color_scheme=theme)
            assert await shown.evaluate(COVERED) == [], (width, theme)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await grave_faults(page) == []
    buttons = await shown.locator("a:visible, button:visible").all_inner_texts()
    assert buttons == ([way_on] if way_on else [])
    await own.close()


async def test_a_closed_scene_leads_to_a_new_one_and_not_back_to_its_dead_link(
    shared_server: ServerProcess, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, shared_server.url)
    page = opened.page
    await page.get_by_role("button", name="Start a new scene").click()
    await opened.connected()
    closed = page.url
    path = f"/{closed.partition('=')[2]}"
    async with client_of(shared_server, "auto", path=path) as client:
        await client.call_tool("close_session", {})
    await opened.becomes(connection="refused")
    await expect(page.get_by_role("heading", name="This scene was closed")).to_be_visible()
    await expect(page.get_by_role("link", name="Reload this page")).to_be_hidden()
    await page.get_by_role("button", name="Start a new scene").click()
    await opened.connected()
    assert page.url != closed
    assert page.url.startswith(f"{shared_server.url}/?sessionId=")
    assert opened.complaints == []
    await opened.close()
