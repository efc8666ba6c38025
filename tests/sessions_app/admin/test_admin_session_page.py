"""A session's own page in the admin: what it tells; it follows the scene and joins nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.async_api import Browser, expect

from sessions_app import clock
from sessions_app.admin.session_page import MAX_MOMENTS
from sessions_app.models import (
    Binding,
    Pairing,
    SceneSession,
    SceneSessionEvent,
    ToolCall,
    Worker,
)
from sessions_app.people.access import Access
from sessions_app.people.principals import ANYONE
from sessions_app.routing import Rule, Target
from sessions_app.sessions.closing import scene_session_close
from sessions_app.sessions.details import MAX_CALLS
from sessions_app.steering import steering
from sessions_app.steering.edits import Edit, scene_edit_perform
from sessions_app.storage import database
from tests.support.browsers import ScenePage
from tests.support.here import serving
from tests.support.scene_documents import model_color
from tests.support.scenes import color, make_call, make_scene_session, steer
from tests.support.stores import PASSWORD

pytestmark = [pytest.mark.requirement("A5"), pytest.mark.django_db(transaction=True)]

MARKUP = "<script>document.title = 'gone'</script>"


@pytest.fixture
def scene() -> SceneSession:
    return make_scene_session()


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True))
    return client


def make_user(*, is_staff: bool = True, is_superuser: bool = False) -> User:
    return User.objects.create_user(
        "person", password=PASSWORD, is_staff=is_staff, is_superuser=is_superuser
    )


def address(view: str, scene: SceneSession) -> str:
    return reverse(f"admin:sessions_app_scenesession_{view}", args=[scene.pk])


def test_a_persons_edit_stands_in_the_timeline(staff: Client, scene: SceneSession) -> None:
    edit = Edit(
        Access(scene.edit_key),
        ANYONE,
        edit_id="one",
        base_revision=0,
        name="change_model_color",
        arguments={"color": "teal"},
    )
    scene_edit_perform(edit, color("teal"))
    shown = " ".join(staff.get(address("change", scene)).content.decode().split())
    assert "a person at a page: <strong>change_model_color</strong>" in shown
    assert "revision 1</span> The model is now teal (#008688)." in shown


def add_browser(scene: SceneSession, name: str, **fields: Any) -> Pairing:
    seen = {"browser_id": name, "name": name, "lease_until": clock.now(), **fields}
    return Pairing.objects.create(scene_session=scene, **seen)


def add_call(scene: SceneSession, **fields: Any) -> ToolCall:
    return ToolCall.objects.create(
        **{"scene_session": scene, "tool": "scale_model", "instance": "one", **fields}
    )


def shown(client: Client, scene: SceneSession) -> str:
    return client.get(address("change", scene)).content.decode()


def test_each_browser_is_told_as_connected_silent_stale_or_left(
    staff: Client, scene: SceneSession
) -> None:
    now = clock.now()
    add_browser(scene, "here", lease_until=now + timedelta(seconds=30), reconnections=3)
    add_browser(scene, "quiet", lease_until=now - timedelta(seconds=30))
    add_browser(scene, "dead", lease_until=now - timedelta(seconds=1000))
    add_browser(scene, "away", left_at=now, close_code=1001)
    listed = staff.get(address("change", scene)).context["browsers"]
    assert {browser.pairing.name: browser.presence for browser in listed} == {
        "here": "connected", "quiet": "silent", "dead": "stale", "away": "left"
    }  # fmt: skip
    page = shown(staff, scene)
    assert "1 of at most 20 connected" in page
    assert "3 times" in page


def test_since_when_and_why_a_session_is_as_it_is(staff: Client, scene: SceneSession) -> None:
    assert scene.created_at.strftime("%Y-%m-%d %H:%M:%S") in shown(staff, scene)
    SceneSessionEvent.objects.create(scene_session=scene, kind="slept", reason="Nobody came.")
    SceneSession.objects.filter(pk=scene.pk).update(state=SceneSession.State.IDLE)
    assert staff.get(address("change", scene)).context["condition"].reason == "Nobody came."
    scene_session_close(scene.pk, closed_by=SceneSession.Closer.STAFF, because="Too loud.")
    condition = staff.get(address("change", scene)).context["condition"]
    assert condition.reason == "Staff: Too loud."
    assert condition.since == SceneSession.objects.get().closed_at


def test_a_closed_session_is_to_read_and_to_export_only(staff: Client, scene: SceneSession) -> None:
    actions = ("export_json", "send_notice", "cancel_calls", "close_sessions", "replace_key")

    def offered() -> list[str]:
        page = shown(staff, scene)
        return [name for name in (*actions, "Open the page") if name in page]

    assert offered() == [*actions, "Open the page"]
    SceneSession.objects.filter(pk=scene.pk).update(state="closed", closed_at=clock.now())
    assert offered() == ["export_json"]


def test_what_strangers_call_themselves_is_shown_as_text(
    staff: Client, scene: SceneSession
) -> None:
    add_browser(scene, MARKUP[:40], user_agent=MARKUP)
    add_call(scene, status="error", error_code="x", error_message=MARKUP, client_name=MARKUP)
    SceneSession.objects.filter(pk=scene.pk).update(user_agent=MARKUP)
    page = shown(staff, scene)
    assert "&lt;script&gt;" in page
    assert MARKUP not in page


def test_the_page_takes_as_many_queries_for_few_rows_as_for_many(
    staff: Client, scene: SceneSession
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(address("change", scene)).status_code == 200
        return len(captured)

    def fill(count: int, start: int) -> None:
        person = User.objects.get()
        for number in range(start, start + count):
            add_browser(scene, f"tab-{number}", user=person)
            add_call(scene, status="running", user=person)
            SceneSessionEvent.objects.create(scene_session=scene, kind="joined", user=person)

    fill(1, 0)
    queries()  # the scene is kept in memory from now on
    few = queries()
    fill(MAX_MOMENTS + 50, 1)
    assert queries() == few <= 20
    context = staff.get(address("change", scene)).context
    assert [len(context[name]) for name in ("moments", "browsers", "calls")] == [200, 50, 25]


def test_a_call_that_was_lost_long_ago_is_not_under_way(staff: Client, scene: SceneSession) -> None:
    add_call(scene, status="running", started_at=clock.now() - timedelta(hours=1))
    current = add_call(scene, status="running")
    assert staff.get(address("change", scene)).context["running"] == [current]


def test_the_picture_gets_the_whole_scene_once_and_then_what_it_lacks(
    staff: Client, scene: SceneSession
) -> None:
    steer(scene, color("red"))
    steer(scene, color("teal"))

    def live(revision: str) -> dict[str, Any]:
        answer: dict[str, Any] = staff.get(address("live", scene), {"revision": revision}).json()
        return answer

    for unknown in ("", "99", "-1", "one", "9" * 40):
        answer = live(unknown)
        assert (answer["revision"], model_color(answer["scene"])) == (2, "#008688"), unknown
    assert [patch["revision"] for patch in live("0")["patches"]] == [1, 2]
    assert live("2")["patches"] == []
    assert str(scene.edit_key) not in str(live(""))


@pytest.mark.parametrize("view", ["live", "parts", "change"])
def test_only_staff_who_may_look_get_an_answer(
    client: Client, scene: SceneSession, view: str
) -> None:
    assert client.get(address(view, scene)).status_code == 302
    person = make_user()
    client.force_login(person)
    assert client.get(address(view, scene)).status_code == 403
    person.user_permissions.add(Permission.objects.get(codename="view_scenesession"))
    seen = client.get(address(view, scene))
    assert seen.status_code == 200
    assert str(scene.edit_key) not in seen.content.decode()
    person.is_staff = False
    person.save()
    assert client.get(address(view, scene)).status_code == 302
    gone = SceneSession(pk=scene.pk + 1)
    person.is_staff = True
    person.save()
    assert client.get(address(view, gone)).status_code in (302, 404)


async def open_signed_in(browser: Browser, url: str) -> ScenePage:
    opened = await ScenePage.open(browser, url, width=1440, height=900)
    await opened.page.get_by_label("Username").fill("person")
    await opened.page.get_by_label("Password").fill(PASSWORD)
    await opened.page.get_by_role("button", name="Log in").click()
    return opened


def add_long_names(scene: SceneSession) -> None:
    """Everything that strangers name themselves, as long as it may be and without a space."""
    owner = User.objects.create_user("o" * 150)
    SceneSession.objects.filter(pk=scene.pk).update(owner=owner, user_agent="u" * 200)
    info = {"name": "C" * 100, "version": "9" * 50, "websiteUrl": f"https://{'a' * 200}.example"}
    Binding.objects.create(scene_session=scene, protocol_session="s", client_info=info)
    later = clock.now() + timedelta(hours=1)
    add_browser(scene, "N" * 40, user=owner, lease_until=later, user_agent="u" * 200)
    worker = Worker.objects.create(id=uuid4(), instance="one", lease_until=later)
    long = {"tool": "t" * 100, "client_name": "W" * 100, "client_version": "9" * 50, "user": owner}
    add_call(scene, status="running", worker_id=worker.pk, **long)
    failed = {"status": "error", "error_code": "e" * 40, "error_message": "m" * 500}
    for _ in range(MAX_CALLS):
        add_call(scene, **failed, **long)
    for _ in range(100):
        SceneSessionEvent.objects.create(
            scene_session=scene, kind="closed", reason="r" * 200, user=owner
        )


@pytest.mark.long
@pytest.mark.anyio
async def test_long_names_widen_no_page_and_what_is_read_stays_in_place(browser: Browser) -> None:
    scene = await database.run(make_scene_session)
    await database.run(lambda: make_user(is_superuser=True))
    await database.run(add_long_names, scene)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    pages = ("admin:index", "admin:sessions_app_scenesession_changelist")
    async with serving() as origin:
        opened = await open_signed_in(browser, f"{origin}{address('change', scene)}")
        page = opened.page
        # A page that is left while it loads leaves files open in the server, which is this process.
        await expect(page.locator("#session[data-drawn-revision]")).to_be_visible()
        for path in (address("change", scene), *(reverse(name) for name in pages)):
            await page.goto(f"{origin}{path}", wait_until="networkidle")
            for width in (375, 768, 1440):
                await page.set_viewport_size({"width": width, "height": 900})
                assert await page.evaluate(wider) == 0, (path, width)
                for part in await page.locator("#result_list, .columns").all():
                    assert await part.evaluate("part => part.clientWidth") > width / 2, path
        await page.goto(f"{origin}{address('change', scene)}", wait_until="networkidle")
        calls = page.get_by_role("region", name="The calls, as a table")
        await calls.evaluate("region => region.scrollTop = 150")
        await database.run(lambda: add_call(scene, status="success"))
        await expect(calls).to_contain_text("scale_model")
        assert await calls.evaluate("region => region.scrollTop") == 150
        await opened.close()


@pytest.mark.anyio
async def test_the_page_draws_each_change_and_joins_nothing(browser: Browser) -> None:
    scene = await database.run(make_scene_session)
    await database.run(lambda: make_user(is_superuser=True))
    async with serving() as origin:
        path = address("change", scene)
        opened = await open_signed_in(browser, f"{origin}{path}")
        page = opened.page
        drawn = page.locator("#session")
        await expect(drawn).to_have_attribute("data-drawn-revision", "0")
        await steering.steer(make_call(Target(Rule.ARGUMENT, scene.edit_key)), color("teal"))
        await expect(drawn).to_have_attribute("data-drawn-revision", "1")
        await expect(page.locator("#scene-json")).to_contain_text("#008688")
        calls = page.get_by_role("region", name="The calls, as a table")
        await expect(calls).to_contain_text("a_tool")
        await page.get_by_role("button", name="Close…").click()
        await page.get_by_role("button", name="Close", exact=True).click()
        await expect(page.locator(".state-closed").first).to_be_visible()
        await page.wait_for_load_state("networkidle")
        assert [
            line for line in opened.complaints if "favicon" not in line and "404" not in line
        ] == []
        await opened.close()
    assert await database.run(Pairing.objects.count) == 0
