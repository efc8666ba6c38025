"""Holds what anyone may try to so many attempts in so much time (GCRA, in Django's cache)."""

import hashlib
import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from sessions_app import clock
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import Rate
from sessions_app.limits.refusals import refusals

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


def longest_refusal(names: Iterable[str], rate: Rate | None, limit: Limit) -> float | None:
    """Count a request of each of these names; say how long to wait where it is too many of one.

    An empty name is not counted.
    """
    waits = [refuse_for_seconds(name, rate) for name in names if name]
    longest = max((wait for wait in waits if wait is not None), default=None)
    if longest is not None:
        refusals.note(limit)
    return longest


def guess_refused_for_seconds(username: str, counted_as: str, limit: Limit) -> float | None:
    """Count an attempt to sign in with a password; say how long to wait where it is too many.

    They count together wherever a password is asked for: on the page, in the admin, by the API.

    Args:
        username: whom they say they are; of one name, attempts count from wherever they come.
        counted_as: of `origins.counted_as`; empty for an address that is not counted.
        limit: under which the refusal is counted.
    """
    names = [
        username and f"password of:{username.casefold()[:200]}",
        counted_as and f"password from:{counted_as}",
    ]
    return longest_refusal(names, settings.API_TOKEN_RATE, limit)
