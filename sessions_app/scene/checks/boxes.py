"""Oriented boxes: how far two are apart, how deep they overlap, when a moving one touches."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.vectors import AXES, Frame, Matrix, Vector

# Two edges this near to parallel span no axis of their own: their faces' axes say enough.
_PARALLEL = 1e-6
_SHARED = 1e-12


@dataclass(frozen=True, slots=True)
class Box:
    """The box of a solid in the world.

    Attributes:
        frame: its center and axes.
        half: half its size along them.
        bounds: around the box, along the world's axes.
    """

    frame: Frame
    half: Vector
    bounds: Bounds

    @property
    def axes(self) -> Matrix:
        """Its three axes in the world."""
        return vectors.transposed(self.frame.turn)

    def moved(self, way: Vector) -> "Box":
        """The box at another place."""
        frame = Frame(vectors.add(self.frame.origin, way), self.frame.turn)
        return Box(frame, self.half, self.bounds.moved(way))


def box_at(frame: Frame, size: Vector) -> Box:
    """The box of this size about a frame's origin."""
    half = vectors.scale(size, 0.5)
    reach = half
    if frame.turn is not AXES:
        a, b, c = half
        (i, j, k), (m, n, o), (p, q, r) = frame.turn
        reach = (
            a * abs(i) + b * abs(j) + c * abs(k),
            a * abs(m) + b * abs(n) + c * abs(o),
            a * abs(p) + b * abs(q) + c * abs(r),
        )
    low, high = vectors.subtract(frame.origin, reach), vectors.add(frame.origin, reach)
    return Box(frame, half, Bounds(low, high))


def distance(one: Box, other: Box, enough: float = math.inf) -> float:
    """How far two boxes are apart along the axis that separates them best; below 0, how deep.

    Below 0 it is the shortest way to part them. Above 0 it is at most their distance.

    Args:
        one: a box.
        other: another one.
        enough: stop at an axis along which they are farther apart than that.
    """
    if one.frame.turn is AXES and other.frame.turn is AXES:
        away = vectors.subtract(other.frame.origin, one.frame.origin)
        (a, b, c), (d, e, f), (x, y, z) = one.half, other.half, away
        return max(abs(x) - a - d, abs(y) - b - e, abs(z) - c - f)
    mixed = vectors.product(one.axes, other.frame.turn)
    away = one.frame.inside(other.frame.origin)
    found = _along_faces(one.half, other.half, mixed, away)
    # Two that share an axis, as all that only have a yaw, are parted along a face or not at all.
    if found > enough or max(max(map(abs, row)) for row in mixed) > 1 - _SHARED:
        return found
    return max(found, _along_edges(one.half, other.half, mixed, away))


def _along_faces(half: Vector, its: Vector, mixed: Matrix, away: Vector) -> float:
    # Written out: this is where a check of thousands of boxes spends its time.
    (a, b, c), (d, e, f), (x, y, z) = half, its, away
    (i, j, k), (m, n, o), (p, q, r) = mixed
    along_first = x * i + y * m + z * p
    along_second = x * j + y * n + z * q
    along_third = x * k + y * o + z * r
    i, j, k, m, n, o, p, q, r = map(abs, (i, j, k, m, n, o, p, q, r))
    return max(
        abs(x) - a - d * i - e * j - f * k,
        abs(y) - b - d * m - e * n - f * o,
        abs(z) - c - d * p - e * q - f * r,
        abs(along_first) - d - a * i - b * m - c * p,
        abs(along_second) - e - a * j - b * n - c * q,
        abs(along_third) - f - a * k - b * o - c * r,
    )


def _along_edges(half: Vector, its: Vector, mixed: Matrix, away: Vector) -> float:
    found = -math.inf
    for i in range(3):
        k, m = (i + 1) % 3, (i + 2) % 3
        for j in range(3):
            squared = 1 - mixed[i][j] * mixed[i][j]
            if squared < _PARALLEL:
                continue
            p, q = (j + 1) % 3, (j + 2) % 3
            reach = half[k] * abs(mixed[m][j]) + half[m] * abs(mixed[k][j])
            reach += its[p] * abs(mixed[i][q]) + its[q] * abs(mixed[i][p])
            at = abs(away[m] * mixed[k][j] - away[k] * mixed[m][j])
            found = max(found, (at - reach) / math.sqrt(squared))
    return found


def travel(one: Box, other: Box, direction: Vector) -> float | None:
    """How far a box moves in a direction until it touches another one.

    Args:
        one: the box that moves.
        other: the one that stays.
        direction: of length 1.

    Returns:
        0 if they overlap already; None if it never touches.
    """
    enter, leave = 0.0, math.inf
    away = vectors.subtract(other.frame.origin, one.frame.origin)
    for axis in _axes(one, other):
        reach = _reach(one, axis) + _reach(other, axis)
        at, speed = vectors.dot(axis, away), vectors.dot(axis, direction)
        if abs(speed) < _PARALLEL:
            if abs(at) >= reach:
                return None
            continue
        first, last = sorted(((at - reach) / speed, (at + reach) / speed))
        enter, leave = max(enter, first), min(leave, last)
    return enter if enter < leave else None


def _axes(one: Box, other: Box) -> Iterator[Vector]:
    yield from one.axes
    if one.frame.turn is AXES and other.frame.turn is AXES:
        return
    yield from other.axes
    for own in one.axes:
        for its in other.axes:
            across = vectors.cross(own, its)
            length = vectors.length(across)
            if length > _PARALLEL:
                yield vectors.scale(across, 1 / length)


def _reach(box: Box, axis: Vector) -> float:
    return sum(
        half * abs(vectors.dot(own, axis)) for half, own in zip(box.half, box.axes, strict=True)
    )
