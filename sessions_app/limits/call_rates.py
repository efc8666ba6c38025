"""The limits of tool calls in one event loop: per client and per scene."""

import asyncio
import logging
from collections import Counter
from enum import StrEnum

from django.conf import settings

from sessions_app.limits.rate_sharing import RateSharing
from sessions_app.limits.rates import Buckets, Rate, RateLimitedError

logger = logging.getLogger(__name__)

TELL_EVERY_SECONDS = 10.0


class Limit(StrEnum):
    CLIENT = "client"
    SCENE = "scene"


_OF = {Limit.CLIENT: "from one client", Limit.SCENE: "to one scene"}


class CallRates:
    """Counts calls; shared with the other processes where there is Redis.

    Refusals are counted too and told in the log now and then: a flood must not fill it.
    """

    def __init__(self) -> None:
        self._rates: dict[Limit, Rate | None] = {
            Limit.CLIENT: settings.MCP_RATE_PER_CLIENT,
            Limit.SCENE: settings.MCP_RATE_PER_SCENE,
        }
        self._buckets = Buckets()
        self._sharing = (
            RateSharing(self._buckets, settings.REDIS_URL) if settings.REDIS_URL else None
        )
        self._refused: Counter[Limit] = Counter()
        self._telling: asyncio.TimerHandle | None = None

    def start(self) -> None:
        if self._sharing is not None:
            self._sharing.start()

    async def stop(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._tell()
        if self._sharing is not None:
            await self._sharing.stop()

    def count(self, limit: Limit, name: str) -> None:
        """Count a call of the client or the scene of this name.

        Raises:
            RateLimitedError: it is one too many.
        """
        rate = self._rates[limit]
        if rate is None:
            return
        refusal = self._buckets.take(f"{limit}:{name}", rate)
        if refusal is not None:
            self._note(limit)
            raise RateLimitedError(
                rate,
                of=_OF[limit],
                wait_seconds=refusal.wait_seconds,
                repeated=refusal.repeated,
            )
        if self._sharing is not None:
            self._sharing.changed()

    def _note(self, limit: Limit) -> None:
        self._refused[limit] += 1
        if self._telling is None:
            loop = asyncio.get_running_loop()
            self._telling = loop.call_later(TELL_EVERY_SECONDS, self._tell)

    def _tell(self) -> None:
        self._telling = None
        for limit, refused in self._refused.items():
            fields = {"limit": str(limit), "refused": refused}
            logger.warning("calls were refused: too many at a time", extra=fields)
        self._refused.clear()
