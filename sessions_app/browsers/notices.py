"""Sends notices of staff to the pages of one scene session or of all."""

from enum import StrEnum

from django.db import transaction

from sessions_app import clock
from sessions_app.models import Pairing, SceneSession, SceneSessionEvent
from sessions_app.sessions.timeline import events_record
from sessions_app.wire import scene_messages
from sessions_app.wire.events import NOTICE
from sessions_app.wire.outbox import announce_to_scene, announce_to_workers

MAX_NOTICE_LENGTH = 200


class Level(StrEnum):
    """How a page shows a notice: `info` disappears by itself, `warning` stays until dismissed."""

    INFO = "info"
    WARNING = "warning"


@transaction.atomic
def notice_send(
    message: str,
    level: Level,
    *,
    scene_session_id: int | None = None,
    user_id: int | None = None,
) -> int:
    """Show a notice in the browsers of one scene session or of all; return how many are connected.

    No scene changes. A browser that is just reconnecting misses it. The notice is added to the
    timeline of each session with a connected browser.

    Args:
        message: plain text, 1 to 200 characters.
        level: how it is shown.
        scene_session_id: the internal id; None for all browsers on all workers.
        user_id: the sender.

    Raises:
        ValueError: the message is empty or too long.
    """
    message = message.strip()
    if not 0 < len(message) <= MAX_NOTICE_LENGTH:
        raise ValueError(f"A notice has 1 to {MAX_NOTICE_LENGTH} characters; this one has"
                         f" {len(message)}.")  # fmt: skip
    live = Pairing.objects.filter(lease_until__gt=clock.now())
    if scene_session_id is not None:
        live = live.filter(scene_session=scene_session_id)
    connected_to = list(live.order_by().values_list("scene_session", flat=True))
    shown_in = set(connected_to)
    if scene_session_id is not None:  # even without a connected browser
        shown_in |= set(
            SceneSession.objects.filter(pk=scene_session_id).values_list("pk", flat=True)
        )
    events_record(sorted(shown_in), SceneSessionEvent.Kind.NOTICE, reason=message, user_id=user_id)
    frame = scene_messages.notice(message, level)
    if scene_session_id is None:
        announce_to_workers({"type": NOTICE, "frame": frame})
    else:
        announce_to_scene(scene_session_id, {"type": "scene.frame", "frame": frame})
    return len(connected_to)
