"""Rate limits for what anyone may attempt (GCRA, in Redis or in memory)."""

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

# Used without Redis, and while Redis is down.
buckets = Buckets()

# Checks and counts in one step, so that concurrent attempts cannot share the last free place.
# Returns the microseconds to wait, or 0 if the attempt was counted in every bucket. ARGV holds the
# time, then three numbers per key: the step, the span, and how long to keep the key.
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
    """Count a request in each of these buckets; return the seconds to wait if it is refused.

    While Redis is down, each process counts on its own.
    """
    if settings.REDIS_URL:
        try:
            return _take_of_all(counts)
        except (RedisError, OSError) as error:
            text = "Redis is down: each process counts attempts on its own until it is back"
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
    """Hash a name, which holds addresses or typed text; one hash tag keeps keys in one slot."""
    digest = hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return f"{{hello3d.throttle}}:{digest}"


@lru_cache(maxsize=1)
def _script(redis_url: str) -> Any:
    redis = Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=1)
    return redis.register_script(_TAKE)


def refusal(counts: Counts, limit: Limit) -> float | None:
    """Count a request in these buckets; record a refusal and return the seconds to wait.

    Without buckets, nothing is counted.
    """
    wait = refuse_for_seconds(counts) if counts else None
    if wait is not None:
        refusals.note(limit)
    return wait


def guess_refused_for_seconds(username: str, networks: Networks, limit: Limit) -> float | None:
    """Count an attempt to sign in with a password; return the seconds to wait if it is refused.

    The sign-in page, the admin and the API share these counts.
    An attempt refused by address does not count for the name, or one address could lock everyone
    out.

    Args:
        username: the name as typed; its attempts count together, whatever address they come from.
        networks: of `origins.networks_of`; empty for an address that is not counted.
        limit: the limit to record a refusal under.
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
    """Reduce the spellings that Django's forms accept for one account to one name."""
    return unicodedata.normalize("NFKC", username.strip()[:200]).strip().casefold()[:200]
