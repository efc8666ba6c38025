"""Reads call counts: from sealed minutes, and from the rows of the minutes since.

A minute is sealed (calls/counting.py) once none of its calls is running. Until then its rows are
counted on reading, so sealed minutes and rows together cover all calls.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, Count, F, FloatField, Func, Max, QuerySet, Sum, Value, When
from django.db.models.functions import Floor, Ln
from django.db.models.sql.compiler import SQLCompiler

from sessions_app import clock
from sessions_app.errors import UnknownToolError
from sessions_app.models import CallCount, CallMinute, CallTotal, ToolCall
from sessions_app.telemetry.histograms import GROWTH, SHORTEST_MS

UNKNOWN_TOOL = "(unknown)"
MINUTE = timedelta(minutes=1)
# A call's row is written within this time of its start, unless the database hangs.
ROWS_COME_WITHIN = timedelta(seconds=60)
MAX_READS = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """The fields that calls are grouped by."""

    tool: str
    status: str
    rule: str
    error_code: str


@dataclass(slots=True)
class Figures:
    """The counts of a group of calls; those without a duration are in no bucket."""

    calls: int = 0
    duration_ms: float = 0.0
    durations: dict[int, int] = field(default_factory=dict)

    def add(self, other: "Figures", *, sign: int = 1) -> None:
        self.calls += sign * other.calls
        self.duration_ms += sign * other.duration_ms
        for bucket, calls in other.durations.items():
            left = self.durations.get(bucket, 0) + sign * calls
            self.durations[bucket] = left
            if not left:
                del self.durations[bucket]


ByKind = dict[Kind, Figures]
ByMinute = dict[datetime, ByKind]


def minute_of(moment: datetime) -> datetime:
    """Return the start of a moment's minute."""
    return moment.replace(second=0, microsecond=0)


def sealable_until() -> datetime:
    """Return the time before which no more rows are expected."""
    return minute_of(clock.now() - ROWS_COME_WITHIN)


def counted_until() -> datetime | None:
    """Return the time up to which minutes are sealed, or None before the first."""
    return CallCount.objects.values_list("counted_until", flat=True).first()


def calls_by_minute(since: datetime) -> ByMinute:
    """Return the calls since `since`, the start of a minute, by minute."""

    def read(rows_from: datetime | None) -> ByMinute:
        if rows_from is None or rows_from <= since:
            return minutes_of_rows(since)
        return sealed_minutes(since, rows_from) | minutes_of_rows(rows_from)

    return _consistent(read)


def calls_in_all() -> ByKind:
    """Return all calls ever, including those whose rows are deleted."""

    def read(rows_from: datetime | None) -> ByKind:
        total: ByKind = {}
        if rows_from is None:
            return _summed(total, minutes_of_rows(None))
        total |= dict(totals())
        _summed(total, sealed_minutes(rows_from, None), sign=-1)
        return _summed(total, minutes_of_rows(rows_from))

    return _consistent(read)


def _consistent(read: Callable[[datetime | None], T]) -> T:
    """Read sealed counts and the rows after them; retry if minutes were sealed in between.

    If the clock was set back, sealed minutes lie in the future; from then on, rows are read.
    """
    sealed_until = counted_until()
    for _ in range(MAX_READS):
        found = read(min(sealed_until, sealable_until()) if sealed_until else None)
        before, sealed_until = sealed_until, counted_until()
        if sealed_until == before:
            break
    return found


def _summed(total: ByKind, minutes: ByMinute, *, sign: int = 1) -> ByKind:
    for kinds in minutes.values():
        for kind, figures in kinds.items():
            total.setdefault(kind, Figures()).add(figures, sign=sign)
    return total


_COUNTED = ("tool", "status", "resolution_rule", "error_code", "calls", "duration_ms", "durations")


def sealed_minutes(since: datetime, until: datetime | None) -> ByMinute:
    """Return the sealed minutes from `since` up to, but without, `until`; do not modify them.

    Sealed minutes rarely change, so they are cached and read again only if their rows changed.
    """
    sealed = CallMinute.objects.filter(minute__gte=since).order_by()
    if until is not None:
        sealed = sealed.filter(minute__lt=until)
    versions = sealed.values_list("minute").annotate(Count("pk"), Max("pk"), Sum("calls"))
    minutes, unread = _sealed.known((minute, _Version(*of)) for minute, *of in versions)
    if unread:
        minutes |= _sealed.keep(_read_sealed(sealed.filter(minute__in=unread)))
    return minutes


class _Version(NamedTuple):
    """The version of a sealed minute: its number of rows, the latest id and the calls."""

    rows: int
    newest: int
    calls: int


class _SealedMinutes:
    """A cache of the latest 128 sealed minutes."""

    SIZE = 128

    def __init__(self) -> None:
        self._read: dict[datetime, tuple[_Version, ByKind]] = {}
        self._lock = Lock()

    def known(self, wanted: Iterable[tuple[datetime, _Version]]) -> tuple[ByMinute, list[datetime]]:
        """Return the cached minutes of these versions, and the list of the others."""
        found: ByMinute = {}
        unread = []
        for minute, version in wanted:
            read = self._read.get(minute)
            if read and read[0] == version:
                found[minute] = read[1]
            else:
                unread.append(minute)
        return found, unread

    def keep(self, read: dict[datetime, tuple[_Version, ByKind]]) -> ByMinute:
        with self._lock:
            self._read |= read
            for minute in sorted(self._read)[: -self.SIZE]:
                del self._read[minute]
        return {minute: kinds for minute, (_, kinds) in read.items()}


_sealed = _SealedMinutes()


def _read_sealed(
    sealed: QuerySet[CallMinute],
) -> dict[datetime, tuple[_Version, ByKind]]:
    """Read these minutes, each with its version."""
    read: dict[datetime, tuple[_Version, ByKind]] = {}
    for minute, pk, *counted in sealed.values_list("minute", "pk", *_COUNTED):
        version, kinds = read.get(minute, (_Version(0, 0, 0), {}))
        kind, figures = _stored(counted)
        kinds[kind] = figures
        calls = version.calls + figures.calls
        read[minute] = _Version(version.rows + 1, max(version.newest, pk), calls), kinds
    return read


def totals() -> Iterator[tuple[Kind, Figures]]:
    """Yield the calls of all sealed minutes together."""
    for counted in CallTotal.objects.values_list(*_COUNTED):
        yield _stored(counted)


def _stored(counted: Iterable[Any]) -> tuple[Kind, Figures]:
    *kind, calls, duration_ms, durations = counted
    buckets = {int(bucket): number for bucket, number in durations.items()}
    return Kind(*kind), Figures(calls, duration_ms, buckets)


class _Minute(Func):
    """Truncates a time to its minute; on SQLite by text, since Django's function calls Python."""

    template = "DATE_TRUNC('minute', %(expressions)s)"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        context["template"] = "SUBSTR(%(expressions)s, 1, 16)"
        return self.as_sql(compiler, connection, **context)


# Unknown tool names occur only in rows of refusals (mcp_bridge/calls/calling.py).
_COUNTED_AS = Case(
    When(error_code=UnknownToolError.code, then=Value(UNKNOWN_TOOL)), default=F("tool")
)
_BUCKET = Floor(
    Ln(
        Case(
            When(duration_ms__gt=SHORTEST_MS, then="duration_ms"),
            When(duration_ms__isnull=False, then=Value(SHORTEST_MS)),
            output_field=FloatField(),
        )
    )
    / Value(math.log(GROWTH))
)


def minutes_of_rows(since: datetime | None, until: datetime | None = None) -> ByMinute:
    """Count the rows of calls by minute; None means no start or no end."""
    rows: QuerySet[ToolCall] = ToolCall.objects.order_by()
    if since is not None:
        rows = rows.filter(started_at__gte=since)
    if until is not None:
        rows = rows.filter(started_at__lt=until)
    alike = rows.values_list(
        _Minute("started_at"), _COUNTED_AS, "status", "resolution_rule", "error_code", _BUCKET
    ).annotate(Count("pk"), Sum("duration_ms"))
    minutes: ByMinute = {}
    for minute, tool, status, rule, error_code, bucket, calls, duration_ms in alike:
        kind = Kind(tool, status, rule, error_code)
        figures = minutes.setdefault(minute, {}).setdefault(kind, Figures())
        durations = {} if bucket is None else {int(bucket): calls}
        figures.add(Figures(calls, duration_ms or 0.0, durations))
    return minutes
