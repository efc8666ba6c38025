"""Closes a scene session, and sends the browsers that look at it away."""

import logging

from channels.layers import get_channel_layer

from sessions_app import database
from sessions_app.groups import scene_group
from sessions_app.models import SceneSession
from sessions_app.services.scene_sessions import scene_session_close

logger = logging.getLogger(__name__)


async def close(
    scene_session_id: int, *, closed_by: SceneSession.Closer, protocol_session: str | None = None
) -> None:
    """Close a session for good; a browser that misses the message learns of it when it returns.

    Args:
        scene_session_id: the internal id.
        closed_by: who asked for it.
        protocol_session: the key of the protocol session that asked; it is unbound.
    """
    await database.run(
        scene_session_close,
        scene_session_id,
        closed_by=closed_by,
        protocol_session=protocol_session,
    )
    logger.info("scene session closed", extra={"scene": scene_session_id, "by": closed_by.value})
    try:
        event = {"type": "scene.closed", "scene_session_id": scene_session_id}
        await get_channel_layer().group_send(scene_group(scene_session_id), event)
    except Exception:
        logger.exception("browsers were not told of the closing", extra={"scene": scene_session_id})
