"""Where the objects of a document are in the world, found once for each of them.

Objects are a map of entities by id. An entity has a `kind` and a `position` in its parent's space,
and may have `parent` (an id), `rotation` in degrees and, where it is a solid, `size`. A solid is
about its center, everything else about its own origin.

What belongs to a pattern is drawn only as its copies. It has a frame and bounds of its own, in the
middle of the pattern, but all that is around it sees the pattern as one thing: the pattern counts
among the solids in place of what it repeats.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sessions_app.scene.document import graph
from sessions_app.scene.document.index import Index
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import Bounds, box_bounds, shape_bounds, united
from sessions_app.scene.geometry.carried import Carried
from sessions_app.scene.geometry.copies import Drawn, Part, Pose, drawn_of
from sessions_app.scene.geometry.grid import Grid
from sessions_app.scene.geometry.outlines import Form, form_of
from sessions_app.scene.geometry.prop_pieces import drawn_prop, is_prop
from sessions_app.scene.geometry.shapes import BOXES, REACHES
from sessions_app.scene.geometry.vectors import AXES, ORIGIN, Frame, Vector

__all__ = [
    "WORLD",
    "Bounds",
    "Layout",
    "Objects",
    "Piece",
    "aim_point",
    "center_of",
    "is_pattern",
    "is_prop",
    "is_solid",
    "own_frame",
    "united",
]

Objects: TypeAlias = graph.Objects
# A drawn solid: its shape, its size in meters, and its frame in the world.
Piece: TypeAlias = tuple[Form, Vector, Frame]

WORLD = Frame()

# The members of a pattern on which its copies depend, beside what it repeats.
_ARRANGED_BY = ("arrangement", "bounds", "without")
# Kinds whose bounds are those of their boxes.
_AS_BOXES = frozenset({*BOXES, "pattern"})
# When more boxes than these have moved, they are put into a grid of their own.
MOST_MOVED = 32


def is_solid(entity: Mapping[str, Any]) -> bool:
    """Whether it is a thing with a shape of its own, and not a group, a light or a camera."""
    return entity["kind"] in REACHES


def is_pattern(entity: Mapping[str, Any]) -> bool:
    """Whether what belongs to it is drawn only as its copies."""
    return bool(entity["kind"] == "pattern")


class Layout:
    """The frames and bounds of one document's objects."""

    def __init__(self, objects: Objects) -> None:
        """Look at the objects; nothing is computed before it is asked for."""
        self.objects = objects
        self._frames: Carried[Frame] = Carried()
        self._bounds: Carried[Bounds] = Carried()
        self._drawn: Carried[Drawn] = Carried()
        # The index of an earlier document, and the ids of what has changed since.
        self._indexed: tuple[Index, frozenset[str]] = (Index(objects), frozenset())
        self._graph = self._indexed[0].graph
        # The boxes of an earlier document, if anybody asked for them, and what was moved since.
        self._placed: tuple[Grid, frozenset[str]] | None = None

    def after(self, objects: Objects, touched: Iterable[str]) -> "Layout":
        """The layout of a later document, which keeps what is known of untouched objects.

        Args:
            objects: all objects of the later document.
            touched: the ids of those that were added, changed or removed since.
        """
        later = Layout(objects)
        ids = frozenset(touched)
        moved, redrawn = set(ids), set[str]()
        for name in ids:
            before, now = self.objects.get(name), objects.get(name)
            moved.update(self.descendants(name))
            for every, entity, other in ((self.objects, before, now), (objects, now, before)):
                if entity is not None:
                    around = _patterns_around(every, name)
                    moved.update(around)
                    redrawn.update(around)
                    if other is None or _is_arranged_otherwise(entity, other):
                        redrawn.add(name)
        later._frames, later._bounds = self._frames.after(moved), self._bounds.after(moved)
        later._drawn = self._drawn.after(redrawn)
        index, changed = self._indexed
        later._indexed = index, changed | ids
        later._graph = self._graph.copy()
        later._graph.update(objects, ids)
        if self._placed is not None:
            grid, moved_before = self._placed
            later._placed = grid, moved_before | moved
        return later

    @property
    def index(self) -> Index:
        """The index of the objects."""
        index, changed = self._indexed
        if changed:
            index = index.after(self.objects, changed)
            self._indexed = index, frozenset()
        return index

    def near(self, bounds: Bounds, within: float = 0.0) -> list[str]:
        """The ids of all solids whose boxes come within this distance along each of the axes.

        Args:
            bounds: of the world, and without an end to any side where that is infinite.
            within: in meters.
        """
        if self._placed is not None and len(self._placed[1]) > MOST_MOVED:
            self.keep_boxes()
        grid, moved = self._boxes()
        found = [name for name in grid.near(bounds, within) if name not in moved]
        for name in moved:
            box = self._box(name)
            if box is not None and min(box.overlap(bounds)) >= -within:
                found.append(name)
        return found

    def keep_boxes(self) -> None:
        """Work out where all boxes are, for `near` of this and of later layouts."""
        grid, moved = self._boxes()
        if moved:
            grid = grid.copy()
            for name in moved:
                box = self._box(name)
                if box is None:
                    grid.remove(name)
                else:
                    grid.put(name, box)
            self._placed = grid, frozenset()

    def _boxes(self) -> tuple[Grid, frozenset[str]]:
        if self._placed is None:
            every = ((name, self._solid_box(name)) for name in self.every_solid())
            self._placed = Grid(every), frozenset()
        return self._placed

    def _box(self, name: str) -> Bounds | None:
        """The bounds of the box of one of the solids; None if it is none of them."""
        entity = self.objects.get(name)
        if entity is None or self.pattern_around(name) is not None:
            return None
        if not is_solid(entity) and not (is_pattern(entity) and len(self.drawn(name))):
            return None
        return self._solid_box(name)

    def _solid_box(self, name: str) -> Bounds:
        if self.objects[name]["kind"] in _AS_BOXES:
            return self.solid_extent(name)
        return box_bounds(self._shape(name)[1], self.frame(name))

    def children(self, parent: str | None) -> Sequence[str]:
        """The ids of those right below, in the document's order; of None, those at the top."""
        return self._graph.children(parent)

    def ancestors(self, below: str) -> Iterator[str]:
        """The ids of its parent, its grandparent and so on."""
        return self._graph.ancestors(below)

    def descendants(self, top: str) -> Iterator[str]:
        """The ids of all that belongs to it, each parent before its children."""
        return self._graph.descendants(top)

    def solids(self, top: str) -> Iterator[str]:
        """The ids of the solids in it, itself included; a pattern with copies is one."""
        entity = self.objects[top]
        if is_pattern(entity):
            if len(self.drawn(top)):
                yield top
            return
        if is_solid(entity):
            yield top
        for child in self.children(top):
            yield from self.solids(child)

    def every_solid(self) -> Iterator[str]:
        """The ids of all solids, as `solids` returns those of one object."""
        for top in self.children(None):
            yield from self.solids(top)

    def pattern_around(self, name: str) -> str | None:
        """The id of the outermost pattern that repeats an object; None if none does."""
        found = None
        for above in self._graph.ancestors(name):
            if is_pattern(self.objects[above]):
                found = above
        return found

    def outermost(self, name: str) -> str:
        """The id of the outermost object that an object belongs to; at the top, its own."""
        for above in self._graph.ancestors(name):
            name = above
        return name

    def frame(self, name: str | None) -> Frame:
        """The frame of an entity in the world; of None, the world's own."""
        if name is None:
            return WORLD
        known = self._frames.get(name)
        if known is None:
            entity = self.objects[name]
            parent, own = entity.get("parent"), own_frame(entity)
            known = own if parent is None else self.frame(parent).frame(own)
            self._frames.put(name, known)
        return known

    def drawn(self, pattern: str) -> Drawn:
        """All visible solids that a prop or the copies of a pattern draw, in its own space."""
        if is_prop(self.objects[pattern]):
            return drawn_prop(self.objects[pattern])
        known = self._drawn.get(pattern)
        if known is None:
            unit = [part for child in self.children(pattern) for part in self._parts(child, Pose())]
            known = drawn_of(self.objects[pattern], unit)
            self._drawn.put(pattern, known)
        return known

    def _parts(self, name: str, parent: Pose) -> Iterator[Part]:
        """Yield the visible solids in an object, as they are where its parent is."""
        entity = self.objects[name]
        if entity.get("visible") is False:
            return
        pose = parent.pose(Pose(own_frame(entity)))
        if is_pattern(entity):
            for _, form, size, frame, solid in self.drawn(name).instances:
                yield Part(solid, form, size, pose.pose(Pose(frame)))
            return
        if is_solid(entity):
            yield Part(name, *self._shape(name), pose)
        for child in self.children(name):
            yield from self._parts(child, pose)

    def pieces(self, name: str) -> Iterator[Piece]:
        """What is drawn of an object alone: a solid, or all of a prop or of a pattern's copies."""
        entity, outer = self.objects[name], self.frame(name)
        if is_solid(entity) and not is_prop(entity):
            yield (*self._shape(name), outer)
        if is_pattern(entity) or is_prop(entity):
            for _, form, size, frame, _ in self.drawn(name).instances:
                yield form, size, outer.frame(frame)

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
        """The bounds of one of `solids` without what belongs to it, along the axes of a frame."""
        if inside is not WORLD:
            own = self.frame(name)
            return self._extent(name, WORLD if inside is own else inside.frame_inside(own))
        known = self._bounds.get(name)
        if known is None:
            known = self._extent(name, self.frame(name))
            self._bounds.put(name, known)
        return known

    def _extent(self, name: str, frame: Frame) -> Bounds:
        if not is_pattern(self.objects[name]):
            return shape_bounds(*self._shape(name), frame)
        drawn = self.drawn(name)
        if frame.turn is AXES:
            return drawn.bounds.moved(frame.origin)
        return drawn.bounds_in(frame)

    def _shape(self, solid: str) -> tuple[Form, Vector]:
        entity = self.objects[solid]
        return form_of(entity), vectors.vector(entity["size"])


def aim_point(layout: Layout, entity: Mapping[str, Any]) -> Vector:
    """The point of the world that a light or a camera looks at; of an object, its center."""
    aim = entity.get("aim", ORIGIN)
    return center_of(layout, aim) if isinstance(aim, str) else vectors.vector(aim)


def center_of(layout: Layout, name: str) -> Vector:
    """The center of an object's bounds in the world; where nothing in it is solid, its place."""
    bounds = layout.extent(name)
    return bounds.center if bounds else layout.frame(name).origin


def own_frame(entity: Mapping[str, Any]) -> Frame:
    """The frame of an entity in its parent's."""
    return Frame(
        vectors.vector(entity["position"]), vectors.rotation(entity.get("rotation", ORIGIN))
    )


def _patterns_around(objects: Objects, name: str) -> list[str]:
    """Return the ids of the patterns that an object belongs to."""
    return [each for each in graph.Graph(objects).ancestors(name) if is_pattern(objects[each])]


def _is_arranged_otherwise(entity: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return any(entity.get(each) != other.get(each) for each in _ARRANGED_BY)
