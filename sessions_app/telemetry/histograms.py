"""Histograms of durations in exponential buckets, compact to store and quick to add.

Bucket n holds durations from GROWTH^n up to GROWTH^(n+1) ms. A percentile is reported as the
middle of its bucket, within 10 % of the true value.
"""

import math
from collections.abc import Iterable, Mapping
from typing import TypeAlias

Histogram: TypeAlias = Mapping[int, int]  # calls by bucket

BUCKETS_PER_DOUBLING = 4
GROWTH = 2 ** (1 / BUCKETS_PER_DOUBLING)
SHORTEST_MS = 0.001  # shorter durations count as this


def bucket_of(duration_ms: float) -> int:
    """Return the bucket of a duration in ms."""
    return math.floor(math.log(max(duration_ms, SHORTEST_MS)) / math.log(GROWTH))


def added(histograms: Iterable[Histogram]) -> dict[int, int]:
    """Return the sum of histograms."""
    total: dict[int, int] = {}
    for histogram in histograms:
        for bucket, calls in histogram.items():
            total[bucket] = total.get(bucket, 0) + calls
    return total


def percentile_ms(histogram: Histogram, percent: float) -> float | None:
    """Return the duration that `percent` of the calls did not exceed, or None without calls."""
    rank = math.ceil(sum(histogram.values()) * percent / 100)
    for bucket in sorted(histogram):
        rank -= histogram[bucket]
        if rank <= 0:
            return round(float(GROWTH ** (bucket + 0.5)), 3)
    return None
