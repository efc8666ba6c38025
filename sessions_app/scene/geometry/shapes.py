"""The ideal shapes of solids, by how far they reach in a direction.

A shape is as large as its `size` says, [width, height, depth] along its own axes, with its center
at the origin. Of a plane, a ring and a torus the thinnest member of the size is the axis.
"""

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

from sessions_app.scene.geometry.outlines import OUTLINED, Form, Outline
from sessions_app.scene.geometry.vectors import Vector

# How far a shape of this size reaches beyond its center in a direction of length 1.
Reach: TypeAlias = Callable[[Vector, Vector], float]


def _box(size: Vector, toward: Vector) -> float:
    x, y, z = toward
    return (abs(x) * size[0] + abs(y) * size[1] + abs(z) * size[2]) / 2


def _ellipsoid(size: Vector, toward: Vector) -> float:
    x, y, z = toward
    return math.hypot(x * size[0], y * size[1], z * size[2]) / 2


def _cylinder(size: Vector, toward: Vector) -> float:
    x, y, z = toward
    return (math.hypot(x * size[0], z * size[2]) + abs(y) * size[1]) / 2


def _cone(size: Vector, toward: Vector) -> float:
    """Stand on a base at the bottom, with the tip at the top."""
    x, y, z = toward
    tip = y * size[1]
    base = math.hypot(x * size[0], z * size[2]) - y * size[1]
    return max(tip, base) / 2


def _capsule(size: Vector, toward: Vector) -> float:
    """Have half a ball at both ends of a cylinder; its depth is that of a capsule drawn out."""
    x, y, z = toward
    if not size[0]:
        return _box(size, toward)
    z *= size[2] / size[0]
    radius = min(size[0], size[1]) / 2
    if size[0] > size[1]:  # too low for a cylinder: a ball drawn out
        return _ellipsoid(size, toward)
    return radius * math.hypot(x, y, z) + (size[1] / 2 - radius) * abs(y)


def axis_of(size: Vector) -> int:
    """Tell which axis a plane, a ring or a torus lies about: that of the thinnest member."""
    return size.index(min(size))


def _about_axis(size: Vector, toward: Vector) -> tuple[float, float, float]:
    """The reach of a flat ellipse about the axis, twice, and the size and direction along it."""
    axis = axis_of(size)
    first, second = (each for each in range(3) if each != axis)
    around = math.hypot(toward[first] * size[first], toward[second] * size[second])
    return around, size[axis], toward[axis]


def _ring(size: Vector, toward: Vector) -> float:
    around, thick, along = _about_axis(size, toward)
    return (around + abs(along) * thick) / 2


def _torus(size: Vector, toward: Vector) -> float:
    """Be a tube as thick as the thinnest member, bent round and drawn out to the other two."""
    axis = axis_of(size)
    first, second = (each for each in range(3) if each != axis)
    thick = size[axis]
    wide, deep = size[first], size[second]
    if wide <= thick or deep <= thick:
        return _ellipsoid(size, toward)
    drawn_out = deep / wide
    along, across = toward[first], toward[second] * drawn_out
    bent = (wide - thick) / 2 * math.hypot(along, across)
    return bent + thick / 2 * math.hypot(along, across, toward[axis])


REACHES: Mapping[str, Reach] = {
    "box": _box,
    "sphere": _ellipsoid,
    "cylinder": _cylinder,
    "cone": _cone,
    "capsule": _capsule,
    "torus": _torus,
    "ring": _ring,
    "plane": _box,
    "text": _box,
    "bust": _box,
    "chart": _box,
    "prop": _box,
    "model": _box,
    **dict.fromkeys(OUTLINED, _box),
}


# The kinds that fill their box.
BOXES = frozenset(kind for kind, each in REACHES.items() if each is _box) - set(OUTLINED)


def reach(form: Form, size: Vector, toward: Vector) -> float:
    """How far a solid reaches from its center in a direction, in its own axes.

    Args:
        form: the solid's shape; a kind without one of its own counts as a box.
        size: [width, height, depth] in meters.
        toward: a direction of length 1.
    """
    if isinstance(form, Outline):
        return form.reach(size, toward)
    return REACHES.get(form, _box)(size, toward)
