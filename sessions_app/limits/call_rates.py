"""Rate limits of tool calls, per client and per scene."""

from django.conf import settings

from sessions_app.limits import failures
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Network, Networks, counts_of
from sessions_app.limits.rate_sharing import RateSharing
from sessions_app.limits.rates import Buckets, Rate, RateLimitedError
from sessions_app.limits.refusals import refusals

_OF = {Limit.RATE_PER_CLIENT: "from one client", Limit.RATE_PER_SCENE: "to one scene"}


class CallRates:
    """Counts calls, together with the other processes if there is Redis."""

    def __init__(self) -> None:
        self._rates: dict[Limit, Rate | None] = {
            Limit.RATE_PER_CLIENT: settings.MCP_RATE_PER_CLIENT,
            Limit.RATE_PER_SCENE: settings.MCP_RATE_PER_SCENE,
        }
        self._buckets = Buckets(shared=bool(settings.REDIS_URL))
        self._sharing = (
            RateSharing(settings.REDIS_URL, self._buckets, failures.buckets)
            if settings.REDIS_URL
            else None
        )

    def start(self) -> None:
        if self._sharing is not None:
            self._sharing.start()

    async def stop(self) -> None:
        if self._sharing is not None:
            await self._sharing.stop()

    def count(self, limit: Limit, name: str = "", *, networks: Networks = ()) -> None:
        """Count a call of the client or the scene of this name, or of the client's networks.

        Raises:
            RateLimitedError: the rate is exceeded.
        """
        rate = self._rates[limit]
        if rate is None:
            return
        counted = networks or (Network(name),)
        refusal = self._buckets.take_all(counts_of(limit, counted, rate))
        if refusal is not None:
            refusals.note(limit)
            raise RateLimitedError(
                refusal.rate,
                of=_OF[limit],
                wait_seconds=refusal.wait_seconds,
                repeated=refusal.repeated,
            )
