"""The channel groups, and how those in them are told something.

Whoever tells waits 1 s at the most, and goes on where the layer is away: browsers and workers look
into the database by themselves before long.
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

# What a worker hears when there is a notice for all browsers; the event holds its `frame`.
NOTICE = "notice"


def scene_group(scene_session_id: int) -> str:
    """The group of all who hear of the scene's changes: its browsers, and workers that watch it."""
    return f"scene.{scene_session_id}"


async def tell_scene(scene_session_id: int, event: Event) -> None:
    """Send an event to all who hear of a scene, on every worker."""
    await _send(get_channel_layer().group_send(scene_group(scene_session_id), event), event)


async def enter_scene(scene_session_id: int, channel_name: str) -> None:
    """Have a connection hear of a scene from now on.

    Raises:
        StoreUnavailableError: the layer is away.
    """
    try:
        async with asyncio.timeout(SEND_WITHIN_SECONDS):
            await get_channel_layer().group_add(scene_group(scene_session_id), channel_name)
    except (RedisError, TimeoutError) as error:
        raise StoreUnavailableError(BETWEEN_PROCESSES) from error


async def leave_scene(scene_session_id: int, channel_name: str) -> None:
    """Have a connection hear of a scene no more, as it ends."""
    leaving = get_channel_layer().group_discard(scene_group(scene_session_id), channel_name)
    await _send(leaving, {"type": "leaving"})


async def tell_workers(event: Event) -> None:
    """Send an event to every worker, this one too."""
    await _send(get_channel_layer().group_send(WORKERS_GROUP, event), event)


async def tell_channel(channel_name: str, event: Event) -> None:
    """Send an event to one browser's connection, or to one worker."""
    await _send(get_channel_layer().send(channel_name, event), event)


async def _send(sending: Awaitable[None], event: Event) -> None:
    try:
        async with _bound():
            await sending
    except Exception:
        logger.exception("other connections were not told", extra={"kind": event["type"]})


def _bound() -> AbstractAsyncContextManager[Any]:
    """Bound the wait for the layer; inside one process nothing waits, and a timer costs more."""
    if isinstance(get_channel_layer(), LocalChannelLayer):
        return nullcontext()
    return asyncio.timeout(SEND_WITHIN_SECONDS)
