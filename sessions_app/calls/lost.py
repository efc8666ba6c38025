"""Gives up calls that cannot run any more: nobody will write how they ended."""

from datetime import timedelta

from django.db.models import QuerySet

from sessions_app import clock
from sessions_app.models import ToolCall, Worker

# A call takes 25 s at the most: one that still runs by its row was never written down as ended.
LOST_AFTER = timedelta(minutes=5)


def calls_of_dead_workers_mark(workers: "QuerySet[Worker] | None" = None) -> int:
    """Mark as lost what ran on workers (of these, or of all) whose lease is over; return how many.

    What runs on living workers is left as it is, also on others of the same instance.
    """
    of_these = Worker.objects.all() if workers is None else workers
    dead = of_these.filter(lease_until__lt=clock.now()).values("pk")
    return _mark(_running().filter(worker_id__in=dead))


def overdue_calls_mark() -> int:
    """Mark as lost what has run for too long, whether its worker lives or not; return how many."""
    return _mark(_running().filter(started_at__lt=clock.now() - LOST_AFTER))


def _running() -> QuerySet[ToolCall]:
    return ToolCall.objects.filter(status=ToolCall.Status.RUNNING)


def _mark(calls: QuerySet[ToolCall]) -> int:
    return calls.update(status=ToolCall.Status.LOST)
