"""Oriented boxes: how far two are apart, how deep they overlap, when a moving one touches."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import Bounds, box_bounds
from sessions_app.scene.geometry.vectors import AXES, Frame, Matrix, Vector

# Two edges this near to parallel span no axis of their own: their faces' axes say enough.
_PARALLEL = 1e-6
_SHARED = 1e-12


class Box(NamedTuple):
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
    """Return the box of this size about a frame's origin."""
    return Box(frame, vectors.scale(size, 0.5), box_bounds(size, frame))


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
    mixed, away = _relative(one.frame, other.frame)
    found = _along_faces(one.half, other.half, mixed, away)
    # Two that share an axis, as all that only have a yaw, are parted along a face or not at all.
    if found > enough or _share_axis(mixed):
        return found
    return max(found, _along_edges(one.half, other.half, mixed, away))


def _relative(frame: Frame, other: Frame) -> tuple[Matrix, Vector]:
    """Return the axes of another frame and the way to it, as the first one sees them."""
    (a, b, c), (d, e, f), (g, h, i) = frame.turn
    (j, k, m), (n, o, p), (q, r, s) = other.turn
    (x, y, z), (u, v, w) = frame.origin, other.origin
    x, y, z = u - x, v - y, w - z
    return (
        (
            (a * j + d * n + g * q, a * k + d * o + g * r, a * m + d * p + g * s),
            (b * j + e * n + h * q, b * k + e * o + h * r, b * m + e * p + h * s),
            (c * j + f * n + i * q, c * k + f * o + i * r, c * m + f * p + i * s),
        ),
        (a * x + d * y + g * z, b * x + e * y + h * z, c * x + f * y + i * z),
    )


def _share_axis(mixed: Matrix) -> bool:
    (a, b, c), (d, e, f), (g, h, i) = mixed
    return max(a, b, c, d, e, f, g, h, i) > 1 - _SHARED or (
        min(a, b, c, d, e, f, g, h, i) < _SHARED - 1
    )


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


# Each axis with the two others, in cyclic order.
_CYCLES = ((0, 1, 2), (1, 2, 0), (2, 0, 1))


def _along_edges(half: Vector, its: Vector, mixed: Matrix, away: Vector) -> float:
    found = -math.inf
    for i, k, m in _CYCLES:
        row, first, second = mixed[i], mixed[k], mixed[m]
        own, other, ahead, aside = half[k], half[m], away[m], away[k]
        for j, p, q in _CYCLES:
            squared = 1 - row[j] * row[j]
            if squared >= _PARALLEL:
                reach = own * abs(second[j]) + other * abs(first[j])
                reach += its[p] * abs(row[q]) + its[q] * abs(row[p])
                beyond = abs(ahead * first[j] - aside * second[j]) - reach
                found = max(found, beyond / math.sqrt(squared))
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
