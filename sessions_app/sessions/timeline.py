"""Records and reads the timeline of a scene session."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from sessions_app import clock
from sessions_app.models import SceneRevision, SceneSessionEvent, ToolCall
from sessions_app.revisions.reads import edits_of
from sessions_app.storage.statements import Insert
from sessions_app.storage.texts import storable

logger = logging.getLogger(__name__)

MAX_REASON_LENGTH = 200
_insert_events = Insert(SceneSessionEvent, "scene_session", "kind", "at", "reason", "user")
# The kinds that are logged here; the others are logged where they happen, with more detail.
_LOGGED = {
    SceneSessionEvent.Kind.MADE: "scene session made",
    SceneSessionEvent.Kind.WOKE: "scene session woken",
    SceneSessionEvent.Kind.DISCONNECTED: "browsers sent away",
    SceneSessionEvent.Kind.KEY_REPLACED: "edit key replaced",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline: an event, a tool call, or a person's edit that is still kept.

    `kind` is one of `SceneSessionEvent.Kind`, "called", or "edited". Of a call `what` is the tool,
    `status` how it ended, and `reason` why it was refused or failed; of an edit `what` is the
    operation and `reason` what it did; of an event `what` and `status` are empty.
    """

    at: datetime
    kind: str
    reason: str
    user_id: int | None
    what: str = ""
    status: str = ""
    revision: int | None = None
    duration_ms: float | None = None


def event_record(
    scene_session_id: int,
    kind: SceneSessionEvent.Kind,
    *,
    reason: str = "",
    user_id: int | None = None,
) -> None:
    """Add an event to a session's timeline, in the transaction of the event itself.

    Args:
        scene_session_id: the internal id.
        kind: the kind of event.
        reason: the reason shown to people; cut to 200 characters.
        user_id: the acting user, if known.
    """
    events_record([scene_session_id], kind, reason=reason, user_id=user_id)
    if kind in _LOGGED:
        fields = {"scene": scene_session_id} | ({"principal": user_id} if user_id else {})
        transaction.on_commit(partial(logger.info, _LOGGED[kind], extra=fields))


def events_record(
    scene_session_ids: Iterable[int],
    kind: SceneSessionEvent.Kind,
    *,
    reason: str = "",
    user_id: int | None = None,
) -> None:
    """Add the same event to the timelines of many sessions at once."""
    at, reason = clock.now(), storable(reason, MAX_REASON_LENGTH)
    same = {"kind": kind, "at": at, "reason": reason, "user": user_id}
    _insert_events.run(
        *({"scene_session": scene_session_id} | same for scene_session_id in scene_session_ids)
    )


def timeline(scene_session_id: int, limit: int) -> list[Moment]:
    """Return the latest `limit` events, calls and edits of a session, the newest first."""
    moments = [_happened(event) for event in _events(scene_session_id)[:limit]]
    moments += [_called(call) for call in _calls(scene_session_id)[:limit]]
    moments += [_edited(edit) for edit in edits_of(scene_session_id)[:limit]]
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


def _edited(edit: SceneRevision) -> Moment:
    cause = json.loads(edit.cause)
    return Moment(
        edit.created_at, "edited", cause["summary"], None, cause["tool"], revision=edit.revision
    )
