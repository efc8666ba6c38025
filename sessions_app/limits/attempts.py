"""Holds what anyone may try to so many attempts in so much time (GCRA, in Redis or in memory)."""

import hashlib
import logging
import unicodedata
from functools import lru_cache
from typing import Any

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from sessions_app import clock
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import Buckets, Rate
from sessions_app.limits.refusals import refusals

logger = logging.getLogger(__name__)

# Those of a process that is alone, because there is no Redis or it is away.
buckets = Buckets()

# Looks and counts in one step: of many who try at once, no two may see the same free place.
# Returns the microseconds to wait; 0 where the attempt is counted.
_TAKE = """
local now, step, span = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local empty_at = math.max(tonumber(redis.call("GET", KEYS[1]) or "0"), now) + step
local excess = empty_at - now - span
if excess > step / 100 then return excess end
redis.call("SET", KEYS[1], string.format("%.0f", empty_at), "PX", ARGV[4])
return 0
"""


def refuse_for_seconds(name: str, rate: Rate | None) -> float | None:
    """Count a request of this name; say how long to wait where it is one too many.

    While Redis is away, each process counts by itself.
    """
    if rate is None:
        return None
    if settings.REDIS_URL:
        try:
            return _take_of_all(name, rate)
        except (RedisError, OSError) as error:
            text = "attempts are counted by each process alone until Redis answers again"
            logger.warning(text, exc_info=error)
    refusal = buckets.take(name, rate)
    return refusal.wait_seconds if refusal else None


def _take_of_all(name: str, rate: Rate) -> float | None:
    stored_name = hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    seconds = (clock.now().timestamp(), rate.step, rate.seconds)
    numbers = [round(one * 1e6) for one in seconds]
    kept_for = (rate.seconds + 1) * 1000
    script = _script(settings.REDIS_URL)
    excess = script(keys=[f"hello3d.throttle:{stored_name}"], args=[*numbers, kept_for])
    return excess / 1e6 if excess else None


@lru_cache(maxsize=1)
def _script(redis_url: str) -> Any:
    redis = Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=1)
    return redis.register_script(_TAKE)


def refusal(name: str, rate: Rate | None, limit: Limit) -> float | None:
    """Count a request of this name; say how long to wait, and note that, where it is too many.

    An empty name is not counted.
    """
    wait = refuse_for_seconds(name, rate) if name else None
    if wait is not None:
        refusals.note(limit)
    return wait


def guess_refused_for_seconds(username: str, counted_as: str, limit: Limit) -> float | None:
    """Count an attempt to sign in with a password; say how long to wait where it is too many.

    They count together wherever a password is asked for: on the page, in the admin, by the API.
    What is refused to an address does not count for the name: else one address could keep everybody
    from signing in.

    Args:
        username: whom they say they are; of one name, attempts count from wherever they come.
        counted_as: of `origins.counted_as`; empty for an address that is not counted.
        limit: under which the refusal is counted.
    """
    rate: Rate | None = settings.API_TOKEN_RATE
    wait = refusal(counted_as and f"password from:{counted_as}", rate, limit)
    if wait is None:
        name = _as_forms_read_it(username)
        wait = refusal(name and f"password of:{name}", rate, limit)
    return wait


def _as_forms_read_it(username: str) -> str:
    """One name for all spellings that Django's forms take for the name of one account."""
    return unicodedata.normalize("NFKC", username.strip()[:200]).strip().casefold()[:200]
