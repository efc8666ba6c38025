"""Boxes along the axes of some frame, and the boxes of ideal shapes."""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.outlines import Form
from sessions_app.scene.geometry.shapes import BOXES, reach
from sessions_app.scene.geometry.vectors import AXES, Frame, Vector


class Bounds(NamedTuple):
    """A box along the axes of some frame, from its lowest to its highest corner, in meters."""

    low: Vector
    high: Vector

    @property
    def size(self) -> Vector:
        return vectors.subtract(self.high, self.low)

    @property
    def center(self) -> Vector:
        return vectors.scale(vectors.add(self.low, self.high), 0.5)

    @property
    def base(self) -> Vector:
        """The middle of the underside."""
        center = self.center
        return (center[0], self.low[1], center[2])

    @property
    def volume(self) -> float:
        return math.prod(self.size)

    @property
    def diagonal(self) -> float:
        return vectors.length(self.size)

    def corners(self) -> Iterator[Vector]:
        """The eight corners."""
        for x in (self.low[0], self.high[0]):
            for y in (self.low[1], self.high[1]):
                for z in (self.low[2], self.high[2]):
                    yield (x, y, z)

    def moved(self, way: Vector) -> "Bounds":
        """The bounds at another place."""
        return Bounds(vectors.add(self.low, way), vectors.add(self.high, way))

    def overlap(self, other: "Bounds") -> Vector:
        """How deep the two reach into each other along each axis; below 0 it is the gap."""
        (a, b, c), (d, e, f) = self
        (u, v, w), (x, y, z) = other
        return (min(d, x) - max(a, u), min(e, y) - max(b, v), min(f, z) - max(c, w))


def united(bounds: Iterable[Bounds]) -> Bounds | None:
    """The smallest bounds around all; None around nothing."""
    every = list(bounds)
    if not every:
        return None
    lows, highs = zip(*every, strict=True)
    return Bounds(
        vectors.vector([min(values) for values in zip(*lows, strict=True)]),
        vectors.vector([max(values) for values in zip(*highs, strict=True)]),
    )


def box_bounds(size: Vector, frame: Frame) -> Bounds:
    """Return the bounds of a box about a frame's origin."""
    # Written out: this is worked out for each solid of a scene.
    (x, y, z), turn = frame
    a, b, c = size[0] / 2, size[1] / 2, size[2] / 2
    if turn is not AXES:
        (i, j, k), (m, n, o), (p, q, r) = turn
        a, b, c = (
            a * abs(i) + b * abs(j) + c * abs(k),
            a * abs(m) + b * abs(n) + c * abs(o),
            a * abs(p) + b * abs(q) + c * abs(r),
        )
    return Bounds((x - a, y - b, z - c), (x + a, y + b, z + c))


def shape_bounds(form: Form, size: Vector, frame: Frame) -> Bounds:
    """Return the bounds of an ideal shape about a frame's origin."""
    if frame.turn is AXES or form in BOXES:
        return box_bounds(size, frame)
    low, high = [], []
    for axis in range(3):
        # The world's axis as the solid sees it: a row of its rotation.
        toward = frame.turn[axis]
        high.append(frame.origin[axis] + reach(form, size, toward))
        low.append(frame.origin[axis] - reach(form, size, vectors.scale(toward, -1)))
    return Bounds(vectors.vector(low), vectors.vector(high))
