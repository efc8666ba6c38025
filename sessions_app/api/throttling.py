"""Holds users and addresses to so many requests in so much time."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from sessions_app.api.scopes import counted_as
from sessions_app.limits.attempts import refuse_for_seconds
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import Rate
from sessions_app.limits.refusals import refusals


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
