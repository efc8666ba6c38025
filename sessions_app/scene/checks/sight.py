"""What a camera sees of things, and what hides them."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sessions_app.scene.checks import volumes
from sessions_app.scene.checks.findings import Finding, called, change, listed, severity
from sessions_app.scene.checks.leaves import Leaf, is_ground
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.crossings import EXACT_KINDS, crossing
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.geometry.views import (
    DIRECTIONS,
    View,
    framing,
    picture_point,
    view_of,
)

# What can hide something, each with a convex shape that it fills at least: a bust's rounded bulk.
_SHAPES = {kind: kind for kind in EXACT_KINDS} | {"bust": "sphere"}
_CLEAR_MATERIALS = ("glass", "frosted_glass")
# Where a segment ends this near to a surface, in parts of its length, it ends on it.
_ENDS = 1e-6
# How many objects times all solids are checked for what is hidden wholly. Among more, some always
# hide others: that is how large scenes look, and nothing odd.
_MOST_COMPARED = 20_000
# How many solids between the camera and an object are checked.
_MOST_COVERS = 500
# Where more solids than these are drawn, they are searched along a line in pieces of it.
_FEW_LEAVES, _PIECES = 64, 8
# How many parts of an object get rays, the largest, and how many rays across each both ways.
_MOST_PARTS, _RAYS = 8, 7
# The same where a fix tries views, and how many hidden objects it tries them for.
_FEW_PARTS, _FEW_RAYS, _MOST_TRIED = 1, 3, 4
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
        hidden_by: the ids of what hides some of it, the most hiding first: outermost objects, or
            parts of the one that it belongs to itself.
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


def sight_of(
    around: Surroundings, camera: View, name: str, *, parts: int = _MOST_PARTS, rays: int = _RAYS
) -> Sight:
    """Look at an object with all that belongs to it, by rays to many of its points.

    Args:
        around: all visible solids.
        camera: the camera.
        name: the object's id.
        parts: how many solids of it get rays, the largest.
        rays: across each of them, in both directions.
    """
    own = frozenset(leaf for leaf in around.layout.solids(name) if leaf in around.leaves)
    leaves = [around.leaves[leaf] for leaf in sorted(own)]
    drawn = (part for leaf in leaves for part in leaf.parts(leaf.bounds))
    eye = camera.frame.origin
    total = shown = seen = 0
    hiding: Counter[str] = Counter()
    for part in sorted(drawn, key=_size, reverse=True)[:parts]:
        covers = _covers(around, eye, part.box.frame.origin, vectors.length(part.box.half), own)
        for point in _points(part, eye, rays):
            total += 1
            at = picture_point(camera, point)
            if at is None or not at.is_in_picture:
                continue
            shown += 1
            hidden_by = {
                cover.name if cover.top == part.top else cover.top
                for cover in covers
                if _hides(cover, eye, point)
            }
            seen += not hidden_by
            hiding.update(hidden_by)
    if not total:
        return Sight(0.0, 0.0, ())
    order = sorted(hiding, key=lambda each: (-hiding[each], each))
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
    if len(tops) * around.drawn > _MOST_COMPARED:
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
    for leaf in sorted(members, key=_size, reverse=True):
        points = [leaf.box.frame.origin, *_corners(leaf)]
        yield (
            cover
            for cover in _covers(around, eye, points[0], 0.0, own)
            if all(_hides(cover, eye, each) for each in points)
        )


def _covers(
    around: Surroundings, eye: Vector, point: Vector, radius: float, own: frozenset[str]
) -> list[Leaf]:
    """Return what may be between a point and something this large; of patterns, each part."""
    way = vectors.subtract(point, eye)
    found = {
        (name, part.box): part
        for reached in _along(around, eye, way, radius)
        for name in around.near(reached)
        if name not in own and _comes_near(around.leaves[name], eye, way, radius)
        if _is_opaque(around, around.leaves[name])
        for part in around.leaves[name].parts(reached)
        # A solid around the camera is a room or a sky.
        if part.kind in _SHAPES and not volumes.contains(part.kind, part.box, eye)
    }
    return list(itertools.islice(found.values(), _MOST_COVERS))


def _along(around: Surroundings, eye: Vector, way: Vector, radius: float) -> Iterator[Bounds]:
    """Yield bounds around all that comes this near to a line, in pieces where there is much."""
    count = 1 if around.drawn <= _FEW_LEAVES else _PIECES
    (a, b, c), (i, j, k) = eye, way
    grown = (radius, radius, radius)
    for piece in range(count):
        one, other = (
            (a + i * part, b + j * part, c + k * part)
            for part in (piece / count, (piece + 1) / count)
        )
        low, high = zip(*map(sorted, zip(one, other, strict=True)), strict=True)
        yield Bounds(
            vectors.subtract(vectors.vector(low), grown), vectors.add(vectors.vector(high), grown)
        )


def _comes_near(leaf: Leaf, eye: Vector, way: Vector, radius: float) -> bool:
    """Whether the ball around a solid comes this near to the line in the way of a point."""
    (x, y, z), (a, b, c), (i, j, k) = leaf.box.frame.origin, eye, way
    x, y, z = x - a, y - b, z - c
    along = (x * i + y * j + z * k) / (i * i + j * j + k * k or 1.0)
    x, y, z = x - along * i, y - along * j, z - along * k
    reach = math.hypot(*leaf.box.half) + radius
    return x * x + y * y + z * z <= reach * reach


def _is_opaque(around: Surroundings, leaf: Leaf) -> bool:
    if leaf.is_excused or is_ground(leaf.bounds):
        return False
    objects = around.layout.objects
    repeated = around.layout.descendants(leaf.name) if leaf.copies else ()
    return not any(is_clear(objects[each]) for each in (leaf.name, *repeated))


def _hides(cover: Leaf, eye: Vector, point: Vector) -> bool:
    """Whether a solid is between two points."""
    way = vectors.subtract(point, eye)
    if not _comes_near(cover, eye, way, 0.0):
        return False
    frame, size = cover.box.frame, vectors.scale(cover.box.half, 2)
    toward = frame.direction_inside(way)
    crossed = crossing(_SHAPES[cover.kind], size, frame.inside(eye), toward)
    return crossed is not None and 0 < crossed.enters < 1 - _ENDS


def _points(leaf: Leaf, eye: Vector, rays: int) -> Iterator[Vector]:
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
    for row in range(rays):
        for column in range(rays):
            x, y = (2 * (each + 0.5) / rays - 1 for each in (column, row))
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
    tried = found.ids[:_MOST_TRIED]
    by = [leaf for top in tried for each in _hiders(around, eye, top) for leaf in each]
    covers = list(dict.fromkeys(leaf.top for leaf in by))
    behind = called(layout, covers[0]) if len(covers) == 1 else "others"
    verb = "is" if len(found.ids) == 1 else "are"
    words = f"{listed(layout, found.ids)} {verb} hidden behind {behind} for the camera"
    for name in _VIEWS:
        view = _framed(around, camera, DIRECTIONS[name])
        if view and all(_is_seen(around, view, top) for top in tried):
            return words, {"tool": "set_camera", "arguments": {"view": name}}
    clear = [
        {"target": called(layout, leaf), "opacity": _SEEN_THROUGH}
        for leaf in dict.fromkeys(leaf.name for leaf in by)
    ]
    return words, change(*clear)


def _is_seen(around: Surroundings, view: View, top: str) -> bool:
    return sight_of(around, view, top, parts=_FEW_PARTS, rays=_FEW_RAYS).seen > 0


def _framed(around: Surroundings, camera: View, toward: Vector) -> View | None:
    """Return the view of a camera that frames everything from a direction."""
    every = [around.bounds(top) for top in around.tops]
    corners = [corner for each in every if not is_ground(each) for corner in each.corners()]
    if not corners:
        return None
    fov, aspect = 2 * math.degrees(math.atan(camera.high)), camera.wide / camera.high
    framed = framing(corners, toward, fov, aspect, _MARGIN)
    return view_of(framed.position, framed.aim, fov, aspect)
