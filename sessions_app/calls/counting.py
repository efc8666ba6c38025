"""Seals past minutes: counts their calls once and stores the counts."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min, Sum

from sessions_app import clock
from sessions_app.calls.figures import (
    MINUTE,
    ByKind,
    ByMinute,
    Figures,
    Kind,
    counted_until,
    minute_of,
    minutes_of_rows,
    sealable_until,
    sealed_minutes,
)
from sessions_app.calls.lost import overdue_calls_mark
from sessions_app.models import CallCount, CallMinute, CallTotal, ToolCall

# Sealed minutes are checked again for this long, because a row may arrive late.
LOOK_BACK = timedelta(minutes=10)
KEEP_MINUTES = timedelta(days=1)
ROWS_AT_ONCE = 2000

_ONLY = 1  # the primary key of the one row of CallCount


def calls_count(most_rows: int = ROWS_AT_ONCE) -> int:
    """Seal the next past minutes; return their number of calls, 0 when all are sealed.

    Safe to run in several workers at once: the worker that moves the mark seals the minutes.

    Args:
        most_rows: about how many calls to count, to keep the transaction short.
    """
    overdue_calls_mark()
    mark = counted_until() or _begin()
    if mark is None:
        return 0
    calls = _seal_next(mark, most_rows) or _seal_next(_rewound(mark), most_rows)
    if not calls:
        _old_minutes_delete()
    return calls


def _seal_next(mark: datetime, most_rows: int) -> int:
    minutes, reached = _next_minutes(mark, most_rows)
    if reached <= mark or not _seal(minutes, mark, reached):
        return 0
    return sum(figures.calls for kinds in minutes.values() for figures in kinds.values())


def _begin() -> datetime | None:
    """Set the mark to the first call; return None if there are no calls."""
    first: datetime | None = ToolCall.objects.aggregate(first=Min("started_at"))["first"]
    if first is None:
        return None
    count, _ = CallCount.objects.get_or_create(
        pk=_ONLY, defaults={"counted_until": minute_of(first)}
    )
    return count.counted_until


def _next_minutes(mark: datetime, most_rows: int) -> tuple[ByMinute, datetime]:
    """Return the next minutes without running calls, and where they end.

    The end is that of the last minute with calls, so the mark never gets ahead of the rows.
    """
    limit = sealable_until()
    rows = ToolCall.objects.filter(started_at__gte=mark, started_at__lt=limit)
    starts = rows.order_by("started_at").values_list("started_at", flat=True)
    first = starts.first()
    if first is None:
        return {}, mark
    beyond = starts[most_rows : most_rows + 1].first()
    if beyond is not None:
        limit = max(minute_of(beyond), minute_of(first) + MINUTE)
    minutes: ByMinute = {}
    reached = mark
    for minute, kinds in sorted(minutes_of_rows(mark, limit).items()):
        if any(kind.status == ToolCall.Status.RUNNING for kind in kinds):
            break
        minutes[minute] = kinds
        reached = minute + MINUTE
    return minutes, reached


@transaction.atomic
def _seal(minutes: ByMinute, mark: datetime, reached: datetime) -> bool:
    """Store the counts, unless another worker has moved the mark meanwhile."""
    if not _mark_move(mark, reached):
        return False
    oldest = _oldest_kept()
    CallMinute.objects.bulk_create(
        CallMinute(minute=minute, **_columns(kind, figures))
        for minute, kinds in minutes.items()
        if minute >= oldest
        for kind, figures in kinds.items()
    )
    _totals_add(minutes, sign=1)
    return True


def _mark_move(mark: datetime, to: datetime) -> bool:
    """Move the mark; return whether it was still there. Locks its row for the transaction."""
    here = CallCount.objects.filter(pk=_ONLY, counted_until=mark)
    return bool(here.update(counted_until=to))


def _rewound(mark: datetime) -> datetime:
    """Move the mark back to the first minute with more rows than were counted; return the mark.

    That happens after a late row, and after the clock was set back, when calls start in sealed
    minutes.
    """
    since = min(mark, sealable_until()) - LOOK_BACK
    back_to = _first_incomplete(max(since, _oldest_kept()), mark)
    if back_to is None:
        return mark
    with transaction.atomic():
        if not _mark_move(mark, back_to):
            return mark  # another worker does this
        _totals_add(sealed_minutes(back_to, None), sign=-1)
        CallMinute.objects.filter(minute__gte=back_to).delete()
    return back_to


def _first_incomplete(since: datetime, mark: datetime) -> datetime | None:
    sealed = CallMinute.objects.filter(minute__gte=since, minute__lt=mark)
    counted = sealed.aggregate(calls=Sum("calls"))["calls"] or 0
    rows = ToolCall.objects.filter(started_at__gte=since, started_at__lt=mark)
    if rows.aggregate(calls=Count("pk"))["calls"] <= counted:
        return None
    calls = dict(sealed.order_by().values_list("minute").annotate(Sum("calls")))
    for minute, kinds in sorted(minutes_of_rows(since, mark).items()):
        if sum(figures.calls for figures in kinds.values()) > calls.get(minute, 0):
            return minute
    return None


def _totals_add(minutes: ByMinute, *, sign: int) -> None:
    sums: ByKind = {}
    for kinds in minutes.values():
        for kind, figures in kinds.items():
            sums.setdefault(kind, Figures()).add(figures, sign=sign)
    new = []
    totals = {_kind(total): total for total in CallTotal.objects.all()}
    for kind, figures in sums.items():
        total = totals.get(kind)
        if total is None:
            new.append(CallTotal(**_columns(kind, figures)))
            continue
        so_far = {int(bucket): calls for bucket, calls in total.durations.items()}
        grown = Figures(total.calls, total.duration_ms, so_far)
        grown.add(figures)
        for name, value in _columns(kind, grown).items():
            setattr(total, name, value)
    changed = [totals[kind] for kind in sums if kind in totals]
    CallTotal.objects.bulk_update(changed, ["calls", "duration_ms", "durations"], batch_size=100)
    CallTotal.objects.bulk_create(new)


def _kind(total: CallTotal) -> Kind:
    return Kind(total.tool, total.status, total.resolution_rule, total.error_code)


def _columns(kind: Kind, figures: Figures) -> dict[str, object]:
    return {
        "tool": kind.tool,
        "status": kind.status,
        "resolution_rule": kind.rule,
        "error_code": kind.error_code,
        "calls": figures.calls,
        "duration_ms": figures.duration_ms,
        "durations": figures.durations,
    }


def _oldest_kept() -> datetime:
    """Return the first minute that is kept; older ones are only in the totals."""
    return minute_of(clock.now() - KEEP_MINUTES)


def _old_minutes_delete() -> None:
    CallMinute.objects.filter(minute__lt=_oldest_kept()).delete()
