"""The admin's front page: what staff see at once, and what changes while they look."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.async_api import Browser, expect

from sessions_app.calls.statistics import AGING_AFTER, STALE_AFTER
from sessions_app.models import SceneSession, ToolCall
from sessions_app.sessions.opening import scene_session_open
from sessions_app.templatetags import overview_formats
from sessions_app.web.callers import Caller
from tests.conftest import StartServer
from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene
from tests.support.servers import ServerProcess
from tests.support.staff import open_admin
from tests.support.stores import PostgresTemplate, add_staff
from tests.support.waiting import until

pytestmark = pytest.mark.requirement("A5")

FORMATS = json.loads((Path(__file__).parents[2] / "fixtures/overview_formats.json").read_text())


def sign_in(client: Client, *, staff: bool) -> Client:
    client.force_login(User.objects.create_user("person", is_staff=staff, is_superuser=staff))
    return client


def make_session(calls: int = 0, **columns: Any) -> SceneSession:
    session = scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())
    SceneSession.objects.filter(pk=session.pk).update(**columns) if columns else None
    for _ in range(calls):
        ToolCall.objects.create(
            scene_session=session, tool="scale_model", status="success", instance="one"
        )
    return session


def session_ids(page: bytes) -> list[int]:
    table = page.decode().split('id="session-rows"')[1].split("</tbody>")[0]
    return [int(found) for found in re.findall(r'data-slot="id">(\d+)<', table)]


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("at", "ago")])
def test_numbers_are_worded_as_the_page_words_them(name: str) -> None:
    snake = re.sub(r"([A-Z])", r"_\1", name).lower()
    worded: Callable[[Any], str] = getattr(overview_formats, snake)
    assert [worded(value) for value, _ in FORMATS[name]] == [text for _, text in FORMATS[name]]


def test_times_are_worded_as_the_page_words_them() -> None:
    at = FORMATS["at"]
    worded = [overview_formats.ago(moment, at) for moment, _ in FORMATS["ago"]]
    assert worded == [text for _, text in FORMATS["ago"]]


@pytest.mark.django_db
@pytest.mark.parametrize("signed_in", [True, False])
def test_who_is_not_staff_sees_no_overview(client: Client, signed_in: bool) -> None:
    if signed_in:
        sign_in(client, staff=False)
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


@pytest.mark.django_db
def test_the_page_shows_sessions_calls_and_figures_before_any_script_runs(client: Client) -> None:
    session = make_session(calls=3)
    answer = sign_in(client, staff=True).get("/admin/")
    page = answer.content.decode()
    assert session_ids(answer.content) == [session.pk]
    assert page.count("scale_model") >= 3
    assert re.search(r'data-figure="statistics\.calls\.total"[^>]*>\s*3\s*<', page)
    assert str(session.edit_key) not in page
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    runs = [tag for tag in re.findall(r"<script[^>]*>", page) if "application/json" not in tag]
    assert runs
    assert [tag for tag in runs if " src=" not in tag] == []
    assert "style=" not in page


@pytest.mark.django_db
def test_the_page_says_after_how_many_minutes_a_session_is_aging_and_stale(client: Client) -> None:
    page = sign_in(client, staff=True).get("/admin/").content.decode()
    states = page.split('id="states"')[1].split("</section>")[0]
    aging, stale = (time // timedelta(minutes=1) for time in (AGING_AFTER, STALE_AFTER))
    for words in (f"last {aging} min", f"for {aging} to {stale} min", f"more than {stale} min"):
        assert words in states
    assert page.count('popovertarget="states"') == 3  # two open it, one closes it


@pytest.mark.django_db
def test_an_address_asks_for_sessions_as_the_page_does(client: Client) -> None:
    closed, live = make_session(state="closed"), make_session()
    sign_in(client, staff=True)
    for query, found in {
        "": [live.pk],
        "state=closed": [closed.pk],
        f"search={live.edit_key}": [live.pk],
        "page=1": [],
        "state=none&page=x": [live.pk],
        "page=-1": [live.pk],
    }.items():
        assert session_ids(client.get(f"/admin/?{query}").content) == found, query


@pytest.mark.django_db
def test_the_page_takes_as_many_queries_for_one_session_as_for_many(client: Client) -> None:
    sign_in(client, staff=True)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/admin/")
        return len(captured)

    make_session(calls=1, owner=User.objects.create_user("one"))
    with_one = queries()
    for number in range(10):
        make_session(calls=2, owner=User.objects.create_user(f"another {number}"))
    assert queries() == with_one


def row(opened: ScenePage, tool: str) -> Any:
    return opened.page.locator("#call-rows tr").filter(has_text=tool)


def figure(opened: ScenePage, path: str) -> Any:
    return opened.page.locator(f'[data-figure="{path}"]')


# By how much of the window its content has jumped, unasked, since it was loaded.
JUMPED = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((jumps) => {
    for (const jump of jumps.getEntries()) if (!jump.hadRecentInput) sum += jump.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 100);  // what was buffered has come by then
})"""


async def sees_a_call(opened: ScenePage, of: ServerProcess) -> None:
    """A call of a real client appears, and the figures and the table follow it."""
    assert not await row(opened, "change_model_color").count()
    before = len(opened.sockets)
    async with client_of(of, "auto") as client:
        key = await open_scene(client)
        await call(client, "set_environment", scene=key, name="<b>Harbor</b>")
        await call(client, "change_model_color", scene=key, color="teal")
        await expect(row(opened, "change_model_color")).to_contain_text("success")
        await client.call_tool("change_model_color", {"scene": key, "color": "no color"})
    failed = row(opened, "change_model_color").first
    await expect(failed).to_contain_text("error")
    await expect(figure(opened, "statistics.calls.total")).to_have_text("4")
    await expect(figure(opened, "figures.errors")).to_have_text("1")
    await expect(opened.page.locator("#error-card")).to_have_attribute("data-level", "bad")
    await expect(opened.page.locator("#session-rows tr")).to_have_count(1)
    await expect(opened.page.locator("#session-rows tr")).to_contain_text("test client")
    await expect(opened.page.locator("#session-rows th")).to_contain_text("<b>Harbor</b>")
    assert len(opened.sockets) == before


# How many pixels of a chart are drawn in the color of its series.
DRAWN = """([chart, series]) => {
  const figure = document.getElementById(chart);
  const swatch = figure.querySelector(`[data-series="${series}"]`);
  const color = getComputedStyle(swatch).backgroundColor.match(/[0-9]+/g).map(Number);
  const canvas = figure.querySelector("canvas");
  if (!canvas) return 0;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let at = 0; at < data.length; at += 4)
    if (color.every((part, index) => Math.abs(data[at + index] - part) < 24)) drawn += 1;
  return drawn;
}"""


@pytest.mark.anyio
@pytest.mark.parametrize("width", [375, pytest.param(1440, marks=pytest.mark.long)])
async def test_a_minute_without_neighbors_is_seen_in_both_charts(
    server: ServerProcess, browser: Browser, width: int
) -> None:
    add_staff(server.database_url)
    async with client_of(server, "auto") as client:
        await open_scene(client)
    opened = await open_admin(browser, server, width=width)
    await expect(figure(opened, "statistics.calls.total")).to_have_text("1")
    for chart in (("calls-chart", "calls"), ("durations-chart", "p95Ms")):
        is_drawn = f"(chart) => ({DRAWN})(chart) > 20"
        await opened.page.wait_for_function(is_drawn, arg=chart)
    await opened.close()


@pytest.mark.anyio
async def test_a_call_appears_and_the_figures_change_while_staff_look_until_they_sign_out(
    server: ServerProcess, browser: Browser
) -> None:
    add_staff(server.database_url)
    opened = await open_admin(browser, server)
    await expect(opened.page.get_by_text("No session is open")).to_be_visible()
    await sees_a_call(opened, server)
    assert await opened.page.evaluate(JUMPED) < 0.02
    for theme in ("light", "dark"):
        await opened.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        assert await grave_faults(opened.page) == [], theme
    await opened.page.get_by_label("State").select_option("closed")
    await expect(opened.page.get_by_text("No session is like that")).to_be_visible()
    assert opened.complaints == []
    other = await opened.page.context.new_page()
    await other.goto(f"{server.url}/admin/")
    await other.get_by_role("button", name="Log out").click()
    await opened.becomes(connection="refused")
    await expect(opened.page.get_by_role("alert")).to_contain_text("You are signed out")
    await opened.close()


@pytest.mark.long
@pytest.mark.anyio
async def test_a_paused_page_stands_still_and_then_shows_what_it_missed(
    server: ServerProcess, browser: Browser
) -> None:
    add_staff(server.database_url)
    opened = await open_admin(browser, server, width=375)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await opened.page.evaluate(overflow) == 0
    assert await grave_faults(opened.page) == []
    pause = opened.page.get_by_role("button", name="Pause")
    await pause.click()
    async with client_of(server, "auto") as client:
        await open_scene(client)
    await until(lambda: any('"toolCalls"' in frame for frame in opened.frames))
    assert not await row(opened, "get_browser_connection_url").count()
    sessions = opened.page.locator("#session-rows tr")
    assert not await sessions.count()
    await opened.page.get_by_label("Find by id").press_sequentially("1")  # asked for, so shown
    await expect(sessions).to_have_count(1)
    assert "search=1" in opened.page.url
    assert not await row(opened, "get_browser_connection_url").count()
    await pause.click()
    await expect(row(opened, "get_browser_connection_url")).to_be_visible()
    await opened.close()


# The texts of cards that are cut off, once every number is as long as it may become.
CUT_OFF = """() => {
  for (const figure of document.querySelectorAll(".card [data-figure]"))
    figure.textContent = figure.dataset.format === "duration" ? "59.99 min" : "123,456";
  const isCut = (part) => {
    const range = document.createRange();
    range.selectNodeContents(part);
    const { right } = part.closest(".card").getBoundingClientRect();
    const hides = getComputedStyle(part).overflowX !== "visible";
    return range.getBoundingClientRect().right > right ||
      (hides && part.scrollWidth > part.clientWidth);
  };
  const parts = document.querySelectorAll(".card dt, .card dd, .card .fact");
  return [...parts].filter(isCut).map((part) => part.textContent.trim());
}"""


@pytest.mark.long
@pytest.mark.anyio
async def test_the_words_of_a_card_are_whole_at_any_width_and_tell_what_stale_means(
    server: ServerProcess, browser: Browser
) -> None:
    add_staff(server.database_url)
    opened = await open_admin(browser, server)
    page = opened.page
    await page.get_by_role("button", name="Pause").click()
    for width in (320, 375, 600, 768, 1024, 1200, 1280, 1440, 1920):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate(CUT_OFF) == [], width
    meaning = page.get_by_role("region", name="How a session is doing")
    for button in (page.locator(".card .told"), page.get_by_label("What these words mean")):
        await button.press("Enter")
        await expect(meaning).to_be_visible()
        assert await grave_faults(page) == []
        await page.keyboard.press("Escape")
        await expect(meaning).to_be_hidden()
    await opened.close()


@pytest.mark.anyio
@pytest.mark.long
async def test_staff_at_one_worker_see_the_calls_of_another(
    start_server: StartServer,
    postgres_template: PostgresTemplate,
    valkey_url: str,
    browser: Browser,
) -> None:
    database_url = postgres_template.copy()
    add_staff(database_url)
    one = start_server(database_url, redis_url=valkey_url, instance="one")
    two = start_server(database_url, redis_url=valkey_url, instance="two")
    opened = await open_admin(browser, one)
    await sees_a_call(opened, two)
    await opened.close()
