"""A channel layer that loses messages, as the real ones do now and then."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from channels.layers import get_channel_layer

from sessions_app.wire.channel_layers import LocalChannelLayer
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

DROP_EVERY = 20
DROPPED = "a change of a scene was lost"


class DroppingLayer(LocalChannelLayer):
    """Drops every 20th change that is sent to a group."""

    def __init__(self) -> None:
        super().__init__()
        self._changes = 0

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if message["type"] == "scene.patched":
            self._changes += 1
            if self._changes % DROP_EVERY == 0:
                logger.info(DROPPED)  # warnings are not written each time
                return
        await super().group_send(group, message)


@asynccontextmanager
async def losing_changes() -> AsyncIterator[None]:
    """Lose every change that is announced in the block, which this process's layer would send."""
    layer: Any = get_channel_layer()
    send = layer.group_send

    async def lose(group: str, message: dict[str, Any]) -> None:
        if message["type"] != "scene.patched":
            await send(group, message)

    layer.group_send = lose
    try:
        yield
        await (await worker.current()).outbox.sent()
    finally:
        del layer.group_send
