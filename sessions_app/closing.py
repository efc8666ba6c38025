"""Closes a scene session, sends its browsers away, or replaces its link, on every worker.

A browser that misses the message learns of it when it comes back.
"""

import logging
from typing import Any
from uuid import UUID

from sessions_app.errors import SceneSessionClosedError
from sessions_app.groups import tell_scene
from sessions_app.models import SceneSession
from sessions_app.selectors.closings import closed_error
from sessions_app.services.closing import (
    browsers_disconnect,
    edit_key_replace,
    scene_session_close,
)
from sessions_app.storage import database, scene_work

logger = logging.getLogger(__name__)


async def close(
    scene_session_id: int,
    *,
    closed_by: SceneSession.Closer,
    because: str,
    user_id: int | None = None,
    protocol_session: str | None = None,
) -> bool:
    """Close a session for good, and tell its browsers why.

    Args:
        scene_session_id: the internal id.
        closed_by: who asked for it.
        because: why, as people and models are told: a sentence of at most 200 characters.
        user_id: who asked for it, where that is known.
        protocol_session: the key of the protocol session that asked; it is unbound.

    Returns:
        Whether it was open or asleep before; one that was closed keeps its time and reason.
    """
    closed = await scene_work.run(
        _line(scene_session_id),
        scene_session_close,
        scene_session_id,
        closed_by=closed_by,
        because=because,
        user_id=user_id,
        protocol_session=protocol_session,
    )
    if closed:
        fields = {"scene": scene_session_id, "by": closed_by.value}
        logger.info("scene session closed", extra=fields)
        await tell_closed(scene_session_id, await database.run(closed_error, scene_session_id))
    return closed


async def tell_closed(scene_session_id: int, error: SceneSessionClosedError) -> None:
    """Have every worker end the sockets of a session that was closed, with the reason."""
    await _tell(scene_session_id, {"type": "scene.closed", "message": error.told})


async def disconnect_browsers(scene_session_id: int, *, user_id: int | None = None) -> bool:
    """Send a session's browsers away; each comes back when its person reloads the page.

    Args:
        scene_session_id: the internal id.
        user_id: who asked for it, where that is known.

    Returns:
        Whether there is such a session that is not closed.
    """
    line = _line(scene_session_id)
    found = await scene_work.run(line, browsers_disconnect, scene_session_id, user_id=user_id)
    if found:
        logger.info("browsers sent away", extra={"scene": scene_session_id})
        await _tell(scene_session_id, {"type": "browsers.disconnected"})
    return found


async def replace_key(
    scene_session_id: int, *, user_id: int | None = None, edit_key: UUID | None = None
) -> UUID | None:
    """Give a session a new edit key: old links stop working, and their browsers are sent away.

    Clients that are bound to the session go on; those that pass the old key do not.

    Args:
        scene_session_id: the internal id.
        user_id: who asked for it, where that is known.
        edit_key: what gave them the right to ask, where that was the edit key.

    Returns:
        The new key, or None where there is no such session that is not closed.
    """
    replaced = await scene_work.run(
        _line(scene_session_id),
        edit_key_replace,
        scene_session_id,
        user_id=user_id,
        edit_key=edit_key,
    )
    if replaced is None:
        return None
    old_key, new_key = replaced
    logger.info("edit key replaced", extra={"scene": scene_session_id})
    # The old key opens nothing any more; it tells the sockets that came with it from the others.
    await _tell(scene_session_id, {"type": "link.replaced", "edit_key": str(old_key)})
    return new_key


def _line(scene_session_id: int) -> str:
    return f"scene {scene_session_id}"


async def _tell(scene_session_id: int, event: dict[str, Any]) -> None:
    await tell_scene(scene_session_id, {**event, "scene_session_id": scene_session_id})
