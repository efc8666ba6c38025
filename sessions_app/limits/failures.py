"""Slows down who guesses: what was wrong about ids, tokens and links counts by address.

One for the whole process, because Django's views run beside the event loop, in threads.
"""

from django.conf import settings

from sessions_app.limits.names import Limit
from sessions_app.limits.rates import Buckets, Rate, RateLimitedError
from sessions_app.limits.refusals import refusals

buckets = Buckets(shared=bool(settings.REDIS_URL))


def require_few(counted_as: str) -> None:
    """Refuse whatever comes from an address that was wrong too often lately, right or wrong.

    Args:
        counted_as: of `origins.counted_as`; empty for an address that is not counted.

    Raises:
        RateLimitedError: it has to wait.
    """
    rate: Rate | None = settings.MCP_FAILURES_PER_CLIENT
    refusal = buckets.refusal(_name(counted_as), rate) if rate and counted_as else None
    if rate is not None and refusal is not None:
        refusals.note(Limit.FAILURES_PER_CLIENT)
        raise RateLimitedError(
            rate,
            of="with wrong ids or tokens from one client",
            wait_seconds=refusal.wait_seconds,
            repeated=refusal.repeated,
        )


def count(counted_as: str) -> None:
    """Take note of one wrong id, token or link."""
    rate: Rate | None = settings.MCP_FAILURES_PER_CLIENT
    if rate is not None and counted_as:
        buckets.take(_name(counted_as), rate)


def _name(counted_as: str) -> str:
    return f"{Limit.FAILURES_PER_CLIENT}:{counted_as}"
