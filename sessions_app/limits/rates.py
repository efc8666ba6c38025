"""Rate limits: buckets that fill with each call and drain over time (GCRA)."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

from sessions_app.limits.names import Limit
from sessions_app.scene.errors import SceneError

MAX_BUCKETS = 20_000

BUSY_FOR_SECONDS = 5


class TooBusyError(SceneError):
    """Too many calls are in flight. `repeated`: the same queue was refused a short while ago."""

    code = "busy"

    def __init__(
        self, limit: Limit | None = None, most: int = 0, *, repeated: bool = False
    ) -> None:
        message = "The server is busy."
        if limit is Limit.CALLS:
            message = (
                f"The server is busy: {most} calls are in flight, as many as it serves at a time."
            )
        elif limit is Limit.CALLS_PER_CLIENT:
            message = (
                f"{most} calls of your client are in flight, as many as are served at a time."
                " Send fewer at a time."
            )
        elif limit is Limit.CALLS_PER_SESSION:
            message = (
                f"{most} calls to this scene are in flight, as many as are served at a time, and"
                " this one waited in the queue for too long. Send fewer at a time."
            )
        elif limit in (Limit.CALLS_ASIDE, Limit.CALLS_ASIDE_PER_CLIENT):
            whose = " of your client" if limit is Limit.CALLS_ASIDE_PER_CLIENT else ""
            message = f"Too many calls{whose} are waiting for a browser."
        super().__init__(
            f"{message} Wait a few seconds, then send the call again.",
            retry_after_seconds=BUSY_FOR_SECONDS,
        )
        self.repeated = repeated


@dataclass(frozen=True, slots=True)
class Rate:
    """`calls` per `seconds`; all of them may come at once."""

    calls: int
    seconds: int

    @property
    def step(self) -> float:
        """Seconds between calls that come evenly at this rate."""
        return self.seconds / self.calls

    def times(self, factor: int) -> "Rate":
        """Return the rate with `factor` times as many calls."""
        return self if factor == 1 else Rate(self.calls * factor, self.seconds)


# The buckets that a call is counted in, each with its rate.
Counts: TypeAlias = Sequence[tuple[str, Rate]]


class RateLimitedError(SceneError):
    """A rate is exceeded. `repeated`: a recent refusal of the same bucket is recorded already."""

    code = "rate_limited"

    def __init__(self, rate: Rate, *, of: str, wait_seconds: float, repeated: bool) -> None:
        wait = math.ceil(wait_seconds)
        super().__init__(
            f"Too many calls {of}: {rate.calls} in {rate.seconds} s are served."
            f" Wait {wait} s, then try again.",
            retry_after_seconds=wait,
        )
        self.repeated = repeated


class _Bucket:
    """`debt` is its content at time `at`, as the seconds until it is empty."""

    __slots__ = ("at", "debt", "refused_at", "unshared")

    def __init__(self, now: float) -> None:
        self.debt = 0.0
        self.at = now
        self.unshared = 0.0
        self.refused_at = -math.inf

    def debt_at(self, now: float) -> float:
        return max(0.0, self.debt - (now - self.at))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused call; `rate` is that of the full bucket."""

    rate: Rate
    wait_seconds: float
    repeated: bool


class Buckets:
    """The buckets of one process, by name. Thread-safe; `now` is a monotonic clock in seconds.

    With `shared`, counts are also kept for other processes until `unshared` collects them.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, *, shared: bool = False) -> None:
        self._now = now
        self._shared = shared
        self._buckets: dict[str, _Bucket] = {}
        self._unshared: dict[str, _Bucket] = {}
        self._lock = Lock()

    def take(self, name: str, rate: Rate) -> Refusal | None:
        """Count a call; a refused call does not count."""
        return self.take_all([(name, rate)])

    def take_all(self, counts: Counts) -> Refusal | None:
        """Count a call in all of these buckets, or in none if one is full."""
        with self._lock:
            now = self._now()
            refusal = self._refusal(counts, now)
            if refusal is None:
                for name, rate in counts:
                    self._put(name, rate, now)
            return refusal

    def refusal(self, name: str, rate: Rate) -> Refusal | None:
        """Return the refusal a call would get now, without counting it."""
        return self.refusal_of_any([(name, rate)])

    def refusal_of_any(self, counts: Counts) -> Refusal | None:
        """Return the refusal a call would get now from any of these, without counting it."""
        with self._lock:
            return self._refusal(counts, self._now())

    def _refusal(self, counts: Counts, now: float) -> Refusal | None:
        for name, rate in counts:
            bucket = self._buckets.get(name)
            debt = bucket.debt_at(now) + rate.step if bucket else 0.0
            if bucket is not None and debt > rate.seconds + rate.step / 100:  # floats are inexact
                return self._refuse(bucket, rate, debt, now)
        return None

    def _put(self, name: str, rate: Rate, now: float) -> None:
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._add(name, now)
        bucket.debt, bucket.at = bucket.debt_at(now) + rate.step, now
        if self._shared:
            bucket.unshared += rate.step
            self._unshared[name] = bucket

    def _refuse(self, bucket: _Bucket, rate: Rate, debt: float, now: float) -> Refusal:
        repeated = now - bucket.refused_at < rate.seconds
        if not repeated:
            bucket.refused_at = now
        return Refusal(rate, debt - rate.seconds, repeated)

    def _add(self, name: str, now: float) -> _Bucket:
        if len(self._buckets) >= MAX_BUCKETS:
            self._sweep(now)
        bucket = self._buckets[name] = _Bucket(now)
        return bucket

    def _sweep(self, now: float) -> None:
        """Drop the empty buckets, then the oldest, until there is room."""
        held = [item for item in self._buckets.items() if item[1].debt_at(now)]
        self._buckets = dict(held[-(MAX_BUCKETS * 9 // 10) :])
        # While Redis is down nothing collects `unshared`: bound it as well.
        kept = (item for item in self._unshared.items() if item[0] in self._buckets)
        self._unshared = dict(kept)

    def __len__(self) -> int:
        return len(self._buckets)

    def unshared(self) -> dict[str, float]:
        """Return and reset what was added to each bucket since the last call, in seconds."""
        with self._lock:
            taken, self._unshared = self._unshared, {}
            amounts = {name: bucket.unshared for name, bucket in taken.items()}
            for bucket in taken.values():
                bucket.unshared = 0.0
        return amounts

    def adopt(self, debts: Mapping[str, float]) -> None:
        """Set the buckets to the totals of all processes, in seconds."""
        with self._lock:
            now = self._now()
            for name, debt in debts.items():
                bucket = self._buckets.get(name)
                if bucket is not None:
                    bucket.debt, bucket.at = debt + bucket.unshared, now
