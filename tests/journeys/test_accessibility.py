"""What people without a mouse, or with other eyes, meet on every kind of page."""

import re
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene
from tests.support.servers import ServerProcess
from tests.support.staff import open_admin
from tests.support.stores import add_staff

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("A5")]

# Each theme and each width once: together they would cost twice the time and find the same.
LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 375))

# Every element that one can act on or scroll, and of each whether Tab came to it and showed it.
WALK = """() => {
  const all = document.querySelectorAll(
    "a[href], button:enabled, input:not([type=hidden]), select, textarea, summary, [tabindex='0']");
  window.walked = new Map([...all].filter((one) => one.checkVisibility()).map((one) => [one, 0]));
  return window.walked.size;
}"""
STEP = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  if (window.walked.has(document.activeElement)) window.walked.set(document.activeElement, seen);
}"""
LEFT_OUT = """() => [...window.walked]
  .filter(([one, seen]) => one.isConnected && !seen)
  .map(([one]) => one.outerHTML.slice(0, 120))"""


async def find_faults(page: Page, *, of: str = "html") -> list[str]:
    """What axe finds in each of the looks, once the element is in sight."""
    await expect(page.locator(of).first).to_be_visible()
    await page.wait_for_load_state()  # of its style too
    found = []
    for theme, width in LOOKS:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=theme)
        found += [f"{theme}, {width}: {fault}" for fault in await grave_faults(page)]
    return found


@pytest.mark.long
async def test_the_admins_lists_and_pages_of_a_session_can_be_used_by_all(
    server: ServerProcess, browser: Browser
) -> None:
    add_staff(server.database_url)
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        await call(client, "change_model_color", scene=key, color="teal")
        await client.call_tool("change_model_color", {"scene": key, "color": "no color"})
    opened = await open_admin(browser, server)
    page, sessions = opened.page, f"{server.url}/admin/sessions_app/scenesession/"
    for path, seen in (
        ("", "#result_list"),
        ("1/change/", "#session[data-drawn-revision]"),
        ("notice/", "textarea"),
        ("../toolcall/", "#result_list"),
        ("../../auth/user/1/change/", ".selector-filter"),
        ("../../auth/group/add/", ".selector-filter"),
    ):
        await page.goto(f"{sessions}{path}")
        assert await find_faults(page, of=seen) == [], path
    await page.goto(f"{sessions}1/change/")
    await page.get_by_role("button", name="Close…").click()
    assert await find_faults(page, of="form.ask") == []
    await opened.close()


async def test_the_admins_sign_in_page_can_be_used_by_all(
    shared_server: ServerProcess, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, f"{shared_server.url}/admin/login/")
    page = opened.page
    await page.get_by_label("Username").fill("nobody")
    await page.get_by_label("Password").fill("wrong")
    await page.get_by_role("button", name="Log in").click()
    assert await find_faults(page, of=".errornote") == []
    await opened.close()


async def test_the_sign_in_page_can_be_used_by_all(
    sign_in_server: ServerProcess, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, f"{sign_in_server.url}/")
    await expect(opened.page).to_have_url(re.compile("/accounts/login/"))
    assert await find_faults(opened.page, of="#sign-in-form") == []
    await opened.close()


async def test_the_page_can_be_used_by_all_with_a_scene_and_without(
    shared_server: ServerProcess, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, f"{shared_server.url}/")
    page = opened.page
    assert await find_faults(page, of="main") == []
    await page.get_by_role("button", name=re.compile("scene")).first.click()
    await opened.connected()
    await page.get_by_text("Connect your AI").click()
    for panel, drawn in (("Properties", ".prop"), ("Objects", "[role=treeitem]")):
        await page.get_by_role("button", name=panel, exact=True).click()
        await expect(page.locator(drawn).first).to_be_visible()
    assert await find_faults(page, of="canvas") == []
    await opened.close()


# What a finger hardly meets. Left out is what is for the keyboard, what Django draws with pictures
# of a fixed size (our style widens what can be touched), and what its large neighbor does too.
SMALL = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !one.matches(".skip-to-content-link, .selector button, .sortoptions a"))
  .filter((one) => !one.matches(".related-widget-wrapper-link"))
  .filter((one) => one.getBoundingClientRect().height < (one.type === "checkbox" ? 24 : 44))
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.long
async def test_whatever_staff_act_on_is_large_enough_for_a_finger(
    server: ServerProcess, browser: Browser
) -> None:
    add_staff(server.database_url)
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        await call(client, "change_model_color", scene=key, color="teal")
    opened = await open_admin(browser, server, width=375)
    page, sessions = opened.page, f"{server.url}/admin/sessions_app/scenesession/"
    for url in (
        f"{server.url}/admin/",
        sessions,
        f"{sessions}1/change/",
        f"{sessions}notice/",
        f"{server.url}/admin/auth/user/1/change/",
        f"{server.url}/admin/password_change/",
    ):
        await page.goto(url)
        assert await page.evaluate(SMALL) == [], url
    await page.goto(f"{sessions}1/change/")
    await page.get_by_role("button", name="Close…").click()
    await expect(page.locator("form.ask")).to_be_visible()
    await page.wait_for_load_state()  # of its style too
    assert await page.evaluate(SMALL) == []
    await opened.close()


async def left_out(page: Page) -> list[str]:
    """What Tab does not reach, or what then does not show that it has the focus."""
    await page.mouse.click(1, 1)
    for _ in range(await page.evaluate(WALK) + 2):
        await page.keyboard.press("Tab")
        await page.evaluate(STEP)
    found: list[str] = await page.evaluate(LEFT_OUT)
    return found


@pytest.mark.long
async def test_every_action_of_staff_is_reached_by_keyboard_and_nothing_moves_unasked(
    server: ServerProcess, browser: Browser
) -> None:
    add_staff(server.database_url)
    async with client_of(server, "auto") as client:
        await open_scene(client)
    opened = await open_admin(browser, server)
    page = opened.page
    moving = "document.getAnimations().length"
    await page.emulate_media(reduced_motion="no-preference")
    assert await page.evaluate(moving) > 0
    await page.emulate_media(reduced_motion="reduce")
    assert await page.evaluate(moving) == 0
    assert await left_out(page) == []
    await page.goto(f"{server.url}/admin/sessions_app/scenesession/")
    assert await left_out(page) == []
    await page.goto(f"{server.url}/admin/sessions_app/scenesession/1/change/")
    await expect(page.locator("#session[data-drawn-revision]")).to_be_visible()
    assert await left_out(page) == []
    await opened.close()
