"""The shapes that points describe: tubes along curves, profiles turned round, outlines made deep.

Points are in meters from the center of the shape's natural box, along its own axes. The shape is
stretched so that this box is as large as the object's `size`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.vectors import Vector

# The kinds whose shape is described by points.
OUTLINED: Final = ("extrude", "lathe", "tube")
# Of [x, y, z], or of [x, y] and [radius, height].
Points: TypeAlias = tuple[tuple[float, ...], ...]

# A tube is drawn in at most this many straight pieces, and at most this many from point to point.
_MOST_PIECES, _MOST_PIECES_OF_A_SPAN = 144, 12
# Of the curve's parameter, from 0 to 1, by which its direction is found.
_STEP = 1e-4
# Points nearer than this, to the fourth power as spans are measured, count as one.
_SAME = 1e-4
_KEPT = 2048


class _Rim(NamedTuple):
    """A disk whose edge is part of a shape's surface; of a corner the radius is 0."""

    center: Vector
    axis: Vector
    radius: float

    def reach(self, toward: Vector) -> float:
        """How far it reaches from the origin in a direction, times the direction's length."""
        along = vectors.dot(self.center, toward)
        if not self.radius:
            return along
        across = vectors.dot(toward, toward) - vectors.dot(self.axis, toward) ** 2
        return along + self.radius * math.sqrt(max(0.0, across))


@dataclass(frozen=True, eq=False)
class Outline:
    """The shape of one of the kinds of OUTLINED.

    Each is made once, by `outline_of`, and equal to itself alone.

    Attributes:
        kind: of the object.
        points: what describes it.
        radius: of a tube, in meters.
        closed: whether a tube leads back to its first point.
    """

    kind: str
    points: Points
    radius: float
    closed: bool

    @cached_property
    def box(self) -> tuple[Vector, Vector]:
        """The lowest and the highest corner of the natural box; an extrude is 1 deep."""
        high = [self._reach(axis) for axis in vectors.AXES]
        low = [-self._reach(vectors.scale(axis, -1)) for axis in vectors.AXES]
        return vectors.vector(low), vectors.vector(high)

    @property
    def size(self) -> Vector:
        """The size of the natural box."""
        low, high = self.box
        return vectors.subtract(high, low)

    @property
    def center(self) -> Vector:
        """The center of the natural box."""
        low, high = self.box
        return vectors.scale(vectors.add(low, high), 0.5)

    def reach(self, size: Vector, toward: Vector) -> float:
        """How far the shape reaches from its center in a direction, stretched to a size."""
        factors = vectors.vector([
            side / own if own else 0.0 for side, own in zip(size, self.size, strict=True)
        ])  # fmt: skip
        stretched = vectors.stretched(toward, factors)
        return self._reach(stretched) - vectors.dot(self.center, stretched)

    def _reach(self, toward: Vector) -> float:
        return max(rim.reach(toward) for rim in self._rims)

    @cached_property
    def _rims(self) -> tuple[_Rim, ...]:
        return tuple(_RIMS[self.kind](self))


Form: TypeAlias = str | Outline


def form_of(entity: Mapping[str, Any]) -> Form:
    """Return the shape of a solid: its outline if it has one, else its kind."""
    kind, points = entity["kind"], entity.get("points")
    if kind not in OUTLINED or not points:
        return str(kind)
    return outline_of(kind, points, entity.get("radius", 0.0), closed=entity.get("closed", False))


def kind_of(form: Form) -> str:
    """Return the kind of the solids of a shape."""
    return form if isinstance(form, str) else form.kind


def outline_of(
    kind: str, points: Sequence[Sequence[float]], radius: float = 0.0, *, closed: bool = False
) -> Outline:
    """Return the shape that points describe.

    Args:
        kind: one of OUTLINED.
        points: two or more; [x, y, z] of a tube, [radius, height] of a lathe, [x, y] of an extrude.
        radius: of a tube.
        closed: whether a tube leads back to its first point; it has three or more points then.
    """
    return _outline(kind, tuple(map(tuple, points)), radius, closed=closed)


@lru_cache(maxsize=_KEPT)
def _outline(kind: str, points: Points, radius: float, *, closed: bool) -> Outline:
    return Outline(kind, points, radius, closed)


def _extruded(outline: Outline) -> Iterator[_Rim]:
    for x, y in outline.points:
        for z in (-0.5, 0.5):
            yield _Rim((x, y, z), vectors.ORIGIN, 0.0)


def _turned(outline: Outline) -> Iterator[_Rim]:
    for radius, height in outline.points:
        yield _Rim((0.0, height, 0.0), vectors.AXES[1], radius)


def _along(outline: Outline) -> Iterator[_Rim]:
    curve = Curve(outline.points, closed=outline.closed)
    for step in range(curve.pieces + 1):
        at = step / curve.pieces
        yield _Rim(curve.point(at), curve.direction(at), outline.radius)


_RIMS = {"extrude": _extruded, "lathe": _turned, "tube": _along}


class Curve:
    """The smooth curve through points that three.js calls CatmullRomCurve3, centripetal."""

    def __init__(self, points: Points, *, closed: bool) -> None:
        """Lead through these points, and back to the first one if it is closed."""
        every = [vectors.vector(point) for point in points]
        if closed:
            around = [every[-1], *every, every[0], every[1]]
        else:
            before = vectors.subtract(vectors.scale(every[0], 2), every[1])
            after = vectors.subtract(vectors.scale(every[-1], 2), every[-2])
            around = [before, *every, after]
        self._around = around
        self._spans = len(around) - 3

    @property
    def pieces(self) -> int:
        """How many straight pieces it is drawn as."""
        if self._spans == 1:
            return 1
        each = min(_MOST_PIECES_OF_A_SPAN, max(1, _MOST_PIECES // self._spans))
        return self._spans * each

    def point(self, at: float) -> Vector:
        """Return the point at a parameter from 0 to 1, which grows alike from point to point."""
        along = at * self._spans
        first = min(int(along), self._spans - 1)
        return _between(self._around[first : first + 4], along - first)

    def direction(self, at: float) -> Vector:
        """Return the direction there, of length 1; of length 0 where the curve turns back."""
        start, end = max(0.0, at - _STEP), min(1.0, at + _STEP)
        way = vectors.subtract(self.point(end), self.point(start))
        return vectors.unit(way) if any(way) else vectors.ORIGIN


def _between(points: Sequence[Vector], at: float) -> Vector:
    """Return the point of the span between the second and the third of four points."""
    before, span, after = (
        vectors.length(vectors.subtract(other, one)) ** 0.5 for one, other in pairwise(points)
    )
    span = 1.0 if span < _SAME else span
    before = span if before < _SAME else before
    after = span if after < _SAME else after
    return vectors.vector([
        _cubic(at, values, (before, span, after)) for values in zip(*points, strict=True)
    ])  # fmt: skip


def _cubic(at: float, values: Sequence[float], spans: Vector) -> float:
    """Interpolate between the second and the third of four values whose parameters are so apart."""
    a, b, c, d = values
    before, span, after = spans
    start = ((b - a) / before - (c - a) / (before + span) + (c - b) / span) * span
    end = ((c - b) / span - (d - b) / (span + after) + (d - c) / after) * span
    return (
        b
        + start * at
        + (-3 * b + 3 * c - 2 * start - end) * at**2
        + (2 * b - 2 * c + start + end) * at**3
    )
