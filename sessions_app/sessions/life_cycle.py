"""Puts scene sessions to sleep, wakes them, and closes and deletes expired ones.

A session's last sign of life is the latest of its last change, its last call and the end of its
browsers' leases; calls write nothing for it. An open tab is a sign of life but not a use: of
browsers, only joining extends a session's age. Every function does one batch in its own transaction
and may run in several processes at once. It skips sessions locked by others, such as calls.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from sessions_app import clock
from sessions_app.models import Binding, Pairing, SceneSession, SceneSessionEvent, ToolCall
from sessions_app.sessions.closing import scene_sessions_close
from sessions_app.sessions.timeline import event_record, events_record

BATCH = 100
# Each may cascade to thousands of rows and 4 MiB of history while calls wait.
DELETE_BATCH = 5
CALLS_BATCH = 1000
UNOPENED_CLOSES_AFTER = timedelta(minutes=10)
# Calls that may not be counted yet stay, without a session, until this age.
COUNTED_AFTER = timedelta(hours=1)

State = SceneSession.State
LIVING = (State.OPEN, State.IDLE)


def scene_session_wake(scene_session: SceneSession, *, reason: str) -> None:
    """Open a locked idle session, in the transaction of the call or browser."""
    if scene_session.state == State.IDLE:
        scene_session.state = State.OPEN
        scene_session.save(update_fields=["state"])
        event_record(scene_session.pk, SceneSessionEvent.Kind.WOKE, reason=reason)


@transaction.atomic
def idle_put_to_sleep() -> list[int]:
    """Put open sessions without a recent call, change or browser to sleep; return their ids."""
    since = clock.now() - timedelta(seconds=settings.MCP_SESSION_TIMEOUT)
    ids = _lock(_lifeless(since).filter(state=State.OPEN))
    if ids:
        SceneSession.objects.filter(pk__in=ids).update(state=State.IDLE)
        reason = f"No call, change or browser for {settings.MCP_SESSION_TIMEOUT} s."
        events_record(ids, SceneSessionEvent.Kind.SLEPT, reason=reason)
    return ids


@transaction.atomic
def unopened_close() -> list[int]:
    """Close sessions that no browser ever opened and no client uses; return their ids."""
    unused = _unused(clock.now() - UNOPENED_CLOSES_AFTER)
    opened = Pairing.objects.filter(scene_session=OuterRef("pk"))
    ids = _lock(unused.filter(~Exists(opened), state__in=LIVING))
    scene_sessions_close(ids, because="No browser opened it, and no client used it for 10 minutes.")
    return ids


@transaction.atomic
def unused_close() -> list[int]:
    """Close sessions without a call, change or browser within the retention."""
    ids = _lock(_lifeless(_kept_since()).filter(state__in=LIVING))
    days = settings.MCP_SESSION_RETENTION_DAYS
    scene_sessions_close(ids, because=f"It was not used for {days} days.")
    return ids


@transaction.atomic
def aged_close() -> list[int]:
    """Close sessions whose last use exceeds the maximum age, even with an open tab."""
    ids = _lock(_aged().filter(state__in=LIVING))
    days = f"{settings.MCP_SESSION_MAX_AGE / 86400:.3g} days"
    because = f"For {days} no client used it, and no browser opened it."
    scene_sessions_close(ids, because=because)
    return ids


@transaction.atomic
def calls_of_old_delete() -> int:
    """Delete the calls of sessions that are deleted next; return how many."""
    calls = _counted_calls().filter(scene_session__in=_old(Q(Exists(_of_session()))))
    return ToolCall.objects.filter(pk__in=calls.values("pk")[:CALLS_BATCH]).delete()[0]


@transaction.atomic
def old_delete() -> list[int]:
    """Delete expired closed sessions with all their rows; return their ids.

    Protocol sessions bound to them start afresh with the next call.
    """
    without_calls = ~Q(Exists(_of_session()))
    due = SceneSession.objects.filter(without_calls, pk__in=_old(without_calls))
    ids = _lock(due, most=DELETE_BATCH)
    if ids:
        Binding.objects.filter(scene_session__in=ids, ended_at=None).delete()
        SceneSession.objects.filter(pk__in=ids).delete()
    return ids


def _counted_calls() -> QuerySet[ToolCall]:
    return ToolCall.objects.filter(started_at__lt=clock.now() - COUNTED_AFTER).order_by()


def _of_session() -> QuerySet[ToolCall]:
    return _counted_calls().filter(scene_session=OuterRef("pk"))


def _kept_since() -> datetime:
    return clock.now() - timedelta(days=settings.MCP_SESSION_RETENTION_DAYS)


def _unused(since: datetime) -> QuerySet[SceneSession]:
    """Select sessions without a call or change since `since` (index scene_session_state)."""
    called = ToolCall.objects.filter(scene_session=OuterRef("pk"), started_at__gte=since)
    return SceneSession.objects.filter(~Exists(called), changed_at__lt=since)


def _lifeless(since: datetime) -> QuerySet[SceneSession]:
    """Select sessions without a call, change or connected browser since `since`."""
    return _unused(since).filter(~Exists(_looking(since)))


def _looking(since: datetime) -> QuerySet[Pairing]:
    """Select a session's browsers that were connected since `since`."""
    return Pairing.objects.filter(scene_session=OuterRef("pk"), lease_until__gt=since)


def _aged() -> QuerySet[SceneSession]:
    """Select sessions without a call, change or joining browser within the maximum age."""
    since = clock.now() - timedelta(seconds=settings.MCP_SESSION_MAX_AGE)
    joined = SceneSessionEvent.objects.filter(
        scene_session=OuterRef("pk"), kind=SceneSessionEvent.Kind.JOINED, at__gte=since
    )
    return _unused(since).filter(~Exists(joined))


def _old(which: Q) -> list[int]:
    """Return the ids of some closed sessions to delete.

    Browsers that were disconnected because the clean-up closed the session do not count.
    """
    since = _kept_since()
    sent_away = Q(closed_by=SceneSession.Closer.CLEANUP)
    unused = _unused(since).filter(sent_away | ~Exists(_looking(since)))
    closed = Q(which, state=State.CLOSED)
    ids: set[int] = set()
    for due in (unused, _aged()):
        some = due.filter(closed).order_by("changed_at")
        ids.update(some.values_list("pk", flat=True)[:BATCH])
    return sorted(ids)


def _lock(due: QuerySet[SceneSession], *, most: int = BATCH) -> list[int]:
    """Lock those of the due sessions that are not locked; return their ids."""
    free = due.select_for_update(skip_locked=True, no_key=True).order_by("changed_at")
    ids = list(free.values_list("pk", flat=True)[:most])
    # Check again: a call or browser may have come between the query and the lock.
    return list(due.filter(pk__in=ids).values_list("pk", flat=True)) if ids else []
