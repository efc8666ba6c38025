"""Durations counted in exponential buckets: small to store, quick to add, exact enough to read.

Bucket n holds durations from GROWTH^n up to GROWTH^(n+1) ms. A percentile is told as the middle of
its bucket, which is at most 10 % away from the true one.
"""

import math
from collections.abc import Iterable, Mapping
from typing import TypeAlias

Histogram: TypeAlias = Mapping[int, int]  # calls by bucket

BUCKETS_PER_DOUBLING = 4
GROWTH = 2 ** (1 / BUCKETS_PER_DOUBLING)
SHORTEST_MS = 0.001  # what is shorter counts as this


def bucket_of(duration_ms: float) -> int:
    """The number of the bucket that a duration belongs to."""
    return math.floor(math.log(max(duration_ms, SHORTEST_MS)) / math.log(GROWTH))


def added(histograms: Iterable[Histogram]) -> dict[int, int]:
    """The sum of histograms."""
    total: dict[int, int] = {}
    for histogram in histograms:
        for bucket, calls in histogram.items():
            total[bucket] = total.get(bucket, 0) + calls
    return total


def percentile_ms(histogram: Histogram, percent: float) -> float | None:
    """The duration that so many percent of the calls did not exceed; None where there are none."""
    rank = math.ceil(sum(histogram.values()) * percent / 100)
    for bucket in sorted(histogram):
        rank -= histogram[bucket]
        if rank <= 0:
            return round(float(GROWTH ** (bucket + 0.5)), 3)
    return None
