"""The calls under way: staff's code lists and ends them, on whatever worker they run."""

from datetime import timedelta
from uuid import UUID

from sessions_app import clock
from sessions_app.models import ToolCall
from sessions_app.wire.outbox import announce_to_workers

MAX_LISTED = 500
# With a margin: of a table of a million calls, only these are looked at.
NO_CALL_LASTS = timedelta(minutes=5)


def active_calls(scene_session_id: int | None = None) -> list[ToolCall]:
    """The calls under way of one scene session, or of all, the oldest first; at most 500.

    How a call ended is written up to 250 ms later: until then it is listed. What began longer ago
    than any call lasts was lost with its worker, and is not.
    """
    recent = ToolCall.objects.filter(started_at__gt=clock.now() - NO_CALL_LASTS)
    running = recent.filter(status=ToolCall.Status.RUNNING)
    if scene_session_id is not None:
        running = running.filter(scene_session=scene_session_id)
    return list(running.order_by("started_at")[:MAX_LISTED])


def call_cancel(call_id: UUID) -> None:
    """End a call: its client is told so, and its row says `cancelled`.

    What it has committed stays. A call that is not under way is left as it is.
    """
    announce_to_workers({"type": "call.cancel", "call_id": call_id.hex})
