"""One placement as relations see it: the bounds of its targets and references along some axes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import WORLD, Bounds, Layout, is_prop, united
from sessions_app.scene.geometry.vectors import Frame, Vector

# How far each target moves, along the axes of the task.
Shifts: TypeAlias = dict[str, Vector]
# An object by its id, or a point of the world.
Reference: TypeAlias = str | Vector

# Rounding, in meters: what lies closer than this is at the same height.
CLOSE = 1e-9
RIGHT, UP, FRONT = 0, 1, 2


@dataclass(frozen=True)
class Task:
    """A placement to work out.

    Bounds are along `axes`: the world's, which are the viewer's, or the reference's own.
    """

    layout: Layout
    targets: tuple[str, ...]
    references: tuple[Reference, ...]
    gap: float = 0.0
    axis: int | None = None
    axes: Frame = WORLD
    # The solids of the targets, which count for no reference and are in no one's way.
    moving: frozenset[str] = field(default_factory=frozenset)

    def bounds(self, target: str) -> Bounds:
        """Around a target; around its place, where nothing in it is solid."""
        return self.layout.extent(target, self.axes) or self._point(target)

    def reference(self, index: int = 0) -> Bounds:
        """Around a reference without the targets that belong to it."""
        of = self.references[index]
        return united(self.solids(index).values()) or self._point(of)

    def solids(self, index: int = 0) -> dict[str, Bounds]:
        """The bounds of the solids of a reference by id, without those of the targets."""
        of = self.references[index]
        if not isinstance(of, str):
            return {}
        solids = (solid for solid in self.layout.solids(of) if solid not in self.moving)
        return {solid: self.layout.solid_extent(solid, self.axes) for solid in solids}

    def others(self, near: Bounds) -> Iterator[Bounds]:
        """The bounds of other solids, of neither a target nor a reference: at least those near.

        Args:
            near: some bounds along the axes of the task, without an end where they are infinite.
        """
        own = {solid for index in range(len(self.references)) for solid in self.solids(index)}
        layout, is_world = self.layout, self.axes is WORLD
        for name in layout.near(near, CLOSE) if is_world else layout.every_solid():
            if name not in own and name not in self.moving:
                yield layout.solid_extent(name, self.axes)

    def is_prop(self, solid: str) -> bool:
        """Whether a solid is drawn as several parts, on and under which things stand."""
        return is_prop(self.layout.objects[solid])

    def height_at(self, solid: str, x: float, z: float) -> float | None:
        """How high a solid's box is above a point of the ground plane; None where it is not.

        Of a pattern, that of the highest copy there; of a prop, that of the highest part.
        """
        return max((high for _, high in self.spans_at(solid, x, z)), default=None)

    def spans_at(self, solid: str, x: float, z: float) -> Iterator[tuple[float, float]]:
        """From where to where the boxes of what is drawn of a solid reach, above that point."""
        for _, size, frame in self.layout.pieces(solid):
            span = self._span_of(self.axes.frame_inside(frame), size, x, z)
            if span is not None:
                yield span

    def _span_of(
        self, frame: Frame, size: Vector, x: float, z: float
    ) -> tuple[float, float] | None:
        half = vectors.scale(size, 0.5)
        start = frame.inside((x, 0.0, z))
        upward = frame.direction_inside((0.0, 1.0, 0.0))
        enter, leave = float("-inf"), float("inf")
        for at, along, reach in zip(start, upward, half, strict=True):
            if abs(along) < CLOSE:
                if abs(at) > reach + CLOSE:
                    return None
                continue
            one, other = (-reach - at) / along, (reach - at) / along
            enter, leave = max(enter, min(one, other)), min(leave, max(one, other))
        return (enter, leave) if enter <= leave + CLOSE else None

    def _point(self, of: Reference) -> Bounds:
        point = self.layout.frame(of).origin if isinstance(of, str) else of
        inside = self.axes.inside(point)
        return Bounds(inside, inside)


def beyond(bounds: Bounds, center: Vector) -> Vector:
    """How far to move bounds so that their center is there."""
    return vectors.subtract(center, bounds.center)


def along(axis: int, amount: float) -> Vector:
    """A vector along one axis."""
    values = [0.0, 0.0, 0.0]
    values[axis] = amount
    return vectors.vector(values)


def covers(bounds: Bounds, x: float, z: float) -> bool:
    """Whether a point of the ground plane is below, above or in the bounds."""
    low, high = bounds
    inside_x = low[0] - CLOSE <= x <= high[0] + CLOSE
    return inside_x and low[2] - CLOSE <= z <= high[2] + CLOSE
