"""What a camera sees of things, and what hides them."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sessions_app.scene.checks import volumes
from sessions_app.scene.checks.findings import Finding, called, change, listed, severity
from sessions_app.scene.checks.surroundings import Leaf, Surroundings, is_ground
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.crossings import crossing
from sessions_app.scene.geometry.layout import Bounds, united
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.geometry.views import (
    DIRECTIONS,
    View,
    framing,
    picture_point,
    view_of,
)

# What can hide something, each with a convex shape that it fills at least: a bust's rounded bulk.
_SHAPES = {
    "box": "box",
    "bust": "sphere",
    "capsule": "capsule",
    "cone": "cone",
    "cylinder": "cylinder",
    "plane": "box",
    "sphere": "sphere",
}
_CLEAR_MATERIALS = ("glass", "frosted_glass")
# Where a segment ends this near to a surface, in parts of its length, it ends on it.
_ENDS = 1e-6
# Among more objects some always hide others: that is how large scenes look, and nothing odd.
_MOST_TARGETS = 100
# How many solids between the camera and an object are looked at.
_MOST_COVERS = 500
# How many parts of an object are looked at, the largest, and rays across each in both directions.
_MOST_PARTS, _RAYS = 8, 7
# The views that a fix tries, and the empty share at the edges with which the camera frames.
_VIEWS = ("three quarter", "front left", "top", "back right", "back left", "front")
_MARGIN = 0.12
# What a thing that stays hidden from all sides makes see-through.
_SEEN_THROUGH = 0.3


class Sight(NamedTuple):
    """What the camera sees of an object.

    Attributes:
        in_picture: the share of it within the picture's edges, from 0 to 1.
        seen: the share of it that is seen.
        hidden_by: the ids of the outermost objects that hide some of it, the most hiding first.
    """

    in_picture: float
    seen: float
    hidden_by: tuple[str, ...]


def is_clear(entity: Mapping[str, Any]) -> bool:
    """Whether one sees through a solid."""
    material = entity.get("material") or {}
    seen_through = material.get("transmission", 0) > 0 or material.get("opacity", 1) < 1
    preset = material.get("preset") in _CLEAR_MATERIALS
    return bool(seen_through or preset or material.get("wireframe"))


def sight_of(around: Surroundings, camera: View, name: str) -> Sight:
    """Look at an object with all that belongs to it, by rays to many of its points.

    Args:
        around: all visible solids.
        camera: the camera.
        name: the object's id; it has visible solids.
    """
    own = [leaf for leaf in around.layout.solids(name) if leaf in around.leaves]
    leaves = [around.leaves[leaf] for leaf in own]
    drawn = (part for leaf in leaves for part in leaf.parts(leaf.bounds))
    parts = sorted(drawn, key=_size, reverse=True)[:_MOST_PARTS]
    eye, whole = camera.frame.origin, united(leaf.bounds for leaf in parts)
    if whole is None:
        return Sight(0.0, 0.0, ())
    covers = _covers(around, eye, whole, frozenset(own))
    total = shown = seen = 0
    hiding: dict[str, int] = {}
    for point in (point for leaf in parts for point in _points(leaf, eye)):
        total += 1
        at = picture_point(camera, point)
        if at is None or not at.is_in_picture:
            continue
        shown += 1
        hidden_by = {cover.top for cover in covers if _hides(cover, eye, point)}
        seen += not hidden_by
        for top in hidden_by:
            hiding[top] = hiding.get(top, 0) + 1
    if not total:
        return Sight(0.0, 0.0, ())
    order = sorted(hiding, key=lambda top: (-hiding[top], top))
    return Sight(shown / total, seen / total, tuple(order))


def find_behind(around: Surroundings, camera: View, known: Iterable[Finding]) -> Iterator[Finding]:
    """Find objects in the picture that others hide wholly, as one finding.

    What one convex solid hides of a box is exact: all of it, where its corners are hidden.

    Args:
        around: all solids.
        camera: the active camera.
        known: what was found already; what is odd in another way is not said again.
    """
    said = {each.ids[0] for each in known if each.kind in ("hidden", "buried", "invisible")}
    tops = dict.fromkeys(
        leaf.top
        for leaf in map(around.leaves.__getitem__, sorted(around.affected))
        if not leaf.is_excused and leaf.top not in said
    )
    if len(tops) > _MOST_TARGETS:
        return
    eye = camera.frame.origin
    hidden = [
        top for top in tops if _is_in(camera, around.bounds(top)) and _behind(around, eye, top)
    ]
    if hidden:
        leaves = tuple(name for top in hidden for name in around.members(top))
        share = len(hidden) / len(around.tops)
        yield Finding("behind", tuple(hidden), severity("behind", share), leaves)


def _is_in(camera: View, bounds: Bounds) -> bool:
    at = picture_point(camera, bounds.center)
    return at is not None and at.is_in_picture


def _behind(around: Surroundings, eye: Vector, top: str) -> bool:
    return all(next(each, None) for each in _hiders(around, eye, top))


def _hiders(around: Surroundings, eye: Vector, top: str) -> Iterator[Iterator[Leaf]]:
    """Yield for each leaf of an outermost object, the largest first, what hides it wholly."""
    members = [around.leaves[name] for name in around.members(top)]
    own = frozenset(leaf.name for leaf in members)
    covers = _covers(around, eye, around.bounds(top), own)
    for leaf in sorted(members, key=_size, reverse=True):
        points = [leaf.box.frame.origin, *_corners(leaf)]
        yield (cover for cover in covers if all(_hides(cover, eye, each) for each in points))


def _covers(around: Surroundings, eye: Vector, bounds: Bounds, own: frozenset[str]) -> list[Leaf]:
    """Return what may hide something in these bounds from a point; of patterns, each part."""
    reached = united([Bounds(eye, eye), bounds]) or bounds
    found = (
        part
        for name in around.near(reached)
        if name not in own and _is_opaque(around, around.leaves[name])
        for part in around.leaves[name].parts(reached)
        # A solid around the camera is a room or a sky.
        if part.kind in _SHAPES and not volumes.contains(part.kind, part.box, eye)
    )
    return list(itertools.islice(found, _MOST_COVERS))


def _is_opaque(around: Surroundings, leaf: Leaf) -> bool:
    if leaf.is_excused or is_ground(leaf.bounds):
        return False
    objects = around.layout.objects
    repeated = around.layout.descendants(leaf.name) if leaf.copies else ()
    return not any(is_clear(objects[each]) for each in (leaf.name, *repeated))


def _hides(cover: Leaf, eye: Vector, point: Vector) -> bool:
    """Whether a solid is between two points."""
    frame, half = cover.box.frame, cover.box.half
    way = vectors.subtract(point, eye)
    away = vectors.subtract(frame.origin, eye)
    # Mostly the ball around a solid decides.
    along = vectors.dot(away, way) / vectors.dot(way, way)
    off = vectors.subtract(away, vectors.scale(way, along))
    if vectors.dot(off, off) > vectors.dot(half, half):
        return False
    size = vectors.scale(half, 2)
    toward = frame.direction_inside(way)
    crossed = crossing(_SHAPES[cover.kind], size, frame.inside(eye), toward)
    return crossed is not None and 0 < crossed.enters < 1 - _ENDS


def _points(leaf: Leaf, eye: Vector) -> Iterator[Vector]:
    """Yield points of the surface of a solid, evenly as seen from a point."""
    center, radius = leaf.box.frame.origin, vectors.length(leaf.box.half)
    away = vectors.subtract(center, eye)
    if not vectors.length(away) or not radius:
        return
    back = vectors.unit(away)
    aside = vectors.cross(back, vectors.AXES[0 if abs(back[1]) > 0.9 else 1])
    aside = vectors.scale(aside, radius / vectors.length(aside))
    upward = vectors.cross(aside, back)
    frame, size = leaf.box.frame, vectors.scale(leaf.box.half, 2)
    origin = frame.inside(eye)
    for row in range(_RAYS):
        for column in range(_RAYS):
            x, y = (2 * (each + 0.5) / _RAYS - 1 for each in (column, row))
            there = vectors.add(vectors.scale(aside, x), vectors.scale(upward, y))
            toward = vectors.add(away, there)
            crossed = crossing(leaf.kind, size, origin, frame.direction_inside(toward))
            if crossed is not None and crossed.leaves > 0:
                yield vectors.add(eye, vectors.scale(toward, max(0.0, crossed.enters)))


def _corners(leaf: Leaf) -> Iterator[Vector]:
    a, b, c = leaf.box.half
    for x in (-a, a):
        for y in (-b, b):
            for z in (-c, c):
                yield leaf.box.frame.point((x, y, z))


def _size(leaf: Leaf) -> tuple[float, str]:
    return vectors.length(leaf.box.half), leaf.name


def explain(around: Surroundings, found: Finding, camera: View) -> tuple[str, dict[str, Any]]:
    """The sentence and the fix of a finding of this module."""
    layout, eye = around.layout, camera.frame.origin
    verb = "is" if len(found.ids) == 1 else "are"
    by = [leaf for top in found.ids for each in _hiders(around, eye, top) for leaf in each]
    covers = list(dict.fromkeys(leaf.top for leaf in by))
    names = [called(layout, each) for each in covers]
    behind = names[0] if len(names) == 1 else "others"
    words = f"{listed(layout, found.ids)} {verb} hidden behind {behind} for the camera"
    for name in _VIEWS:
        view = _framed(around, camera, DIRECTIONS[name])
        if view and all(sight_of(around, view, top).seen for top in found.ids):
            return words, {"tool": "set_camera", "arguments": {"view": name}}
    clear = [
        {"target": called(layout, leaf), "opacity": _SEEN_THROUGH}
        for leaf in dict.fromkeys(leaf.name for leaf in by)
    ]
    return words, change(*clear)


def _framed(around: Surroundings, camera: View, toward: Vector) -> View | None:
    """Return the view of a camera that frames everything from a direction."""
    every = [around.bounds(top) for top in around.tops]
    corners = [corner for each in every if not is_ground(each) for corner in each.corners()]
    if not corners:
        return None
    fov, aspect = 2 * math.degrees(math.atan(camera.high)), camera.wide / camera.high
    framed = framing(corners, toward, fov, aspect, _MARGIN)
    return view_of(framed.position, framed.aim, fov, aspect)
