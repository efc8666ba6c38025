"""Cast rays into a scene: which solids they hit, where, and the surface normals there."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.crossings import crossing
from sessions_app.scene.geometry.layout import Layout, is_solid
from sessions_app.scene.geometry.vectors import Frame, Vector

# A ray that begins this close to a surface begins on it, in meters.
_TOUCHES = 1e-9


class Hit(NamedTuple):
    """Where a ray meets a solid: the distance in meters, the point, and the normal there.

    The normal has length 1 and points out of the solid, even if the ray begins inside the solid.
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
        among: the ids to test; other kinds than solids are skipped. All objects by default.
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
    for each in layout.objects if among is None else among:
        entity = layout.objects[each]
        if is_solid(entity) and _comes_near(entity["size"], layout.frame(each), origin, toward):
            hit = _hit(layout, each, origin, toward)
            if hit is not None:
                yield hit


def _comes_near(size: Sequence[float], frame: Frame, origin: Vector, toward: Vector) -> bool:
    """Return whether a ray hits the bounding sphere: a cheap test that rules out most solids."""
    (px, py, pz), (ox, oy, oz), (tx, ty, tz) = frame.origin, origin, toward
    x, y, z = px - ox, py - oy, pz - oz
    along = x * tx + y * ty + z * tz
    width, height, depth = size
    square = (width * width + height * height + depth * depth) / 4 + _TOUCHES
    if along < 0 and along * along > square:
        return False
    x, y, z = x - along * tx, y - along * ty, z - along * tz
    return x * x + y * y + z * z <= square


def _hit(layout: Layout, solid: str, origin: Vector, toward: Vector) -> Hit | None:
    entity, frame = layout.objects[solid], layout.frame(solid)
    crossed = crossing(
        entity["kind"],
        vectors.vector(entity["size"]),
        frame.inside(origin),
        frame.direction_inside(toward),
    )
    if crossed is None or crossed.leaves < -_TOUCHES:
        return None
    enters = crossed.enters >= -_TOUCHES
    distance = max(0.0, crossed.enters if enters else crossed.leaves)
    normal = crossed.normal_entering if enters else crossed.normal_leaving
    point = vectors.add(origin, vectors.scale(toward, distance))
    return Hit(solid, distance, point, frame.direction(normal))
