"""Lists and cancels the calls in flight, on any worker."""

from datetime import timedelta
from uuid import UUID

from sessions_app import clock
from sessions_app.models import ToolCall
from sessions_app.wire.outbox import announce_to_workers

MAX_LISTED = 500
# With a margin. It keeps the query to a few rows of a table of a million calls.
NO_CALL_LASTS = timedelta(minutes=5)


def active_calls(scene_session_id: int | None = None) -> list[ToolCall]:
    """List the calls in flight of one scene session or of all, oldest first, at most 500.

    A call stays listed for up to 250 ms after its end, until its outcome is written. Calls older
    than any call can be were lost with their worker and are left out.
    """
    recent = ToolCall.objects.filter(started_at__gt=clock.now() - NO_CALL_LASTS)
    running = recent.filter(status=ToolCall.Status.RUNNING)
    if scene_session_id is not None:
        running = running.filter(scene_session=scene_session_id)
    return list(running.order_by("started_at")[:MAX_LISTED])


def call_cancel(call_id: UUID) -> None:
    """Cancel a call: its client gets an error, and its row says `cancelled`.

    What it has committed stays. A call that is not in flight is left alone.
    """
    announce_to_workers({"type": "call.cancel", "call_id": call_id.hex})
