"""Intersect lines with ideal shapes.

Boxes, spheres, cylinders, cones and capsules are exact; every other kind counts as its box. All
are convex, so the intersection is one interval: from where the line enters to where it leaves.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.outlines import Form, kind_of
from sessions_app.scene.geometry.vectors import Vector

# An interval along the line, in lengths of its direction; None if the line misses.
Stretch: TypeAlias = tuple[float, float] | None

# Flat solids count as a micrometer thick, so that lines can hit them.
_FLAT = 1e-6
# Closer to its axis than this, the surface of a cone counts as its tip.
_TIP = 1e-12


class Crossing(NamedTuple):
    """Where a line enters and leaves a shape, and the surface normals there.

    The distances are in lengths of the line's direction; the normals point out of the shape and
    have length 1.
    """

    enters: float
    leaves: float
    normal_entering: Vector
    normal_leaving: Vector


def crossing(form: Form, size: Vector, origin: Vector, direction: Vector) -> Crossing | None:
    """Intersect a line with a solid, in the solid's own axes about its center.

    Args:
        form: the solid's shape; one that is not exact here counts as its box.
        size: [width, height, depth] in meters.
        origin: a point of the line.
        direction: of the line, of any length but 0.

    Returns:
        None if the line misses it.
    """
    kind = kind_of(form)
    half = vectors.vector([max(member, _FLAT) / 2 for member in size])
    shrink = vectors.vector([1 / member for member in half])
    end = 0.0
    if kind == "capsule" and size[0] > size[1]:
        kind = "sphere"  # too low for a cylinder: a ball drawn out
    elif kind == "capsule":
        end = size[1] / max(size[0], _FLAT) - 1
        shrink = (shrink[0], shrink[0], shrink[2])
    # Start where the line is closest to the center: far origins would cost precision.
    nearest = -vectors.dot(origin, direction) / vectors.dot(direction, direction)
    start = vectors.stretched(vectors.add(origin, vectors.scale(direction, nearest)), shrink)
    along = vectors.stretched(direction, shrink)
    stretch = _STRETCHES.get(kind, _box)(start, along, end)
    if stretch is None:
        return None
    normal = _NORMALS.get(kind, _box_normal)
    # Normals transform by the inverse transpose of what transforms points.
    first, second = (
        vectors.unit(
            vectors.stretched(normal(vectors.add(start, vectors.scale(along, at)), end), shrink)
        )
        for at in stretch
    )
    return Crossing(nearest + stretch[0], nearest + stretch[1], first, second)


# The shapes below fill -1 to 1 along each axis; `end` is where the balls of a capsule, whose
# radius is 1, have their centers, above and below. Normals need not have length 1.


def _box(start: Vector, along: Vector, end: float) -> Stretch:
    del end
    stretch: Stretch = (-math.inf, math.inf)
    for axis in range(3):
        stretch = _both(stretch, _between(start[axis], along[axis], -1, 1))
    return stretch


def _ball(start: Vector, along: Vector, end: float) -> Stretch:
    del end
    return _below_zero(
        vectors.dot(along, along), vectors.dot(start, along), vectors.dot(start, start) - 1
    )


def _cylinder(start: Vector, along: Vector, end: float) -> Stretch:
    del end
    return _both(_between(start[1], along[1], -1, 1), _tube(start, along))


def _cone(start: Vector, along: Vector, end: float) -> Stretch:
    """Intersect with a cone whose tip is at the top: radius 1 at -1, radius 0 at 1."""
    del end
    below, sinks = (1 - start[1]) / 2, -along[1] / 2
    square = along[0] ** 2 + along[2] ** 2 - sinks**2
    middle = start[0] * along[0] + start[2] * along[2] - below * sinks
    rest = start[0] ** 2 + start[2] ** 2 - below**2
    upright = _between(start[1], along[1], -1, 1)
    if square > 0 or upright is None:
        return _both(upright, _below_zero(square, middle, rest))
    # A steep line passes through the base: it is inside beyond one of the two roots.
    roots = _roots(square, middle, rest)
    if roots is None:
        return upright
    beyond = (roots[1], math.inf) if sinks > 0 else (-math.inf, roots[0])
    return _both(upright, beyond)


def _capsule(start: Vector, along: Vector, end: float) -> Stretch:
    parts = [_ball((start[0], start[1] - center, start[2]), along, 0) for center in (-end, end)] + [
        _both(_between(start[1], along[1], -end, end), _tube(start, along))
    ]
    hit = [part for part in parts if part is not None]
    return (min(part[0] for part in hit), max(part[1] for part in hit)) if hit else None


def _box_normal(at: Vector, end: float) -> Vector:
    del end
    axis = max(range(3), key=lambda each: abs(at[each]))
    return vectors.vector([at[each] if each == axis else 0.0 for each in range(3)])


def _ball_normal(at: Vector, end: float) -> Vector:
    del end
    return at


def _cylinder_normal(at: Vector, end: float) -> Vector:
    del end
    is_cap = abs(at[1]) > math.hypot(at[0], at[2])
    return (0.0, at[1], 0.0) if is_cap else (at[0], 0.0, at[2])


def _cone_normal(at: Vector, end: float) -> Vector:
    del end
    around = math.hypot(at[0], at[2])
    # Compare how far the point is beyond the base and beyond the slanted surface.
    if -1 - at[1] > around - (1 - at[1]) / 2:
        return (0.0, -1.0, 0.0)
    return (at[0], around / 2, at[2]) if around > _TIP else (0.0, 1.0, 0.0)


def _capsule_normal(at: Vector, end: float) -> Vector:
    return (at[0], at[1] - max(-end, min(end, at[1])), at[2])


_STRETCHES: Mapping[str, Callable[[Vector, Vector, float], Stretch]] = {
    "sphere": _ball,
    "cylinder": _cylinder,
    "cone": _cone,
    "capsule": _capsule,
}
# Of the other kinds lines meet the box.
EXACT_KINDS = frozenset({"box", "plane", *_STRETCHES})
_NORMALS: Mapping[str, Callable[[Vector, float], Vector]] = {
    "sphere": _ball_normal,
    "cylinder": _cylinder_normal,
    "cone": _cone_normal,
    "capsule": _capsule_normal,
}


def _tube(start: Vector, along: Vector) -> Stretch:
    return _below_zero(
        along[0] ** 2 + along[2] ** 2,
        start[0] * along[0] + start[2] * along[2],
        start[0] ** 2 + start[2] ** 2 - 1,
    )


def _between(start: float, along: float, low: float, high: float) -> Stretch:
    if along == 0:
        return (-math.inf, math.inf) if low <= start <= high else None
    ends = sorted(((low - start) / along, (high - start) / along))
    return (ends[0], ends[1])


def _below_zero(square: float, middle: float, rest: float) -> Stretch:
    """Return where square · t² + 2 · middle · t + rest is at most 0; square is at least 0."""
    if square == 0:  # along the axis of a tube
        return (-math.inf, math.inf) if rest <= 0 else None
    return _roots(square, middle, rest)


def _roots(square: float, middle: float, rest: float) -> Stretch:
    """Return the roots of square · t² + 2 · middle · t + rest, the lower one first."""
    inner = middle * middle - square * rest
    if inner < 0:
        return None
    # This root does not suffer from cancellation; the other follows from their product.
    far = -middle - math.copysign(math.sqrt(inner), middle)
    if far == 0:
        return (0.0, 0.0)
    other = rest / far
    if square == 0:
        return (other, other)
    return (min(far / square, other), max(far / square, other))


def _both(one: Stretch, other: Stretch) -> Stretch:
    if one is None or other is None:
        return None
    enters, leaves = max(one[0], other[0]), min(one[1], other[1])
    return (enters, leaves) if enters <= leaves else None
