"""Writes which notices the staff sent."""

from django.db import transaction

from sessions_app import clock
from sessions_app.models import Pairing, SceneSession, SceneSessionEvent
from sessions_app.services.timeline import events_record


@transaction.atomic
def notice_record(message: str, *, scene_session_id: int | None, user_id: int | None) -> int:
    """Add a notice to the timelines of those who see it; return how many browsers are connected.

    Without a scene session it is for all browsers, and stands in the timeline of each session that
    has one connected.
    """
    live = Pairing.objects.filter(lease_until__gt=clock.now())
    if scene_session_id is not None:
        live = live.filter(scene_session=scene_session_id)
    looked_at = list(live.order_by().values_list("scene_session", flat=True))
    seen_in = set(looked_at)
    if scene_session_id is not None:  # also where nobody looks
        seen_in |= set(
            SceneSession.objects.filter(pk=scene_session_id).values_list("pk", flat=True)
        )
    events_record(sorted(seen_in), SceneSessionEvent.Kind.NOTICE, reason=message, user_id=user_id)
    return len(looked_at)
