"""Closes scene sessions, sends their browsers away, and replaces their links."""

import uuid
from uuid import UUID

from django.db import transaction

from sessions_app import clock
from sessions_app.models import (
    Binding,
    Invitation,
    JoinCode,
    SceneSession,
    SceneSessionEvent,
    Subscription,
)
from sessions_app.services.storing import storable
from sessions_app.services.timeline import MAX_REASON_LENGTH, event_record, events_record
from sessions_app.storage import locks


@transaction.atomic
def scene_session_close(
    scene_session_id: int,
    *,
    closed_by: SceneSession.Closer,
    because: str,
    user_id: int | None = None,
    protocol_session: str | None = None,
) -> bool:
    """Close a session for good; the protocol session that asked for it steers none from now on.

    Returns:
        Whether it was not closed before.
    """
    because = storable(because, MAX_REASON_LENGTH)
    closed = _lock_living(scene_session_id) is not None
    if closed:
        SceneSession.objects.filter(pk=scene_session_id).update(
            state=SceneSession.State.CLOSED,
            closed_at=clock.now(),
            closed_by=closed_by,
            closed_because=because,
        )
        kind, reason = SceneSessionEvent.Kind.CLOSED, f"{closed_by.label}: {because}"
        event_record(scene_session_id, kind, reason=reason, user_id=user_id)
    if protocol_session is not None:
        bound = Binding.objects.filter(scene_session=scene_session_id)
        bound.filter(protocol_session=protocol_session).delete()
    return closed


def scene_sessions_close(scene_session_ids: list[int], *, because: str) -> None:
    """Close these locked sessions, which are not closed, as the clean-up does."""
    by, now = SceneSession.Closer.CLEANUP, clock.now()
    SceneSession.objects.filter(pk__in=scene_session_ids).update(
        state=SceneSession.State.CLOSED, closed_at=now, closed_by=by, closed_because=because
    )
    kind, reason = SceneSessionEvent.Kind.CLOSED, f"{by.label}: {because}"
    events_record(scene_session_ids, kind, reason=reason)


def closed_binding_drop(protocol_session: str) -> None:
    """Forget which session a protocol session steers, where that one is closed.

    Its client has been told: the next call begins anew.
    """
    Binding.objects.filter(
        protocol_session=protocol_session,
        ended_at=None,
        scene_session__state=SceneSession.State.CLOSED,
    ).delete()


def browsers_disconnect(scene_session_id: int, *, user_id: int | None) -> bool:
    """Record that staff sends a session's browsers away; False where there is no such session."""
    with transaction.atomic():
        if not _lock_living(scene_session_id):
            return False
        kind, reason = SceneSessionEvent.Kind.DISCONNECTED, "Staff sent the browsers away."
        event_record(scene_session_id, kind, reason=reason, user_id=user_id)
        return True


@transaction.atomic
def edit_key_replace(
    scene_session_id: int, *, user_id: int | None, edit_key: UUID | None = None
) -> tuple[UUID, UUID] | None:
    """Give a session that is not closed a new edit key; clients that are bound to it go on.

    Whoever asks by holding `edit_key` must still hold it: of several at once, one is served.

    With the old key go what leads to the new one (open invitations and join codes) and what was
    asked for under the old one (subscriptions).

    Returns:
        The old key and the new one, or None where there is no such session.
    """
    scene_session = _lock_living(scene_session_id)
    if scene_session is None or edit_key not in (None, scene_session.edit_key):
        return None
    old_key, scene_session.edit_key = scene_session.edit_key, uuid.uuid4()
    scene_session.save(update_fields=["edit_key"])
    Invitation.objects.filter(scene_session=scene_session_id).delete()
    JoinCode.objects.filter(scene_session=scene_session_id).delete()
    Subscription.objects.filter(scene_session=scene_session_id).delete()
    event_record(scene_session_id, SceneSessionEvent.Kind.KEY_REPLACED, user_id=user_id)
    return old_key, scene_session.edit_key


def _lock_living(scene_session_id: int) -> SceneSession | None:
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED)
    locked = living.select_for_update(no_key=True, nowait=not locks.may_wait())
    return locked.filter(pk=scene_session_id).first()
