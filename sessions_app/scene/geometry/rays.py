"""Cast rays into a scene: which solids they hit, where, and the surface normals there."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.crossings import crossing
from sessions_app.scene.geometry.layout import Layout, Piece
from sessions_app.scene.geometry.vectors import Vector

# A ray that begins this close to a surface begins on it, in meters.
_TOUCHES = 1e-9


class Hit(NamedTuple):
    """Where a ray meets a solid: the distance in meters, the point, and the normal there.

    The normal has length 1 and points out of the solid, even if the ray begins inside the solid.
    Of a pattern, whose id it is, the nearest copy counts.
    """

    id: str
    distance: float
    point: Vector
    normal: Vector


def hits(
    layout: Layout, origin: Vector, toward: Vector, among: Iterable[str] | None = None
) -> list[Hit]:
    """Return the first hit of each solid along a ray, the nearest solid first.

    Args:
        layout: of the scene.
        origin: where the ray begins, in the world. A solid around it is hit where the ray leaves.
        toward: its direction, of any length but 0.
        among: the ids to test; other kinds than solids and patterns are skipped. All by default.
    """
    found = _hits(layout, origin, vectors.unit(toward), among)
    return sorted(found, key=lambda hit: hit.distance)


def first_hit(
    layout: Layout, origin: Vector, toward: Vector, among: Iterable[str] | None = None
) -> Hit | None:
    """Return the nearest hit, as `hits` does; None if the ray hits nothing."""
    found = _hits(layout, origin, vectors.unit(toward), among)
    return min(found, key=lambda hit: hit.distance, default=None)


def _hits(
    layout: Layout, origin: Vector, toward: Vector, among: Iterable[str] | None
) -> Iterator[Hit]:
    for each in layout.every_solid() if among is None else among:
        found = (
            _hit(each, piece, origin, toward)
            for piece in layout.pieces(each)
            if _comes_near(piece, origin, toward)
        )
        nearest = min(filter(None, found), key=lambda hit: hit.distance, default=None)
        if nearest is not None:
            yield nearest


def _comes_near(piece: Piece, origin: Vector, toward: Vector) -> bool:
    """Return whether a ray hits the bounding sphere: a cheap test that rules out most solids."""
    _, (width, height, depth), frame = piece
    (px, py, pz), (ox, oy, oz), (tx, ty, tz) = frame.origin, origin, toward
    x, y, z = px - ox, py - oy, pz - oz
    along = x * tx + y * ty + z * tz
    square = (width * width + height * height + depth * depth) / 4 + _TOUCHES
    if along < 0 and along * along > square:
        return False
    x, y, z = x - along * tx, y - along * ty, z - along * tz
    return x * x + y * y + z * z <= square


def _hit(solid: str, piece: Piece, origin: Vector, toward: Vector) -> Hit | None:
    form, size, frame = piece
    crossed = crossing(form, size, frame.inside(origin), frame.direction_inside(toward))
    if crossed is None or crossed.leaves < -_TOUCHES:
        return None
    enters = crossed.enters >= -_TOUCHES
    distance = max(0.0, crossed.enters if enters else crossed.leaves)
    normal = crossed.normal_entering if enters else crossed.normal_leaving
    point = vectors.add(origin, vectors.scale(toward, distance))
    return Hit(solid, distance, point, frame.direction(normal))
