"""The visible solids of a document with their boxes."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sessions_app.scene.checks.boxes import Box, box_at
from sessions_app.scene.checks.copies import Copies
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import Bounds, box_bounds
from sessions_app.scene.geometry.layout import Layout, is_pattern, is_prop
from sessions_app.scene.geometry.shapes import BOXES
from sessions_app.scene.geometry.vectors import Frame

# What is no farther apart touches, in meters.
TOUCHING = 0.01
# Nothing thinner is visible, in meters.
THIN = 0.001
# The ground is a slab whose top is this near to the floor, in meters, and which is at least this
# many times as wide as high.
_GROUND, _GROUND_WIDTH = 0.02, 4.0


class Leaf(NamedTuple):
    """A visible solid, or a pattern with all its copies.

    Attributes:
        name: its id.
        kind: its kind.
        top: the id of the outermost object that it belongs to, itself at the top.
        box: its oriented box; around a pattern along the world's axes.
        bounds: those of its ideal shape in the world.
        is_excused: whether its place is intended: it is animated, marked `floating`, or mounted.
        is_mounted: whether it belongs to a camera, and so moves with the view.
        contacts: the ids that it, or what it belongs to, is declared to touch.
        copies: of a pattern or a prop, all that it draws.
    """

    name: str
    kind: str
    top: str
    box: Box
    bounds: Bounds
    is_excused: bool
    is_mounted: bool
    contacts: tuple[str, ...]
    copies: Copies | None = None

    @property
    def is_line(self) -> bool:
        """Whether it is at most a line, so that nothing is seen of it; a plane is more."""
        return 2 * sorted(self.box.half)[1] < THIN

    def parts(
        self, bounds: Bounds, within: float = TOUCHING, *, fine: bool = False
    ) -> Iterator["Leaf"]:
        """Yield a leaf for each part of a pattern or prop that comes so near to bounds.

        Of anything else yield the leaf itself. Finely, the copy of a prop is its parts.
        """
        if self.copies is None:
            yield self
            return
        for _, kind, box in self.copies.near(bounds, within, fine=fine):
            yield self._replace(kind=kind, box=box, bounds=box.bounds, copies=None)


def leaf_of(layout: Layout, name: str) -> Leaf | None:
    """The leaf of a solid; None if it or an ancestor is not visible."""
    top, excused, mounted = name, False, False
    contacts: list[str] = []
    entity: Mapping[str, Any] = layout.objects[name]
    kind = entity["kind"]
    while True:
        if entity.get("visible") is False:
            return None
        excused = excused or _is_excused(entity)
        contacts += (entity.get("contact") or {}).values()
        parent = entity.get("parent")
        if parent is None:
            break
        top, entity = parent, layout.objects[parent]
        mounted = mounted or entity["kind"] == "camera"
    excused = excused or mounted
    bounds = layout.solid_extent(name)
    if is_pattern(layout.objects[name]):
        inside = map(layout.objects.__getitem__, layout.descendants(name))
        excused = excused or any(map(_is_excused, inside))
        box, copies = box_at(Frame(bounds.center), bounds.size), Copies(layout, name)
        return Leaf(name, kind, top, box, bounds, excused, mounted, tuple(contacts), copies)
    size, frame = vectors.vector(layout.objects[name]["size"]), layout.frame(name)
    around = bounds if kind in BOXES else box_bounds(size, frame)
    box = Box(frame, vectors.scale(size, 0.5), around)
    parts = Copies(layout, name) if is_prop(layout.objects[name]) else None
    return Leaf(name, kind, top, box, bounds, excused, mounted, tuple(contacts), parts)


def is_ground(bounds: Bounds) -> bool:
    """Whether it is the ground itself: a wide slab, its top at the height of the floor."""
    (left, bottom, back), (right, top, front) = bounds
    if abs(top) > _GROUND:
        return False
    return min(right - left, front - back) >= _GROUND_WIDTH * (top - bottom)


def _is_excused(entity: Mapping[str, Any]) -> bool:
    return bool(entity.get("animation")) or entity.get("floating") is True
