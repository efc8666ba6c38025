"""What staff do to sessions in the admin: it reaches every worker, and stands in the log."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User

from sessions_app.models import SceneSession
from sessions_app.simulation.browsers import SimulatedBrowser
from sessions_app.storage import database
from sessions_app.wire.scene_messages import CloseCode
from tests.conftest import StartServer
from tests.support.admin_forms import Staff
from tests.support.calls import call, client_of, error_code, open_scene
from tests.support.here import serving
from tests.support.scene_documents import model_color
from tests.support.scene_sockets import closed_with, join_by_share, receive
from tests.support.scenes import color, make_scene_session, steer
from tests.support.shares import shared
from tests.support.sockets import open_browser
from tests.support.storage import calls_ended, rows
from tests.support.stores import PASSWORD, add_staff
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("A5"),
]

LIST = "/admin/sessions_app/scenesession/"
ACTIONS = ("close_sessions", "replace_key", "disconnect_browsers", "cancel_calls", "send_notice",
           "export_json")  # fmt: skip
NOTICE = {"message": "Only you", "level": "info"}


@pytest.fixture
async def scenes() -> list[SceneSession]:
    return [await database.run(make_scene_session) for _ in range(3)]


@pytest.fixture
async def origin(scenes: list[SceneSession]) -> AsyncIterator[str]:
    del scenes
    async with serving() as url:
        yield url


@pytest.fixture
async def staff(origin: str) -> AsyncIterator[Staff]:
    await database.run(make_staff, is_superuser=True)
    async with await Staff.sign_in(origin) as person:
        yield person


def make_staff(*codenames: str, name: str = "person", is_superuser: bool = False) -> None:
    user = User.objects.create_user(
        name, password=PASSWORD, is_staff=True, is_superuser=is_superuser
    )
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


async def logged() -> list[tuple[str, str]]:
    """What stands in the admin's log: which object, and what was done."""
    entries = LogEntry.objects.order_by("pk").values_list("object_repr", "change_message")
    return await database.run(lambda: list(entries))


async def fresh(scene: SceneSession) -> SceneSession:
    return await database.run(SceneSession.objects.get, pk=scene.pk)


async def ended(browser: SimulatedBrowser) -> int:
    """The code with which the server closes this browser's socket."""
    await browser.ended()
    await browser.close()
    assert browser.close_code is not None
    return browser.close_code


async def test_closing_asks_first_then_sends_the_browsers_away_with_the_reason(
    origin: str, staff: Staff, scenes: list[SceneSession]
) -> None:
    browsers = [await SimulatedBrowser.open(origin, str(scene.edit_key)) for scene in scenes]
    asked = await staff.act("close_sessions", scenes[0].pk, scenes[1].pk)
    assert "never comes back" in asked.text
    assert {(await fresh(scene)).state for scene in scenes} == {"open"}
    reason = {"confirmed": "yes", "because": "Too loud."}
    answer = await staff.act("close_sessions", scenes[0].pk, scenes[1].pk, **reason)
    assert answer.headers["location"] == LIST
    for browser in browsers[:2]:
        assert await ended(browser) == CloseCode.SESSION_CLOSED
        assert "Too loud." in browser.received("error")[-1]["message"]
    closed = await fresh(scenes[0])
    assert (closed.closed_by, closed.closed_because) == ("staff", "Too loud.")
    assert (await fresh(scenes[2])).state == "open"
    assert browsers[2].is_open
    await browsers[2].close()
    assert await logged() == [(f"scene {one.pk}", "Closed: Too loud.") for one in scenes[:2]]


async def test_replacing_the_key_asks_first_and_shows_the_new_link_once(
    origin: str, staff: Staff, scenes: list[SceneSession]
) -> None:
    scene, old_key = scenes[0], str(scenes[0].edit_key)
    browser = await SimulatedBrowser.open(origin, old_key)
    await staff.act("replace_key", scene.pk)
    assert str((await fresh(scene)).edit_key) == old_key
    answer = await staff.act("replace_key", scene.pk, confirmed="yes")
    new_key = str((await fresh(scene)).edit_key)
    assert new_key != old_key
    assert f"{origin}/?sessionId={new_key}" in answer.text
    assert "no-store" in answer.headers["cache-control"]
    assert await ended(browser) == CloseCode.LINK_REPLACED
    assert await logged() == [(f"scene {scene.pk}", "Replaced the key.")]
    back = await SimulatedBrowser.open(origin, new_key)
    await back.close()


async def test_links_for_others_are_shown_and_revoked_at_once(
    staff: Staff, scenes: list[SceneSession]
) -> None:
    scene = scenes[0]
    _, token = await shared(scene, "viewer", name="Ann at the desk")
    page = await staff.get(f"{LIST}{scene.pk}/parts/")
    assert "Ann at the desk" in page.text
    assert token not in page.text
    viewer = await join_by_share(token)
    await receive(viewer, "sessionRegistered")
    await staff.act("revoke_shares", scene.pk)
    await staff.act("revoke_shares", scene.pk, confirmed="yes")
    assert await closed_with(viewer) == CloseCode.NO_SUCH_SESSION
    assert await logged() == [(f"scene {scene.pk}", "Revoked the links for others (1).")]


async def test_browsers_are_sent_away_and_notices_sent_at_once(
    origin: str, staff: Staff, scenes: list[SceneSession]
) -> None:
    scene = scenes[0]
    browser = await SimulatedBrowser.open(origin, str(scene.edit_key))
    page = f"{LIST}{scene.pk}/change/"
    back = await staff.act("send_notice", scene.pk, came_from=scene.pk, confirmed="yes", **NOTICE)
    assert back.headers["location"] == page
    assert await browser.receives("notice") == [{"type": "notice", **NOTICE}]
    back = await staff.act("disconnect_browsers", scene.pk, came_from=scene.pk)
    assert back.headers["location"] == page
    assert await ended(browser) == CloseCode.SENT_AWAY
    assert await logged() == [
        (f"scene {scene.pk}", "Sent a notice to 1 browser(s): Only you"),
        (f"scene {scene.pk}", "Sent the browsers away."),
    ]


@pytest.mark.requirement("H11")
async def test_a_notice_for_all_is_looked_at_once_more_before_it_is_sent(
    origin: str, staff: Staff, scenes: list[SceneSession]
) -> None:
    browsers = [await SimulatedBrowser.open(origin, str(scene.edit_key)) for scene in scenes]
    notice = {"message": "<b>Soon</b>", "level": "warning"}
    shown = await staff.post(f"{LIST}notice/", **notice)
    assert "&lt;b&gt;Soon&lt;/b&gt;" in shown.text
    assert "3 browsers" in shown.text
    assert await logged() == []
    too_long = {"message": "x" * 201, "level": "info", "confirmed": "yes"}
    assert "at most 200 characters" in (await staff.post(f"{LIST}notice/", **too_long)).text
    sent = await staff.post(f"{LIST}notice/", confirmed="yes", **notice)
    assert sent.status_code == 302
    for browser in browsers:
        assert await browser.receives("notice") == [{"type": "notice", **notice}]
        await browser.close()
    assert await logged() == [("all browsers", "Sent a notice to 3 browser(s): <b>Soon</b>")]
    assert {(await fresh(scene)).revision for scene in scenes} == {0}


async def test_who_may_only_look_does_nothing(origin: str, scenes: list[SceneSession]) -> None:
    await database.run(make_staff, "view_scenesession")
    before = await fresh(scenes[0])
    async with await Staff.sign_in(origin) as person:
        page = await person.get(f"{LIST}{before.pk}/change/")
        assert page.status_code == 200
        assert str(before.edit_key) not in page.text
        assert "Close…" not in page.text
        fields = {"confirmed": "yes", "because": "x", **NOTICE}
        for action in ACTIONS:
            answer = await person.act(action, before.pk, **fields)
            assert "attachment" not in answer.headers.get("content-disposition", ""), action
        for path in (f"{LIST}notice/", f"{LIST}{before.pk}/cancel/{before.edit_key}/"):
            assert (await person.post(path, **fields)).status_code == 403, path
    after = await fresh(before)
    assert (after.state, after.edit_key) == (before.state, before.edit_key)
    assert await logged() == []


async def test_who_may_only_look_cannot_ask_for_a_key_letter_by_letter(
    origin: str, scenes: list[SceneSession]
) -> None:
    await database.run(make_staff, "view_scenesession", "view_subscription")
    letter = str(scenes[0].edit_key)[0]
    async with await Staff.sign_in(origin) as person:
        for query in (f"edit_key__startswith={letter}", f"edit_key__gte={letter}", "pk=1"):
            assert (await person.get(f"{LIST}?{query}")).status_code == 400, query
        assert (
            await person.get("/admin/sessions_app/subscription/?uri__contains=a")
        ).status_code == 400
        assert (await person.get(f"{LIST}?state__exact=open")).status_code == 200


async def test_what_cannot_be_an_id_or_a_time_is_no_fault_of_ours(
    staff: Staff, scenes: list[SceneSession]
) -> None:
    for chosen in ("\0", "abc", "9" * 30, "1.5"):
        fields = {"_selected_action": [chosen, str(scenes[0].pk)], "action": "cancel_calls"}
        assert (await staff.post(LIST, **fields)).status_code == 302, chosen
    for moment in ("0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"):
        narrowed = await staff.get(f"{LIST}?created_at__gte={moment}")
        assert narrowed.headers["location"] == LIST
    assert await logged() == []


async def test_nothing_is_done_without_the_token_of_the_form_or_by_a_get(
    staff: Staff, scenes: list[SceneSession]
) -> None:
    chosen = {"_selected_action": str(scenes[0].pk), "action": "close_sessions", "confirmed": "yes"}
    answer = await staff.post_without_token(LIST, **chosen, because="x")
    assert answer.status_code == 403
    cancel = f"{LIST}{scenes[0].pk}/cancel/{scenes[0].edit_key}/"
    assert (await staff.get(cancel)).status_code == 405
    assert (await staff.post_without_token(cancel)).status_code == 403
    assert await logged() == []


async def test_the_export_holds_everything_but_the_key(
    staff: Staff, scenes: list[SceneSession]
) -> None:
    scene = scenes[0]
    await database.run(steer, scene, color("teal"))
    answer = await staff.act("export_json", scene.pk, scenes[1].pk)
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["content-type"] == "application/json"
    exported = json.loads(answer.text)
    assert (exported["format"], exported["version"]) == ("hello3d-export", 1)
    first, second = exported["sessions"]
    assert (first["session"]["id"], second["session"]["id"]) == (scene.pk, scenes[1].pk)
    assert model_color(first["scene"]) == "#008688"
    assert [revision["revision"] for revision in first["revisions"]] == [1]
    assert first["revisions"][0]["patch"][0]["op"] == "replace"
    assert [one["tool"] for one in first["calls"]] == ["a_tool"]
    assert [event["kind"] for event in first["events"]][-1:] == ["made"]
    for secret in (scene, scenes[1]):
        assert str(secret.edit_key) not in answer.text
        assert secret.edit_key.hex not in answer.text
    assert await logged() == [(f"scene {one.pk}", "Exported as JSON.") for one in scenes[:2]]


@pytest.mark.requirement("E2")
@pytest.mark.requirement("H11")
async def test_what_staff_do_on_one_worker_reaches_calls_and_browsers_of_another(
    start_server: StartServer, database_url: str, valkey_url: str
) -> None:
    here = start_server(database_url, redis_url=valkey_url)
    there = start_server(database_url, redis_url=valkey_url, instance="two")
    await asyncio.to_thread(add_staff, here.database_url)
    async with client_of(there, "auto") as client, await Staff.sign_in(here.url) as staff:
        key = await open_scene(client)
        other = await open_scene(client)
        silent = await open_browser(there, key)  # it answers no request: the call is a long one
        pages = [silent, await open_browser(here, other)]
        [(pk,)] = rows(
            database_url,
            f"SELECT id FROM sessions_app_scenesession WHERE edit_key = '{key.replace('-', '')}'",
        )
        calling = asyncio.create_task(client.call_tool("take_screenshot", {"scene": key}))
        await silent.receives("browserRequest")
        page = (await staff.get(f"{LIST}{pk}/change/")).text
        # The oldest come first; how the one before ended may not be written yet.
        cancel = page.rpartition('formaction="')[2].partition('"')[0]
        assert (await staff.post(cancel)).status_code == 302
        result = await asyncio.wait_for(calling, WITHIN_SECONDS)
        assert error_code(result) == "cancelled"
        await silent.receives("browserRequestWithdrawn")  # the work has stopped, not only its row
        notice = {"message": "Maintenance in five minutes", "level": "info"}
        await staff.post(f"{LIST}notice/", confirmed="yes", **notice)
        for browser in pages:
            assert await browser.receives("notice") == [{"type": "notice", **notice}]
        assert (await call(client, "get_scene", scene=key))["revision"] == 0
        await staff.act("close_sessions", int(pk), confirmed="yes", because="Enough.")
        assert await ended(silent) == CloseCode.SESSION_CLOSED
        await pages[1].close()
    await calls_ended(database_url)
    statuses = rows(database_url, "SELECT tool, status FROM sessions_app_toolcall")
    assert ("take_screenshot", "cancelled") in statuses
