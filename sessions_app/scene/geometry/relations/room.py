"""Free room: where on the floor, or in a row, a thing has a place without overlap."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.vectors import Vector

# What rises no higher above the floor is a rug or the ground: things stand on it, in meters.
FLAT = 0.02
# The least distance of new objects from what is there, in meters and in parts of their width.
_MARGIN, _MARGIN_SHARE = 0.05, 0.25
# How many rows there are at first, and how far they reach, in widths and in meters.
_ROWS, _REACH_WIDTHS, _REACH = 17, 6.0, 3.0
# Of so many rows it is known what stands in them.
_MOST_KNOWN = 64

# The back, the front, the underside, the left and the right of what takes room.
_Taken: TypeAlias = tuple[float, float, float, float, float]


def nearest_free(blocked: Sequence[tuple[float, float]], wanted: float) -> float:
    """The number nearest to the wanted one that lies inside none of the open intervals."""
    below = above = wanted
    for low, high in sorted(blocked):
        if low < above < high:
            above = high
    for low, high in sorted(blocked, key=lambda interval: -interval[1]):
        if low < below < high:
            below = low
    return below if wanted - below < above - wanted else above


def row(widths: Sequence[float], low: float, high: float) -> list[float]:
    """Centers of things side by side: evenly over an interval, or touching where it is short.

    Args:
        widths: of each thing, in order.
        low: the start of the interval.
        high: its end.
    """
    space = max(0.0, (high - low - sum(widths)) / (len(widths) + 1))
    at = (low + high) / 2 - (sum(widths) + space * (len(widths) - 1)) / 2
    centers = []
    for width in widths:
        centers.append(at + width / 2)
        at += width + space
    return centers


class FloorPlan:
    """What stands on the floor, and where a new thing finds a place beside it.

    Rows run along x, the first through the origin, then one behind and one in front in turn; when
    all are full, more and longer ones follow. A place costs one pass over what is there, seldom
    more, so that hundreds can be found in a call.
    """

    def __init__(self, there: Callable[[float, float], Iterable[Bounds]]) -> None:
        """Start with what stands there.

        Args:
            there: returns at least the bounds that reach between two numbers along z.
        """
        self._there = there
        self._taken: list[_Taken] = []
        # What stands between two numbers along z, by these.
        self._known: dict[tuple[float, float], list[_Taken]] = {}
        # By width and depth: the first row that is not full, and how far rows reach by now.
        self._searched: dict[tuple[float, float], tuple[int, int]] = {}

    def add(self, bounds: Bounds) -> None:
        """Let one more thing stand there; the ground and rugs take no room."""
        for taken in _taken([bounds]):
            self._taken.append(taken)
            for row_, inside in self._known.items():
                if _reaches(taken, row_):
                    inside.append(taken)

    def spot(self, size: Vector) -> Vector:
        """Where the middle of a new thing's base goes: near the origin, without overlap.

        Args:
            size: [width, height, depth] of its bounds.
        """
        width, _, depth = size
        margin = max(_MARGIN, _MARGIN_SHARE * max(width, depth))
        # Rows of the same size that were full stay so: the search goes on where it ended.
        first, factor = self._searched.get((width, depth), (0, 1))
        best = (math.inf, 0.0, 0.0)
        for index in range(first, _ROWS * factor):
            # 0, -1, 1, -2, 2, …: behind comes first, where it hides nothing.
            z = ((index + 1) // 2 * (-1 if index % 2 else 1)) * (depth + margin)
            x = nearest_free(self._blocked(size, margin, z), 0.0)
            best = min(best, (math.hypot(x, z), x, z))
            if abs(x) <= factor * max(_REACH, _REACH_WIDTHS * (width + margin)):
                self._searched[(width, depth)] = (index, factor)
                return (x, 0.0, z)
        self._searched[(width, depth)] = (0, factor + 1)
        return (best[1], 0.0, best[2])

    def _blocked(self, size: Vector, margin: float, z: float) -> list[tuple[float, float]]:
        width, height, depth = size
        back, front = z - depth / 2 - margin, z + depth / 2 + margin
        beside = width / 2 + margin
        # Rounding must not make a row of things that just touch the margin drift apart.
        back, front = back + 1e-9, front - 1e-9
        return [
            (left - beside, right + beside)
            for _, _, low_y, left, right in self._row(back, front)
            if low_y < height
        ]

    def _row(self, back: float, front: float) -> list[_Taken]:
        row_ = (back, front)
        if row_ not in self._known:
            if len(self._known) >= _MOST_KNOWN:  # things of many sizes
                self._known.clear()
            every = (*_taken(self._there(back, front)), *self._taken)
            self._known[row_] = [each for each in every if _reaches(each, row_)]
        return self._known[row_]


def _reaches(taken: _Taken, row_: tuple[float, float]) -> bool:
    return taken[0] < row_[1] and taken[1] > row_[0]


def _taken(every: Iterable[Bounds]) -> list[_Taken]:
    return [(low[2], high[2], low[1], low[0], high[0]) for low, high in every if high[1] > FLAT]
