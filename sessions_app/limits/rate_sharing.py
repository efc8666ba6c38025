"""Shares rate buckets between processes through Redis, in the background.

A call is decided by the process's own copy, which lags by up to 0.1 s. For that long, a flood over
several processes can exceed its limit.
"""

import asyncio
import contextlib
import hashlib
import logging
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from sessions_app.limits.rates import Buckets

logger = logging.getLogger(__name__)

SHARE_EVERY_SECONDS = 0.1
ANSWER_WITHIN_SECONDS = 2.0
TRY_AGAIN_AFTER_SECONDS = 5.0
MAX_NAMES_AT_ONCE = 500

# A bucket is stored as the time it will be empty, in microseconds of Redis's own clock.
_ADD = """
local time = redis.call("TIME")
local now = time[1] * 1000000 + time[2]
local debts = {}
for i, name in ipairs(KEYS) do
  local empty_at = math.max(tonumber(redis.call("GET", name) or now), now) + ARGV[i]
  local debt = empty_at - now
  local text = string.format("%.0f", empty_at)
  redis.call("SET", name, text, "PX", string.format("%.0f", math.ceil(debt / 1000) + 1))
  debts[i] = debt
end
return debts
"""


class RateSharing:
    """Adds this process's counts to Redis and adopts the totals of all processes.

    While Redis is down, each process goes on counting on its own.
    """

    def __init__(self, redis_url: str, *buckets: Buckets) -> None:
        self._buckets = buckets
        self._redis: Redis = Redis.from_url(
            redis_url, socket_timeout=ANSWER_WITHIN_SECONDS, socket_connect_timeout=1
        )
        self._add = self._redis.register_script(_ADD)
        self._task: asyncio.Task[None] | None = None
        self._away = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="rate sharing")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._redis.aclose()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(SHARE_EVERY_SECONDS)
            try:
                async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
                    was_asked = await self._share()
            except (RedisError, OSError) as error:  # a timeout is an OSError
                self._note(away=True, error=error)
                await asyncio.sleep(TRY_AGAIN_AFTER_SECONDS)
            else:
                if was_asked:
                    self._note(away=False)

    async def _share(self) -> bool:
        """Share all unshared counts; return whether there were any."""
        return any([await self._share_these(buckets) for buckets in self._buckets])

    async def _share_these(self, buckets: Buckets) -> bool:
        amounts = list(buckets.unshared().items())
        for start in range(0, len(amounts), MAX_NAMES_AT_ONCE):
            some = amounts[start : start + MAX_NAMES_AT_ONCE]
            names = [_stored_name(name) for name, _ in some]
            added = [round(seconds * 1e6) for _, seconds in some]
            debts: list[Any] = await self._add(keys=names, args=added)
            buckets.adopt({name: debt / 1e6 for (name, _), debt in zip(some, debts, strict=True)})
        return bool(amounts)

    def _note(self, *, away: bool, error: Exception | None = None) -> None:
        """Log once when Redis goes down, and once when it is back."""
        if away and not self._away:
            text = "Redis is down: each process counts rate limits on its own until it is back"
            logger.warning(text, exc_info=error)
        elif self._away and not away:
            logger.info("Redis is back: all processes count rate limits together again")
        self._away = away


def _stored_name(name: str) -> str:
    """Hash a name, so that edit keys and addresses cannot be read in Redis."""
    return "{hello3d.rates}" + hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
