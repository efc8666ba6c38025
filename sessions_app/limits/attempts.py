"""Holds what anyone may try to so many attempts in so much time (GCRA, in Redis or in memory)."""

import hashlib
import logging
from functools import lru_cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis import Redis
from redis.exceptions import RedisError

from sessions_app import clock
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import Rate
from sessions_app.limits.refusals import refusals

logger = logging.getLogger(__name__)

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
_one_at_a_time = Lock()  # the same for the threads of a process that is alone


def refuse_for_seconds(name: str, rate: Rate | None) -> float | None:
    """Count a request of this name; say how long to wait where it is one too many.

    What is kept is the moment at which the name's bucket will be empty. While Redis is away nothing
    is refused.
    """
    if rate is None:
        return None
    stored_name = f"throttle:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"
    try:
        if settings.REDIS_URL:
            return _take_of_all(stored_name, rate)
        with _one_at_a_time:
            return _take_here(stored_name, rate)
    except (RedisError, OSError) as error:
        logger.warning("requests are not counted until Redis answers again", exc_info=error)
    return None


def _take_here(stored_name: str, rate: Rate) -> float | None:
    now = clock.now().timestamp()
    empty_at = max(float(cache.get(stored_name, 0.0)), now) + rate.step
    excess = empty_at - now - rate.seconds
    if excess > rate.step / 100:  # sums of fractions are not exact
        return excess
    cache.set(stored_name, empty_at, timeout=rate.seconds + 1)
    return None


def _take_of_all(stored_name: str, rate: Rate) -> float | None:
    seconds = (clock.now().timestamp(), rate.step, rate.seconds)
    numbers = [round(one * 1e6) for one in seconds]
    kept_for = (rate.seconds + 1) * 1000
    excess = _script(settings.REDIS_URL)(keys=[f"hello3d.{stored_name}"], args=[*numbers, kept_for])
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
        name = username and f"password of:{username.casefold()[:200]}"
        wait = refusal(name, rate, limit)
    return wait
