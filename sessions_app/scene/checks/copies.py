"""The boxes of all that a pattern draws in the world."""

from collections.abc import Iterator
from typing import NamedTuple

from sessions_app.scene.checks.boxes import Box, box_at
from sessions_app.scene.geometry.copies import Drawn
from sessions_app.scene.geometry.layout import Bounds, Layout
from sessions_app.scene.geometry.outlines import kind_of
from sessions_app.scene.geometry.prop_pieces import drawn_prop
from sessions_app.scene.geometry.vectors import AXES, Frame, Vector


class Piece(NamedTuple):
    """A solid that a copy draws: the copy's number, the kind of the solid, and its box."""

    number: int
    kind: str
    box: Box


class Copies:
    """All that one pattern draws, where the pattern is."""

    def __init__(self, layout: Layout, pattern: str) -> None:
        """Look at a pattern with copies; no box is made before it is asked for."""
        self._layout = layout
        self._drawn: Drawn = layout.drawn(pattern)
        self._frame: Frame = layout.frame(pattern)

    @property
    def count(self) -> int:
        """How many copies there are."""
        return self._drawn.count

    def __len__(self) -> int:
        """Return how many solids they draw."""
        return len(self._drawn)

    def near(self, bounds: Bounds, within: float, *, fine: bool = False) -> Iterator[Piece]:
        """Yield the pieces whose bounds come within this distance of these.

        Args:
            bounds: in the world.
            within: in meters.
            fine: whether the copy of a prop is its parts, as a prop is, and not one box.
        """
        for number, form, size, frame, solid in self._drawn.near(self._inside(bounds), within):
            box = box_at(self._frame.frame(frame), size)
            if min(box.bounds.overlap(bounds)) >= -within:
                if fine and form == "prop":
                    yield from self._parts(number, solid, size, box.frame, bounds, within)
                else:
                    yield Piece(number, kind_of(form), box)

    def _parts(
        self, number: int, prop: str, size: Vector, outer: Frame, bounds: Bounds, within: float
    ) -> Iterator[Piece]:
        for each in drawn_prop(self._layout.objects[prop], size).instances:
            box = box_at(outer.frame(each.frame), each.size)
            if min(box.bounds.overlap(bounds)) >= -within:
                yield Piece(number, kind_of(each.form), box)

    def _inside(self, bounds: Bounds) -> Bounds:
        """The bounds in the pattern's space of a box of the world."""
        if self._frame.turn is AXES:
            x, y, z = self._frame.origin
            return bounds.moved((-x, -y, -z))
        around = box_at(Frame(bounds.center), bounds.size)
        inside = self._frame.frame_inside(around.frame)
        return box_at(inside, bounds.size).bounds
