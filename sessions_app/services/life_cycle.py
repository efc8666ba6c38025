"""Wakes scene sessions."""

from sessions_app.models import SceneSession, SceneSessionEvent
from sessions_app.services.timeline import event_record


def scene_session_wake(scene_session: SceneSession, *, reason: str) -> None:
    """Open a locked session that sleeps; runs in the transaction of the call or browser."""
    if scene_session.state == SceneSession.State.IDLE:
        scene_session.state = SceneSession.State.OPEN
        scene_session.save(update_fields=["state"])
        event_record(scene_session.pk, SceneSessionEvent.Kind.WOKE, reason=reason)
