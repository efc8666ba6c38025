"""Statistics of the whole installation, in one shape for staff, the API and the metrics.

All of it is read from the database, so every worker reports the same (docs/statistics.md).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from sessions_app import clock
from sessions_app.calls.figures import (
    MINUTE,
    ByKind,
    ByMinute,
    Figures,
    Kind,
    calls_by_minute,
    calls_in_all,
    minute_of,
)
from sessions_app.models import Pairing, RefusalCount, SceneSession, ToolCall, Worker
from sessions_app.routing import Rule
from sessions_app.telemetry import histograms

MINUTES = 60
AGING_AFTER = timedelta(minutes=5)
STALE_AFTER = timedelta(minutes=10)
MAX_BUSIEST = 20

Counted = list[tuple[Kind, Figures]]

STRATEGIES = ("owned", "newest", "oldest", "most_active")
FAILED = frozenset({ToolCall.Status.ERROR, ToolCall.Status.TIMEOUT, ToolCall.Status.LOST})
MISSES = frozenset({"session_required", "session_unknown"})
AMBIGUOUS = frozenset({"session_ambiguous"})
REFUSED = frozenset({"session_conflict", "session_closed"})


@dataclass(frozen=True, slots=True)
class Browsers:
    """Browsers with a live lease; `visible` ones show the scene in a visible tab."""

    connected: int
    visible: int


@dataclass(frozen=True, slots=True)
class Ages:
    """Open sessions by their last sign of life: a call, a change or a browser."""

    healthy: int
    aging: int
    stale: int


@dataclass(frozen=True, slots=True)
class Durations:
    """Percentiles in milliseconds, within 10 %; None if no call has ended."""

    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of the last 60 minutes; `error_rate` (0 to 1) is the share of failed ones."""

    total: int
    by_tool: Mapping[str, int]
    by_status: Mapping[str, int]
    error_rate: float
    durations_ms: Durations


@dataclass(frozen=True, slots=True)
class Routing:
    """How the calls of the last 60 minutes were routed to sessions, or why not."""

    by_rule: Mapping[str, int]
    by_strategy: Mapping[str, int]
    misses: int
    ambiguous: int
    refused: int


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refusals since the start of the previous hour."""

    since: datetime
    by_limit: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Busy:
    """A scene session (internal id) and its number of running calls."""

    scene: int
    calls: int


@dataclass(frozen=True, slots=True)
class ActiveRequests:
    """Running calls of live workers; the busiest sessions first, at most 20."""

    total: int
    by_session: tuple[Busy, ...]


@dataclass(frozen=True, slots=True)
class Minute:
    """The calls that started within a minute."""

    minute: datetime
    calls: int
    errors: int
    p50_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Statistics:
    at: datetime
    total_users: int
    total_sessions: int
    total_connections: int
    active_connections: int
    pending_requests: int
    sessions_by_state: Mapping[str, int]
    sessions_by_age: Ages
    browsers: Browsers
    calls: Calls
    routing: Routing
    refusals: Refusals
    active_requests: ActiveRequests
    series: tuple[Minute, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the statistics as JSON: names in camelCase, times in ISO 8601."""
        plain: dict[str, Any] = _plain(self)
        return plain


def statistics() -> Statistics:
    """Read the current statistics."""
    now = clock.now()
    by_state = _sessions_by_state()
    browsers = browsers_connected(now)
    active = active_requests(now)
    minutes = _last_minutes(now)
    found = calls_by_minute(minutes[0])
    by_kind = _by_kind(minutes, found)
    return Statistics(
        at=now,
        total_users=_owners(),
        total_sessions=sum(by_state.values()) - by_state[SceneSession.State.CLOSED],
        total_connections=_connections_today(now),
        active_connections=browsers.connected,
        pending_requests=active.total,
        sessions_by_state=by_state,
        sessions_by_age=_ages(now),
        browsers=browsers,
        calls=_calls(by_kind),
        routing=_routing(by_kind),
        refusals=_refusals(now),
        active_requests=active,
        series=tuple(_minute(minute, found) for minute in minutes),
    )


def routing() -> Routing:
    """Read only the routing part of `statistics`, which is cheaper."""
    minutes = _last_minutes(clock.now())
    return _routing(_by_kind(minutes, calls_by_minute(minutes[0])))


def _last_minutes(now: datetime) -> list[datetime]:
    """Return the starts of the last 60 minutes, the oldest first; the last one is still running."""
    return [minute_of(now) - MINUTE * back for back in reversed(range(MINUTES))]


def _by_kind(minutes: list[datetime], found: ByMinute) -> Counted:
    return [pair for minute in minutes for pair in found.get(minute, {}).items()]


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts since the beginning, and current gauges, for the metrics."""

    sessions_by_state: Mapping[str, int]
    browsers: Browsers
    running: int
    refusals_by_limit: Mapping[str, int]
    calls: ByKind


def totals() -> Totals:
    """Read the statistics since the beginning instead of the last hour."""
    now = clock.now()
    return Totals(
        sessions_by_state=_sessions_by_state(),
        browsers=browsers_connected(now),
        running=active_requests(now).total,
        refusals_by_limit=refusals_by_limit(),
        calls=calls_in_all(),
    )


def _sessions_by_state() -> dict[str, int]:
    counted = SceneSession.objects.order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(SceneSession.State.values, 0) | dict(counted)


def _owners() -> int:
    """Count the owners of sessions that are not closed; each ownerless session counts as one."""
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED)
    counted = living.aggregate(
        owners=Count("owner", distinct=True), ownerless=Count("pk", filter=Q(owner=None))
    )
    return int(counted["owners"] + counted["ownerless"])


def _connections_today(now: datetime) -> int:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Pairing.objects.filter(joined_at__gte=midnight).count()


def browsers_connected(now: datetime) -> Browsers:
    """Count the connected browsers of all sessions."""
    live = Pairing.objects.filter(lease_until__gt=now)
    counted = live.aggregate(connected=Count("pk"), visible=Count("pk", filter=Q(visible=True)))
    return Browsers(**counted)


def active_requests(now: datetime) -> ActiveRequests:
    """Count the running calls, without those of dead workers."""
    living = Worker.objects.filter(lease_until__gt=now).values("pk")
    running = ToolCall.objects.filter(status=ToolCall.Status.RUNNING, worker_id__in=living)
    counted = dict(running.order_by().values_list("scene_session").annotate(Count("pk")))
    total = sum(counted.values())
    counted.pop(None, None)
    busiest = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MAX_BUSIEST]
    return ActiveRequests(total, tuple(Busy(*item) for item in busiest))


def _ages(now: datetime) -> Ages:
    """Classify open sessions by their last call, change or connected browser."""
    called = ToolCall.objects.filter(scene_session=OuterRef("pk")).order_by("-started_at")
    seen = Pairing.objects.filter(scene_session=OuterRef("pk")).order_by("-lease_until")
    last = Greatest(
        "changed_at",
        Coalesce(Subquery(called.values("started_at")[:1]), "changed_at"),
        Coalesce(Subquery(seen.values("lease_until")[:1]), "changed_at"),
    )
    open_now = SceneSession.objects.filter(state=SceneSession.State.OPEN).order_by()
    silent = [now - moment for moment in open_now.values_list(last, flat=True)]
    stale = sum(1 for time in silent if time > STALE_AFTER)
    healthy = sum(1 for time in silent if time < AGING_AFTER)
    return Ages(healthy=healthy, aging=len(silent) - healthy - stale, stale=stale)


def _refusals(now: datetime) -> Refusals:
    since = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    return Refusals(since, refusals_by_limit(since))


def refusals_by_limit(since: datetime | None = None) -> dict[str, int]:
    """Return the refusals by limit, in the hours since `since` or in all."""
    counted = RefusalCount.objects.filter(**({"hour__gte": since} if since else {}))
    return dict(counted.order_by("limit").values_list("limit").annotate(Sum("refusals")))


def _calls(counted: Counted) -> Calls:
    by_tool, by_status = Counter[str](), Counter[str](dict.fromkeys(ToolCall.Status.values, 0))
    for kind, figures in counted:
        by_tool[kind.tool] += figures.calls
        by_status[kind.status] += figures.calls
    ended = by_status.total() - by_status[ToolCall.Status.RUNNING]
    failed = sum(by_status[status] for status in FAILED)
    durations = histograms.added(figures.durations for _, figures in counted)
    percentiles = (histograms.percentile_ms(durations, percent) for percent in (50, 95, 99))
    return Calls(
        total=by_status.total(),
        by_tool=dict(by_tool.most_common()),
        by_status=dict(by_status),
        error_rate=round(failed / ended, 4) if ended else 0.0,
        durations_ms=Durations(*percentiles),
    )


def _routing(counted: Counted) -> Routing:
    by_rule, by_error = Counter[str](dict.fromkeys(Rule, 0)), Counter[str]()
    for kind, figures in counted:
        by_rule[kind.rule] += figures.calls
        by_error[kind.error_code] += figures.calls

    def errors(codes: Iterable[str]) -> int:
        return sum(by_error[code] for code in codes)

    return Routing(
        by_rule={rule: calls for rule, calls in by_rule.items() if rule},
        by_strategy={strategy: by_rule[strategy] for strategy in STRATEGIES},
        misses=errors(MISSES),
        ambiguous=errors(AMBIGUOUS),
        refused=errors(REFUSED),
    )


def _minute(minute: datetime, found: ByMinute) -> Minute:
    kinds: ByKind = found.get(minute, {})
    durations = histograms.added(figures.durations for figures in kinds.values())
    return Minute(
        minute=minute,
        calls=sum(figures.calls for figures in kinds.values()),
        errors=sum(figures.calls for kind, figures in kinds.items() if kind.status in FAILED),
        p50_ms=histograms.percentile_ms(durations, 50),
        p95_ms=histograms.percentile_ms(durations, 95),
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {
            _camel(member.name): _plain(getattr(value, member.name)) for member in fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
