"""Reads what happened in the life of a scene session."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from sessions_app.models import SceneSessionEvent, ToolCall


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline: an event, or a tool call.

    `kind` is one of `SceneSessionEvent.Kind`, or "called". Of a call `what` is the tool, `status`
    how it ended, and `reason` why it was refused or failed; of an event `what` and `status` are
    empty.
    """

    at: datetime
    kind: str
    reason: str
    user_id: int | None
    what: str = ""
    status: str = ""
    revision: int | None = None
    duration_ms: float | None = None


def timeline(scene_session_id: int, limit: int) -> list[Moment]:
    """The newest `limit` events and calls of a session, the newest first."""
    moments = [_happened(event) for event in _events(scene_session_id)[:limit]]
    moments += [_called(call) for call in _calls(scene_session_id)[:limit]]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)[:limit]


def _events(scene_session_id: int) -> QuerySet[SceneSessionEvent]:
    return SceneSessionEvent.objects.filter(scene_session=scene_session_id).order_by("-pk")


def _calls(scene_session_id: int) -> QuerySet[ToolCall]:
    return ToolCall.objects.filter(scene_session=scene_session_id).order_by("-started_at")


def _happened(event: SceneSessionEvent) -> Moment:
    return Moment(event.at, event.kind, event.reason, event.user_id)


def _called(call: ToolCall) -> Moment:
    return Moment(
        call.started_at,
        "called",
        call.error_message,
        call.user_id,
        what=call.tool,
        status=call.status,
        revision=call.revision,
        duration_ms=call.duration_ms,
    )
