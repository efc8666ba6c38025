"""Sealed minutes: whatever happens, what is told of calls equals a recount of their rows."""

import math
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from sessions_app import clock
from sessions_app.calls.batches import Batch, batch_store
from sessions_app.calls.counting import calls_count
from sessions_app.calls.figures import calls_by_minute, calls_in_all, minute_of
from sessions_app.calls.records import Outcome
from sessions_app.models import CallCount, CallMinute, CallTotal, ToolCall
from sessions_app.telemetry import histograms
from tests.support.commands import run_module
from tests.support.stores import PostgresTemplate

DAY = 24 * 60  # minutes
HOUR = timedelta(hours=1)
SIX_MINUTES = timedelta(minutes=6)

pytestmark = pytest.mark.requirement("C5")


@pytest.mark.parametrize("store", [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"])
@pytest.mark.parametrize("steps", [60, pytest.param(160, marks=pytest.mark.long)])
def test_after_any_history_the_statistics_equal_a_recount(
    database_url: str, request: pytest.FixtureRequest, store: str, steps: int
) -> None:
    if store == "postgresql":
        template: PostgresTemplate = request.getfixturevalue("postgres_template")
        database_url = template.copy()
    told = run_module(
        "tests.support.call_history", str(steps), environment={"DATABASE_URL": database_url}
    )
    assert told.returncode == 0, told.stderr[-3000:]


def _calls(*minutes_ago: int, number: int = 1, status: str = "success") -> None:
    now = minute_of(clock.now())
    ToolCall.objects.bulk_create(
        ToolCall(
            tool="scale_model",
            status=status,
            started_at=now - timedelta(minutes=ago),
            duration_ms=1.0,
            instance="one",
        )
        for ago in minutes_ago
        for _ in range(number)
    )


@pytest.mark.django_db
def test_without_calls_there_is_nothing_to_seal() -> None:
    assert calls_count() == 0
    assert not CallCount.objects.exists()
    assert calls_in_all() == {}


@pytest.mark.django_db
def test_days_without_calls_are_passed_over_in_one_run() -> None:
    _calls(20 * DAY, 3 * DAY, 10)
    assert calls_count() == 3
    assert [figures.calls for figures in calls_in_all().values()] == [3]
    assert CallMinute.objects.count() == 1  # minutes of earlier days are in the totals alone


@pytest.mark.django_db
def test_a_step_takes_no_more_than_its_share_and_the_next_ones_catch_up() -> None:
    _calls(*range(10, 50), number=5)
    steps = [calls_count(most_rows=12) for _ in range(21)]
    assert steps == [10] * 20 + [0]
    assert sum(CallTotal.objects.values_list("calls", flat=True)) == 200


@pytest.mark.django_db
def test_a_minute_waits_for_its_running_calls_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _calls(4, 3)
    _calls(3, status="running")
    assert calls_count() == 1
    later = clock.now() + SIX_MINUTES
    monkeypatch.setattr(clock, "now", lambda: later)
    assert calls_count() == 2
    assert ToolCall.objects.filter(status="lost").count() == 1


@pytest.mark.django_db
def test_a_call_that_was_given_up_stays_lost() -> None:
    _calls(20, status="running")
    assert calls_count() == 1
    call = ToolCall.objects.get()
    batch_store(Batch([Outcome(call.pk, ToolCall.Status.SUCCESS, 5.0)]))
    call.refresh_from_db()
    assert (call.status, call.duration_ms) == ("lost", 1.0)


@pytest.mark.django_db
def test_what_was_read_of_a_sealed_minute_is_read_again_where_it_was_sealed_anew() -> None:
    since = minute_of(clock.now()) - HOUR
    _calls(10, 20)
    calls_count()

    def told() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            found = calls_by_minute(since)
        calls = sum(figures.calls for kinds in found.values() for figures in kinds.values())
        return calls, sum("durations" in query["sql"] for query in queries)

    assert told() == (2, 1)
    assert told() == (2, 0)
    _calls(10, number=3)  # they come late: the minute is opened and sealed again
    calls_count()
    assert told() == (5, 1)
    assert told() == (5, 0)


@pytest.mark.django_db
def test_calls_of_the_last_minute_are_told_before_they_are_sealed() -> None:
    _calls(0)
    assert calls_count() == 0
    assert [figures.calls for figures in calls_in_all().values()] == [1]


@given(st.lists(st.floats(0.001, 30_000), min_size=1, max_size=300), st.sampled_from([50, 95, 99]))
def test_a_percentile_is_at_most_10_percent_off(durations: list[float], percent: int) -> None:
    histogram = Counter(histograms.bucket_of(duration) for duration in durations)
    right = sorted(durations)[math.ceil(len(durations) * percent / 100) - 1]
    assert histograms.percentile_ms(histogram, percent) == pytest.approx(right, rel=0.1, abs=0.001)
