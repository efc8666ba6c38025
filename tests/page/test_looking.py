"""How a person looks at the scene: close up, from the side, with a mouse, fingers or keys."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PIL import Image, ImageChops
from playwright.async_api import Browser, Page, expect

from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N3")]

WIDTH, HEIGHT = 480, 480
LIT = 60  # of 255: the model is white, and what is behind it black
COUNT_DRAWS = """
window.draws = 0;
let isCounted = false;
for (const name of ["drawArrays", "drawElements"]) {
  const draw = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...given) {
    if (!isCounted) queueMicrotask(() => { isCounted = false; window.draws++; });
    isCounted = true;
    return draw.apply(this, given);
  };
}"""
HIDE_THE_REST = """() => {
  for (const one of document.querySelectorAll("body > :not(main)")) one.style.visibility = "hidden";
  document.querySelector("canvas").style.outline = "none"; // once it has the focus
}"""
KEEP_SIZE = """() => {
  const { style, clientWidth, clientHeight } = document.querySelector("canvas");
  Object.assign(style, { width: `${clientWidth}px`, height: `${clientHeight}px` });
}"""
AFTER_FRAMES = """() => new Promise((resolve) => {
  let left = 20;
  const next = () => (left-- ? requestAnimationFrame(next) : resolve(window.draws));
  next();
})"""


@asynccontextmanager
async def looking(
    server: ServerProcess,
    browser: Browser,
    *,
    touch: bool = False,
    still: bool = False,
    density: float = 1,
    quality: str = "",
) -> AsyncIterator[Page]:
    """A page with a new scene: the white bust before black, and nothing over it."""
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        has_touch=touch,
        device_scale_factor=density,
        reduced_motion="reduce" if still else "no-preference",
    )
    page = await context.new_page()
    await page.add_init_script(COUNT_DRAWS)
    opened = await ScenePage.open_in(page, f"{server.url}/")
    await page.get_by_role("button", name="Start a new scene").click()
    await opened.shows(0)
    async with client_of(server, "auto", path=f"/{page.url.partition('=')[2]}") as client:
        await call(client, "change_background_color", color="black")
    if quality:  # a browser without a graphics card draws cheaply by itself
        await page.goto(f"{page.url}&quality={quality}")
    await opened.shows(1)
    await page.evaluate(HIDE_THE_REST)
    yield page
    assert opened.complaints == []
    await context.close()


async def draws_at_rest(page: Page) -> int:
    """Wait until nothing is drawn any more; in how many tasks something was until then."""
    before, now = -1, 0
    async with asyncio.timeout(WITHIN_SECONDS):
        while before != now:
            before, now = now, await page.evaluate(AFTER_FRAMES)
    return now


async def picture(page: Page) -> Image.Image:
    await draws_at_rest(page)
    return Image.open(io.BytesIO(await page.screenshot())).convert("L")


def top_of(shown: Image.Image) -> int:
    """How far down the model begins in the middle of the picture."""
    column = shown.crop((WIDTH // 2, 0, WIDTH // 2 + 1, HEIGHT))
    return next(y for y, brightness in enumerate(column.tobytes()) if brightness > LIT)


def lit_share(shown: Image.Image, y: int) -> float:
    row = shown.crop((0, y, WIDTH, y + 1)).tobytes()
    return sum(brightness > LIT for brightness in row) / len(row)


def is_same(one: Image.Image, other: Image.Image) -> bool:
    return max(ImageChops.difference(one, other).tobytes()) <= 2


async def test_one_zooms_to_what_one_points_at_until_it_fills_the_view(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with looking(shared_server, browser, still=True) as page:
        shown = await picture(page)
        assert lit_share(shown, top_of(shown) + 20) < 0.3
        for _ in range(7):
            await page.mouse.move(WIDTH // 2, top_of(shown) + 1)
            await page.mouse.wheel(0, -400)
            shown = await picture(page)
        # The top of the head, at the height of the pointer, is as wide as the view; nothing is cut.
        top = top_of(shown)
        assert 20 < top < HEIGHT - 100
        assert lit_share(shown, top + 90) > 0.95
        await page.mouse.wheel(0, 9000)
        assert lit_share(await picture(page), HEIGHT // 2) < 0.3


async def test_the_view_is_moved_by_a_right_drag_and_by_shift_with_an_arrow_and_home_resets_it(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with looking(shared_server, browser) as page:
        canvas = page.locator("canvas")
        home = await picture(page)
        await page.mouse.move(240, 240)
        await page.mouse.down(button="right")
        await page.mouse.move(240, 300, steps=4)
        await page.mouse.up(button="right")
        assert abs(top_of(await picture(page)) - top_of(home) - 60) <= 3
        await canvas.press("Home")
        assert is_same(await picture(page), home)
        await canvas.press("Shift+ArrowUp")  # the viewer steps up, and sees the model lower
        assert abs(top_of(await picture(page)) - top_of(home) - HEIGHT / 20) <= 3
        await canvas.press("Shift+ArrowDown")
        await canvas.press("Shift+ArrowRight")
        await canvas.press("Shift+ArrowLeft")
        assert is_same(await picture(page), home)
        for key in ("ArrowLeft", "+"):
            await canvas.press(key)
            assert not is_same(await picture(page), home)
            await canvas.press("Home")
            assert is_same(await picture(page), home)


async def test_two_fingers_move_the_view_and_spread_they_come_nearer(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with looking(shared_server, browser, touch=True) as page:
        home = await picture(page)
        fingers = await page.context.new_cdp_session(page)

        async def touch(kind: str, *places: tuple[int, int]) -> None:
            points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
            event = {"type": kind, "touchPoints": points}
            await fingers.send("Input.dispatchTouchEvent", event)
            await page.evaluate("new Promise(requestAnimationFrame)")

        await touch("touchStart", (200, 200), (280, 200))
        for y in (220, 240, 260):
            await touch("touchMove", (200, y), (280, y))
        await touch("touchEnd")
        moved = await picture(page)
        # A browser keeps the first few pixels of a touch to itself.
        assert 40 <= top_of(moved) - top_of(home) <= 62
        await touch("touchStart", (220, 260), (260, 260))
        for wider in (20, 40, 60):
            await touch("touchMove", (220 - wider, 260), (260 + wider, 260))
        await touch("touchEnd")
        assert 260 - top_of(await picture(page)) > 1.3 * (260 - top_of(moved))


async def test_a_movement_fades_out_and_then_nothing_is_drawn(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with looking(shared_server, browser) as page:
        before = await draws_at_rest(page)
        await page.mouse.move(240, 240)
        await page.mouse.wheel(0, -400)
        after = await draws_at_rest(page)
        assert after > before + 2
        assert await page.evaluate(AFTER_FRAMES) == after


async def test_who_wants_no_motion_sees_the_end_of_it_at_once(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with looking(shared_server, browser, still=True) as page:
        before = await draws_at_rest(page)
        await page.mouse.move(240, 240)
        await page.mouse.wheel(0, -400)
        draws = await draws_at_rest(page) - before
        assert 1 <= draws <= 2


async def test_the_lights_frames_are_shown_to_who_asks_for_them_and_in_that_browser_from_then_on(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with looking(shared_server, browser) as page:
        without = await picture(page)
        assert lit_share(without, 60) == 0
        button = page.locator("#frames")
        await button.dispatch_event("click")
        framed = await picture(page)
        assert lit_share(framed, 60) > 0
        await page.reload()
        await expect(button).to_have_attribute("aria-pressed", "true")
        await button.dispatch_event("click")
        await page.reload()
        await expect(button).to_have_attribute("aria-pressed", "false")


async def set_density(page: Page, ratio: float) -> None:
    """Have the window move to a screen with so many pixels to a CSS pixel, where it is taller.

    Chromium does not tell a page of another density alone. The canvas keeps its size.
    """
    await page.evaluate(KEEP_SIZE)
    screen = await page.context.new_cdp_session(page)
    size = {"width": WIDTH, "height": HEIGHT + int(8 * ratio)}
    metrics = {**size, "deviceScaleFactor": ratio, "mobile": False}
    await screen.send("Emulation.setDeviceMetricsOverride", metrics)


async def canvas_becomes(page: Page, width: int, height: int) -> None:
    canvas = page.locator("canvas")
    await expect(canvas).to_have_js_property("width", width)
    await expect(canvas).to_have_js_property("height", height)


def smoothed_share(shown: Image.Image) -> float:
    """In how many rows the model's left edge begins with a pixel between it and the background."""
    rows = [shown.crop((0, y, shown.width // 2, y + 1)).tobytes() for y in range(shown.height)]
    edges = []
    for row in rows:
        at = next((x for x, brightness in enumerate(row) if brightness > 4), None)
        if at is not None and at + 3 < len(row) and row[at + 3] > LIT:
            edges.append(row[at] < row[at + 3] * 0.7)
    assert len(edges) > 100
    return sum(edges) / len(edges)


@pytest.mark.long
async def test_a_page_is_drawn_in_the_pixels_of_the_screen_that_it_is_on(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with looking(shared_server, browser, density=2, quality="high") as page:
        await canvas_becomes(page, 2 * WIDTH, 2 * HEIGHT)
        assert smoothed_share(await picture(page)) > 0.5
        for ratio in (1, 3, 1.25):
            await set_density(page, ratio)
            await canvas_becomes(page, int(ratio * WIDTH), int(ratio * HEIGHT))
        assert smoothed_share(await picture(page)) > 0.5


@pytest.mark.long
async def test_a_canvas_has_no_more_pixels_than_a_5k_screen(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with looking(shared_server, browser, quality="high") as page:
        await set_density(page, 12)
        await canvas_becomes(page, 3840, 3840)
