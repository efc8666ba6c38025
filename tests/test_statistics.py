"""The statistics: what is told of sessions, browsers and calls, from the rows of all workers."""

from datetime import timedelta

import pytest

from sessions_app import clock
from sessions_app.models import CallMinute, ToolCall
from sessions_app.selectors.statistics import statistics
from sessions_app.services.call_counting import calls_count

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C5")]


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
            ToolCall.objects.create(
                tool="scale_model" if number else "anything at all",
                status="success" if number % 2 else "error",
                error_code="" if number % 2 else "session_unknown",
                resolution_rule="path",
                started_at=now - timedelta(minutes=minutes_ago),
                duration_ms=10.0 * number,
                instance="one",
            )
    from_rows = statistics()
    assert calls_count() == 20
    assert CallMinute.objects.exists()
    sealed = statistics()
    assert (sealed.calls, sealed.routing) == (from_rows.calls, from_rows.routing)
    assert [one.calls for one in sealed.series if one.calls] == [10, 10, 10]
    assert sealed.calls.by_tool == {"scale_model": 27, "(unknown)": 3}
    assert sealed.routing.misses == 15
    assert sealed.calls.durations_ms.p95 == pytest.approx(90, rel=0.1)
