"""The channel groups, and sending events to them.

A sender waits 1 s at most and goes on if the layer is away: browsers and workers poll the database
before long.
"""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from sessions_app.errors import BETWEEN_PROCESSES, StoreUnavailableError
from sessions_app.wire.channel_layers import LocalChannelLayer

logger = logging.getLogger(__name__)

SEND_WITHIN_SECONDS = 1.0
# The group of all workers' channels.
WORKERS_GROUP = "workers"

Event = dict[str, Any]

# The event of a notice for all browsers; it holds the `frame`.
NOTICE = "notice"


def scene_group(scene_session_id: int) -> str:
    """Return the group of a scene's browsers and of the workers that watch it."""
    return f"scene.{scene_session_id}"


async def tell_scene(scene_session_id: int, event: Event) -> None:
    """Send an event to a scene's group, on every worker."""
    await _send(get_channel_layer().group_send(scene_group(scene_session_id), event), event)


async def enter_scene(scene_session_id: int, channel_name: str) -> None:
    """Add a connection to a scene's group.

    Raises:
        StoreUnavailableError: the layer is away.
    """
    try:
        async with asyncio.timeout(SEND_WITHIN_SECONDS):
            await get_channel_layer().group_add(scene_group(scene_session_id), channel_name)
    except (RedisError, TimeoutError) as error:
        raise StoreUnavailableError(BETWEEN_PROCESSES) from error


async def leave_scene(scene_session_id: int, channel_name: str) -> None:
    """Remove a closing connection from a scene's group."""
    leaving = get_channel_layer().group_discard(scene_group(scene_session_id), channel_name)
    await _send(leaving, {"type": "leaving"})


async def tell_workers(event: Event) -> None:
    """Send an event to every worker, this one included."""
    await _send(get_channel_layer().group_send(WORKERS_GROUP, event), event)


async def tell_channel(channel_name: str, event: Event) -> None:
    """Send an event to one browser's connection, or to one worker."""
    await _send(get_channel_layer().send(channel_name, event), event)


async def _send(sending: Awaitable[None], event: Event) -> None:
    try:
        async with _bound():
            await sending
    except Exception:
        logger.exception("an event was not sent", extra={"kind": event["type"]})


def _bound() -> AbstractAsyncContextManager[Any]:
    """Bound the wait for the layer. Inside one process nothing waits, so no timer is set."""
    if isinstance(get_channel_layer(), LocalChannelLayer):
        return nullcontext()
    return asyncio.timeout(SEND_WITHIN_SECONDS)
