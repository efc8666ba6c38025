"""Holds what anyone may try to so many attempts in so much time (GCRA, in Django's cache)."""

import hashlib
import logging

from django.core.cache import cache
from redis.exceptions import RedisError

from sessions_app import clock
from sessions_app.limits.rates import Rate

logger = logging.getLogger(__name__)


def refuse_for_seconds(name: str, rate: Rate | None) -> float | None:
    """Count a request of this name; say how long to wait where it is one too many.

    What is kept is the moment at which the name's bucket will be empty. While Redis is away nothing
    is refused.
    """
    if rate is None:
        return None
    now = clock.now().timestamp()
    stored_name = f"throttle:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"
    try:
        empty_at = max(float(cache.get(stored_name, 0.0)), now) + rate.step
        excess = empty_at - now - rate.seconds
        if excess > rate.step / 100:  # sums of fractions are not exact
            return excess
        cache.set(stored_name, empty_at, timeout=rate.seconds + 1)
    except (RedisError, OSError) as error:
        logger.warning("requests are not counted until Redis answers again", exc_info=error)
    return None
