"""Writes what happens in the life of a scene session."""

import logging
from collections.abc import Iterable
from functools import partial

from django.db import transaction

from sessions_app import clock
from sessions_app.models import SceneSessionEvent
from sessions_app.services.storing import storable
from sessions_app.storage.statements import Insert

logger = logging.getLogger(__name__)

MAX_REASON_LENGTH = 200
_insert_events = Insert(SceneSessionEvent, "scene_session", "kind", "at", "reason", "user")
# Told in the log here, because it happens within calls and registrations; of the rest, whoever
# carries it out tells.
_TOLD = {
    SceneSessionEvent.Kind.MADE: "scene session made",
    SceneSessionEvent.Kind.WOKE: "scene session woken",
}


def event_record(
    scene_session_id: int,
    kind: SceneSessionEvent.Kind,
    *,
    reason: str = "",
    user_id: int | None = None,
) -> None:
    """Add to a session's timeline; runs in the transaction of what happened.

    Args:
        scene_session_id: the internal id.
        kind: what happened.
        reason: why, as a person is told; cut to 200 characters.
        user_id: who did it, where that is known.
    """
    events_record([scene_session_id], kind, reason=reason, user_id=user_id)
    if kind in _TOLD:
        fields = {"scene": scene_session_id} | ({"principal": user_id} if user_id else {})
        transaction.on_commit(partial(logger.info, _TOLD[kind], extra=fields))


def events_record(
    scene_session_ids: Iterable[int],
    kind: SceneSessionEvent.Kind,
    *,
    reason: str = "",
    user_id: int | None = None,
) -> None:
    """Add the same to the timelines of many sessions, at once."""
    at, reason = clock.now(), storable(reason, MAX_REASON_LENGTH)
    same = {"kind": kind, "at": at, "reason": reason, "user": user_id}
    _insert_events.run(*({"scene_session": one} | same for one in scene_session_ids))
