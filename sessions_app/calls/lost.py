"""Marks calls as lost whose outcome will never be stored."""

from datetime import timedelta

from django.db.models import QuerySet

from sessions_app import clock
from sessions_app.models import ToolCall, Worker

# A call takes at most 25 s; if its row still says running, its outcome was lost.
LOST_AFTER = timedelta(minutes=5)


def calls_of_dead_workers_mark(workers: "QuerySet[Worker] | None" = None) -> int:
    """Mark calls of workers (these, or all) whose lease has expired as lost; return how many.

    Calls of live workers are untouched, even within the same instance.
    """
    of_these = Worker.objects.all() if workers is None else workers
    dead = of_these.filter(lease_until__lt=clock.now()).values("pk")
    return _mark(_running().filter(worker_id__in=dead))


def overdue_calls_mark() -> int:
    """Mark calls that run for too long as lost, on any worker; return how many."""
    return _mark(_running().filter(started_at__lt=clock.now() - LOST_AFTER))


def _running() -> QuerySet[ToolCall]:
    return ToolCall.objects.filter(status=ToolCall.Status.RUNNING)


def _mark(calls: QuerySet[ToolCall]) -> int:
    return calls.update(status=ToolCall.Status.LOST)
