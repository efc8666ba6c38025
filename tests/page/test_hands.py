"""What a person does to a scene with their hands, in its picture, and what is stored of it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from mcp.client import Client
from playwright.async_api import Browser, Locator, Page, Route, WebSocketRoute, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, text_of
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H3")]

WIDTH, HEIGHT = 480, 320
# The crate's middle in the picture, below what lies over that, and the handle that moves it to the
# right.
MIDDLE, HANDLE = (240, 227), (268, 227)
CRATE = {"kind": "box", "name": "crate", "size": [1, 1, 1], "position": [0, 0.5, 0]}
SHOWN = 2  # the revision with which tests begin


@asynccontextmanager
async def a_crate(server: ServerProcess) -> AsyncIterator[tuple[Client, str]]:
    """A scene with a crate before its camera, as a client's link opens it."""
    async with client_of(server, "auto") as client:
        key = (await call(client, "open_session", start="empty"))["sessionId"]
        await call(client, "add_objects", scene=key, objects=[CRATE])
        view = {"position": [0, 1.1, 5], "look_at": "0, 1.1, 0", "fov": 32}
        await call(client, "set_camera", scene=key, **view)
        yield client, key


async def opened_at(server: ServerProcess, browser: Browser, key: str) -> ScenePage:
    url = f"{server.url}/?sessionId={key}"
    opened = await ScenePage.open(browser, url, width=WIDTH, height=HEIGHT)
    await opened.shows(SHOWN)
    return opened


def selected(page: Page) -> Locator:
    return page.locator("#edit-bar [role=status]")


async def select(page: Page) -> None:
    await page.mouse.click(*MIDDLE)
    await expect(selected(page)).to_have_text("Selected: crate")


async def until_over(page: Page, x: int, y: int) -> None:
    """Wait until something is drawn there."""
    canvas = page.locator("canvas")
    async with asyncio.timeout(WITHIN_SECONDS):
        while await canvas.get_attribute("data-over") != "object":
            await page.mouse.move(x, y)
            await page.mouse.move(x, y + 1)


async def hold_handle(page: Page, by: int) -> None:
    """Drag the handle to the right, once it is there, and hold it."""
    canvas = page.locator("canvas")
    x, y = HANDLE
    await page.mouse.move(x, y)
    for step in range(100):
        if await canvas.get_attribute("data-over") == "handle":
            break
        await page.mouse.move(x, y - step % 2)
    await page.mouse.down()
    await page.mouse.move(x + by, y, steps=3)


async def drag_handle(page: Page, by: int) -> None:
    await hold_handle(page, by)
    await page.mouse.up()


async def place_of(client: Client, key: str, name: str) -> list[float]:
    text = text_of(await client.call_tool("get_scene", {"scene": key}))
    found = re.search(rf"^{name}: \w+ .*? at ([-\d., ]+\d)", text, re.M)
    assert found is not None, text
    return [float(number) for number in found[1].split(", ")]


async def test_what_is_clicked_is_dragged_by_its_handle_and_moves_in_every_page(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with a_crate(shared_server) as (client, key):
        own, other = [await opened_at(shared_server, browser, key) for _ in range(2)]
        page = own.page
        await select(page)
        await page.mouse.click(*MIDDLE)  # there is nothing in it to go down to
        await expect(selected(page)).to_have_text("Selected: crate")
        await drag_handle(page, 60)
        for opened in (own, other):
            await opened.shows(SHOWN + 1)
        x, y, z = await place_of(client, key, "crate")
        assert 0.3 < x < 0.9
        assert (y, z) == (0.5, 0)
        # By as much as the pointer; the view has stayed.
        await page.mouse.click(MIDDLE[0] + 60, MIDDLE[1])
        await expect(selected(page)).to_have_text("Selected: crate")
        await expect(page.get_by_role("button", name="Reset view")).to_be_hidden()
        await page.mouse.click(WIDTH - 10, HEIGHT - 60)
        await expect(selected(page)).to_be_empty()
        # The end of an orbit selects nothing.
        await page.mouse.move(*MIDDLE)
        await page.mouse.down()
        await page.mouse.move(MIDDLE[0] + 30, MIDDLE[1], steps=3)
        await page.mouse.up()
        await expect(page.get_by_role("button", name="Reset view")).to_be_visible()
        await expect(selected(page)).to_be_empty()
        for opened in (own, other):
            assert opened.complaints == []
            await opened.close()


async def test_a_drag_is_seen_in_the_other_page_while_it_lasts(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with a_crate(shared_server) as (_, key):
        own, other = [await opened_at(shared_server, browser, key) for _ in range(2)]
        await select(own.page)
        right = MIDDLE[0] + 90, MIDDLE[1]
        await hold_handle(own.page, 60)
        await until_over(other.page, *right)
        await own.page.keyboard.press("Escape")
        await until_over(other.page, *MIDDLE)
        await own.page.mouse.up()
        assert not any("scenePatch" in frame for frame in other.frames)
        for opened in (own, other):
            assert opened.complaints == []
            await opened.close()


async def test_keys_move_duplicate_group_and_remove_and_each_is_undone_and_redone(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with a_crate(shared_server) as (client, key):
        opened = await opened_at(shared_server, browser, key)
        page = opened.page
        await select(page)
        canvas = page.locator("canvas")
        await expect(page.get_by_role("button", name="Move", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        await canvas.press("e")
        await expect(page.get_by_role("button", name="Turn", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        await canvas.press("ArrowRight")
        await opened.shows(SHOWN + 1)
        assert await place_of(client, key, "crate") == [0.1, 0.5, 0]
        await canvas.press("Control+d")
        await opened.shows(SHOWN + 2)
        await expect(selected(page)).to_have_text("Selected: crate 2")
        await canvas.press("Control+g")
        await opened.shows(SHOWN + 3)
        await expect(selected(page)).to_have_text("Selected: group")
        await canvas.press("Delete")
        await opened.shows(SHOWN + 4)
        await expect(selected(page)).to_be_empty()
        redo = page.get_by_role("button", name="Redo")
        await expect(redo).to_have_attribute("aria-disabled", "true")
        for revision in range(SHOWN + 5, SHOWN + 9):
            await canvas.press("Control+z")
            await opened.shows(revision)
        assert await place_of(client, key, "crate") == [0, 0.5, 0]
        await redo.click()
        await opened.shows(SHOWN + 9)
        assert await place_of(client, key, "crate") == [0.1, 0.5, 0]
        # The client's own step is the person's to undo, too.
        await page.get_by_role("button", name="Undo").click()
        await page.get_by_role("button", name="Undo").click()
        await opened.shows(SHOWN + 11)
        assert opened.complaints == []
        await opened.close()


async def test_keys_pressed_while_the_handles_are_loaded_are_done_after_it(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with a_crate(shared_server) as (client, key):
        opened = await opened_at(shared_server, browser, key)
        held: asyncio.Queue[Route] = asyncio.Queue()
        await opened.page.route("**/chunks/editor-*.js", held.put)
        await select(opened.page)
        handles = await held.get()
        for pressed in ("ArrowRight", "ArrowRight", "ArrowUp"):
            await opened.page.locator("canvas").press(pressed)
        await handles.continue_()
        await opened.shows(SHOWN + 1)
        assert await place_of(client, key, "crate") == [0.2, 0.5, -0.1]
        assert opened.complaints == []
        await opened.close()


async def test_what_the_server_refuses_goes_back_with_a_notice(
    shared_server: ServerProcess, browser: Browser
) -> None:
    def relay(socket: WebSocketRoute) -> None:
        behind = socket.connect_to_server()

        def to_server(message: str | bytes) -> None:
            said = json.loads(message)
            if said["type"] != "sceneEdit":
                behind.send(message)
                return
            refusal = {"code": "busy", "message": "Not now.", "editId": said["editId"]}
            socket.send(json.dumps({"type": "sceneEditRefused", **refusal}))

        socket.on_message(to_server)

    async with a_crate(shared_server) as (client, key):
        context = await browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce"
        )
        page = await context.new_page()
        await page.route_web_socket("**/ws/scene/", relay)
        opened = await ScenePage.open_in(page, f"{shared_server.url}/?sessionId={key}")
        await opened.shows(SHOWN)
        await select(page)
        await drag_handle(page, 150)
        await expect(page.get_by_role("log", name="Notices")).to_contain_text("Not now.")
        await page.locator(".notices").evaluate("one => { one.style.display = 'none'; }")
        # Where it would be now is nothing, and it is where it was.
        await page.mouse.click(MIDDLE[0] + 150, MIDDLE[1])
        await expect(selected(page)).to_be_empty()
        await select(page)
        assert await place_of(client, key, "crate") == [0, 0.5, 0]
        assert opened.complaints == []
        await context.close()


# Of all that lies over the picture, which of them lie over each other.
OVERLAPPING = """() => {
  const all = [".chip", ".tools", ".edit-bar", ".connect", "#outline", "#properties",
    "#history"]
    .map((name) => [name, document.querySelector(name).getBoundingClientRect()]);
  return all.flatMap(([name, one], at) => all.slice(at + 1)
    .filter(([, other]) => one.left < other.right && other.left < one.right
      && one.top < other.bottom && other.top < one.bottom)
    .map(([other]) => `${name} ${other}`));
}"""


@pytest.mark.requirement("A5")
async def test_whoever_edits_on_a_phone_finds_nothing_covered(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with a_crate(shared_server) as (_, key):
        context = await browser.new_context(
            viewport={"width": 375, "height": 320},
            has_touch=True,
            is_mobile=True,
            color_scheme="dark",
            reduced_motion="reduce",
        )
        opened = await ScenePage.open_in(
            await context.new_page(), f"{shared_server.url}/?sessionId={key}"
        )
        page = opened.page
        await opened.shows(SHOWN)
        await page.get_by_text("Add", exact=True).tap()
        assert await grave_faults(page) == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Sphere")).to_be_hidden()
        await page.touchscreen.tap(187, 240)
        await expect(selected(page)).to_have_text("Selected: crate")
        assert await page.evaluate(OVERLAPPING) == []
        assert await grave_faults(page) == []
        for width, panel in ((375, "Objects"), (768, "Properties"), (1000, "Objects")):
            await page.set_viewport_size({"width": width, "height": 600})
            await page.get_by_role("button", name=panel, exact=True).tap()
            await expect(page.get_by_role("region", name=panel)).to_be_visible()
            assert await page.evaluate(OVERLAPPING) == [], width
        await expect(page.get_by_role("region", name="Properties")).to_be_visible()
        assert opened.complaints == []
        await context.close()
