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
from sessions_app.limits.networks import Networks, counts_of
from sessions_app.limits.rates import Buckets, Counts, Rate
from sessions_app.limits.refusals import refusals

logger = logging.getLogger(__name__)

# Those of a process that is alone, because there is no Redis or it is away.
buckets = Buckets()

# Looks and counts in one step: of many who try at once, no two may see the same free place.
# Returns the microseconds to wait; 0 where the attempt is counted, in each bucket. What follows the
# time in ARGV are the step and the span of each of KEYS, and how long it is kept.
_TAKE = """
local now, filled = tonumber(ARGV[1]), {}
for i, name in ipairs(KEYS) do
  local step, span = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  filled[i] = math.max(tonumber(redis.call("GET", name) or "0"), now) + step
  local excess = filled[i] - now - span
  if excess > step / 100 then return excess end
end
for i, name in ipairs(KEYS) do
  redis.call("SET", name, string.format("%.0f", filled[i]), "PX", ARGV[3 * i + 1])
end
return 0
"""


def refuse_for_seconds(counts: Counts) -> float | None:
    """Count a request in each of these buckets; say how long to wait where it is one too many.

    While Redis is away, each process counts by itself.
    """
    if settings.REDIS_URL:
        try:
            return _take_of_all(counts)
        except (RedisError, OSError) as error:
            text = "attempts are counted by each process alone until Redis answers again"
            logger.warning(text, exc_info=error)
    refusal = buckets.take_all(counts)
    return refusal.wait_seconds if refusal else None


def _take_of_all(counts: Counts) -> float | None:
    numbers = [round(clock.now().timestamp() * 1e6)]
    for _, rate in counts:
        kept_for = (rate.seconds + 1) * 1000
        numbers += [round(rate.step * 1e6), round(rate.seconds * 1e6), kept_for]
    script = _script(settings.REDIS_URL)
    excess = script(keys=[_stored_name(name) for name, _ in counts], args=numbers)
    return excess / 1e6 if excess else None


def _stored_name(name: str) -> str:
    """Names hold addresses and what people type; those of one request stay in one slot."""
    digest = hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return f"{{hello3d.throttle}}:{digest}"


@lru_cache(maxsize=1)
def _script(redis_url: str) -> Any:
    redis = Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=1)
    return redis.register_script(_TAKE)


def refusal(counts: Counts, limit: Limit) -> float | None:
    """Count a request in these buckets; say how long to wait, and note that, where it is too many.

    Without buckets it is not counted.
    """
    wait = refuse_for_seconds(counts) if counts else None
    if wait is not None:
        refusals.note(limit)
    return wait


def guess_refused_for_seconds(username: str, networks: Networks, limit: Limit) -> float | None:
    """Count an attempt to sign in with a password; say how long to wait where it is too many.

    They count together wherever a password is asked for: on the page, in the admin, by the API.
    What is refused to an address does not count for the name: else one address could keep everybody
    from signing in.

    Args:
        username: whom they say they are; of one name, attempts count from wherever they come.
        networks: of `origins.networks_of`; empty for an address that is not counted.
        limit: under which the refusal is counted.
    """
    rate: Rate | None = settings.API_TOKEN_RATE
    if rate is None:
        return None
    wait = refusal(counts_of("password from", networks, rate), limit)
    if wait is None:
        name = _as_forms_read_it(username)
        wait = refusal([(f"password of:{name}", rate)] if name else [], limit)
    return wait


def _as_forms_read_it(username: str) -> str:
    """One name for all spellings that Django's forms take for the name of one account."""
    return unicodedata.normalize("NFKC", username.strip()[:200]).strip().casefold()[:200]
