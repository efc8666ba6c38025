"""What the staff tell people: a notice in the pages of one scene session, or of all."""

import logging
from enum import StrEnum

from channels.layers import get_channel_layer

from sessions_app import protocol
from sessions_app.groups import scene_group
from sessions_app.services.notices import notice_record
from sessions_app.storage import database
from sessions_app.workers.leases import NOTICE
from sessions_app.workers.worker_channel import tell_workers

logger = logging.getLogger(__name__)

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
    browsers = await database.run(
        notice_record, message, scene_session_id=scene_session_id, user_id=user_id
    )
    frame = protocol.notice(message, level)
    if scene_session_id is None:
        await tell_workers({"type": NOTICE, "frame": frame})
    else:
        await _tell_scene(scene_session_id, frame)
    return browsers


async def _tell_scene(scene_session_id: int, frame: str) -> None:
    event = {"type": "scene.frame", "frame": frame}
    try:
        await get_channel_layer().group_send(scene_group(scene_session_id), event)
    except Exception:
        logger.exception("a notice was not sent", extra={"scene": scene_session_id})
