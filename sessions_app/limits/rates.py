"""How often something may happen: buckets that fill with each call and drain with time (GCRA)."""

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
    """Too many are at work here. `repeated` says that the same was refused a short while ago."""

    code = "busy"

    def __init__(
        self, limit: Limit | None = None, most: int = 0, *, repeated: bool = False
    ) -> None:
        told = "The server is busy."
        if limit is Limit.CALLS:
            told = (
                f"The server is busy: {most} calls are under way, as many as it serves at a time."
            )
        elif limit is Limit.CALLS_PER_CLIENT:
            told = (
                f"{most} calls of your client are under way, as many as are served at a time."
                " Send fewer at a time."
            )
        elif limit is Limit.CALLS_PER_SESSION:
            told = (
                f"{most} calls to this scene are under way, as many as are served at a time, and"
                " this one waited in line for too long. Send fewer at a time."
            )
        elif limit in (Limit.CALLS_ASIDE, Limit.CALLS_ASIDE_PER_CLIENT):
            whose = " of your client" if limit is Limit.CALLS_ASIDE_PER_CLIENT else ""
            told = f"As many calls{whose} wait for a browser as may."
        super().__init__(
            f"{told} Wait a few seconds, then send the call again.",
            retry_after_seconds=BUSY_FOR_SECONDS,
        )
        self.repeated = repeated


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds; all of them may come at once."""

    calls: int
    seconds: int

    @property
    def step(self) -> float:
        """After how many seconds a call is forgotten, where they come evenly."""
        return self.seconds / self.calls

    def times(self, factor: int) -> "Rate":
        """So many times as many calls in the same time."""
        return self if factor == 1 else Rate(self.calls * factor, self.seconds)


# Buckets that a call is counted in, and what each may take.
Counts: TypeAlias = Sequence[tuple[str, Rate]]


class RateLimitedError(SceneError):
    """`repeated` says that this client or scene was refused, and recorded so, a while ago."""

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
    """`debt` is what was in it at the time `at`, in seconds until it is empty."""

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
    """`rate` is that of the bucket which is full."""

    rate: Rate
    wait_seconds: float
    repeated: bool


class Buckets:
    """The buckets of one process, by name; `now` is a monotonic clock in seconds.

    Threads may share them. Where they are `shared`, what was put in is also kept for other
    processes to hear of, until `unshared` is called.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, *, shared: bool = False) -> None:
        self._now = now
        self._shared = shared
        self._buckets: dict[str, _Bucket] = {}
        self._unshared: dict[str, _Bucket] = {}
        self._lock = Lock()

    def take(self, name: str, rate: Rate) -> Refusal | None:
        """Count a call; one that is refused does not count."""
        return self.take_all([(name, rate)])

    def take_all(self, counts: Counts) -> Refusal | None:
        """Count a call in each of these buckets, or in none where one is full."""
        with self._lock:
            now = self._now()
            refusal = self._refusal(counts, now)
            if refusal is None:
                for name, rate in counts:
                    self._put(name, rate, now)
            return refusal

    def refusal(self, name: str, rate: Rate) -> Refusal | None:
        """Whether a call would be refused now; nothing is counted."""
        return self.refusal_of_any([(name, rate)])

    def refusal_of_any(self, counts: Counts) -> Refusal | None:
        """Whether a call would be refused now by one of these buckets; nothing is counted."""
        with self._lock:
            return self._refusal(counts, self._now())

    def _refusal(self, counts: Counts, now: float) -> Refusal | None:
        for name, rate in counts:
            bucket = self._buckets.get(name)
            debt = bucket.debt_at(now) + rate.step if bucket else 0.0
            if bucket is not None and debt > rate.seconds + rate.step / 100:  # sums are not exact
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
        """Drop the empty buckets, and the oldest where that makes too little room."""
        held = [item for item in self._buckets.items() if item[1].debt_at(now)]
        self._buckets = dict(held[-(MAX_BUCKETS * 9 // 10) :])
        # While nobody asks what is unshared, it would grow with each new name.
        kept = (item for item in self._unshared.items() if item[0] in self._buckets)
        self._unshared = dict(kept)

    def __len__(self) -> int:
        return len(self._buckets)

    def unshared(self) -> dict[str, float]:
        """What was put into each bucket since this was last asked."""
        with self._lock:
            taken, self._unshared = self._unshared, {}
            amounts = {name: bucket.unshared for name, bucket in taken.items()}
            for bucket in taken.values():
                bucket.unshared = 0.0
        return amounts

    def adopt(self, debts: Mapping[str, float]) -> None:
        """Take over what all processes together have put in."""
        with self._lock:
            now = self._now()
            for name, debt in debts.items():
                bucket = self._buckets.get(name)
                if bucket is not None:
                    bucket.debt, bucket.at = debt + bucket.unshared, now
