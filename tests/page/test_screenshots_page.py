"""The pictures that a page takes of its scene when the server asks for one."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.async_api import Browser, Route, ViewportSize, expect

from sessions_app.models import SceneSession
from sessions_app.routing import Rule, Target
from sessions_app.steering import asking, steering
from sessions_app.storage import database
from tests.support import chromium
from tests.support.browsers import ScenePage, window_of_tabs
from tests.support.calls import NEWEST_ERA, call, client_of, open_scene, text_of
from tests.support.here import serving
from tests.support.operations import step_of
from tests.support.pages import ADDS_A_TEXT, LETTERS, WITHOUT_WEBGL
from tests.support.pictures import opened_picture, picture_of
from tests.support.scenes import color, make_call, make_scene_session, steer
from tests.support.servers import ServerProcess
from tests.support.storage import store_revision

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("N3"),
]

FULL = (960, 540)
BACKGROUND = (32, 96, 160)
FROM_ABOVE = {"position": [0, 3, 0], "aim": [0, 0, 0], "fov": 32}


@pytest.fixture
async def origin() -> AsyncIterator[str]:
    async with serving() as served:
        yield served


@pytest.fixture
async def link(origin: str, scene: SceneSession) -> str:
    return f"{origin}/?sessionId={scene.edit_key}"


@pytest.fixture
async def scene() -> SceneSession:
    """A red model before a blue background, at revision 2."""
    made = await database.run(make_scene_session)
    await database.run(steer, made, color("red"))
    await database.run(steer, made, step_of("change_background_color", color="#2060a0"))
    return made


async def change(scene: SceneSession, name: str) -> None:
    """Paint the model and tell the browsers, as a call does."""
    call = make_call(Target(Rule.ARGUMENT, scene.edit_key))
    await steering.steer(call, color(name))


async def ask(
    scene: SceneSession,
    *,
    revision: int = 2,
    size: tuple[int, int] = FULL,
    within_ms: int = 5000,
    timeout_seconds: float = 15,
) -> dict[str, Any]:
    params = {"revision": revision, "width": size[0], "height": size[1], "withinMs": within_ms}
    return await asking.ask(scene.pk, "takeScreenshot", params, timeout_seconds=timeout_seconds)


def middle(picture: Image.Image) -> tuple[int, ...]:
    pixel = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


async def on_screen(opened: ScenePage) -> Image.Image:
    """The middle of the view, free of everything that lies over the scene."""
    shot = Image.open(io.BytesIO(await opened.page.screenshot())).convert("RGB")
    return free_part(shot)


def free_part(picture: Image.Image) -> Image.Image:
    """The middle, below the bar of buttons."""
    width, height = picture.size
    return picture.crop((width // 4, height // 4, width * 3 // 4, height * 5 // 6))


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean of how far the pixels are apart, of 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


async def refusal(scene: SceneSession, **asked: Any) -> str:
    """The code with which the page answers that it takes no picture."""
    with pytest.raises(asking.BrowserFailedError) as failed:
        await ask(scene, **asked)
    return failed.value.reason


async def test_the_picture_is_what_the_page_shows(
    link: str, scene: SceneSession, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, link, width=960, height=540)
    await opened.shows(2)
    answer = await ask(scene)
    assert (answer["revision"], answer["width"], answer["height"]) == (2, *FULL)
    picture = opened_picture(answer)
    corner = picture.getpixel((5, 5))
    assert isinstance(corner, tuple)
    assert all(abs(a - b) <= 2 for a, b in zip(corner, BACKGROUND, strict=True))
    red, green, blue = middle(picture)
    assert red > 100 > 60 > max(green, blue)
    assert difference(await on_screen(opened), free_part(picture)) < 1.5
    assert opened.complaints == []
    await opened.close()


async def test_where_the_person_looks_and_what_they_see_has_nothing_to_do_with_it(
    link: str, scene: SceneSession, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, link)
    await opened.shows(2)
    before = await ask(scene)
    home = await on_screen(opened)
    canvas = opened.page.locator("canvas")
    for _ in range(4):
        await canvas.press("ArrowLeft")
    await expect(opened.page.get_by_role("button", name="Reset view")).to_be_visible()
    turned = await on_screen(opened)
    assert difference(home, turned) > 1
    assert (await ask(scene))["data"] == before["data"]
    named = {"views": [{"title": "front", "camera": FROM_ABOVE}], "labels": ["o1"], "shown": ["o1"]}
    size = {"width": 320, "height": 160}
    asked = {"revision": 2, **size, "withinMs": 5000, "columns": 1, **named}
    assert (await asking.ask(scene.pk, "takeViews", asked))["views"] == 1
    assert difference(turned, await on_screen(opened)) == 0
    await canvas.press("ArrowLeft")  # what is drawn after the picture is drawn as before it
    await canvas.press("ArrowRight")
    assert difference(turned, await on_screen(opened)) < 0.5
    await opened.close()


async def test_light_frames_and_what_marks_a_selection_are_in_no_picture(
    link: str, scene: SceneSession, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, link, width=960, height=540)
    await opened.shows(2)
    without = opened_picture(await ask(scene))
    await opened.page.get_by_role("button", name="More").click()
    button = opened.page.get_by_role("button", name="Light frames")
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")
    await opened.page.keyboard.press("Escape")
    before = await on_screen(opened)
    await opened.page.mouse.click(480, 270)
    await expect(opened.page.locator("#edit-bar [role=status]")).to_have_text("Selected: model")
    await opened.page.keyboard.press("Shift+ArrowUp")  # to wait for the handles
    await opened.shows(3)
    await opened.page.keyboard.press("Control+z")
    await opened.shows(4)
    assert difference(before, await on_screen(opened)) > 0
    assert difference(without, opened_picture(await ask(scene, revision=4))) == 0
    # But for the model in the middle, all of it is the background.
    width, height = without.size
    for left, right in ((0, width * 2 // 5), (width * 3 // 5, width)):
        part = without.crop((left, 0, right, height))
        assert difference(part, Image.new("RGB", part.size, BACKGROUND)) < 2
        assert max(part.tobytes()) < 200
    await opened.close()


@pytest.mark.parametrize(
    "size",
    [(300, 900), *(pytest.param((side, side), marks=pytest.mark.long) for side in (1280, 16))],
)
async def test_a_picture_has_the_size_that_is_asked_for(
    link: str, scene: SceneSession, browser: Browser, size: tuple[int, int]
) -> None:
    opened = await ScenePage.open(browser, link, width=500, height=700)
    await opened.connected()
    picture = opened_picture(await ask(scene, size=size))
    assert picture.size == size
    assert middle(picture)[0] > 100
    await opened.close()


async def test_a_picture_waits_for_its_revision_but_not_for_ever(
    link: str, scene: SceneSession, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, link)
    await opened.connected()
    assert await refusal(scene, revision=3, within_ms=200) == "behind"
    asked = asyncio.create_task(ask(scene, revision=3))
    await change(scene, "lime")
    answer = await asked
    assert answer["revision"] == 3
    red, green, blue = middle(opened_picture(answer))
    assert green > 1.5 * max(red, blue)
    await opened.close()


async def test_a_question_that_the_server_withdrew_is_not_answered(
    link: str, scene: SceneSession, browser: Browser
) -> None:
    opened = await (await ScenePage.open(browser, link)).connected()
    socket = opened.sockets[-1]
    async with socket.expect_event("framesent", lambda frame: "browserResponse" in frame) as first:
        with pytest.raises(asking.BrowserSilentError):
            await ask(scene, revision=3, within_ms=1000, timeout_seconds=0.3)
        assert await refusal(scene, revision=3, within_ms=1500) == "behind"
    asked, other = (
        frame["requestId"]
        for frame in map(json.loads, opened.frames)
        if frame["type"] == "browserRequest"
    )
    assert json.loads(await first.value)["requestId"] == other
    withdrawn = {"type": "browserRequestWithdrawn", "requestId": asked}
    assert withdrawn in map(json.loads, opened.frames)
    await opened.close()


async def test_a_tab_in_the_background_takes_a_picture_of_what_it_has_not_drawn_yet(
    link: str, scene: SceneSession, tmp_path: Path
) -> None:
    async with window_of_tabs(tmp_path / "profile") as window:
        opened = await ScenePage.open_in(await window.new_page(), link)
        await opened.shows(2)
        other = await window.new_page()
        await other.bring_to_front()
        assert await opened.page.evaluate("document.visibilityState") == "hidden"
        await change(scene, "lime")
        answer = await ask(scene, revision=3)
        assert await opened.page.locator("html").get_attribute("data-revision") == "2"
    red, green, blue = middle(opened_picture(answer))
    assert green > 1.5 * max(red, blue)


@pytest.mark.parametrize("era", NEWEST_ERA)
async def test_the_tool_gives_the_model_the_picture(
    shared_server: ServerProcess, browser: Browser, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        opened = await (
            await ScenePage.open(browser, f"{shared_server.url}/?sessionId={key}")
        ).connected()
        await call(client, "change_model_color", color="red", scene=key)
        result = await client.call_tool("take_screenshot", {"width": 640, "scene": key})
        [image] = [block for block in result.content if block.type == "image"]
        size = {"width": 640, "height": 540}
        answer = {"mimeType": image.mime_type, "data": image.data} | size
        red, green, blue = middle(opened_picture(answer))
        assert red > 100 > 60 > max(green, blue)
        await opened.close()


async def test_several_views_with_names_come_in_one_picture(
    shared_server: ServerProcess, browser: Browser
) -> None:
    crates = [
        {
            "name": "left",
            "kind": "box",
            "size": [1, 1, 1],
            "position": [-2, 0.5, 0],
            "color": "red",
        },
        {
            "name": "right",
            "kind": "box",
            "size": [1, 1, 1],
            "position": [2, 0.5, 0],
            "color": "lime",
        },
    ]
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        await call(client, "add_objects", objects=crates, scene=key)
        link = f"{shared_server.url}/?sessionId={key}&quality=low"
        opened = await ScenePage.open(browser, link, width=320, height=240)
        await opened.shows(1)

        async def take(**asked: Any) -> Image.Image:
            size = {"width": 320, "height": 160, "scene": key}
            result = await client.call_tool("take_screenshot", {**size, **asked})
            assert result.structured_content is None
            [image] = [block for block in result.content if block.type == "image"]
            picture = picture_of(image.data)
            assert picture.size == (320, 160)
            return picture

        both = await take(views=["right", "front"])
        named = await take(views=["right", "front"], labels=True)
        alone = await take(views=["front"], targets=["left"], isolate=True)
        beside = await take(views=["front"])
        assert difference(await take(), await take(views=["camera"], targets=["left"])) < 0.5
        assert opened.complaints == []
        await opened.close()
    # From the right the one hides the other, from the front both are seen.
    red, green = colored(both.crop((0, 0, 160, 160)))
    assert (red, green > 200) == (0, True)
    assert min(colored(both.crop((160, 0, 320, 160)))) > 100
    names = ImageChops.difference(both, named).convert("L").point(lambda value: 255 * (value > 60))
    assert names.crop((0, 0, 160, 160)).getbbox() is not None
    assert names.crop((160, 0, 320, 160)).getbbox() is not None
    (red, green), (of_both, _) = colored(alone), colored(beside)
    assert (red > 4 * of_both > 0, green) == (True, 0)


def colored(picture: Image.Image) -> tuple[int, int]:
    """How many pixels are rather red, and how many rather green."""
    red, green, blue = picture.split()
    more_red = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    more_green = ImageChops.subtract(green, ImageChops.lighter(red, blue))
    return sum(more_red.histogram()[60:]), sum(more_green.histogram()[60:])


async def test_a_browser_without_webgl_says_so(
    link: str, scene: SceneSession, browser: Browser
) -> None:
    blind = await browser.browser_type.launch(
        executable_path=chromium.find(), args=list(WITHOUT_WEBGL)
    )
    opened = await (await ScenePage.open(blind, link)).connected()
    assert await refusal(scene) == "no_webgl"
    assert opened.complaints == []
    await blind.close()


async def test_a_picture_waits_for_the_letters_of_texts(
    server: ServerProcess, browser: Browser
) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        await call(client, "change_model_color", color="gold", scene=key)
        store_revision(server.database_url, 2, ADDS_A_TEXT)
        small = ViewportSize(width=320, height=240)
        page = await (await browser.new_context(viewport=small)).new_page()
        held: asyncio.Queue[Route] = asyncio.Queue()
        await page.route(LETTERS, held.put)
        opened = await ScenePage.open_in(page, f"{server.url}/?sessionId={key}&quality=low")
        await opened.connected()
        letters = await held.get()
        async with opened.sockets[-1].expect_event(
            "framereceived", lambda frame: "browserRequest" in frame
        ):
            asked = asyncio.create_task(
                client.call_tool("take_screenshot", {"scene": key, **small})
            )
        await letters.continue_()
        result = await asked
        assert not result.is_error, text_of(result)
        [image] = [block for block in result.content if block.type == "image"]
        assert middle(picture_of(image.data))[0] > 3 * middle(picture_of(image.data))[2]
        await opened.shows(2)
        await opened.close()


async def test_a_lost_graphics_context_counts_as_none_until_it_comes_back(
    link: str, scene: SceneSession, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, link)
    await opened.shows(2)
    before = opened_picture(await ask(scene))
    context = "document.querySelector('canvas').getContext('webgl2')"
    await opened.page.evaluate(
        f"window.lost = {context}.getExtension('WEBGL_lose_context'); lost.loseContext()"
    )
    assert await refusal(scene) == "no_webgl"
    await opened.page.evaluate("lost.restoreContext()")
    await opened.becomes(webgl="ok")
    assert difference(before, opened_picture(await ask(scene))) < 0.5
    await opened.close()
