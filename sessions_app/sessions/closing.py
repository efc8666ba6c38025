"""Closes scene sessions, disconnects their browsers and replaces their links."""

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
    PairingCode,
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
    """Close a session for good; show its browsers why and disconnect them.

    Args:
        scene_session_id: the internal id.
        closed_by: the kind of requester.
        because: the reason shown to people and models: a sentence of at most 200 characters.
        user_id: the requesting user, if known.
        protocol_session: the key of the requesting protocol session, which is unbound.

    Returns:
        Whether it was open or idle before; a closed session keeps its time and reason.
    """
    because = storable(because, MAX_REASON_LENGTH)
    closed = lock_living(scene_session_id) is not None
    if closed:
        _close([scene_session_id], closed_by=closed_by, because=because, user_id=user_id)
        fields = {"scene": scene_session_id, "by": closed_by.value}
        transaction.on_commit(partial(logger.info, "scene session closed", extra=fields))
    if protocol_session is not None:
        bound = Binding.objects.filter(scene_session=scene_session_id)
        bound.filter(protocol_session=protocol_session).delete()
    return closed


def scene_sessions_close(scene_session_ids: list[int], *, because: str) -> None:
    """Close these locked, living sessions for the clean-up."""
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
    message = SceneSessionClosedError(now, closed_by, because).page_text
    for scene_session_id in scene_session_ids:
        announce_to_scene(scene_session_id, {"type": "scene.closed", "message": message})


def closed_binding_drop(protocol_session: str) -> None:
    """Delete the binding of a protocol session to a closed session.

    Its client knows by now, so the next call starts afresh.
    """
    Binding.objects.filter(
        protocol_session=protocol_session,
        ended_at=None,
        scene_session__state=SceneSession.State.CLOSED,
    ).delete()


@transaction.atomic
def browsers_disconnect(scene_session_id: int, *, user_id: int | None = None) -> bool:
    """Disconnect a session's browsers; each reconnects when its page is reloaded.

    Args:
        scene_session_id: the internal id.
        user_id: the requesting user, if known.

    Returns:
        Whether the session exists and is not closed.
    """
    if not lock_living(scene_session_id):
        return False
    kind, reason = SceneSessionEvent.Kind.DISCONNECTED, "Staff sent the browsers away."
    event_record(scene_session_id, kind, reason=reason, user_id=user_id)
    announce_to_scene(scene_session_id, {"type": "browsers.disconnected"})
    return True


@transaction.atomic
def edit_key_replace(
    scene_session_id: int, *, user_id: int | None = None, edit_key: UUID | None = None
) -> UUID | None:
    """Replace a session's edit key: old links stop working, and their browsers are disconnected.

    Clients bound to the session go on; clients that pass the old key do not. Open invitations, join
    codes and pairing codes, which lead to the new key, and subscriptions made under the old one are
    deleted. Shares stay: they do not lead to the key, and are revoked one by one.

    Args:
        scene_session_id: the internal id.
        user_id: the requesting user, if known.
        edit_key: the key that authorized the request, if one did. It must still be current, so of
            concurrent requests only one succeeds.

    Returns:
        The new key, or None if the session does not exist or is closed.
    """
    scene_session = lock_living(scene_session_id)
    if scene_session is None or edit_key not in (None, scene_session.edit_key):
        return None
    old_key, scene_session.edit_key = scene_session.edit_key, uuid.uuid4()
    scene_session.save(update_fields=["edit_key"])
    Invitation.objects.filter(scene_session=scene_session_id).delete()
    JoinCode.objects.filter(scene_session=scene_session_id).delete()
    PairingCode.objects.filter(scene_session=scene_session_id).delete()
    Subscription.objects.filter(scene_session=scene_session_id).delete()
    event_record(scene_session_id, SceneSessionEvent.Kind.KEY_REPLACED, user_id=user_id)
    # The old key is useless by now; it identifies the sockets to disconnect.
    announce_to_scene(scene_session_id, {"type": "link.replaced", "edit_key": str(old_key)})
    return scene_session.edit_key


def lock_living(scene_session_id: int) -> SceneSession | None:
    """Lock a session that is not closed, or return None."""
    living = SceneSession.objects.exclude(state=SceneSession.State.CLOSED)
    locked = living.select_for_update(no_key=True, nowait=not locks.may_wait())
    return locked.filter(pk=scene_session_id).first()


def closed_error(scene_session_id: int, *, path_key: UUID | None = None) -> SceneSessionClosedError:
    """Return the error for a request to this closed session, which may be deleted by now.

    Args:
        scene_session_id: the internal id.
        path_key: the edit key in the URL that the client is connected to.
    """
    found = SceneSession.objects.filter(pk=scene_session_id, closed_at__isnull=False)
    row = found.order_by().values_list("closed_at", "closed_by", "closed_because").first()
    return SceneSessionClosedError(*(row or ()), path_key=path_key)
