"""Unrelated solids in one another: overlaps, what is hidden, and the same thing twice."""

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sessions_app.scene.checks import volumes
from sessions_app.scene.checks.boxes import distance
from sessions_app.scene.checks.findings import Finding, called, placement, rounded, severity
from sessions_app.scene.checks.leaves import TOUCHING, Leaf, is_ground
from sessions_app.scene.checks.sight import is_clear
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.descriptions.objects import copy_name
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout, is_prop, united
from sessions_app.scene.geometry.relations import Placement, place
from sessions_app.scene.geometry.relations.task import covers
from sessions_app.scene.geometry.relations.walls import WALLS, is_wall
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.props.recipes import props

# An overlap counts when it is deeper than this, in meters, and more of the smaller shape.
_DEEP, _PART = 0.01, 0.02
# What is amid the parts of another thing may reach as much into them: steps around a pillar.
_AMID_PART = 0.06
# Shapes that other things go through: their volume is not what their size says.
OPEN = frozenset({"torus", "ring", "tube", "lathe", "extrude", "prop"})
# What is nearer than this has the same place and size, in meters.
_SAME = 1e-3
# Shapes of less volume, in cubic meters, fill nothing: planes above all.
_NOTHING = 1e-12
# Pairs whose shared volume is worked out in one check; the deepest come first.
_MOST_PAIRS = 200
# Parts of a pattern that are compared with another solid, and copies that a fix names.
_MOST_PARTS, _MOST_NAMED = 200, 12
# A slab on the floor is no higher, in meters, and so many times as wide as high: a road.
_PAVED, _PAVED_WIDTH = 0.12, 10.0
# Walls are higher than people, in meters.
_ROOM_HIGH = 2.0
_SIDES = ("right_of", "left_of", "behind", "in_front_of")


def find_overlaps(around: Surroundings, eye: Vector | None) -> Iterator[Finding]:
    """Find overlaps, hidden and doubled objects among what was affected.

    Args:
        around: all solids.
        eye: where the active camera is. A solid around it is a room or a sky, not a container.
    """
    worst: dict[tuple[str, ...], Finding] = {}
    for one, other in _suspects(around)[:_MOST_PAIRS]:
        found = next(_compare_parts(around, one, other, eye), None)
        if found is None:
            continue
        key = tuple(sorted(found.ids))
        if key not in worst or worst[key].severity < found.severity:
            worst[key] = found
    yield from worst.values()


def _suspects(around: Surroundings) -> list[tuple[Leaf, Leaf]]:
    """Pairs whose boxes overlap and whose overlap is not intended, the deepest first."""
    pairs: dict[tuple[str, str], float] = {}
    for name in around.affected:
        leaf = around.leaves[name]
        for other, gap in around.contacts.get(name, {}).items():
            is_same = gap <= 0 and not leaf.is_line and _are_same(leaf, around.leaves[other])
            if gap < -_DEEP or is_same:
                pairs[min(name, other), max(name, other)] = gap
    found = []
    for (one, other), _ in sorted(pairs.items(), key=lambda item: (item[1], item[0])):
        leaf, its = around.leaves[one], around.leaves[other]
        if not _are_meant(around.layout, leaf, its):
            found.append((leaf, its))
    return found


def _are_meant(layout: Layout, one: Leaf, other: Leaf) -> bool:
    """Whether an overlap is intended: same object, animated, or declared contact."""
    if one.is_excused or other.is_excused:
        return True
    if one.top == other.top:
        return not _are_same(one, other)
    return any(
        declares(layout, *pair) or _is_set_into(layout, *pair) or _is_across_pavement(*pair)
        for pair in ((one, other), (other, one))
    )


def _is_set_into(layout: Layout, one: Leaf, wall: Leaf) -> bool:
    """Whether one is a window or a door, and the other a wall, or the curtain before it."""
    if not _is_inset(layout, one):
        return False
    if wall.kind in WALLS:
        return is_wall(vectors.scale(wall.box.half, 2))
    return _is_inset(layout, wall)


def _is_inset(layout: Layout, leaf: Leaf) -> bool:
    entity = layout.objects[leaf.name]
    known = props().get(entity["prop"]) if is_prop(entity) else None
    return known is not None and known.recipe(entity.get("form", "")).inset


def _is_across_pavement(one: Leaf, slab: Leaf) -> bool:
    """Whether one lies over the edge of a slab on the floor: roads cross, a house is at a square.

    What is on it wholly was to stand on it.
    """
    low, high = slab.bounds
    wide = min(high[0] - low[0], high[2] - low[2])
    if max(-low[1], high[1]) > _PAVED or wide < _PAVED_WIDTH * (high[1] - low[1]):
        return False
    (left, _, back), (right, _, front) = one.bounds
    return left < low[0] or right > high[0] or back < low[2] or front > high[2]


def declares(layout: Layout, one: Leaf, other: Leaf) -> bool:
    """Whether a leaf is declared to touch another, or what that belongs to."""
    name: str | None = other.name
    while one.contacts and name is not None:
        if name in one.contacts:
            return True
        name = layout.objects[name].get("parent")
    return False


def _are_same(one: Leaf, other: Leaf) -> bool:
    if one.kind != other.kind:
        return False
    off = vectors.subtract(one.box.frame.origin, other.box.frame.origin)
    if vectors.length(off) >= _SAME:
        return False
    grown = vectors.subtract(one.box.half, other.box.half)
    turned = [
        vectors.length(vectors.subtract(own, its))
        for own, its in zip(one.box.axes, other.box.axes, strict=True)
    ]
    return max(vectors.length(grown), *turned) < _SAME


def _compare_parts(
    around: Surroundings, one: Leaf, other: Leaf, eye: Vector | None
) -> Iterator[Finding]:
    """Compare two leaves; of a pattern or a prop, each part that is deep in the other one."""
    if one.copies is not None and other.copies is not None and "prop" not in (one.kind, other.kind):
        if _are_same(one, other):
            yield _doubled(one, other)
        return
    for part, its in _deep_pairs(one, other):
        found = _compare(around, part, its, eye)
        if found is not None:
            yield found


def _deep_pairs(one: Leaf, other: Leaf) -> Iterator[tuple[Leaf, Leaf]]:
    """The parts of two leaves that are deep in each other; of a leaf without copies, itself."""
    for part in _deep_parts(one, other):
        for its in _deep_parts(other, part):
            yield part, its


def _deep_parts(leaf: Leaf, other: Leaf) -> Iterator[Leaf]:
    if leaf.copies is None:
        yield leaf
        return
    parts = leaf.parts(other.bounds, fine=True)
    deep = (part for part in parts if distance(part.box, other.box) < -_DEEP)
    yield from itertools.islice(deep, _MOST_PARTS)


def _compare(around: Surroundings, one: Leaf, other: Leaf, eye: Vector | None) -> Finding | None:
    if _are_same(one, other):
        return _doubled(one, other)
    small, large = sorted((one, other), key=_by_volume)
    whole = volumes.volume(small.kind, small.box)
    if whole < _NOTHING or not (_is_full(small, eye) and _is_full(large, eye)):
        return None
    names = (small.name, large.name)
    if volumes.encloses(large.kind, large.box, small.box):
        if is_clear(around.layout.objects[large.name]):
            return None
        parts = (around.leaves[name] for name in around.members(small.top))
        if all(volumes.encloses(large.kind, large.box, part.box) for part in parts):
            return Finding("hidden", (small.top, large.top), severity("hidden", 1.0), names)
    kinds = (small.kind, large.kind)
    if volumes.depth(kinds, small.box, large.box) <= _DEEP:
        return None
    part = volumes.shared(kinds, small.box, large.box) / whole
    if part <= _PART or (part <= _AMID_PART and _are_amid(around, small.top, large.top)):
        return None
    tops = sorted((small.top, large.top), key=partial(_firmness, around))
    names = names if tops[0] == small.top else (large.name, small.name)
    return Finding("overlap", (tops[0], tops[1]), severity("overlap", part), names)


def _firmness(around: Surroundings, top: str) -> tuple[bool, float, str]:
    """What tells which of two is moved to part them: a wall stays, and else the larger one."""
    return _is_wall(around, top), around.bounds(top).diagonal, top


def _is_wall(around: Surroundings, name: str) -> bool:
    """Whether it is a wall as rooms have them: upright, thin, and higher than people."""
    entity = around.layout.objects[name]
    size = vectors.vector(entity.get("size", vectors.ORIGIN))
    return entity["kind"] == "box" and is_wall(size) and size[1] >= _ROOM_HIGH


def _are_amid(around: Surroundings, one: str, other: str) -> bool:
    """Whether the middle of an outermost object is among the parts of the other one."""
    for inner, outer in ((one, other), (other, one)):
        low, high = around.bounds(outer)
        middle = around.bounds(inner).center
        parts = around.members(outer)
        if len(parts) > 1 and all(a < m < b for a, m, b in zip(low, middle, high, strict=True)):
            return True
    return False


def _doubled(one: Leaf, other: Leaf) -> Finding:
    """Report the later of the two; ids count up."""
    first, second = sorted((one, other), key=lambda leaf: (len(leaf.name), leaf.name))
    ids = (second.name, first.name) if one.top == other.top else (second.top, first.top)
    return Finding("doubled", ids, severity("doubled", 1.0), (second.name, first.name))


def _by_volume(leaf: Leaf) -> tuple[float, str]:
    return volumes.volume(leaf.kind, leaf.box), leaf.name


def _is_full(leaf: Leaf, eye: Vector | None) -> bool:
    """Whether nothing else can be within it."""
    # Feet go through a rug, and what is in the ground is reported as buried.
    if leaf.kind in OPEN or is_ground(leaf.bounds):
        return False
    return eye is None or not volumes.contains(leaf.kind, leaf.box, eye)


def explain(around: Surroundings, found: Finding) -> tuple[str, dict[str, Any]]:
    """The sentence and the fix of a finding of this module."""
    layout = around.layout
    mover, stays = found.ids
    one, other = called(layout, mover), called(layout, stays)
    if found.kind == "doubled":
        words = f"{one} has the same place and size as {other}"
        if layout.objects[mover].get("parent") is not None:
            return words, {"tool": "remove_objects", "arguments": {"targets": [one]}}
        # Beside something without a width is the same place.
        relation = "right_of" if around.bounds(stays).size[0] >= _SAME else "behind"
        return words, placement(layout, [mover], relation, stays)
    first, second = (around.leaves[name] for name in found.leaves)
    few = _few_copies(around, first, second)
    if few:
        return few
    if found.kind == "hidden":
        words = f"{one} is hidden inside {other}"
    else:
        # In the order in which they were compared: not each part of one is deep in the other.
        pairs = _deep_pairs(*sorted((first, second), key=lambda leaf: leaf.name))
        deep = max(volumes.depth((a.kind, b.kind), a.box, b.box) for a, b in pairs)
        words = f"{one} is {rounded(deep)} deep in {other}"
    return words, placement(layout, [mover], _relation(around, mover, stays), stays)


def _few_copies(around: Surroundings, one: Leaf, other: Leaf) -> tuple[str, dict[str, Any]] | None:
    """The sentence and the fix where some copies of a pattern are in something, but not most."""
    if one.copies is None:
        one, other = other, one
    if one.copies is None:
        return None
    if _is_wall(around, other.name):
        return None  # What is in a wall was put too near to it: all of it is moved.
    deep = one.copies.near(other.bounds, 0.0, fine=True)
    numbers = {part.number for part in deep if distance(part.box, other.box) < -_DEEP}
    if 2 * len(numbers) > one.copies.count:
        return None
    names = [copy_name(around.layout, one.name, number) for number in sorted(numbers)]
    into = called(around.layout, other.name)
    more = len(names) - 1
    words = (
        f"{names[0]} and {more} more of {called(around.layout, one.name)} are in {into}"
        if more
        else f"{names[0]} is in {into}"
    )
    return words, {"tool": "remove_objects", "arguments": {"targets": names[:_MOST_NAMED]}}


def _relation(around: Surroundings, mover: str, stays: str) -> str:
    """The relation that separates the two by the shortest move, preferably to a free place."""
    start = vectors.vector(around.layout.objects[mover]["position"])
    ways: list[tuple[float, int, str, Vector]] = []
    # Unless it is above the other one already, `on` would center it: a long way to move.
    x, _, z = around.bounds(mover).center
    first = ("on", "against") if covers(around.bounds(stays), x, z) else ("against",)
    for index, relation in enumerate((*first, *_SIDES)):
        at = place(around.layout, Placement([mover], relation, [stays]))[mover].position
        way = vectors.subtract(at, start)
        ways.append((round(vectors.length(way), 9), index, relation, way))
    there = _in_reach(around, mover, [way for _, _, _, way in ways])
    others = [leaf for leaf in there if leaf.top != stays]
    own = [leaf for leaf in there if leaf.top == stays]
    parted = None
    low = around.bounds(mover).low[1]
    for _, _, relation, way in sorted(ways):
        is_buried = low + way[1] < min(0.0, low) - TOUCHING
        if not is_buried and not _hits(around, mover, way, own):
            if not _hits(around, mover, way, others):
                return relation
            parted = parted or relation
    # A place beside the bounds of the other one separates any two.
    return parted or _SIDES[0]


def _in_reach(around: Surroundings, mover: str, ways: Sequence[Vector]) -> list[Leaf]:
    """The solids that an outermost object may overlap when it is moved in one of these ways."""
    boxes = [around.leaves[name].box for name in around.members(mover)]
    whole = united(box.bounds for box in boxes)
    reached = united(whole.moved(way) for way in ways) if whole else None
    leaves = [around.leaves[name] for name in around.near(reached)] if reached else []
    return [
        leaf
        for leaf in leaves
        if leaf.top != mover and leaf.kind not in OPEN and not leaf.is_excused
    ]


def _hits(around: Surroundings, mover: str, way: Vector, leaves: Sequence[Leaf]) -> bool:
    """Whether an outermost object, moved by this vector, overlaps one of these solids."""
    boxes = [around.leaves[name].box.moved(way) for name in around.members(mover)]
    return any(
        min(box.bounds.overlap(leaf.box.bounds)) > _DEEP and distance(box, leaf.box) < -_DEEP
        for box in boxes
        for leaf in leaves
    )
