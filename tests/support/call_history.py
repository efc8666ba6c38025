"""A random history of calls under a clock that jumps, and what it comes to when its rows are read.

`python -m tests.support.call_history STEPS` runs one on the database that DATABASE_URL names.
"""

import os
import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
    django.setup()

from django.db import connections

from sessions_app import clock
from sessions_app.calls.batches import Batch, batch_store
from sessions_app.calls.counting import calls_count
from sessions_app.calls.figures import (
    ByKind,
    ByMinute,
    Figures,
    Kind,
    calls_by_minute,
    calls_in_all,
    minute_of,
)
from sessions_app.calls.lost import calls_of_dead_workers_mark
from sessions_app.calls.records import Outcome
from sessions_app.calls.statistics import statistics
from sessions_app.models import ToolCall, Worker
from sessions_app.telemetry.histograms import bucket_of

SEED = 20260728
CHECKED = 0.3  # the share of steps after which all rows are read
HOUR = timedelta(hours=1)
MADE_UP = "made up by somebody"
TOOLS = ("scale_model", "change_model_color", MADE_UP)
ENDS = ("success", "success", "success", "error", "timeout", "cancelled")


@dataclass
class History:
    """Does random things; `now` is the clock of the program for as long as it lasts."""

    chance: random.Random
    now: datetime = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    worker: UUID = field(default_factory=uuid4)
    late: bool = False  # a row came after its minute was sealed: the next counting finds it

    def step(self) -> None:
        actions: list[tuple[Callable[[], None], int]] = [
            (self.call, 40), (self.end, 25), (self.count, 20), (self.wait, 20),
            (self.kill, 3), (self.jump, 5), (self.come_late, 10),
        ]  # fmt: skip
        [action] = self.chance.choices([one for one, _ in actions], [n for _, n in actions])
        action()

    def call(self) -> None:
        for _ in range(self.chance.randint(1, 8)):
            self._insert(self.now - timedelta(seconds=25 * self.chance.random()))

    def _insert(self, started_at: datetime) -> None:
        tool = self.chance.choice(TOOLS)
        error_code = "session_unknown" if self.chance.random() < 0.3 else ""
        if tool == MADE_UP:  # such a call is refused, and its name in no other row
            error_code = "unknown_tool"
        ToolCall.objects.create(
            tool=tool,
            status="error" if error_code else "running",
            duration_ms=self._duration() if error_code else None,
            error_code=error_code,
            resolution_rule=self.chance.choice(["path", "argument", "none"]),
            started_at=started_at,
            instance="one",
            worker_id=self.worker,
        )

    def _duration(self) -> float:
        return round(self.chance.lognormvariate(1.5, 2.0), 3)

    def end(self) -> None:
        """Some calls end; those that were given up meanwhile stay lost."""
        ids = list(ToolCall.objects.order_by("-started_at").values_list("pk", flat=True)[:40])
        ended = self.chance.sample(ids, len(ids) // 3)
        statuses = [ToolCall.Status(self.chance.choice(ENDS)) for _ in ended]
        outcomes = zip(ended, statuses, strict=True)
        batch_store(Batch([Outcome(pk, status, self._duration()) for pk, status in outcomes]))

    def count(self) -> None:
        while calls_count():
            pass
        self.late = False

    def wait(self) -> None:
        self.now += timedelta(seconds=self.chance.choice([1, 20, 70, 200, 400]))

    def kill(self) -> None:
        """The worker dies, and another one starts."""
        Worker.objects.create(pk=self.worker, lease_until=self.now)
        self.worker = uuid4()
        self.now += timedelta(seconds=61)
        calls_of_dead_workers_mark()

    def jump(self) -> None:
        """The clock is put forward or back: the next calls are told at once all the same."""
        self.now += HOUR * self.chance.uniform(-1, 1)
        self.call()
        self.check()
        self.late = True

    def come_late(self) -> None:
        """The database hung: a row is written minutes after its call began."""
        self._insert(self.now - timedelta(minutes=self.chance.uniform(1, 6)))
        self.late = True

    def check(self) -> None:
        """What is told equals what the rows say, by the minute and in all."""
        if self.late:
            self.count()
        since = minute_of(self.now) - timedelta(minutes=59)
        minutes = recount(since)
        assert_equal(_flat(calls_by_minute(since)), _flat(minutes))
        in_all: ByKind = {}
        for kinds in recount(None).values():
            for kind, figures in kinds.items():
                in_all.setdefault(kind, Figures()).add(figures)
        assert_equal(calls_in_all(), in_all)
        told = statistics()
        past = [kinds for minute, kinds in minutes.items() if minute <= minute_of(self.now)]
        calls = sum(figures.calls for kinds in past for figures in kinds.values())
        assert told.calls.total == calls == sum(minute.calls for minute in told.series)


def recount(since: datetime | None) -> ByMinute:
    """The rows of calls, one by one."""
    minutes: ByMinute = {}
    rows = ToolCall.objects.filter(**({"started_at__gte": since} if since else {}))
    for row in rows:
        tool = "(unknown)" if row.tool == MADE_UP else row.tool
        kind = Kind(tool, row.status, row.resolution_rule, row.error_code)
        buckets = {} if row.duration_ms is None else {bucket_of(row.duration_ms): 1}
        kinds = minutes.setdefault(minute_of(row.started_at), {})
        kinds.setdefault(kind, Figures()).add(Figures(1, row.duration_ms or 0.0, buckets))
    return minutes


def _flat(minutes: ByMinute) -> dict[tuple[datetime, Kind], Figures]:
    return {(at, kind): one for at, kinds in minutes.items() for kind, one in kinds.items()}


def assert_equal(told: dict[Any, Figures], right: dict[Any, Figures]) -> None:
    told = {kind: figures for kind, figures in told.items() if figures.calls}
    assert {key: (one.calls, one.durations) for key, one in told.items()} == {
        key: (one.calls, one.durations) for key, one in right.items()
    }
    for key, figures in told.items():
        assert abs(figures.duration_ms - right[key].duration_ms) < 0.01


def run(steps: int, seed: int = SEED) -> None:
    """Run one history; at the end several workers count at once."""
    real, history = clock.now, History(random.Random(seed))
    clock.now = lambda: history.now
    try:
        for _ in range(steps):
            history.step()
            if history.chance.random() < CHECKED:
                history.check()
        for _ in range(50):
            history.call()
            history.now += timedelta(minutes=1)
        history.now += 2 * HOUR
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(_count, range(8)))
        history.check()
        assert not ToolCall.objects.filter(status="running").exists()
    finally:
        clock.now = real


def _count(_: int) -> None:
    try:
        while calls_count(most_rows=20):
            pass
    finally:
        connections.close_all()


if __name__ == "__main__":
    run(int(sys.argv[1]))
