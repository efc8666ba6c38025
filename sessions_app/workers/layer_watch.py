"""Detects that the channel layer is down, and notifies this worker's pages.

The channel layer raises if it cannot send, but is silent if it cannot receive. So the worker
regularly sends itself a message.
"""

import asyncio
import logging

from channels.layers import get_channel_layer

from sessions_app.wire import scene_messages
from sessions_app.wire.channel_layers import LocalChannelLayer
from sessions_app.wire.events import Event
from sessions_app.workers.leases import LeaseKeeper
from sessions_app.workers.periodic import Periodic
from sessions_app.workers.worker_channel import WorkerChannel

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.0
ANSWER_WITHIN_SECONDS = 2.0
# A single reply may be late because the process is busy.
AWAY_AFTER_MISSES = 2
# While it is down, pages catch up from the database this often.
CATCH_UP_EVERY_SECONDS = 5.0

_SENT = "layer.heard"


class LayerWatch:
    """One per worker; a layer within the process needs no watching."""

    def __init__(self, channel: WorkerChannel, leases: LeaseKeeper) -> None:
        self._channel = channel
        self._leases = leases
        self._heard = asyncio.Event()
        self._misses = 0
        self._catch_up_at = 0.0  # by the loop's time
        self._looks = Periodic(
            self._watch, LOOK_EVERY_SECONDS, "the channel layer cannot be watched"
        )
        self.is_away = False
        channel.on(_SENT, self._hear)

    def start(self) -> None:
        if not isinstance(get_channel_layer(), LocalChannelLayer):
            self._looks.start()

    async def stop(self) -> None:
        await self._looks.stop()

    def _hear(self, _: Event) -> None:
        self._heard.set()

    async def _watch(self) -> None:
        was_away = self.is_away
        await self._look()
        if self.is_away != was_away:
            self._leases.tell_all({"frame": scene_messages.delivery(late=self.is_away)})
        now = asyncio.get_running_loop().time()
        if was_away and (not self.is_away or now >= self._catch_up_at):
            self._catch_up_at = now + CATCH_UP_EVERY_SECONDS
            await self._catch_up()

    async def _look(self) -> None:
        """Check the layer; log each change once."""
        self._heard.clear()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
                await get_channel_layer().send(self._channel.name, {"type": _SENT})
                await self._heard.wait()
            self._misses = 0
        except TimeoutError:
            self._misses += 1
        except Exception:
            self._misses = AWAY_AFTER_MISSES
            if not self.is_away:
                logger.warning("the channel layer cannot be reached", exc_info=True)
        is_away = self._misses >= AWAY_AFTER_MISSES
        if is_away != self.is_away:
            self.is_away = is_away
            text = (
                "the channel layer is down: pages catch up by heartbeats"
                if is_away
                else "the channel layer is back"
            )
            logger.warning(text)

    async def _catch_up(self) -> None:
        """Send each page the stored revision, so that it fetches what it lacks."""
        try:
            await self._leases.renew()
        except Exception:
            logger.exception("leases cannot be renewed yet")
