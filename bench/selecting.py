"""Measures reads of the database that DATABASE_URL names: `python -m bench.selecting`."""

import os
import statistics as figures
import time
from collections.abc import Callable

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
    django.setup()

from django.db import connection, reset_queries

from bench.measuring import report
from sessions_app.calls.figures import calls_in_all
from sessions_app.calls.overview import SessionsView, call_rows, sessions_page
from sessions_app.calls.statistics import statistics
from sessions_app.models import SceneSession, ToolCall

RUNS = 50
SELECTORS: dict[str, Callable[[], object]] = {
    "statistics": statistics,
    "calls_in_all": calls_in_all,
    "sessions_page": lambda: sessions_page(SessionsView()),
    "call_rows": call_rows,
}


def measure(name: str, select: Callable[[], object]) -> None:
    """Print what 50 runs took, after one that does not count."""
    select()
    reset_queries()
    took = []
    cpu = time.process_time()
    for _ in range(RUNS):
        began = time.perf_counter()
        select()
        took.append((time.perf_counter() - began) * 1000)
    cpu_ms = (time.process_time() - cpu) * 1000 / RUNS
    report(
        name,
        database=connection.vendor,
        sessions=SceneSession.objects.count(),
        calls=ToolCall.objects.count(),
        median_ms=round(figures.median(took), 1),
        p95_ms=round(figures.quantiles(took, n=20)[-1], 1),
        cpu_ms=round(cpu_ms, 1),
    )


if __name__ == "__main__":
    for named, selector in SELECTORS.items():
        measure(named, selector)
