"""Counts everything again from the rows, one by one and by itself, and says what is not so."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import Max, QuerySet

from sessions_app import clock
from sessions_app.calls.statistics import statistics
from sessions_app.models import CallCount, CallMinute, CallTotal, Pairing, SceneSession, ToolCall
from sessions_app.storage import database
from tests.soak.crowd import Crowd
from tests.soak.histories import history_faults, stored_revisions
from tests.soak.stage import CLEANUP_EVERY_SECONDS
from tests.support.waiting import until_true

LOOK_EVERY_SECONDS = 0.5
# A clean-up may be just about to happen; it looks again every few seconds, with some jitter.
DUE = timedelta(seconds=3 * CLEANUP_EVERY_SECONDS)
UNOPENED_AFTER = timedelta(minutes=10)


async def settle(crowd: Crowd, within_seconds: float) -> None:
    """Wait until no call runs, each lease has its browser and each page the newest revision.

    But no longer than this.
    """
    try:
        settled = partial(_is_settled, crowd)
        await until_true(settled, seconds=within_seconds, pause=LOOK_EVERY_SECONDS)
    except TimeoutError:
        return  # what is not so by then is a fault, and found as one


async def _is_settled(crowd: Crowd) -> bool:
    revisions = await database.run(stored_revisions)
    if any(page.revision != revisions.get(page.session_id) for page in crowd.open_pages()):
        return False
    if any(page.unanswered for page in crowd.open_pages()):
        return False
    return await database.run(_is_counted, crowd.connected())


def _is_counted(browsers: int) -> bool:
    running = ToolCall.objects.filter(status=ToolCall.Status.RUNNING).exists()
    return not running and _live_leases().count() == browsers


async def find_faults(crowd: Crowd) -> list[str]:
    """Everything that is not as it must be, a sentence each."""
    connected, pages = crowd.connected(), crowd.open_pages()
    histories = await database.run(lambda: [*history_faults(crowd.record, pages)])
    unanswered = [
        f"an edit of {page.session_id}, {change.color}, was never answered"
        for page in pages
        for change in page.unanswered.values()
    ]
    return [*histories, *unanswered, *await database.run(lambda: [*_all_faults(crowd, connected)])]


def _all_faults(crowd: Crowd, connected: int) -> Iterator[str]:
    yield from _statistics_faults()
    yield from _state_faults(crowd)
    leases = _live_leases().count()
    if leases != connected:
        yield f"{leases} browsers hold a lease, {connected} have a socket"
    running = ToolCall.objects.filter(status=ToolCall.Status.RUNNING).count()
    if running:
        yield f"{running} calls run, though nobody calls any more"


def _live_leases() -> "QuerySet[Pairing]":
    return Pairing.objects.filter(lease_until__gt=clock.now())


def _statistics_faults() -> Iterator[str]:
    told = statistics().as_json()
    for name, counted in _recount().items():
        if told[name] != counted:
            yield f"statistics say {name} = {told[name]}, the rows {counted}"
    yield from _count_faults()


def _count_faults() -> Iterator[str]:
    """Calls of counted minutes must be in the totals, each once, and in their minute."""
    until = CallCount.objects.values_list("counted_until", flat=True).first()
    if until is None:
        yield "no calls were ever counted"
        return
    started = ToolCall.objects.filter(started_at__lt=until)
    calls = Counter(started.values_list("tool", "status", "resolution_rule").iterator())
    for counted in (CallTotal, CallMinute):
        kinds = counted.objects.values_list("tool", "status", "resolution_rule", "calls")
        told: Counter[tuple[str, str, str]] = Counter()
        for tool, status, rule, count in kinds:
            told[tool, status, rule] += count
        if told != calls:
            yield f"{counted.__name__} differs from the calls: {told - calls}, {calls - told}"


def _recount() -> dict[str, object]:
    now = clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    sessions = list(SceneSession.objects.values_list("owner_id", "state"))
    living = [owner for owner, state in sessions if state != SceneSession.State.CLOSED]
    states = Counter(state for _, state in sessions)
    joined = [joined_at for [joined_at] in Pairing.objects.values_list("joined_at")]
    leases = [lease for [lease] in Pairing.objects.values_list("lease_until")]
    statuses = [status for [status] in ToolCall.objects.values_list("status")]
    owners = [owner for owner in living if owner is not None]
    return {
        "totalUsers": len(set(owners)) + len(living) - len(owners),
        "totalSessions": len(living),
        "totalConnections": sum(at >= midnight for at in joined),
        "activeConnections": sum(lease > now for lease in leases),
        "pendingRequests": statuses.count(ToolCall.Status.RUNNING),
        "sessionsByState": {state: states[state] for state in SceneSession.State.values},
    }


def _state_faults(crowd: Crowd) -> Iterator[str]:
    for session in SceneSession.objects.order_by("pk"):
        key = session.edit_key
        fault = _state_fault(session, sure=key in crowd.closed, asked=key in crowd.perhaps_closed)
        if fault:
            yield f"{session} {fault}"


def _state_fault(session: SceneSession, *, sure: bool, asked: bool) -> str | None:
    """What is wrong with its state; its client asked to close it, and perhaps got an answer."""
    active = _last_activity(session)
    opened = session.pairings.exists()
    timeout = timedelta(seconds=settings.MCP_SESSION_TIMEOUT)
    states = SceneSession.State
    if sure or session.state == states.CLOSED:
        closed_at = session.closed_at
        if session.state != states.CLOSED or closed_at is None or not session.closed_because:
            return "was closed, and does not say so with a time and a reason"
        if not asked and (opened or closed_at - active < UNOPENED_AFTER):
            return f"was closed by {session.closed_by} while it was in use"
    elif session.state == states.IDLE:
        slept = session.events.filter(kind="slept").aggregate(at=Max("at"))["at"]
        if slept is None or slept - active < timeout:
            return f"sleeps since {slept}, and was in use at {active}"
    elif clock.now() - active > (timeout if opened else UNOPENED_AFTER) + DUE:
        return f"is awake, and nobody used it since {active}"
    return None


def _last_activity(session: SceneSession) -> datetime:
    called = session.tool_calls.aggregate(at=Max("started_at"))["at"]
    looked = session.pairings.aggregate(at=Max("lease_until"))["at"]
    return max(at for at in (session.changed_at, called, looked) if at is not None)
