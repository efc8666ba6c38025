"""Makes the buckets of all processes one, through Redis, beside the calls and not before each.

A call is decided by what its own process knows, which is a tenth of a second old: so long may a
flood that comes through several processes go over its limit.
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

# A bucket is kept as the moment at which it will be empty, in microseconds of Redis's own clock.
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
    """Tells Redis what was put into this process's buckets, and takes over what all have put in.

    While Redis is away, each process goes on counting by itself.
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
        """Share what there is; say whether there was anything to ask Redis."""
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
        """Log a change for the worse or the better, once."""
        if away and not self._away:
            text = "rate limits are counted by each process alone until Redis answers again"
            logger.warning(text, exc_info=error)
        elif self._away and not away:
            logger.info("rate limits are counted by all processes together again")
        self._away = away


def _stored_name(name: str) -> str:
    """Names hold edit keys and addresses, which nobody shall read in Redis."""
    return "{hello3d.rates}" + hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
