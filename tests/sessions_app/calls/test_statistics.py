"""The statistics: what is told of sessions, browsers and calls, from the rows of all workers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from sessions_app import clock
from sessions_app.calls.counting import calls_count
from sessions_app.calls.statistics import Ages, Browsers, Busy, statistics
from sessions_app.models import CallMinute, Pairing, RefusalCount, SceneSession, ToolCall, Worker
from tests.support.api import make_scene_session, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C5")]

NOW = datetime(2026, 7, 28, 12, 0, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 7, 28, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "source", lambda: NOW)


def test_an_empty_installation_has_its_statistics_too() -> None:
    told = statistics().as_json()
    five = ("totalUsers", "totalSessions", "totalConnections", "activeConnections")
    assert [told[name] for name in (*five, "pendingRequests")] == [0] * 5
    assert told["sessionsByState"] == {"open": 0, "idle": 0, "closed": 0}
    assert told["calls"]["durationsMs"] == {"p50": None, "p95": None, "p99": None}
    assert len(told["series"]) == 60


def test_rows_and_sealed_minutes_are_told_alike() -> None:
    now = clock.now()
    for minutes_ago in (0, 5, 30):
        for number in range(10):
            error_code = "session_unknown" if number else "unknown_tool"
            ToolCall.objects.create(
                tool="scale_model" if number else "anything at all",
                status="success" if number % 2 else "error",
                error_code="" if number % 2 else error_code,
                resolution_rule="path",
                started_at=now - timedelta(minutes=minutes_ago),
                duration_ms=(10.0 + minutes_ago) * number,
                instance="one",
            )
    from_rows = statistics()
    assert calls_count() == 20
    assert CallMinute.objects.exists()
    sealed = statistics()
    assert (sealed.calls, sealed.routing) == (from_rows.calls, from_rows.routing)
    assert [one.calls for one in sealed.series if one.calls] == [10, 10, 10]
    assert sealed.calls.by_tool == {"scale_model": 27, "(unknown)": 3}
    assert sealed.routing.misses == 12
    assert sealed.calls.durations_ms.p95 == pytest.approx(320, rel=0.1)


@pytest.mark.usefixtures("_now")
def test_users_and_sessions_are_those_that_are_not_closed() -> None:
    me, other = make_user("me"), make_user("other")
    for owner in (me, me, None, None):
        make_scene_session(owner)
    make_scene_session(me, state=SceneSession.State.IDLE)
    for owner in (other, None):
        make_scene_session(owner, state=SceneSession.State.CLOSED)
    told = statistics()
    assert told.total_users == 3  # one person, and two sessions without an owner
    assert told.total_sessions == 5
    assert told.sessions_by_state == {"open": 4, "idle": 1, "closed": 2}


def add_browser(session: SceneSession, *, joined: datetime, lease: timedelta, **more: Any) -> None:
    Pairing.objects.create(
        scene_session=session,
        browser_id=str(uuid4()),
        joined_at=joined,
        lease_until=NOW + lease,
        **more,
    )


@pytest.mark.usefixtures("_now")
def test_connections_are_counted_from_midnight_on_and_active_while_leased() -> None:
    session = make_scene_session()
    add_browser(session, joined=MIDNIGHT - INSTANT, lease=INSTANT, visible=True)
    add_browser(session, joined=MIDNIGHT, lease=MINUTE)
    add_browser(session, joined=NOW, lease=-INSTANT, visible=True)
    add_browser(session, joined=NOW, lease=timedelta(0))
    told = statistics()
    assert told.total_connections == 3
    assert told.active_connections == 2
    assert told.browsers == Browsers(connected=2, visible=1)


@pytest.mark.usefixtures("_now")
def test_open_sessions_age_from_their_last_sign_of_life() -> None:
    for minutes in (4, 6, 7, 11, 12, 13):
        make_scene_session(changed_at=NOW - minutes * MINUTE)
    for state in (SceneSession.State.IDLE, SceneSession.State.CLOSED):
        make_scene_session(state=state)
    seen, called = (make_scene_session(changed_at=NOW - 20 * MINUTE) for _ in range(2))
    add_browser(seen, joined=MIDNIGHT, lease=MINUTE)
    ToolCall.objects.create(scene_session=called, started_at=NOW - 6 * MINUTE)
    assert statistics().sessions_by_age == Ages(healthy=2, aging=3, stale=3)


@pytest.mark.usefixtures("_now")
def test_only_calls_on_living_workers_are_pending() -> None:
    living = Worker.objects.create(pk=uuid4(), lease_until=NOW + INSTANT).pk
    dead = Worker.objects.create(pk=uuid4(), lease_until=NOW).pk
    one, two = make_scene_session(), make_scene_session()
    for session, worker in ((one, living), (two, living), (two, living), (None, living),
                            (one, dead), (one, uuid4())):  # fmt: skip
        ToolCall.objects.create(scene_session=session, worker_id=worker)
    ToolCall.objects.create(scene_session=one, worker_id=living, status="success")
    told = statistics()
    assert told.pending_requests == told.active_requests.total == 4
    assert told.active_requests.by_session == (Busy(two.pk, 2), Busy(one.pk, 1))


def add_calls(*minutes_ago: int, **fields: Any) -> None:
    for ago in minutes_ago:
        ToolCall.objects.create(started_at=NOW - ago * MINUTE, tool="scale_model", **fields)


@pytest.mark.usefixtures("_now")
def test_calls_and_refusals_are_those_of_the_last_hour_by_how_they_went() -> None:
    for code in ("required", "unknown", "ambiguous", "ambiguous", "conflict", "closed", "closed"):
        add_calls(0, status="error", error_code=f"session_{code}", resolution_rule="argument")
    add_calls(1, status="timeout", resolution_rule="newest")
    add_calls(1, status="lost", resolution_rule="newest")
    add_calls(2, 59, status="success", resolution_rule="owned")
    add_calls(3, status="cancelled", resolution_rule="oldest")
    add_calls(3, status="running")
    add_calls(60, status="error", resolution_rule="most_active")
    for hour, number in ((10, 1), (11, 2), (12, 4)):
        at = MIDNIGHT.replace(hour=hour)
        RefusalCount.objects.create(limit="api_rate", hour=at, refusals=number)
    told = statistics()
    assert (told.calls.total, told.calls.error_rate) == (13, 0.75)
    assert sum(minute.calls for minute in told.series) == 13
    assert [minute.errors for minute in told.series[-4:]] == [0, 0, 2, 7]
    routing = told.routing
    assert (routing.misses, routing.ambiguous, routing.refused) == (2, 2, 3)
    strategies = {"owned": 2, "newest": 2, "oldest": 1, "most_active": 0}
    assert routing.by_strategy == strategies
    assert told.refusals.by_limit == {"api_rate": 6}
