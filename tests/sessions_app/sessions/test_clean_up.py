"""What is of no use any more is deleted, in batches, and nothing else is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from sessions_app import clock
from sessions_app.browsers.pairings import instance_recover, stale_leave, worker_leave
from sessions_app.calls.statistics import refusals_by_limit
from sessions_app.models import (
    Binding,
    Invitation,
    Pairing,
    RefusalCount,
    SceneFile,
    SceneFilePart,
    SceneSession,
    SceneSessionEvent,
    ToolCall,
    Worker,
)
from sessions_app.sessions import clean_up, life_cycle
from sessions_app.sessions.invitations import invitation_create
from sessions_app.sessions.opening import PROTOCOL_SESSION_VALID_FOR, protocol_session_end
from sessions_app.sessions.scene_files import scene_file_make
from sessions_app.steering.tool_calls import tool_call_perform
from tests.support.clocks import moved
from tests.support.lives import BOUND, MINUTE, RETENTION, SECOND, events, join, leave
from tests.support.scenes import color, make_call, make_scene_session, steer

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C2")]

STALE = timedelta(seconds=settings.MCP_STALE_CONNECTION_SECONDS)


def test_calls_and_counts_of_refusals_go_when_they_are_old() -> None:
    scene = make_scene_session()
    steer(scene, color("teal"))
    RefusalCount.objects.create(limit="calls", hour=clock.now(), refusals=1)
    with moved(RETENTION - MINUTE):
        steer(scene, color("lime"))
        assert clean_up.calls_delete() == clean_up.refusals_delete() == 0
    with moved(RETENTION + MINUTE):
        assert clean_up.calls_delete() == clean_up.refusals_delete() == 1
        assert clean_up.calls_delete() == clean_up.refusals_delete() == 0
    assert ToolCall.objects.get().revision == 2


@pytest.mark.requirement("C5")
def test_what_limits_refused_in_all_never_sinks() -> None:
    for days in (0, 1, 2):
        RefusalCount.objects.create(
            limit="calls", hour=clock.now() + timedelta(days=days), refusals=3
        )
    for days in (1, 2):
        with moved(RETENTION + timedelta(days=days - 1) + MINUTE):
            assert clean_up.refusals_delete() == 1
            assert refusals_by_limit() == {"calls": 9}
    assert RefusalCount.objects.count() == 2


def test_sign_ins_go_when_their_time_is_over() -> None:
    for days in (1, 3):
        browser = SessionStore()
        browser.set_expiry(timedelta(days=days))
        browser.save()
    with moved(timedelta(days=2)):
        assert clean_up.sign_ins_delete() == 1
        assert clean_up.sign_ins_delete() == 0
    assert Session.objects.get().session_key == browser.session_key


def test_a_run_deletes_no_more_calls_than_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean_up, "BATCH", 2)
    scene = make_scene_session()
    for name in ("teal", "lime", "aqua"):
        steer(scene, color(name))
    with moved(RETENTION + MINUTE):
        assert [clean_up.calls_delete() for _ in range(3)] == [2, 1, 0]


def test_invitations_go_when_their_time_is_over() -> None:
    scene = make_scene_session()
    invitation_create(scene.pk)
    assert clean_up.links_delete() == 0
    with moved(11 * MINUTE):
        assert clean_up.links_delete() == 1
    assert not Invitation.objects.exists()


def test_files_go_when_their_time_is_over() -> None:
    scene_file_make(make_scene_session().pk, "json", b"{}")
    with moved(11 * MINUTE):
        assert clean_up.files_delete() == 2  # with its part
    assert not SceneFile.objects.exists()
    assert not SceneFilePart.objects.exists()


def test_bindings_go_once_nobody_can_take_up_their_protocol_session() -> None:
    tool_call_perform(make_call(BOUND), color("teal"))
    protocol_session_end("e" * 32)
    Binding.objects.create(protocol_session="f" * 32)  # to nothing
    assert clean_up.bindings_delete() == 1
    with moved(PROTOCOL_SESSION_VALID_FOR - MINUTE):
        assert clean_up.bindings_delete() == 0
    with moved(PROTOCOL_SESSION_VALID_FOR + MINUTE):
        assert clean_up.bindings_delete() == 1
    assert Binding.objects.get().protocol_session == BOUND.protocol_session


def test_a_session_keeps_its_newest_500_events() -> None:
    scene, other = make_scene_session(), make_scene_session()
    SceneSessionEvent.objects.bulk_create(
        SceneSessionEvent(scene_session=scene, kind="notice", reason=str(number))
        for number in range(1, 504)
    )
    assert clean_up.events_delete() == 4
    assert clean_up.events_delete() == 0
    kept = events(scene)
    assert (len(kept), kept[0], kept[-1]) == (500, ("notice", "4"), ("notice", "503"))
    assert len(events(other)) == 1


def test_of_many_browsers_those_go_that_left_a_day_ago() -> None:
    scene, other = make_scene_session(), make_scene_session()
    away, here = clock.now() - timedelta(days=1, seconds=1), clock.now()
    ends = [None] * 5 + [away] * 10 + [here] * 495  # the oldest first
    for of in (scene, other):
        Pairing.objects.bulk_create(
            Pairing(scene_session=of, browser_id=f"{n}", lease_until=left or here, left_at=left)
            for n, left in enumerate(ends if of is scene else ends[:500])
        )
    assert clean_up.browsers_delete() == 5
    assert clean_up.browsers_delete() == 0
    assert scene.pairings.filter(left_at=None).count() == 5
    assert other.pairings.count() == 500


def test_workers_are_forgotten_a_day_after_their_death() -> None:
    day = timedelta(days=1)
    for lease in (MINUTE, -day + MINUTE, -day - MINUTE):
        Worker.objects.create(pk=uuid4(), lease_until=clock.now() + lease)
    assert clean_up.workers_delete() == 1
    assert clean_up.workers_delete() == 0
    assert Worker.objects.filter(lease_until__gt=clock.now() - day).count() == 2


def test_a_session_is_deleted_with_few_others_at_a_time() -> None:
    scenes = [make_scene_session() for _ in range(life_cycle.DELETE_BATCH + 1)]
    SceneSession.objects.update(
        state=SceneSession.State.CLOSED, closed_at=clock.now(), closed_by="staff"
    )
    with moved(RETENTION + MINUTE):
        batches = [len(life_cycle.old_delete()) for _ in range(3)]
    assert batches == [life_cycle.DELETE_BATCH, len(scenes) - life_cycle.DELETE_BATCH, 0]


def test_a_browser_without_a_sign_of_life_is_written_down_as_gone_once() -> None:
    scene = make_scene_session()
    silent, gone, alive = (join(scene.edit_key, name) for name in ("silent", "gone", "alive"))
    leave(gone)
    with moved(STALE - SECOND):
        Pairing.objects.filter(pk=alive.pk).update(lease_until=clock.now() + MINUTE)
        assert stale_leave() == 0
    with moved(STALE + SECOND):
        assert stale_leave() == 1
        assert stale_leave() == 0
    stored = Pairing.objects.get(pk=silent.pk)
    assert (stored.left_at, stored.close_code) == (stored.lease_until, 1006)
    assert stored.lease_until == silent.lease_until
    assert events(scene)[-1] == ("left", f"Browser {silent.pk}: no sign of life.")
    assert Pairing.objects.get(pk=alive.pk).left_at is None
    assert Pairing.objects.get(pk=gone.pk).close_code == 1001


@pytest.mark.requirement("A6")
def test_a_start_puts_right_what_its_own_instance_left_and_nothing_else() -> None:
    scene = make_scene_session()
    now = clock.now()
    expected: dict[str, tuple[bool, str]] = {}
    for instance in (settings.INSTANCE_NAME, "another"):
        for lease in (-SECOND, MINUTE):
            name = f"{instance[:8]}{lease.total_seconds():.0f}"
            worker_id = uuid4()
            until = now + lease
            Worker.objects.create(pk=worker_id, instance=instance, lease_until=until)
            ToolCall.objects.create(tool=name, instance=instance, worker_id=worker_id)
            page = join(scene.edit_key, name)
            Pairing.objects.filter(pk=page.pk).update(instance=instance, lease_until=until)
            is_ours_and_dead = instance != "another" and lease < timedelta()
            expected[name] = (is_ours_and_dead, "lost" if is_ours_and_dead else "running")
    assert instance_recover() == 2
    left = {page.browser_id: page.left_at is not None for page in Pairing.objects.all()}
    ended = dict(ToolCall.objects.values_list("tool", "status"))
    assert {name: (left[name], ended[name]) for name in expected} == expected
    assert instance_recover() == 0
    assert [reason for kind, reason in events(scene) if kind == "left"] == [
        f"Browser {page.pk}: its server ended without a word."
        for page in Pairing.objects.filter(left_at__isnull=False)
    ]


@pytest.mark.requirement("A6")
def test_a_worker_that_stops_takes_its_browsers_with_it() -> None:
    scene = make_scene_session()
    mine, moved_on = join(scene.edit_key, "mine", "c1"), join(scene.edit_key, "moved on", "c2")
    worker_leave(uuid4(), [(mine.pk, "c1"), (moved_on.pk, "an old channel")])
    stored = Pairing.objects.get(pk=mine.pk)
    assert stored.close_code == 1012
    assert stored.left_at is not None
    assert stored.lease_until <= clock.now()
    assert Pairing.objects.get(pk=moved_on.pk).left_at is None


def test_nothing_is_cleaned_up_where_nothing_is_due() -> None:
    scene = make_scene_session()
    join(scene.edit_key)
    steer(scene, color("teal"))
    scene_file_make(scene.pk, "json", b"{}")
    before = list(SceneSession.objects.values())
    with moved(timedelta(seconds=1)):
        tasks = (
            clean_up.calls_delete,
            clean_up.links_delete,
            clean_up.files_delete,
            clean_up.bindings_delete,
            clean_up.events_delete,
            clean_up.refusals_delete,
            stale_leave,
        )
        assert [task() for task in tasks] == [0] * len(tasks)
    assert list(SceneSession.objects.values()) == before
