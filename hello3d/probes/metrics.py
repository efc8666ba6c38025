"""`/metrics`: Prometheus text, for those who may see details (docs/operations.md, "Metrics")."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, TypeAlias

from django.conf import settings
from django.db import connections
from prometheus_client import GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.types import Receive, Scope, Send

from hello3d.middleware.responses import answer, send_text
from hello3d.probes.operators import may_see_details
from sessions_app.calls.figures import ByKind, Figures
from sessions_app.calls.statistics import Totals, totals
from sessions_app.limits.rates import RateLimitedError
from sessions_app.models import ToolCall
from sessions_app.telemetry.histograms import BUCKETS_PER_DOUBLING
from sessions_app.telemetry.measures import REGISTRY

Labels: TypeAlias = tuple[str, ...]

logger = logging.getLogger(__name__)

READ_WITHIN_SECONDS = 10.0
# The reported buckets end at 1 ms, 2 ms, 4 ms … 32.768 s.
DOUBLINGS = range(16)
REFUSED = (
    "forbidden: ask from the server's own machine, send METRICS_TOKEN as a bearer token, or sign in"
    " as staff"
)

ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)


class Metrics:
    """Serves scrapes; concurrent ones share one read of the database."""

    def __init__(self) -> None:
        # Its own thread, so that calls, which share one thread on SQLite, do not wait.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="metrics")
        self._reading: asyncio.Future[Totals] | None = None

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        try:
            may_read = await _may_read(scope)
        except RateLimitedError as error:
            headers = {"retry-after": f"{error.retry_after_seconds:.0f}"}
            status = HTTPStatus.TOO_MANY_REQUESTS
            await send_text(scope, send, status, error.message, headers=headers)
            return
        if not may_read:
            await answer(scope, send, HTTPStatus.FORBIDDEN, REFUSED)
            return
        text = generate_latest(ScrapeCollector(await self._totals())).decode().rstrip("\n")
        await answer(scope, send, HTTPStatus.OK, text, content_type=CONTENT_TYPE_PLAIN_0_0_4)

    async def _totals(self) -> Totals | None:
        """Return the database's totals, or None if it does not respond."""
        loop, reading = asyncio.get_running_loop(), self._reading
        if reading is None or reading.done() or reading.get_loop() is not loop:
            reading = self._reading = loop.run_in_executor(self._thread, _read)
            reading.add_done_callback(_retrieve)
        try:
            async with asyncio.timeout(READ_WITHIN_SECONDS):
                return await asyncio.shield(reading)
        except Exception:
            logger.exception("the metrics lack the database's totals")
            return None


def _read() -> Totals:
    try:
        return totals()
    finally:
        connections.close_all()


def _retrieve(reading: asyncio.Future[Totals]) -> None:
    """Retrieve an abandoned failure, or asyncio would log its traceback."""
    if not reading.cancelled():
        reading.exception()


async def _may_read(scope: Scope) -> bool:
    try:
        async with asyncio.timeout(READ_WITHIN_SECONDS):
            return await may_see_details(scope)
    except RateLimitedError:
        raise
    except Exception:  # noqa: BLE001 - the database that identifies staff may be down
        return False


class ScrapeCollector(Collector):
    """Collects one scrape: of this process and, if available, of the installation."""

    def __init__(self, known: Totals | None) -> None:
        self._known = known

    def collect(self) -> Iterator[Metric]:
        about = {"instance": settings.INSTANCE_NAME, "version": settings.VERSION}
        yield InfoMetricFamily("hello3d", "The process that responds.", about)
        yield from REGISTRY.collect()
        up = 0 if self._known is None else 1
        yield GaugeMetricFamily("hello3d_database_up", "Whether the database answered.", up)
        if self._known is not None:
            yield from _of_installation(self._known)


def _of_installation(known: Totals) -> Iterator[Metric]:
    sessions = {(state,): number for state, number in known.sessions_by_state.items()}
    yield _gauge("hello3d_sessions", "Scene sessions by state.", ["state"], sessions)
    connected, visible = known.browsers.connected, known.browsers.visible
    browsers = {("true",): visible, ("false",): connected - visible}
    help_text = "Connected browsers, by whether their tab is in sight."
    yield _gauge("hello3d_browsers", help_text, ["visible"], browsers)
    yield GaugeMetricFamily("hello3d_running_calls", "Calls in flight.", known.running)
    refusals = {(limit,): number for limit, number in known.refusals_by_limit.items()}
    yield _counter("hello3d_refusals", "What each limit refused.", ["limit"], refusals)
    yield from _of_calls(known.calls)


def _of_calls(counted: ByKind) -> Iterator[Metric]:
    """Yield metrics of ended calls; running ones are skipped, so counters never decrease."""
    ended = [pair for pair in counted.items() if pair[0].status != ToolCall.Status.RUNNING]
    calls, rules, errors = Counter[Labels](), Counter[Labels](), Counter[Labels]()
    durations: dict[str, Figures] = {}
    for kind, figures in ended:
        calls[kind.tool, kind.status] += figures.calls
        rules[(kind.rule,)] += figures.calls
        if kind.error_code:
            errors[(kind.error_code,)] += figures.calls
        durations.setdefault(kind.tool, Figures()).add(figures)
    yield _counter("hello3d_calls", "Tool calls that have ended.", ["tool", "status"], calls)
    yield _counter("hello3d_routed_calls", "By the rule that chose their session.", ["rule"], rules)
    yield _counter("hello3d_call_errors", "Calls that failed, by error code.", ["code"], errors)
    seconds = HistogramMetricFamily(
        "hello3d_call_duration_seconds", "How long tool calls took.", labels=["tool"]
    )
    for tool, figures in sorted(durations.items()):
        seconds.add_metric([tool], _buckets(figures), figures.duration_ms / 1000)
    yield seconds


def _gauge(
    name: str, help_text: str, labels: list[str], values: Mapping[Any, int]
) -> GaugeMetricFamily:
    """Return a gauge with numbers by label values."""
    gauge = GaugeMetricFamily(name, help_text, labels=labels)
    for label_values, value in values.items():
        gauge.add_metric(label_values, value)
    return gauge


def _counter(
    name: str, help_text: str, labels: list[str], values: Mapping[Any, int]
) -> CounterMetricFamily:
    counter = CounterMetricFamily(name, help_text, labels=labels)
    for label_values, value in sorted(values.items()):
        counter.add_metric(label_values, value)
    return counter


def _buckets(figures: Figures) -> list[tuple[str, float]]:
    """Return cumulative buckets with limits in seconds; each is a limit of the histogram, too."""
    found = []
    for doubling in DOUBLINGS:
        below = doubling * BUCKETS_PER_DOUBLING
        calls = sum(n for bucket, n in figures.durations.items() if bucket < below)
        found.append((str(2**doubling / 1000), float(calls)))
    return [*found, ("+Inf", float(sum(figures.durations.values())))]
