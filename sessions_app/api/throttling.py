"""Holds users and addresses to so many requests in so much time (GCRA, in Django's cache)."""

import hashlib
import logging
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from sessions_app import clock
from sessions_app.api.scopes import counted_as
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


def address_name(request: Request) -> str:
    """The address as limits count it; empty where it is not counted."""
    counted = counted_as(request)
    return f"address:{counted}" if counted else ""


class _Throttle(BaseThrottle):
    limit: Limit
    _wait: float | None = None

    def names(self, request: Request) -> list[str]:
        """Under which names a request counts."""
        raise NotImplementedError

    def rate(self) -> Rate | None:
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        del view
        waits = [refuse_for_seconds(name, self.rate()) for name in self.names(request) if name]
        self._wait = max((wait for wait in waits if wait is not None), default=None)
        if self._wait is not None:
            refusals.note(self.limit)
        return self._wait is None

    def wait(self) -> float | None:
        return self._wait


class RequestThrottle(_Throttle):
    """All requests: of a user, or else of an address."""

    limit = Limit.API_RATE

    def names(self, request: Request) -> list[str]:
        if request.user.is_authenticated:
            return [f"user:{request.user.pk}"]
        return [address_name(request)]

    def rate(self) -> Rate | None:
        rate: Rate | None = settings.API_RATE
        return rate


class TokenThrottle(_Throttle):
    """Attempts to get a token: from one address, and for one name from wherever they come."""

    limit = Limit.API_TOKENS

    def names(self, request: Request) -> list[str]:
        data = request.data
        wanted = data.get("username") if isinstance(data, dict) else None
        name = f"token for:{wanted.casefold()}" if isinstance(wanted, str) else ""
        address = address_name(request)
        return [name, f"token from:{address}" if address else ""]

    def rate(self) -> Rate | None:
        rate: Rate | None = settings.API_TOKEN_RATE
        return rate
