"""What the staff tell people: a notice in the pages of one scene session, or of all."""

from enum import StrEnum

from sessions_app import protocol
from sessions_app.groups import tell_scene, tell_workers
from sessions_app.services.notices import notice_record
from sessions_app.storage import scene_work
from sessions_app.workers.leases import NOTICE

MAX_NOTICE_LENGTH = 200


class Level(StrEnum):
    """How a page shows a notice: `info` passes by itself, `warning` stays until dismissed."""

    INFO = "info"
    WARNING = "warning"


async def send_notice(
    message: str,
    level: Level,
    *,
    scene_session_id: int | None = None,
    user_id: int | None = None,
) -> int:
    """Show a notice in the browsers of one scene session, or of all; return how many are connected.

    No scene changes. A browser that is reconnecting at this moment does not get it. The timeline of
    each session that has a browser connected keeps it.

    Args:
        message: plain text, 1 to 200 characters.
        level: how it is shown.
        scene_session_id: the internal id; None for all browsers on all workers.
        user_id: who sends it.

    Raises:
        ValueError: the message is empty or too long.
    """
    message = message.strip()
    if not 0 < len(message) <= MAX_NOTICE_LENGTH:
        raise ValueError(f"A notice has 1 to {MAX_NOTICE_LENGTH} characters; this one has"
                         f" {len(message)}.")  # fmt: skip
    browsers = await scene_work.run_patiently(
        notice_record, message, scene_session_id=scene_session_id, user_id=user_id
    )
    frame = protocol.notice(message, level)
    if scene_session_id is None:
        await tell_workers({"type": NOTICE, "frame": frame})
    else:
        await tell_scene(scene_session_id, {"type": "scene.frame", "frame": frame})
    return browsers
