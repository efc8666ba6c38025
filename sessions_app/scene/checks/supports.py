"""Missing support: objects that float, parts that touch nothing, and what is buried."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sessions_app.scene.checks.boxes import travel
from sessions_app.scene.checks.clusters import Cluster
from sessions_app.scene.checks.findings import (
    Finding,
    called,
    change,
    listed,
    placement,
    rounded,
    severity,
)
from sessions_app.scene.checks.leaves import TOUCHING, is_ground
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, is_solid
from sessions_app.scene.geometry.relations import Placement, place
from sessions_app.scene.geometry.vectors import Vector

DOWN: Vector = (0.0, -1.0, 0.0)
# What is below the floor counts when it is deeper than this part of the object's height.
_BURIED_PART = 0.02
# Leaves of one object that are compared with all others to find what is below or beside it.
_MOST_LEAVES = 100
# A fix moves exactly as far as meant, in meters.
_EXACT = 1e-6


def find_unsupported(around: Surroundings) -> Iterator[Finding]:
    """Find objects and parts that are connected to nothing that stands on the floor."""
    if not around.is_complete:
        return
    seen: set[str] = set()
    for name in around.affected:
        cluster = around.clusters.of(name)
        if cluster is not None and name not in seen:
            seen |= cluster.names
            if not _is_held(around, cluster):
                yield from _judge(around, cluster.names)


def is_held(around: Surroundings, name: str) -> bool:
    """Return whether a leaf stands on the floor, is excused, or touches a leaf that is held."""
    cluster = around.clusters.of(name)
    return cluster is None or _is_held(around, cluster)


def _is_held(around: Surroundings, cluster: Cluster) -> bool:
    """Return whether something holds a cluster, or one that it is declared to touch and reaches."""
    known = around.held_clusters
    reached, queue = {cluster}, [cluster]
    while queue:
        each = queue.pop()
        if each.is_held or known.get(each) or None in (wished := set(_wished(around, each))):
            known[cluster] = True
            return True
        new = [other for other in wished - reached if other and known.get(other) is not False]
        reached.update(new)
        queue += new
    known.update(dict.fromkeys(reached, False))
    return False


def _wished(around: Surroundings, cluster: Cluster) -> Iterator[Cluster | None]:
    """Yield the clusters of what leaves of this one are declared to touch, and reach.

    None is for a leaf that stands by itself.
    """
    for leaf in (around.leaves[name] for name in cluster.names):
        for target in leaf.contacts:
            solids = around.layout.solids(target) if target in around.layout.objects else ()
            for name in solids:
                other = around.leaves.get(name)
                if other and min(leaf.bounds.overlap(other.bounds)) >= -TOUCHING:
                    yield around.clusters.of(name)


def _judge(around: Surroundings, cluster: frozenset[str]) -> Iterator[Finding]:
    low = min(around.leaves[name].bounds.low[1] for name in cluster)
    leaves = sorted(cluster)
    tops = dict.fromkeys(around.leaves[name].top for name in leaves)
    parted = [top for top in tops if _is_parted(around, cluster, top)]
    if not parted:
        ids = sorted(tops, key=lambda top: (around.bounds(top).low[1], top))
        yield Finding("floats", tuple(ids), severity("floats", low), tuple(leaves))
        return
    for top in parted:
        own = [name for name in leaves if around.leaves[name].top == top]
        if not _is_child_of_solid(around, own):
            parts = tuple(_parts(around, top, set(own)))
            yield Finding("loose", parts, severity("loose", len(own) / 10), tuple(own))


def _is_parted(around: Surroundings, cluster: frozenset[str], top: str) -> bool:
    """Whether the rest of an object is held, or floats with the lowest part."""
    rest = [name for name in around.members(top) if name not in cluster]
    if not rest:
        return False
    if any(is_held(around, name) for name in rest):
        return True
    return _lowest(around, top) not in cluster


def _is_child_of_solid(around: Surroundings, leaves: Sequence[str]) -> bool:
    """Whether these belong to a solid: a moon to its planet, not a part to its group."""
    for name in leaves:
        parent = around.layout.objects[name].get("parent")
        while parent is not None:
            if is_solid(around.layout.objects[parent]) and parent not in leaves:
                return True
            parent = around.layout.objects[parent].get("parent")
    return False


def _parts(around: Surroundings, top: str, leaves: set[str]) -> list[str]:
    """The fewest objects inside an outermost one that hold exactly these leaves."""
    visible = [name for name in around.layout.solids(top) if name in around.leaves]
    if leaves.issuperset(visible):
        return [top]
    below = [
        part
        for child in around.layout.children(top)
        if not leaves.isdisjoint(around.layout.solids(child))
        for part in _parts(around, child, leaves)
    ]
    return [top, *below] if top in leaves else below


def find_buried(around: Surroundings) -> Iterator[Finding]:
    """Find what reaches below the floor, but for the ground itself."""
    deepest: dict[str, tuple[float, str]] = {}
    for name in around.affected:
        leaf = around.leaves[name]
        if leaf.bounds.low[1] < -TOUCHING and not leaf.is_excused and not is_ground(leaf.bounds):
            found = (leaf.bounds.low[1], name)
            deepest[leaf.top] = min(found, deepest.get(leaf.top, found))
    for top, (low, name) in deepest.items():
        height = around.bounds(top).size[1]
        if -low > _BURIED_PART * height:
            yield Finding(
                "buried", (top,), severity("buried", -low / max(height, TOUCHING)), (name,)
            )


def explain(around: Surroundings, found: Finding) -> tuple[str, dict[str, Any]]:
    """The sentence and the fix of a finding of this module."""
    if found.kind == "buried":
        [top] = found.ids
        low = around.leaves[found.leaves[0]].bounds.low[1]
        words = f"{called(around.layout, top)} is {rounded(-low)} below the floor"
        return words, placement(around.layout, [top], "to_floor", None)
    if found.kind == "floats":
        return _explain_floating(around, found.ids, found.leaves)
    return _explain_loose(around, found)


class Way(NamedTuple):
    """How far something moves in a direction until it touches a leaf; None is the floor."""

    length: float
    leaf: str | None


def _explain_floating(
    around: Surroundings, tops: tuple[str, ...], leaves: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    layout = around.layout
    moving = {name for top in tops for name in around.members(top)}
    way = drop(around, leaves, moving)
    below = "the floor" if way.leaf is None else called(layout, around.leaves[way.leaf].top)
    verb = "floats" if len(tops) == 1 else "float"
    words = f"{listed(layout, tops)} {verb} {rounded(way.length)} above {below}"
    shift = vectors.scale(DOWN, way.length)
    support = _declared_support(around, tops)
    if support is not None:
        return words, placement(layout, tops, "on", support)
    if len(tops) == 1:
        if way.leaf is None:
            return words, placement(layout, tops[:1], "to_floor", None)
        for reference in (around.leaves[way.leaf].top, way.leaf):
            if _moves(around, tops[0], "on", reference, shift):
                return words, placement(layout, tops[:1], "on", reference)
    return words, _moving(around, tops, shift)


def _declared_support(around: Surroundings, tops: tuple[str, ...]) -> str | None:
    """Return what all of these are declared to stand on, if it is seen and none of them."""
    layout = around.layout
    supports = {layout.objects[top].get("contact", {}).get("on") for top in tops}
    support = supports.pop()
    if supports or support not in layout.objects:
        return None
    tree: str | None = support
    while tree is not None:
        if tree in tops:
            return None
        tree = layout.objects[tree].get("parent")
    is_seen = any(solid in around.leaves for solid in layout.solids(support))
    return str(support) if is_seen else None


def drop(around: Surroundings, names: Sequence[str], moving: set[str]) -> Way:
    """How far these fall until one touches the floor or something that does not move with them."""
    leaves = [around.leaves[name] for name in names]
    way = Way(min(leaf.bounds.low[1] for leaf in leaves), None)
    parts = [part for leaf in leaves for part in leaf.parts(leaf.bounds)]
    for leaf in sorted(parts, key=lambda each: each.box.bounds.low[1])[:_MOST_LEAVES]:
        low, high = leaf.box.bounds
        column = Bounds((low[0], min(0.0, low[1]), low[2]), high)
        for name in around.near(column):
            if name not in moving:
                for part in around.leaves[name].parts(column):
                    length = travel(leaf.box, part.box, DOWN)
                    if length is not None and length < way.length - _EXACT:
                        way = Way(length, name)
    return way


def _explain_loose(around: Surroundings, found: Finding) -> tuple[str, dict[str, Any]]:
    layout = around.layout
    top = around.leaves[found.leaves[0]].top
    way, other = _nearest(around, found.leaves, top)
    words = (
        f"{listed(layout, found.ids)} of {called(layout, top)}"
        f" {'touches' if len(found.ids) == 1 else 'touch'} nothing: {rounded(vectors.length(way))}"
        f" from {called(layout, other)}"
    )
    if len(found.ids) == 1:
        relation = "on" if way[1] < 0 else "below" if way[1] > 0 else "against"
        if _moves(around, found.ids[0], relation, other, way):
            return words, placement(layout, found.ids, relation, other)
    return words, _moving(around, found.ids, way)


def _nearest(around: Surroundings, leaves: Sequence[str], top: str) -> tuple[Vector, str]:
    """The shortest way to touch the rest of an object, with the leaf that is then touched."""
    rest = _rest(around, top)
    pairs = [
        (vectors.length(_gap(around, own, other)), own, other)
        for own in leaves[:_MOST_LEAVES]
        for other in rest[:_MOST_LEAVES]
    ]
    _, own, other = min(pairs)
    one, its = around.leaves[own].box, around.leaves[other].box
    if one.frame.turn is vectors.AXES and its.frame.turn is vectors.AXES:
        return _gap(around, own, other), other
    away = vectors.subtract(its.frame.origin, one.frame.origin)
    toward = vectors.scale(away, 1 / vectors.length(away))
    return vectors.scale(toward, travel(one, its, toward) or 0.0), other


def _rest(around: Surroundings, top: str) -> list[str]:
    """The leaves of an object that something holds; of one that floats, its lowest cluster."""
    members = around.members(top)
    rest = [name for name in members if is_held(around, name)]
    if rest:
        return rest
    cluster = around.clusters.of(_lowest(around, top))
    return [name for name in members if cluster and name in cluster.names]


def _lowest(around: Surroundings, top: str) -> str:
    return min(around.members(top), key=lambda name: (around.leaves[name].bounds.low[1], name))


def _gap(around: Surroundings, own: str, other: str) -> Vector:
    """The vector by which the bounds of one come to touch those of the other."""
    one, its = around.leaves[own].box.bounds, around.leaves[other].box.bounds
    depth = one.overlap(its)
    return vectors.vector(
        [
            math.copysign(max(0.0, -depth[axis]), its.center[axis] - one.center[axis])
            for axis in range(3)
        ]
    )


def _moves(around: Surroundings, target: str, relation: str, reference: str, way: Vector) -> bool:
    """Whether the relation moves the target exactly so."""
    layout = around.layout
    if target in layout.ancestors(reference):  # it would move along
        return False
    placed = place(layout, Placement([target], relation, [reference]))[target]
    parent = layout.frame(layout.objects[target].get("parent"))
    start = layout.frame(target).origin
    moved = vectors.subtract(parent.point(placed.position), start)
    return vectors.length(vectors.subtract(moved, way)) < _EXACT


def _moving(around: Surroundings, targets: Sequence[str], way: Vector) -> dict[str, Any]:
    """A fix that moves each of them by a vector of the world, given in its parent's space."""
    layout = around.layout
    changes = []
    for target in targets:
        parent = layout.frame(layout.objects[target].get("parent"))
        inside = [round(value, 9) for value in parent.direction_inside(way)]
        changes.append({"target": called(layout, target), "move_by": inside})
    return change(*changes)
