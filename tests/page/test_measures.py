"""What the page promises whoever uses it: few actions, nothing at rest, nothing covered or cut."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.accessibility import faults
from tests.support.browsers import ScenePage, window_of_tabs
from tests.support.calls import call, client_of
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("A5"), pytest.mark.long]

WIDTH, HEIGHT = 1440, 900
WIDE = 600  # from here on there is room for a button
MOST_ACTIONS = 3
IDLE_MS = 5000
CRATE = {"kind": "box", "name": "crate", "size": 1, "position": [0, 0.5, 0], "color": "red"}
# Counts the frames that are asked for, and what is drawn in them.
COUNT = """
window.counted = { frames: 0, draws: 0 };
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => { counted.frames++; return ask(callback); };
for (const name of ["drawElements", "drawArrays", "drawElementsInstanced", "drawArraysInstanced"]) {
  const draw = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...values) {
    counted.draws++;
    return draw.apply(this, values);
  };
}
"""
AT_REST = f"""async () => {{
  const rest = () => new Promise((resolve) => setTimeout(resolve, {IDLE_MS}));
  for (let seen = -1; seen !== counted.frames; await new Promise((on) => setTimeout(on, 1000)))
    seen = counted.frames;
  counted.frames = counted.draws = 0;
  await rest();
  return counted;
}}"""
# Of what a person can act on or read, what sticks out of the window, unless it can be scrolled to.
CUT = """() => [...document.querySelectorAll(
    "button, a[href], input, select, textarea, summary, p, h1, h2")]
  .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter((one) => !one.closest(".visually-hidden, .skip-to-content-link"))
  .filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return width > 1 && (left < -0.5 || right > innerWidth + 0.5);
  })
  .map((one) => one.outerHTML.slice(0, 120))"""


async def new_crate(server: ServerProcess) -> str:
    """The address of a scene with a crate in its middle."""
    async with client_of(server, "auto") as client:
        key = (await call(client, "open_session", start="empty"))["sessionId"]
        await call(client, "add_objects", scene=key, objects=[CRATE])
        await call(client, "set_camera", scene=key, position=[0, 1, 4], look_at="crate")
    return f"{server.url}/?sessionId={key}&quality=low"


async def test_a_page_at_rest_draws_nothing_seen_or_hidden(
    shared_server: ServerProcess, tmp_path: Path
) -> None:
    async with window_of_tabs(tmp_path / "profile") as window:
        page = await window.new_page()
        await page.add_init_script(COUNT)
        opened = await ScenePage.open_in(page, await new_crate(shared_server))
        await opened.shows(2)
        assert await page.evaluate("counted.draws") > 0
        assert await page.evaluate(AT_REST) == {"frames": 0, "draws": 0}
        await (await window.new_page()).bring_to_front()
        assert await page.evaluate("document.visibilityState") == "hidden"
        assert await page.evaluate(AT_REST) == {"frames": 0, "draws": 0}
        assert opened.complaints == []


class Person:
    """Whoever uses a page; each click, key and line of text is an action."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    async def click(self, name: str, role: Any = "button") -> None:
        self.actions += 1
        await self.page.get_by_role(role, name=name).first.click()

    async def click_in_the_middle(self) -> None:
        self.actions += 1
        await self.page.mouse.click(WIDTH / 2, HEIGHT / 2)

    async def press(self, key: str) -> None:
        self.actions += 1
        await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        self.actions += 1
        await self.page.keyboard.type(text)


async def test_what_is_usual_takes_at_most_three_actions(
    shared_server: ServerProcess, browser: Browser
) -> None:
    size = {"width": WIDTH, "height": HEIGHT}
    opened = await ScenePage.open(browser, await new_crate(shared_server), **size)
    page = opened.page
    await opened.shows(2)
    taken: dict[str, int] = {}

    person = Person(page)
    await person.click_in_the_middle()
    await expect(page.locator("#edit-bar [role=status]")).to_have_text("Selected: crate")
    taken["select"] = person.actions
    await person.press("ArrowRight")
    await opened.shows(3)
    taken["move"] = person.actions

    await page.reload()
    await opened.shows(3)
    person = Person(page)
    await person.click("Undo")
    await opened.shows(4)
    taken["undo"] = person.actions

    person = Person(page)
    await person.click("Crate")
    await person.type("Quay")
    await person.press("Enter")
    await opened.shows(5)
    taken["rename"] = person.actions

    person = Person(page)
    await person.click("Share")
    await person.click("Copy link")
    await expect(page.locator("#share-made")).to_be_visible()
    taken["share"] = person.actions

    await page.reload()
    await opened.shows(5)
    person = Person(page)
    async with page.expect_download():
        await person.click("More")
        await person.click("Picture PNG")
    taken["download"] = person.actions

    assert max(taken.values()) <= MOST_ACTIONS, taken
    assert opened.complaints == []
    await opened.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 768, 1440, 2560])
async def test_at_every_width_and_in_both_themes_all_can_be_read_and_reached(
    shared_server: ServerProcess, browser: Browser, width: int, theme: Any
) -> None:
    opened = await ScenePage.open(browser, shared_server.url, width=width, height=800)
    page = opened.page
    await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await without_fault(page, "the first page")
    await page.goto(await new_crate(shared_server))
    await opened.shows(2)
    await without_fault(page, "the scene")
    for panel in ("Objects", "Properties", "History"):
        await page.get_by_role("button", name=panel, exact=True).click()
        await expect(page.get_by_role("region", name=panel)).to_be_visible()
        await without_fault(page, panel)
        await page.get_by_role("button", name=panel, exact=True).click()
    await page.get_by_role("button", name="More", exact=True).click()
    await expect(page.get_by_role("region", name="More")).to_be_visible()
    await without_fault(page, "More")
    if width < WIDE:
        await page.locator("#share-more").click()
    else:
        await page.keyboard.press("Escape")
        await page.locator("#share-open").click()
    await expect(page.get_by_role("region", name="Share")).to_be_visible()
    await without_fault(page, "Share")
    assert opened.complaints == []
    await opened.close()


async def without_fault(page: Page, where: str) -> None:
    assert await page.evaluate(CUT) == [], where
    assert await faults(page) == [], where
