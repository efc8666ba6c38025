"""Which leaves touch each other."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TypeAlias

from sessions_app.scene.checks.boxes import Box, distance
from sessions_app.scene.checks.leaves import TOUCHING, Leaf

# Limit of pairs to compare, so that thousands of objects in one place take bounded time.
MOST_PAIRS = 25_000
# At most this many parts of a pattern are compared with one other solid.
_MOST_PARTS = 2_000

# By a leaf: those that it touches, with their distance, below 0 the depth.
Contacts: TypeAlias = dict[str, dict[str, float]]
# The bounds of a leaf as the search for pairs compares them: low and high along x, y and z.
_Span: TypeAlias = tuple[float, float, float, float, float, float]


def find_contacts(leaves: Mapping[str, Leaf]) -> tuple[Contacts, bool]:
    """Compare all leaves.

    Returns:
        The pairs within TOUCHING; and whether all were compared.
    """
    contacts: Contacts = {}
    spans = {leaf.name: _span(leaf) for leaf in leaves.values()}
    for count, (one, other) in enumerate(_pairs(spans)):
        if count >= MOST_PAIRS:
            return contacts, False
        gap = gap_between(leaves[one], leaves[other])
        if gap <= TOUCHING:
            contacts.setdefault(one, {})[other] = gap
            contacts.setdefault(other, {})[one] = gap
    return contacts, True


def _pairs(spans: Mapping[str, _Span]) -> Iterator[tuple[str, str]]:
    """The pairs whose bounds come within TOUCHING, by a sweep along the axis of widest spread."""
    axes = (0, 2, 4)
    i = max(axes, key=lambda axis: _spread([span[axis] for span in spans.values()]))
    j, k = (axis for axis in axes if axis != i)
    rows = sorted(
        (span[i], span[i + 1], span[j], span[j + 1], span[k], span[k + 1], name)
        for name, span in spans.items()
    )
    lows = [row[0] for row in rows]
    for index, (_, last, low, high, bottom, top, name) in enumerate(rows):
        end = bisect_right(lows, last + TOUCHING)
        a, b, c, d = low - TOUCHING, high + TOUCHING, bottom - TOUCHING, top + TOUCHING
        for _, _, u, x, v, y, other in rows[index + 1 : end]:
            if u <= b and x >= a and v <= d and y >= c:
                yield name, other


def gap_between(one: Leaf, other: Leaf) -> float:
    """The distance of two leaves, to the last digit the same whichever comes first."""
    if one.name > other.name:
        one, other = other, one
    if one.copies is None and other.copies is None:
        return distance(one.box, other.box, TOUCHING)
    gap = math.inf
    for own, its in islice(_pairs_of_parts(one, other), _MOST_PARTS):
        gap = min(gap, distance(own, its, TOUCHING))
        if gap < -TOUCHING:  # deep enough to matter
            break
    return gap


def _pairs_of_parts(one: Leaf, other: Leaf) -> Iterator[tuple[Box, Box]]:
    """Yield the boxes of two leaves that come within TOUCHING, the outer loop over few copies."""
    if one.copies and (other.copies is None or len(other.copies) < len(one.copies)):
        yield from ((its, own) for own, its in _pairs_of_parts(other, one))
        return
    for own in one.parts(other.bounds):
        for its in other.parts(own.box.bounds):
            yield own.box, its.box


def _spread(values: list[float]) -> float:
    mean = sum(values) / max(1, len(values))
    return sum((value - mean) ** 2 for value in values)


def _span(leaf: Leaf) -> _Span:
    (a, b, c), (d, e, f) = leaf.box.bounds
    return (a, d, b, e, c, f)
