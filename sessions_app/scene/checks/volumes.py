"""The volumes of ideal shapes, and how much of it two of them share."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from sessions_app.scene.checks.boxes import Box, distance
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.shapes import reach
from sessions_app.scene.geometry.vectors import AXES, Frame, Vector

# Whether a point in units of the half size, so from -1 to 1, is in the shape.
_Inside: TypeAlias = Callable[[float, float, float], bool]

# The samples along each axis of the room that two boxes share.
_SAMPLES = 5


def _in_box(x: float, y: float, z: float) -> bool:
    return max(abs(x), abs(y), abs(z)) <= 1


def _in_ball(x: float, y: float, z: float) -> bool:
    return x * x + y * y + z * z <= 1


def _in_cylinder(x: float, y: float, z: float) -> bool:
    return x * x + z * z <= 1 and abs(y) <= 1


def _in_cone(x: float, y: float, z: float) -> bool:
    return abs(y) <= 1 and math.hypot(x, z) <= (1 - y) / 2


# A capsule counts as a cylinder: its ends lack little.
_INSIDE: Mapping[str, _Inside] = {
    "sphere": _in_ball,
    "cylinder": _in_cylinder,
    "capsule": _in_cylinder,
    "cone": _in_cone,
}
_FILLED: Mapping[str, float] = {
    "sphere": math.pi / 6,
    "cylinder": math.pi / 4,
    "capsule": math.pi / 4,
    "cone": math.pi / 12,
}


def volume(kind: str, box: Box) -> float:
    """The volume of an ideal shape in cubic meters."""
    return 8 * math.prod(box.half) * _FILLED.get(kind, 1.0)


def contains(kind: str, box: Box, point: Vector) -> bool:
    """Whether a point of the world is in an ideal shape."""
    if min(box.half) <= 0:
        return False
    x, y, z = box.frame.inside(point)
    a, b, c = box.half
    return _INSIDE.get(kind, _in_box)(x / a, y / b, z / c)


def encloses(kind: str, outer: Box, inner: Box) -> bool:
    """Whether all of a box is in an ideal shape, which is so when its corners are."""
    return all(
        contains(kind, outer, inner.frame.point((x * a, y * b, z * c)))
        for a, b, c in [inner.half]
        for x in (-1, 1)
        for y in (-1, 1)
        for z in (-1, 1)
    )


def depth(kinds: tuple[str, str], one: Box, other: Box) -> float:
    """How deep two ideal shapes overlap, in meters; 0 or less if they do not.

    It is the shortest way found to part them: along the faces of their boxes and the line between
    their centers.
    """
    deep = -distance(one, other)
    if kinds == ("box", "box") or deep <= 0:
        return deep
    away = vectors.subtract(other.frame.origin, one.frame.origin)
    length = vectors.length(away)
    axes = [*one.axes, *other.axes]
    if length > 0:
        axes.append(vectors.scale(away, 1 / length))
    for axis in axes:
        along = vectors.dot(away, axis)
        toward = axis if along >= 0 else vectors.scale(axis, -1)
        back = vectors.scale(toward, -1)
        reaches = _reach(kinds[0], one, toward) + _reach(kinds[1], other, back)
        deep = min(deep, reaches - abs(along))
    return deep


def _reach(kind: str, box: Box, toward: Vector) -> float:
    size = vectors.scale(box.half, 2)
    return reach(kind, size, box.frame.direction_inside(toward))


def shared(kinds: tuple[str, str], one: Box, other: Box) -> float:
    """The volume that two shapes share in cubic meters: exact for upright boxes, else sampled.

    Both must have a volume.
    """
    upright = one.frame.turn is AXES and other.frame.turn is AXES
    if upright and not any(kind in _INSIDE for kind in kinds):
        return math.prod(max(0.0, deep) for deep in one.bounds.overlap(other.bounds))
    if _room(one, other)[2] > _room(other, one)[2]:
        one, other, kinds = other, one, (kinds[1], kinds[0])
    low, size, room = _room(one, other)
    if room <= 0:
        return 0.0
    (a, b, c), (d, e, f) = one.half, other.half
    (t, u, v), ((g, h, i), (j, k, m), (n, o, p)) = other.frame.frame_inside(one.frame)
    is_in_one, is_in_other = (_INSIDE.get(kind, _in_box) for kind in kinds)
    count = 0
    for x, y, z in _grid(low, size):
        if is_in_one(x / a, y / b, z / c):
            count += is_in_other(
                (t + g * x + h * y + i * z) / d,
                (u + j * x + k * y + m * z) / e,
                (v + n * x + o * y + p * z) / f,
            )
    return room * count / _SAMPLES**3


def _room(one: Box, other: Box) -> tuple[Vector, Vector, float]:
    """What a box shares with the bounds of another along its axes: low corner, size, volume."""
    inside: Frame = one.frame.frame_inside(other.frame)
    low, size = [], []
    for axis in range(3):
        row = inside.turn[axis]
        far = sum(abs(row[at]) * other.half[at] for at in range(3))
        start = max(-one.half[axis], inside.origin[axis] - far)
        end = min(one.half[axis], inside.origin[axis] + far)
        low.append(start)
        size.append(max(0.0, end - start))
    return vectors.vector(low), vectors.vector(size), math.prod(size)


def _grid(low: Vector, size: Vector) -> Iterator[Vector]:
    parts = [(at + 0.5) / _SAMPLES for at in range(_SAMPLES)]
    for x in parts:
        for y in parts:
            for z in parts:
                yield (low[0] + x * size[0], low[1] + y * size[1], low[2] + z * size[2])
