"""Sessions fall asleep, are closed and deleted when they are due, and not before."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db.models import Model
from django.test import override_settings

from sessions_app import clock
from sessions_app.browsers.pairings import leases_renew
from sessions_app.models import (
    Binding,
    Pairing,
    SceneSession,
    SceneSessionEvent,
    SceneSnapshot,
    ToolCall,
)
from sessions_app.sessions import clean_up, life_cycle
from sessions_app.sessions.opening import protocol_session_end
from sessions_app.steering.tool_calls import RefusedError, tool_call_perform
from tests.support.clocks import moved
from tests.support.lives import BOUND, MINUTE, RETENTION, SECOND, events, join, leave, state_of
from tests.support.scenes import color, make_call, make_scene_session, steer

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C2")]

DAY = timedelta(days=1)
TIMEOUT = timedelta(seconds=settings.MCP_SESSION_TIMEOUT)
MAX_AGE = timedelta(seconds=settings.MCP_SESSION_MAX_AGE)


def opened_scene() -> SceneSession:
    """A session that a browser opened, and left."""
    scene = make_scene_session()
    leave(join(scene.edit_key))
    return scene


def test_a_session_sleeps_after_its_time_without_use_and_is_told_why_once() -> None:
    scene = opened_scene()
    with moved(TIMEOUT - SECOND):
        assert life_cycle.idle_put_to_sleep() == []
    with moved(TIMEOUT + SECOND):
        assert life_cycle.idle_put_to_sleep() == [scene.pk]
        assert life_cycle.idle_put_to_sleep() == []
    assert state_of(scene) == "idle"
    slept = [told for told in events(scene) if told[0] == "slept"]
    assert slept == [("slept", "No call, change or browser for 3600 s.")]


def test_a_change_a_read_a_refused_call_and_a_browser_each_keep_a_session_awake() -> None:
    changed, read, refused, seen = (opened_scene() for _ in range(4))
    with moved(MINUTE):
        steer(changed, color("teal"))
        steer(read, None)
        with pytest.raises(RefusedError):
            steer(refused, color("blurple"))
        page = join(seen.edit_key)
    with moved(TIMEOUT + SECOND):
        leases_renew(uuid4(), [(page.pk, page.channel_name)])
        assert life_cycle.idle_put_to_sleep() == []
    with moved(TIMEOUT + MINUTE + SECOND):
        assert set(life_cycle.idle_put_to_sleep()) == {changed.pk, read.pk, refused.pk}
    with moved(2 * TIMEOUT + MINUTE + 2 * SECOND):  # its lease is over, and its time after that
        assert life_cycle.idle_put_to_sleep() == [seen.pk]


def test_a_session_that_no_browser_opened_is_closed_and_its_client_told_once() -> None:
    first = tool_call_perform(make_call(BOUND), color("teal"))
    with moved(10 * MINUTE - SECOND):
        assert life_cycle.unopened_close() == []
    with moved(10 * MINUTE + 10 * SECOND):
        assert life_cycle.unopened_close() == [first.scene_session_id]
        assert life_cycle.unopened_close() == []
        with pytest.raises(RefusedError) as refused:
            tool_call_perform(make_call(BOUND), None)
        assert refused.value.error.code == "session_closed"
        assert "No browser opened it" in refused.value.error.message
        assert tool_call_perform(make_call(BOUND), color("teal")).created
    stored = SceneSession.objects.get(pk=first.scene_session_id)
    assert (stored.state, stored.closed_by) == ("closed", "cleanup")
    assert [kind for kind, _ in events(stored)] == ["made", "closed"]


def test_a_client_that_goes_on_without_a_browser_keeps_its_session() -> None:
    scene = make_scene_session()
    for minutes in (9, 18, 27):
        with moved(minutes * MINUTE):
            assert life_cycle.unopened_close() == []
            steer(scene, None if minutes == 18 else color(f"#0000{minutes:02}"))
    with moved(37 * MINUTE + SECOND):
        assert life_cycle.unopened_close() == [scene.pk]


def test_a_session_that_a_browser_once_opened_is_not_closed_for_being_unopened() -> None:
    opened_scene()
    with moved(20 * MINUTE):
        assert life_cycle.unopened_close() == []


def test_a_session_is_closed_then_deleted_when_it_was_not_used_for_long() -> None:
    scene, used = opened_scene(), opened_scene()
    steer(scene, color("teal"))
    with moved(DAY):
        steer(used, None)
    with moved(RETENTION - MINUTE):
        assert life_cycle.unused_close() == life_cycle.old_delete() == []
    with moved(RETENTION + MINUTE):
        assert life_cycle.calls_of_old_delete() == 0  # nothing goes before its browsers are told
        assert life_cycle.unused_close() == [scene.pk]
        closed = SceneSession.objects.get(pk=scene.pk)
        assert closed.closed_by == "cleanup"
        assert closed.closed_because == "It was not used for 30 days."
        assert life_cycle.old_delete() == []  # its calls first
        assert life_cycle.calls_of_old_delete() == 1
        assert life_cycle.old_delete() == [scene.pk]
    assert list(SceneSession.objects.all()) == [used]


def test_a_session_in_use_is_never_too_old() -> None:
    changed, read, opened = (opened_scene() for _ in range(3))
    for day in range(20, 400, 20):
        with moved(day * DAY):
            assert life_cycle.unused_close() == life_cycle.aged_close() == []
            steer(changed, color(f"#{day:06}"))
            steer(read, None)
            leave(join(opened.edit_key))
            clean_up.calls_delete()
    with moved(380 * DAY + RETENTION + MINUTE):
        assert set(life_cycle.unused_close()) == {changed.pk, read.pk, opened.pk}


def test_a_tab_that_stays_open_keeps_a_session_until_its_last_use_is_too_long_ago() -> None:
    scene, gone = opened_scene(), opened_scene()
    page = join(scene.edit_key, browser_id="open")
    for day in range(20, MAX_AGE.days, 20):
        with moved(day * DAY):
            leases_renew(uuid4(), [(page.pk, page.channel_name)])
            assert life_cycle.aged_close() == []
            assert life_cycle.unused_close() == ([gone.pk] if day == 40 else [])
    with moved(MAX_AGE + MINUTE):
        leases_renew(uuid4(), [(page.pk, page.channel_name)])
        assert life_cycle.unused_close() == []
        assert life_cycle.aged_close() == [scene.pk]
        closed = SceneSession.objects.get(pk=scene.pk)
        told = "For 90 days no client used it, and no browser opened it."
        assert closed.closed_because == told
        assert set(life_cycle.old_delete()) == {scene.pk, gone.pk}
        assert life_cycle.aged_close() == life_cycle.old_delete() == []


@override_settings(MCP_SESSION_MAX_AGE=2 * 86400)
def test_age_counts_from_the_last_call_change_or_browser() -> None:
    changed, read, opened, unused = (opened_scene() for _ in range(4))
    with moved(DAY):
        steer(changed, color("teal"))
        steer(read, None)
        leave(join(opened.edit_key))
    with moved(2 * DAY + MINUTE):
        assert life_cycle.old_delete() == []  # it is closed first
        assert life_cycle.aged_close() == [unused.pk]
        assert life_cycle.old_delete() == [unused.pk]
    with moved(3 * DAY + MINUTE):
        assert set(life_cycle.aged_close()) == {changed.pk, read.pk, opened.pk}
        assert life_cycle.old_delete() == [opened.pk]  # calls go first
        assert life_cycle.calls_of_old_delete() == 2
        assert set(life_cycle.old_delete()) == {changed.pk, read.pk}


def test_what_is_below_a_deleted_session_goes_with_it_and_its_client_begins_anew() -> None:
    first = tool_call_perform(make_call(BOUND), color("teal"))
    join(first.edit_key)
    other = opened_scene()
    kept = {model: model._default_manager.count() for model in (Pairing, SceneSnapshot)}
    with moved(RETENTION + MINUTE):
        steer(other, None)
        life_cycle.unused_close()
        life_cycle.calls_of_old_delete()
        assert life_cycle.old_delete() == [first.scene_session_id]
        models: list[type[Model]] = [
            relation.related_model for relation in SceneSession._meta.related_objects
        ]
        assert len(models) >= 9
        for model in models:
            below = model._default_manager.filter(scene_session=first.scene_session_id)
            assert not below.exists(), model
        assert {model: model._default_manager.count() + 1 for model in kept} == kept
        assert not Binding.objects.exists()
        assert tool_call_perform(make_call(BOUND), color("teal")).created


def test_a_protocol_session_that_was_ended_stays_ended_when_its_scene_is_deleted() -> None:
    tool_call_perform(make_call(BOUND), color("teal"))
    protocol_session_end("b" * 32)
    with moved(RETENTION + MINUTE):
        life_cycle.unused_close()
        life_cycle.calls_of_old_delete()
        assert len(life_cycle.old_delete()) == 1
    assert Binding.objects.get().ended_at is not None


def test_many_are_dealt_with_in_batches() -> None:
    now = clock.now()
    SceneSession.objects.bulk_create(
        SceneSession(opened_by="client", created_at=now, changed_at=now) for _ in range(250)
    )
    with moved(TIMEOUT + SECOND):
        sizes = [len(life_cycle.idle_put_to_sleep()) for _ in range(4)]
    assert sizes == [100, 100, 50, 0]
    assert SceneSessionEvent.objects.filter(kind="slept").count() == 250


@pytest.mark.requirement("X1")
@override_settings(MCP_SESSION_TIMEOUT=10, MCP_SESSION_RETENTION_DAYS=1, MCP_SESSION_MAX_AGE=60)
def test_the_settings_decide_when() -> None:
    scene = opened_scene()
    with moved(11 * SECOND):
        assert life_cycle.idle_put_to_sleep() == [scene.pk]
        steer(scene, None)
    with moved(65 * SECOND):
        assert life_cycle.aged_close() == []
    with moved(75 * SECOND):
        assert life_cycle.aged_close() == [scene.pk]
        assert life_cycle.calls_of_old_delete() == 0  # they may not be counted yet
        assert life_cycle.old_delete() == [scene.pk]
    assert ToolCall.objects.filter(scene_session=None).count() == 1
