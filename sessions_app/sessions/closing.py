"""Closes scene sessions, sends their browsers away, and replaces their links."""

import logging
import uuid
from functools import partial
from uuid import UUID

from django.db import transaction

from sessions_app import clock
from sessions_app.errors import SceneSessionClosedError
from sessions_app.models import (
    Binding,
    Invitation,
    JoinCode,
    SceneSession,
    SceneSessionEvent,
    Subscription,
)
from sessions_app.sessions.timeline import MAX_REASON_LENGTH, event_record, events_record
from sessions_app.storage import locks
from sessions_app.storage.texts import storable
from sessions_app.wire.outbox import announce_to_scene

logger = logging.getLogger(__name__)


@transaction.atomic
def scene_session_close(
    scene_session_id: int,
    *,
    closed_by: SceneSession.Closer,
    because: str,
    user_id: int | None = None,
    protocol_session: str | None = None,
) -> bool:
    """Close a session for good; its browsers are told why and sent away.

    Args:
        scene_session_id: the internal id.
        closed_by: who asked for it.
        because: why, as people and models are told: a sentence of at most 200 characters.
        user_id: who asked for it, where that is known.
        protocol_session: the key of the protocol session that asked; it is unbound.

    Returns:
        Whether it was open or asleep before; one that was closed keeps its time and reason.
    """
    because = storable(because, MAX_REASON_LENGTH)
    closed = _lock_living(scene_session_id) is not None
    if closed:
        _close([scene_session_id], closed_by=closed_by, because=because, user_id=user_id)
        fields = {"scene": scene_session_id, "by": closed_by.value}
        transaction.on_commit(partial(logger.info, "scene session closed", extra=fields))
    if protocol_session is not None:
        bound = Binding.objects.filter(scene_session=scene_session_id)
        bound.filter(protocol_session=protocol_session).delete()
    return closed


def scene_sessions_close(scene_session_ids: list[int], *, because: str) -> None:
    """Close these locked sessions, which are not closed, as the clean-up does."""
    _close(scene_session_ids, closed_by=SceneSession.Closer.CLEANUP, because=because)


def _close(
    scene_session_ids: list[int],
    *,
    closed_by: SceneSession.Closer,
    because: str,
    user_id: int | None = None,
) -> None:
    now = clock.now()
    SceneSession.objects.filter(pk__in=scene_session_ids).update(
        state=SceneSession.State.CLOSED, closed_at=now, closed_by=closed_by, closed_because=because
    )
    kind, reason = SceneSessionEvent.Kind.CLOSED, f"{closed_by.label}: {because}"
    events_record(scene_session_ids, kind, reason=reason, user_id=user_id)
    told = SceneSessionClosedError(now, closed_by, because).told
    for scene_session_id in scene_session_ids:
        announce_to_scene(scene_session_id, {"type": "scene.closed", "message": told})


def closed_binding_drop(protocol_session: str) -> None:
    """Forget which session a protocol session steers, where that one is closed.

    Its client has been told: the next call begins anew.
    """
    Binding.objects.filter(
        protocol_session=protocol_session,
        ended_at=None,
        scene_session__state=SceneSession.State.CLOSED,
    ).delete()


@transaction.atomic
def browsers_disconnect(scene_session_id: int, *, user_id: int | None = None) -> bool:
    """Send a session's browsers away; each comes back when its person reloads the page.

    Args:
        scene_session_id: the internal id.
        user_id: who asked for it, where that is known.

    Returns:
        Whether there is such a session that is not closed.
    """
    if not _lock_living(scene_session_id):
        return False
    kind, reason = SceneSessionEvent.Kind.DISCONNECTED, "Staff sent the browsers away."
    event_record(scene_session_id, kind, reason=reason, user_id=user_id)
    announce_to_scene(scene_session_id, {"type": "browsers.disconnected"})
    return True


@transaction.atomic
def edit_key_replace(
    scene_session_id: int, *, user_id: int | None = None, edit_key: UUID | None = None
) -> UUID | None:
    """Give a session a new edit key: old links stop working, and their browsers are sent away.

    Clients that are bound to the session go on; those that pass the old key do not. With the old
    key go what leads to the new one (open invitations and join codes) and what was asked for under
    the old one (subscriptions).

    Args:
        scene_session_id: the internal id.
        user_id: who asked for it, where that is known.
        edit_key: what gave them the right to ask, where that was the edit key. They must still hold
            it: of several at once, one is served.

    Returns:
        The new key, or None where there is no such session that is not closed.
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
    # The old key opens nothing any more; it tells the sockets that came with it from the others.
    announce_to_scene(scene_session_id, {"type": "link.replaced", "edit_key": str(old_key)})
    return scene_session.edit_key


def _lock_living(scene_session_id: int) -> SceneSession | None:
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED)
    locked = living.select_for_update(no_key=True, nowait=not locks.may_wait())
    return locked.filter(pk=scene_session_id).first()


def closed_error(scene_session_id: int, *, path_key: UUID | None = None) -> SceneSessionClosedError:
    """What whoever asks for this closed session is told; it may be deleted by now.

    Args:
        scene_session_id: its internal id.
        path_key: the edit key in the address that a client is connected to.
    """
    found = SceneSession.objects.filter(pk=scene_session_id, closed_at__isnull=False)
    row = found.order_by().values_list("closed_at", "closed_by", "closed_because").first()
    return SceneSessionClosedError(*(row or ()), path_key=path_key)
