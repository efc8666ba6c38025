"""The visible solids of a document with their boxes, and which of them touch."""

import copy
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from sessions_app.scene.checks.boxes import Box, box_at, distance
from sessions_app.scene.checks.copies import Copies
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import Bounds, box_bounds, united
from sessions_app.scene.geometry.layout import Layout, is_pattern
from sessions_app.scene.geometry.shapes import BOXES
from sessions_app.scene.geometry.vectors import Frame

# What is no farther apart touches, in meters.
TOUCHING = 0.01
# The ground is a slab whose top is this near to the floor, in meters, and which is at least this
# many times as wide as high.
_GROUND, _GROUND_WIDTH = 0.02, 4.0
# Limit of pairs to compare, so that thousands of objects in one place take bounded time.
MOST_PAIRS = 25_000
# At most this many changed solids are compared with all others one by one; beyond it, all pairs
# are swept.
_FEW = 64
# At most this many parts of a pattern are compared with one other solid.
_MOST_PARTS = 2_000

# By a leaf: those that it touches, with their distance, below 0 the depth.
Contacts: TypeAlias = dict[str, dict[str, float]]
# The bounds of a leaf as the search for pairs compares them: low and high along x, y and z.
_Span: TypeAlias = tuple[float, float, float, float, float, float]


class Leaf(NamedTuple):
    """A visible solid, or a pattern with all its copies.

    Attributes:
        name: its id.
        kind: its kind.
        top: the id of the outermost object that it belongs to, itself at the top.
        box: its oriented box; around a pattern along the world's axes.
        bounds: those of its ideal shape in the world.
        is_excused: whether its place is intended: it is animated, or marked `floating`.
        contacts: the ids that it, or what it belongs to, is declared to touch.
        copies: of a pattern, all that it draws.
    """

    name: str
    kind: str
    top: str
    box: Box
    bounds: Bounds
    is_excused: bool
    contacts: tuple[str, ...]
    copies: Copies | None = None

    def parts(self, bounds: Bounds, within: float = TOUCHING) -> Iterator["Leaf"]:
        """Yield a leaf for each part of a pattern that comes within this distance of bounds.

        Of anything else yield the leaf itself.
        """
        if self.copies is None:
            yield self
            return
        for _, kind, box in self.copies.near(bounds, within):
            yield self._replace(kind=kind, box=box, bounds=box.bounds, copies=None)


class Surroundings:
    """All visible solids of a layout, and what touches what.

    Attributes:
        layout: of the document.
        leaves: by id.
        contacts: the pairs within TOUCHING.
        is_complete: whether all pairs were compared.
        held: the leaves that something supports, once worked out.
        affected: the ids of leaves that were touched last, and of those in contact before or now.
    """

    def __init__(self, layout: Layout) -> None:
        """Find all visible solids and compare them."""
        self.layout = layout
        self._start()
        for leaf in filter(None, map(self._leaf, layout.every_solid())):
            self.leaves[leaf.name] = leaf
            self._spans[leaf.name] = _span(leaf)
        self.affected.update(self.leaves)
        self._sweep()

    def _start(self) -> None:
        self.leaves: dict[str, Leaf] = {}
        self.contacts: Contacts = {}
        self.affected: set[str] = set()
        self.is_complete = True
        self.held: set[str] | None = None
        self._spans: dict[str, _Span] = {}
        self._tops: dict[str, list[str]] | None = None
        self._top_bounds: dict[str, Bounds] = {}
        self._diagonals: dict[str, float] = {}
        self._subject: Bounds | None = None
        self._is_subject_known = False

    def after(self, layout: Layout, touched: Iterable[str]) -> "Surroundings":
        """Update after a change, keeping what is known of untouched solids.

        Args:
            layout: of the later document.
            touched: the ids of those that were added, changed or removed since.
        """
        later = Surroundings.__new__(Surroundings)
        later.layout = layout
        later._start()
        later.leaves, later._spans = self.leaves.copy(), self._spans.copy()
        before = {leaf for name in touched for leaf in _solids(self.layout, name)}
        now = {leaf for name in touched for leaf in _solids(layout, name)}
        few = self.is_complete and len(now) <= _FEW
        later.contacts = self.contacts.copy() if few else {}
        for name in before | now:
            later._remove(name)
            later.affected.update(self.contacts.get(name, ()))
        added = [leaf for leaf in map(later._leaf, sorted(now)) if leaf is not None]
        for leaf in added:
            if few:
                later._connect(leaf)
            later.leaves[leaf.name] = leaf
            later._spans[leaf.name] = _span(leaf)
        if not few:
            later._sweep()
        for leaf in added:
            later.affected.update((leaf.name, *later.contacts.get(leaf.name, ())))
        later.affected &= later.leaves.keys()
        later._keep_tops(self, before | now)
        return later

    def whole(self) -> "Surroundings":
        """The same, with all leaves affected, so that checks look at everything."""
        whole = copy.copy(self)
        whole.affected = set(self.leaves)
        return whole

    def members(self, top: str) -> list[str]:
        """The ids of the leaves of an outermost object."""
        return self.tops[top]

    @property
    def drawn(self) -> int:
        """How many solids there are, those that patterns draw included."""
        return sum(len(leaf.copies or "1") for leaf in self.leaves.values())

    @property
    def tops(self) -> Mapping[str, list[str]]:
        """The leaves of each outermost object that has some."""
        if self._tops is None:
            self._tops = {}
            for leaf in self.leaves.values():
                self._tops.setdefault(leaf.top, []).append(leaf.name)
        return self._tops

    def bounds(self, top: str) -> Bounds:
        """Around the leaves of an outermost object."""
        known = self._top_bounds.get(top)
        if known is None:
            first, *others = (self.leaves[name].bounds for name in self.tops[top])
            around = united([first, *others]) if others else None
            known = self._top_bounds[top] = around or first
        return known

    @property
    def subject(self) -> Bounds | None:
        """Around all outermost objects but the ground; None where there is nothing else."""
        if not self._is_subject_known:
            self._subject = united(self._subjects(self.tops))
            self._is_subject_known = True
        return self._subject

    def _subjects(self, tops: Iterable[str]) -> Iterator[Bounds]:
        every = (self.bounds(top) for top in tops if top in self.tops)
        return (bounds for bounds in every if not is_ground(bounds))

    @property
    def diagonals(self) -> Mapping[str, float]:
        """The diagonal of the bounds of each outermost object, in meters."""
        if len(self._diagonals) < len(self.tops):
            for top in self.tops.keys() - self._diagonals.keys():
                self._diagonals[top] = self.bounds(top).diagonal
        return self._diagonals

    def _keep_tops(self, before: "Surroundings", changed: set[str]) -> None:
        """Copy what is known of outermost objects without changed leaves."""
        if before._tops is None:
            return
        tops = {
            leaves[name].top
            for leaves in (before.leaves, self.leaves)
            for name in changed
            if name in leaves
        }
        self._tops = before._tops.copy()
        self._top_bounds, self._diagonals = before._top_bounds.copy(), before._diagonals.copy()
        for top in tops:
            for known in (self._tops, self._top_bounds, self._diagonals):
                known.pop(top, None)
            inside = [
                self.leaves[name] for name in _solids(self.layout, top) if name in self.leaves
            ]
            own = [leaf.name for leaf in inside if leaf.top == top]
            if own:
                self._tops[top] = own
        self._keep_subject(before, tops)

    def _keep_subject(self, before: "Surroundings", changed: set[str]) -> None:
        """Extend what is known of the subject, unless something at its edge has changed."""
        known = before._subject
        if known is None or any(_is_at_edge(each, known) for each in before._subjects(changed)):
            return
        self._subject = united([known, *self._subjects(changed)])
        self._is_subject_known = True

    def with_others(self, layout: Layout) -> "Surroundings":
        """Return the same solids in the layout of a document that differs in others only."""
        later = copy.copy(self)
        later.layout = layout
        return later

    def near(self, bounds: Bounds, within: float = 0.0) -> list[str]:
        """The ids of the leaves whose boxes' bounds come within this distance of these."""
        (a, b, c), (d, e, f) = bounds
        a, b, c, d, e, f = a - within, b - within, c - within, d + within, e + within, f + within
        return [
            name
            for name, (u, x, v, y, w, z) in self._spans.items()
            if u <= d and x >= a and v <= e and y >= b and w <= f and z >= c
        ]

    def _leaf(self, name: str) -> Leaf | None:
        """The leaf of a solid; None if it or an ancestor is not visible."""
        top, excused = name, False
        contacts: list[str] = []
        entity: Mapping[str, Any] = self.layout.objects[name]
        kind = entity["kind"]
        while True:
            if entity.get("visible") is False:
                return None
            excused = excused or _is_excused(entity)
            contacts += (entity.get("contact") or {}).values()
            parent = entity.get("parent")
            if parent is None:
                break
            top, entity = parent, self.layout.objects[parent]
        bounds = self.layout.solid_extent(name)
        if is_pattern(self.layout.objects[name]):
            inside = map(self.layout.objects.__getitem__, self.layout.descendants(name))
            excused = excused or any(map(_is_excused, inside))
            box, copies = box_at(Frame(bounds.center), bounds.size), Copies(self.layout, name)
            return Leaf(name, kind, top, box, bounds, excused, tuple(contacts), copies)
        size, frame = vectors.vector(self.layout.objects[name]["size"]), self.layout.frame(name)
        around = bounds if kind in BOXES else box_bounds(size, frame)
        box = Box(frame, vectors.scale(size, 0.5), around)
        return Leaf(name, kind, top, box, bounds, excused, tuple(contacts))

    def _remove(self, name: str) -> None:
        self.leaves.pop(name, None)
        self._spans.pop(name, None)
        for other in self.contacts.pop(name, {}):
            if other in self.contacts:
                self.contacts[other] = {**self.contacts[other]}
                del self.contacts[other][name]

    def _connect(self, leaf: Leaf) -> None:
        """Record what an added leaf touches, without changing the maps of the earlier document."""
        own = {}
        for name in self.near(leaf.box.bounds, TOUCHING):
            gap = _gap(leaf, self.leaves[name])
            if gap <= TOUCHING:
                self.contacts[name] = {**self.contacts.get(name, {}), leaf.name: gap}
                own[name] = gap
        self.contacts[leaf.name] = own

    def _sweep(self) -> None:
        contacts, leaves = self.contacts, self.leaves
        for count, (one, other) in enumerate(_pairs(self._spans)):
            if count >= MOST_PAIRS:
                self.is_complete = False
                break
            gap = _gap(leaves[one], leaves[other])
            if gap <= TOUCHING:
                contacts.setdefault(one, {})[other] = gap
                contacts.setdefault(other, {})[one] = gap


def _pairs(spans: Mapping[str, _Span]) -> Iterator[tuple[str, str]]:
    """The pairs whose bounds come within TOUCHING, by a sweep along the axis of widest spread."""
    axes = (0, 2, 4)
    i = max(axes, key=lambda axis: _spread([span[axis] for span in spans.values()]))
    j, k = (axis for axis in axes if axis != i)
    rows = sorted(
        (span[i], span[i + 1], span[j], span[j + 1], span[k], span[k + 1], name)
        for name, span in spans.items()
    )
    lows = [row[0] for row in rows]
    for index, (_, last, low, high, bottom, top, name) in enumerate(rows):
        end = bisect_right(lows, last + TOUCHING)
        a, b, c, d = low - TOUCHING, high + TOUCHING, bottom - TOUCHING, top + TOUCHING
        for _, _, u, x, v, y, other in rows[index + 1 : end]:
            if u <= b and x >= a and v <= d and y >= c:
                yield name, other


def _gap(one: Leaf, other: Leaf) -> float:
    """Their distance, to the last digit the same whichever comes first."""
    if one.name > other.name:
        one, other = other, one
    if one.copies is None and other.copies is None:
        return distance(one.box, other.box, TOUCHING)
    gap = math.inf
    for own, its in islice(_pairs_of_parts(one, other), _MOST_PARTS):
        gap = min(gap, distance(own, its, TOUCHING))
        if gap < -TOUCHING:  # deep enough to matter
            break
    return gap


def _pairs_of_parts(one: Leaf, other: Leaf) -> Iterator[tuple[Box, Box]]:
    """Yield the boxes of two leaves that come within TOUCHING, the outer loop over few copies."""
    if one.copies and (other.copies is None or len(other.copies) < len(one.copies)):
        yield from ((its, own) for own, its in _pairs_of_parts(other, one))
        return
    for own in one.parts(other.bounds):
        for its in other.parts(own.box.bounds):
            yield own.box, its.box


def _spread(values: list[float]) -> float:
    mean = sum(values) / max(1, len(values))
    return sum((value - mean) ** 2 for value in values)


def _span(leaf: Leaf) -> _Span:
    (a, b, c), (d, e, f) = leaf.box.bounds
    return (a, d, b, e, c, f)


def is_ground(bounds: Bounds) -> bool:
    """Whether it is the ground itself: a wide slab, its top at the height of the floor."""
    (left, bottom, back), (right, top, front) = bounds
    if abs(top) > _GROUND:
        return False
    return min(right - left, front - back) >= _GROUND_WIDTH * (top - bottom)


def _is_at_edge(bounds: Bounds, around: Bounds) -> bool:
    low, high = bounds
    return any(
        low[axis] <= around.low[axis] or high[axis] >= around.high[axis] for axis in range(3)
    )


def _solids(layout: Layout, name: str) -> Iterable[str]:
    """The leaves that a change of an object affects: those in it, or the pattern around it."""
    if name not in layout.objects:
        return ()
    pattern = layout.pattern_around(name)
    return layout.solids(pattern or name)


def _is_excused(entity: Mapping[str, Any]) -> bool:
    return bool(entity.get("animation")) or entity.get("floating") is True
