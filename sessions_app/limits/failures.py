"""Slows down guessing and repeated refused requests, by address.

The buckets are global to the process, because Django's views run in threads of their own.
"""

from django.conf import settings

from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Networks, counts_of
from sessions_app.limits.rates import Buckets, Rate, RateLimitedError
from sessions_app.limits.refusals import refusals

buckets = Buckets(shared=bool(settings.REDIS_URL))

_OF = {
    Limit.FAILURES_PER_CLIENT: "with wrong ids or tokens from one client",
    Limit.REFUSED_PER_CLIENT: "that are refused or need no answer from one client",
    Limit.REFUSED_SOCKETS: "of pages that are refused from one client",
}


def require_few(networks: Networks, limit: Limit = Limit.FAILURES_PER_CLIENT) -> None:
    """Refuse any request, right or wrong, from networks with too many recent failures.

    Args:
        networks: of `origins.networks_of`; empty for an address that is not counted.
        limit: the kind of failure to check.

    Raises:
        RateLimitedError: there were too many.
    """
    rate = _rate(limit)
    if rate is None or not networks:
        return
    refusal = buckets.refusal_of_any(counts_of(limit, networks, rate))
    if refusal is not None:
        refusals.note(limit)
        raise RateLimitedError(
            refusal.rate,
            of=_OF[limit],
            wait_seconds=refusal.wait_seconds,
            repeated=refusal.repeated,
        )


def count(networks: Networks, limit: Limit = Limit.FAILURES_PER_CLIENT) -> None:
    """Count a wrong id, token or link, or a refused request."""
    rate = _rate(limit)
    if rate is not None and networks:
        buckets.take_all(counts_of(limit, networks, rate))


def _rate(limit: Limit) -> Rate | None:
    is_guess = limit is Limit.FAILURES_PER_CLIENT
    rate: Rate | None = (
        settings.MCP_FAILURES_PER_CLIENT if is_guess else settings.MCP_RATE_PER_CLIENT
    )
    return rate
