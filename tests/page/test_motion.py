"""What moves is at the same place in every browser, and costs nothing once it rests."""

import asyncio
import base64
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from mcp.client import Client
from mcp_types import ImageContent, TextContent
from PIL import Image
from playwright.async_api import Browser, Page

from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene, text_of
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N3")]

HEIGHT = 0.3255  # of the middle of the bust, in meters
SPEED = 0.02  # meters a second, to the right
APART_SECONDS = 0.05
# Notes where the bust is drawn in each frame on the screen, and when that frame began.
WATCH = (
    f"const HEIGHT = {HEIGHT};"
    + """
const now = Date.now.bind(Date);
const ask = window.requestAnimationFrame.bind(window);
window.frames_ = 0;
window.seen = null;
let began = 0;
window.requestAnimationFrame = (callback) => ask((passed) => {
  window.frames_++;
  began = now() / 1000;
  callback(passed);
});
const { bindFramebuffer, uniformMatrix4fv } = WebGL2RenderingContext.prototype;
let onScreen = true;
WebGL2RenderingContext.prototype.bindFramebuffer = function (target, buffer) {
  onScreen = buffer === null;
  return bindFramebuffer.call(this, target, buffer);
};
WebGL2RenderingContext.prototype.uniformMatrix4fv = function (at, transpose, matrix, ...more) {
  if (onScreen && Math.abs(matrix[13] - HEIGHT) < 1e-4) window.seen = { x: matrix[12], began };
  return uniformMatrix4fv.call(this, at, transpose, matrix, ...more);
};
"""
)
# A page whose own clocks are three minutes ahead.
SKEW = """
const [date, performanceNow] = [Date.now.bind(Date), performance.now.bind(performance)];
Date.now = () => date() + 180_000;
performance.now = () => performanceNow() + 180_000;
"""
# How many frames are asked for in half a second.
FRAMES = """() => new Promise((resolve) => {
  const before = window.frames_;
  setTimeout(() => resolve(window.frames_ - before), 500);
})"""


@asynccontextmanager
async def looking(
    browser: Browser, url: str, *, skewed: bool = False, still: bool = False
) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 240, "height": 160},
        reduced_motion="reduce" if still else "no-preference",
    )
    page = await context.new_page()
    for script in [WATCH, *([SKEW] if skewed else [])]:
        await page.add_init_script(script)
    opened = await ScenePage.open_in(page, f"{url}&quality=low")
    await opened.connected()
    yield page
    assert opened.complaints == []
    await context.close()


async def off(page: Page, start: float) -> float:
    """By how many seconds the page's moment is off this machine's clock, by what it draws."""
    seen = await page.evaluate("() => window.seen")
    return float(start + seen["x"] / SPEED - seen["began"])


async def right_within(page: Page, start: float) -> None:
    """Wait until the page shows the moment that it is.

    On a busy machine a page's first message may come late. The next one corrects that, at the
    latest after 25 s; a reload gets one at once.
    """
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            await page.wait_for_function("() => window.seen !== null")
            if abs(await off(page, start)) <= APART_SECONDS / 2:
                return
            await page.reload()


def sliding(**more: Any) -> dict[str, Any]:
    """The bust goes to the right, at an even pace, for a long time."""
    frames = [{"time": 1000, "position": [1000 * SPEED, HEIGHT, 0]}]
    how = {"motion": "keyframes", "keyframes": frames, "easing": "linear"}
    return {"animations": [{"target": "model", **how, **more}]}


async def test_every_page_shows_the_same_moment_whatever_its_own_clock_says(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        # Three pages that draw without end: shadows take a processor most of that.
        await call(client, "set_environment", scene=key, shadows=False, floor="none")
        url = f"{shared_server.url}/?sessionId={key}"
        async with looking(browser, url) as page, looking(browser, url, skewed=True) as skewed:
            before = time.time()
            await call(client, "animate", scene=key, **sliding())
            read = await call(client, "get_scene", scene=key, targets=["model"])
            [motion] = read["objects"][0]["animation"]
            assert before - 1 < motion["start"] < time.time() + 1
            for each in (page, skewed):
                await right_within(each, motion["start"])
            await page.reload()
            await right_within(page, motion["start"])
            async with looking(browser, url, skewed=True) as late:
                await right_within(late, motion["start"])
                offs = [await off(each, motion["start"]) for each in (page, skewed, late)]
                assert max(offs) - min(offs) <= APART_SECONDS


async def test_no_frame_is_asked_for_while_nothing_moves(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        async with looking(browser, f"{shared_server.url}/?sessionId={key}") as page:
            await rests(page)
            await call(client, "animate", scene=key, **sliding())
            await page.wait_for_function("() => window.seen?.x > 0")
            await page.wait_for_function(
                "before => window.frames_ > before + 3", arg=await frames(page)
            )
            stopped = {"target": "model", "stop": True}
            result = await client.call_tool("animate", {"scene": key, "animations": [stopped]})
            assert "model is at rest." in text_of(result)
            await page.wait_for_function("() => window.seen.x === 0")
            await rests(page)
            # What is still to begin costs nothing until then, and what is over nothing after it.
            await call(client, "animate", scene=key, **jumping(delay=1.5))
            await rests(page)
            await page.wait_for_function("() => window.seen.x > 0.01")
            await page.wait_for_function("() => window.seen.x === 0.5")
            await rests(page)


def jumping(**more: Any) -> dict[str, Any]:
    frames = [{"time": 0.5, "position": [0.5, HEIGHT, 0]}]
    return {"animations": [{"target": "model", "motion": "keyframes", "keyframes": frames, **more}]}


async def frames(page: Page) -> int:
    """How many frames were asked for so far."""
    return int(await page.evaluate("() => window.frames_"))


async def rests(page: Page) -> None:
    """Wait until no frame is asked for any more."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while await page.evaluate(FRAMES) > 0:
            pass


async def test_who_wants_no_motion_sees_things_at_rest(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        async with looking(browser, f"{shared_server.url}/?sessionId={key}", still=True) as page:
            floating = {"target": "model", "motion": "float", "axis": [1, 0, 0]}
            await call(client, "animate", scene=key, animations=[floating])
            await rests(page)
            assert (await page.evaluate("() => window.seen"))["x"] == 0
            # What comes to an end is shown as it ends.
            await call(client, "animate", scene=key, **jumping())
            await page.wait_for_function("() => window.seen.x === 0.5")
            await rests(page)


async def test_a_picture_is_of_the_moment_that_is_asked_for(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        # Else the camera would look at all of the way.
        view = {"position": [0, HEIGHT, 3.2], "look_at": [0, HEIGHT, 0]}
        await call(client, "set_camera", scene=key, **view)
        async with looking(browser, f"{shared_server.url}/?sessionId={key}", still=True):
            await call(client, "animate", scene=key, **sliding())
            begin, gone, again = [await middle(client, key, at) for at in (0.0, 500.0, 0.0)]
            assert abs(begin - gone) > 15
            assert begin == again


async def middle(client: Client, key: str, at: float) -> int:
    """How bright the middle of a picture is, where the bust stands at rest."""
    asked = {"scene": key, "at": at, "width": 64, "height": 64}
    result = await client.call_tool("take_screenshot", asked)
    words, shot = result.content
    assert isinstance(words, TextContent)
    assert isinstance(shot, ImageContent)
    assert f"{at:g} s after each motion began" in words.text
    picture = Image.open(io.BytesIO(base64.b64decode(shot.data))).convert("L")
    return picture.tobytes()[32 * 64 + 32]
