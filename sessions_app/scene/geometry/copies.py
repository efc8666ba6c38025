"""The copies of patterns, and the solids that they draw, in a pattern's own space."""

import math
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.arrangements import Arranged, Arrangement, Copy, arranged
from sessions_app.scene.geometry.bounds import Bounds
from sessions_app.scene.geometry.outlines import Form
from sessions_app.scene.geometry.shapes import reach
from sessions_app.scene.geometry.vectors import Frame, Vector

# How many copies, and solids that copies draw, are kept of all patterns together: 0.5 kB each.
MAX_KEPT = 50_000
# Along each side of what a pattern draws there are at most this many cells.
_CELLS = 64

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_Cell: TypeAlias = tuple[int, int]


class Pose(NamedTuple):
    """A frame whose inside is larger or smaller by an even factor."""

    frame: Frame = Frame()
    factor: float = 1.0

    def pose(self, inside: "Pose") -> "Pose":
        """Return a pose that is given inside this one, as it is outside."""
        own, other = self.frame, inside.frame
        at = own.point(vectors.scale(other.origin, self.factor))
        return Pose(Frame(at, vectors.product(own.turn, other.turn)), self.factor * inside.factor)


class Part(NamedTuple):
    """A solid of what is repeated: its id, its shape, its size, and its pose."""

    solid: str
    form: Form
    size: Vector
    pose: Pose


class Instance(NamedTuple):
    """A solid as one copy draws it: the copy's number, a part of the final size, and its id."""

    copy: int
    form: Form
    size: Vector
    frame: Frame
    solid: str


def pose_of(copy: Copy) -> Pose:
    """Return where a copy has what is repeated, in the pattern's space."""
    return Pose(Frame(copy.position, vectors.rotation(copy.rotation)), copy.factor)


def arrangement_of(pattern: Mapping[str, Any]) -> Arrangement:
    """Return the arrangement of a pattern's entity."""
    members = dict(pattern["arrangement"])
    if "area" in members:
        members["area"] = tuple(members["area"])
    return Arrangement(**members)


def arranged_of(pattern: Mapping[str, Any]) -> Arranged:
    """Return all copies of a pattern's entity, also those that were taken out.

    Raises:
        InvalidValueError: members of its arrangement contradict each other.
    """
    low, high = pattern["bounds"][:3], pattern["bounds"][3:]
    source = Bounds(vectors.vector(low), vectors.vector(high))
    key = (arrangement_of(pattern), source)
    return _arranged.get(key, lambda: arranged(*key))


def copies_of(pattern: Mapping[str, Any]) -> list[Copy]:
    """Return the copies that were not taken out, as `arranged_of` does."""
    copies = arranged_of(pattern).copies
    without = pattern.get("without")
    if not without:
        return copies
    return [copy for copy in copies if str(copy.number) not in without]


def copy_of(pattern: Mapping[str, Any], number: int) -> Copy | None:
    """Return a copy by its number, from 1; None if it was taken out, or has no room."""
    if str(number) in pattern.get("without", ()):
        return None
    copies = arranged_of(pattern).copies
    at = bisect_left(copies, number, key=_number_of)
    return copies[at] if at < len(copies) and copies[at].number == number else None


def _number_of(copy: Copy) -> int:
    return copy.number


class Drawn:
    """All that the copies of a pattern draw.

    Attributes:
        instances: in the pattern's space.
    """

    def __init__(self, copies: Iterable[Copy], unit: Sequence[Part]) -> None:
        """Draw a unit of parts as each of the copies."""
        self.instances = [
            Instance(copy.number, form, vectors.scale(size, placed.factor), placed.frame, solid)
            for copy in copies
            for outer in [pose_of(copy)]
            for solid, form, size, pose in unit
            for placed in [outer.pose(pose)]
        ]

    def __len__(self) -> int:
        """Return how many solids are drawn."""
        return len(self.instances)

    @cached_property
    def count(self) -> int:
        """How many copies draw something."""
        return len({each.copy for each in self.instances})

    @cached_property
    def bounds(self) -> Bounds:
        """Those of all instances, of which there is at least one, in the pattern's space."""
        return self.bounds_in(Frame())

    def bounds_in(self, frame: Frame) -> Bounds:
        """Return the exact bounds of all instances along the outer axes of the pattern's frame."""
        low, high = [math.inf] * 3, [-math.inf] * 3
        # Most copies are turned alike, or about their height only.
        known: dict[tuple[Form, Vector, Vector], float] = {}

        def reach_of(form: Form, size: Vector, toward: Vector) -> float:
            key = (form, size, toward)
            if key not in known:
                known[key] = reach(*key)
            return known[key]

        for _, form, size, own, _ in self.instances:
            at, turn = frame.frame(own)
            radius = vectors.length(size) / 2
            for axis in range(3):
                if at[axis] + radius > high[axis]:
                    high[axis] = max(high[axis], at[axis] + reach_of(form, size, turn[axis]))
                if at[axis] - radius < low[axis]:
                    back = vectors.scale(turn[axis], -1)
                    low[axis] = min(low[axis], at[axis] - reach_of(form, size, back))
        return Bounds(vectors.vector(low), vectors.vector(high))

    def near(self, bounds: Bounds, within: float = 0.0) -> Iterator[Instance]:
        """Yield the instances around which a ball comes within this distance of bounds.

        Args:
            bounds: in the pattern's space.
            within: in meters.
        """
        (a, b, c), (d, e, f) = bounds
        for instance in self._around(bounds, within):
            (x, y, z), radius = instance.frame.origin, vectors.length(instance.size) / 2 + within
            if (
                a - radius <= x <= d + radius
                and b - radius <= y <= e + radius
                and c - radius <= z <= f + radius
            ):
                yield instance

    def _around(self, bounds: Bounds, within: float) -> Iterable[Instance]:
        side, reach_, cells = self._cells
        beyond = within + reach_
        (low_x, _, low_z), (high_x, _, high_z) = bounds
        first = _cell(low_x - beyond, low_z - beyond, side)
        last = _cell(high_x + beyond, high_z + beyond, side)
        columns, rows = range(first[0], last[0] + 1), range(first[1], last[1] + 1)
        if len(columns) * len(rows) > len(cells):
            return self.instances
        return (each for cell in product(columns, rows) for each in cells.get(cell, ()))

    @cached_property
    def _cells(self) -> tuple[float, float, Mapping[_Cell, list[Instance]]]:
        """The side of a cell of the ground plane, the largest radius, and what is in each cell."""
        width, _, depth = self.bounds.size
        radius = max(vectors.length(each.size) / 2 for each in self.instances)
        # Copies of a point, all in one place, have no extent at all.
        side = max(2 * radius, max(width, depth) / _CELLS) or 1.0
        cells: dict[_Cell, list[Instance]] = {}
        for each in self.instances:
            x, _, z = each.frame.origin
            cells.setdefault(_cell(x, z, side), []).append(each)
        return side, radius, cells


def _cell(x: float, z: float, side: float) -> _Cell:
    return math.floor(x / side), math.floor(z / side)


def drawn_of(pattern: Mapping[str, Any], unit: Sequence[Part]) -> Drawn:
    """Return what the copies of a pattern's entity draw.

    Args:
        pattern: its entity.
        unit: what is repeated, in the pattern's space.
    """
    arranged_by = arrangement_of(pattern), tuple(pattern["bounds"])
    key = (arranged_by, tuple(pattern.get("without", ())), tuple(unit))
    return _drawn.get(key, lambda: Drawn(copies_of(pattern), unit))


class _Kept(Generic[_Key, _Value]):
    """The latest results: to scatter thousands of copies takes long."""

    def __init__(self, size: Callable[[_Value], int]) -> None:
        """Count the sizes of what is kept by this function."""
        self._size = size
        self._found: OrderedDict[_Key, _Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._lock:
            self._found[key] = made
            size = sum(map(self._size, self._found.values()))
            while size > MAX_KEPT:
                size -= self._size(self._found.popitem(last=False)[1])
        return made


_arranged: _Kept[tuple[Arrangement, Bounds], Arranged] = _Kept(lambda each: len(each.copies))
_drawn: _Kept[object, Drawn] = _Kept(len)
