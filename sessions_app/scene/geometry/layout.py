"""Where the objects of a document are in the world, found once for each of them.

Objects are a map of entities by id. An entity has a `kind` and a `position` in its parent's space,
and may have `parent` (an id), `rotation` in degrees and, where it is a solid, `size`. A solid is
about its center, everything else about its own origin.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from sessions_app.scene.document import graph
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.shapes import REACHES, reach
from sessions_app.scene.geometry.vectors import AXES, ORIGIN, Frame, Vector

Objects: TypeAlias = graph.Objects

WORLD = Frame()


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


def is_solid(entity: Mapping[str, Any]) -> bool:
    """Whether it is a thing with a shape of its own, and not a group, a light or a camera."""
    return entity["kind"] in REACHES


class Layout:
    """The frames and bounds of one document's objects."""

    def __init__(self, objects: Objects) -> None:
        """Look at the objects; nothing is computed before it is asked for."""
        self.objects = objects
        self._frames: dict[str, Frame] = {}
        self._bounds: dict[str, Bounds] = {}
        self._graph = graph.Graph(objects)

    def after(self, objects: Objects, touched: Iterable[str]) -> "Layout":
        """The layout of a later document, which keeps what is known of untouched objects.

        Args:
            objects: all objects of the later document.
            touched: the ids of those that were added, changed or removed since.
        """
        later = Layout(objects)
        later._frames, later._bounds = self._frames.copy(), self._bounds.copy()
        same_tree = True
        for name in touched:
            before, now = self.objects.get(name), objects.get(name)
            if before is None or now is None or before.get("parent") != now.get("parent"):
                same_tree = False
            if before is not None:
                later._forget(name, self)
        if same_tree:
            later._graph = self._graph.of_same_tree(objects)
        return later

    def _forget(self, name: str, before: "Layout") -> None:
        self._frames.pop(name, None)
        self._bounds.pop(name, None)
        for child in before.children(name):
            self._forget(child, before)

    def children(self, parent: str | None) -> list[str]:
        """The ids of those right below, in the document's order; of None, those at the top."""
        return self._graph.children(parent)

    def solids(self, top: str) -> Iterator[str]:
        """The ids of the solids in it, itself included."""
        if is_solid(self.objects[top]):
            yield top
        for child in self.children(top):
            yield from self.solids(child)

    def frame(self, name: str | None) -> Frame:
        """The frame of an entity in the world; of None, the world's own."""
        if name is None:
            return WORLD
        known = self._frames.get(name)
        if known is None:
            entity = self.objects[name]
            own = Frame(
                vectors.vector(entity["position"]),
                vectors.rotation(entity.get("rotation", ORIGIN)),
            )
            known = self._frames[name] = self.frame(entity.get("parent")).frame(own)
        return known

    def extent(self, name: str, inside: Frame = WORLD) -> Bounds | None:
        """The bounds of an entity with all that belongs to it, along the axes of a frame.

        Args:
            name: its id.
            inside: the frame; the world's own at first.

        Returns:
            None where nothing in it is solid.
        """
        return united(self.solid_extent(solid, inside) for solid in self.solids(name))

    def own_extent(self, name: str) -> Bounds | None:
        """The same along its own axes, about its own origin: of a solid, as large as its size."""
        return self.extent(name, self.frame(name))

    def solid_extent(self, name: str, inside: Frame = WORLD) -> Bounds:
        """The bounds of one solid without what belongs to it, along the axes of a frame."""
        if inside is not WORLD:
            return _extent(self.objects[name], inside.frame_inside(self.frame(name)))
        known = self._bounds.get(name)
        if known is None:
            known = self._bounds[name] = _extent(self.objects[name], self.frame(name))
        return known


def aim_point(layout: Layout, entity: Mapping[str, Any]) -> Vector:
    """The point of the world that a light or a camera looks at; of an object, its center."""
    aim = entity.get("aim", ORIGIN)
    return center_of(layout, aim) if isinstance(aim, str) else vectors.vector(aim)


def center_of(layout: Layout, name: str) -> Vector:
    """The center of an object's bounds in the world; where nothing in it is solid, its place."""
    bounds = layout.extent(name)
    return bounds.center if bounds else layout.frame(name).origin


def _extent(solid: Mapping[str, Any], frame: Frame) -> Bounds:
    kind, size = solid["kind"], vectors.vector(solid["size"])
    if frame.turn is AXES:
        half = vectors.scale(size, 0.5)
        return Bounds(vectors.subtract(frame.origin, half), vectors.add(frame.origin, half))
    low, high = [], []
    for axis in range(3):
        # The world's axis as the solid sees it: a row of its rotation.
        toward = frame.turn[axis]
        high.append(frame.origin[axis] + reach(kind, size, toward))
        low.append(frame.origin[axis] - reach(kind, size, vectors.scale(toward, -1)))
    return Bounds(vectors.vector(low), vectors.vector(high))
