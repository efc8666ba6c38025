"""What happens to a session is written down, with its time and reason, when it happens."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import override_settings

from sessions_app import clock
from sessions_app.browsers.pairings import leases_renew
from sessions_app.models import Pairing, SceneSession, SceneSessionEvent
from sessions_app.routing import Target
from sessions_app.scene.operations import Step
from sessions_app.sessions.timeline import event_record, timeline
from sessions_app.steering.tool_calls import RefusedError, tool_call_perform, tool_call_refuse
from tests.support.clocks import moved
from tests.support.lives import events, join, leave, state_of
from tests.support.scenes import color, make_call, make_scene_session, steer

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def put_to_sleep(scene_session: SceneSession) -> None:
    SceneSession.objects.filter(pk=scene_session.pk).update(state=SceneSession.State.IDLE)


@pytest.mark.requirement("A3")
def test_a_timeline_tells_events_and_calls_newest_first() -> None:
    scene = make_scene_session()
    with moved(HOUR):
        pairing = join(scene.edit_key)
    with moved(2 * HOUR):
        steer(scene, color("teal"))
    with moved(3 * HOUR), pytest.raises(RefusedError):
        steer(scene, color("blurple"))
    with moved(4 * HOUR):
        leave(pairing)
    told = timeline(scene.pk, 10)
    assert [moment.kind for moment in told] == ["left", "called", "called", "joined", "made"]
    left, refused, called, joined, made = told
    assert (left.reason, joined.reason) == (
        f"Browser {pairing.pk}, close code 1001.",
        f"Browser {pairing.pk}.",
    )
    assert (refused.what, refused.status) == ("a_tool", "error")
    assert "blurple" in refused.reason
    assert (called.what, called.revision) == ("a_tool", 1)
    assert made.reason == "By a client."
    assert timedelta(hours=3, minutes=59) < left.at - made.at < timedelta(hours=4, minutes=1)
    assert timeline(scene.pk, 2) == told[:2]


def test_a_reason_is_cut_to_what_the_database_holds() -> None:
    scene = make_scene_session()
    event_record(scene.pk, SceneSessionEvent.Kind.NOTICE, reason="n\x00" + "o" * 999)
    assert events(scene)[-1] == ("notice", "n" + "o" * 198)


@pytest.mark.requirement("C9")
def test_a_browser_that_comes_back_is_counted_and_one_that_asks_again_is_not() -> None:
    scene = make_scene_session()
    first = join(scene.edit_key, channel="one")
    again = join(scene.edit_key, channel="one")  # it found a gap, and registers on the same socket
    assert (first.pk, again.reconnections) == (again.pk, 0)
    leave(first)
    back = join(scene.edit_key, channel="two")
    replaced = join(scene.edit_key, channel="three")  # its old socket has not been missed yet
    assert (back.pk, back.reconnections, replaced.reconnections) == (first.pk, 1, 2)
    assert (replaced.left_at, replaced.close_code) == (None, None)
    leave(back)  # the old socket's end is not the browser's
    assert [kind for kind, _ in events(scene)] == ["made", "joined", "left", "joined", "joined"]
    assert events(scene)[-1] == ("joined", f"Browser {first.pk} came back.")


@pytest.mark.requirement("C9")
def test_a_silent_browser_that_was_written_down_as_gone_is_heard_again() -> None:
    scene = make_scene_session()
    pairing = join(scene.edit_key)
    Pairing.objects.update(left_at=clock.now(), close_code=1006)
    leases_renew(uuid4(), [(pairing.pk, "c")])
    heard = Pairing.objects.get()
    assert (heard.left_at, heard.close_code) == (None, None)
    leases_renew(uuid4(), [(pairing.pk, "c")])
    assert events(scene)[2:] == [("joined", f"Browser {pairing.pk} is heard again.")]


@pytest.mark.requirement("C2")
@pytest.mark.parametrize("operation", [color("teal"), None])
def test_a_call_wakes_a_session_that_sleeps(operation: Step | None) -> None:
    scene = make_scene_session()
    put_to_sleep(scene)
    steer(scene, operation)
    assert state_of(scene) == "open"
    steer(scene, None)
    assert events(scene)[1:] == [("woke", "A client called.")]


@pytest.mark.requirement("C2")
def test_a_browser_wakes_a_session_that_sleeps() -> None:
    scene = make_scene_session()
    put_to_sleep(scene)
    join(scene.edit_key)
    assert state_of(scene) == "open"
    assert [kind for kind, _ in events(scene)] == ["made", "woke", "joined"]


@pytest.mark.requirement("C2")
def test_a_call_that_may_not_reach_a_session_leaves_it_asleep() -> None:
    scene = make_scene_session()
    put_to_sleep(scene)
    stranger = Target(edit_key=scene.edit_key)
    with override_settings(MCP_ENABLE_MULTI_USER=True), pytest.raises(RefusedError):
        tool_call_perform(make_call(stranger), None)
    assert state_of(scene) == "idle"


def test_a_call_with_bad_arguments_wakes_too_and_what_it_changes_is_kept() -> None:
    scene = make_scene_session()
    put_to_sleep(scene)
    with pytest.raises(RefusedError) as refused:
        tool_call_perform(make_call(Target(edit_key=uuid4())), None)
    tool_call_refuse(make_call(Target(edit_key=scene.edit_key)), refused.value.error)
    assert state_of(scene) == "open"
