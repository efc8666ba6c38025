"""Rate limits of users and addresses."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from sessions_app.limits.attempts import guess_refused_for_seconds, refusal
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import counts_of
from sessions_app.limits.rates import Rate
from sessions_app.web.callers import networks_of


class _Throttle(BaseThrottle):
    _wait: float | None = None

    def refused_for_seconds(self, request: Request) -> float | None:
        """Count the request; return the seconds to wait if it is refused."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        del view
        self._wait = self.refused_for_seconds(request)
        return self._wait is None

    def wait(self) -> float | None:
        return self._wait


class RequestThrottle(_Throttle):
    """Limits all requests, per user or else per address."""

    def refused_for_seconds(self, request: Request) -> float | None:
        rate: Rate | None = settings.API_RATE
        if rate is None:
            return None
        if request.user.is_authenticated:
            return refusal([(f"user:{request.user.pk}", rate)], Limit.API_RATE)
        networks = networks_of(request._request)
        return refusal(counts_of("address", networks, rate), Limit.API_RATE)


class TokenThrottle(_Throttle):
    """Limits attempts to get a token."""

    def refused_for_seconds(self, request: Request) -> float | None:
        username = request.data.get("username") if isinstance(request.data, dict) else None
        name = username if isinstance(username, str) else ""
        return guess_refused_for_seconds(name, networks_of(request._request), Limit.API_TOKENS)
