"""What hangs: flat, upright things go on the side of a wall, not on its upper edge.

So `on` and `against` put a clock, a window, a text or a chart: its back touches the wall, its front
looks away from it, at the height that it has, or else at that of the eyes.
"""

import math
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sessions_app.scene.document.kinds import COMPOSED_KINDS
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import Bounds, box_bounds
from sessions_app.scene.geometry.layout import Layout, is_solid
from sessions_app.scene.geometry.relations.task import CLOSE, FRONT, RIGHT, UP
from sessions_app.scene.geometry.relations.turning import toward
from sessions_app.scene.geometry.vectors import Frame, Vector

_WALLS = ("box", "plane", "extrude")
# A wall is no thicker, in meters, and so many times as high and as wide as thick.
_THICKEST, _SLENDER = 0.5, 2.5
# What is flat by its kind; a prop or a model is where it is this many times as wide and high as
# deep.
_FLAT_KINDS, _FLAT = ("text", "plane", "chart"), 3.0
# Other solids stand on a wall as another part of it, unless they are thin and smaller, as a picture
# is: in meters, and as a share of the wall's side.
_THIN, _PICTURE_PART = 0.06, 0.5
# Where the middle of what hangs is, if nothing says how high; what is higher stands at the wall's
# foot, in meters.
_EYES, _STANDING = 1.6, 1.9
# On what is lower than this, it hangs in the middle: a board, a sign.
_LOW_WALL = 2.2
# Beyond this, in meters, is what has no place yet.
_NOWHERE = 1e5
# How far a direction reaches, in meters, and the step to the next place along a wall.
_FAR, _STEP = 1e6, 0.25


class Hung(NamedTuple):
    """Where something hangs: its position and rotation in its parent's space, and its bounds."""

    position: Vector
    rotation: Vector
    bounds: Bounds


def hangs_on(layout: Layout, target: str, reference: object) -> bool:
    """Whether a thing put on or against another one hangs on its side."""
    if not isinstance(reference, str) or target == reference:
        return False
    wall = layout.objects.get(reference)
    if wall is None or wall["kind"] not in _WALLS or not _is_upright(layout, reference):
        return False
    entity = layout.objects[target]
    if not (is_solid(entity) or entity["kind"] in COMPOSED_KINDS):
        return False
    if not _is_upright(layout, target):
        return False
    own = layout.own_extent(target)
    if own is None:
        return False
    return _is_wall(vectors.vector(wall["size"]), own.size) and _is_flat(
        str(entity["kind"]), own.size, vectors.vector(wall["size"])
    )


def is_wall(size: Vector) -> bool:
    """Whether an upright box of this size is one that things hang on and are set into."""
    thick = min(size[RIGHT], size[FRONT])
    wide = max(size[RIGHT], size[FRONT])
    return thick <= _THICKEST and min(size[UP], wide) >= max(_SLENDER * thick, CLOSE)


def _is_wall(size: Vector, own: Vector) -> bool:
    return is_wall(size) and size[UP] >= own[UP] - CLOSE


def _is_upright(layout: Layout, name: str) -> bool:
    return layout.frame(name).direction((0.0, 1.0, 0.0))[UP] >= 1 - CLOSE


def _is_flat(kind: str, own: Vector, wall: Vector) -> bool:
    wide, high, deep = own
    if kind in _FLAT_KINDS:
        return deep < min(wide, high)
    if kind in ("prop", "model"):
        return _FLAT * deep <= min(wide, high)
    side = max(wall[RIGHT], wall[FRONT]) * wall[UP]
    return deep <= min(_THIN, wide, high) and wide * high <= _PICTURE_PART * side


def hang(
    layout: Layout,
    target: str,
    wall: str,
    gap: float = 0.0,
    *,
    keeps_height: bool = False,
    taken: Collection[Bounds] = (),
) -> Hung:
    """Hang a thing on the side of a wall that it is on; of one without a place, on that inside.

    Args:
        layout: of all objects.
        target: the id of what `hangs_on` the wall.
        wall: its id.
        gap: between both, in meters.
        keeps_height: whether it may stand at the foot of the wall, if it is there.
        taken: where other things are put by the same call.
    """
    frame, size = layout.frame(wall), vectors.vector(layout.objects[wall]["size"])
    thin, along = (RIGHT, FRONT) if size[RIGHT] < size[FRONT] else (FRONT, RIGHT)
    origin = layout.frame(target).origin
    now = layout.extent(target) or Bounds(origin, origin)
    has_place = max(map(abs, now.center)) < _NOWHERE
    seen_from = frame.inside(now.center)[thin] if has_place else 0.0
    if abs(seen_from) <= size[thin] / 2:
        seen_from = frame.inside((0.0, frame.origin[UP], 0.0))[thin]
    axis = [0.0, 0.0, 0.0]
    axis[thin] = 1.0 if seen_from >= -CLOSE else -1.0
    front = frame.direction(vectors.vector(axis))
    turn = vectors.rotation((0.0, math.degrees(math.atan2(front[0], front[2])), 0.0))
    right = vectors.apply(turn, (1.0, 0.0, 0.0))
    rotation = toward(layout, target, vectors.add(origin, vectors.scale(front, _FAR)))
    own = layout.own_extent(target) or Bounds(vectors.ORIGIN, vectors.ORIGIN)
    parent = layout.frame(layout.objects[target].get("parent"))
    height = _height(frame.origin[UP], size[UP], own.size[UP], now, has_place, keeps_height)
    outward = vectors.scale(front, size[thin] / 2 + gap + own.size[FRONT] / 2)

    def at(aside: float) -> Hung:
        x, _, z = vectors.add(vectors.add(frame.origin, outward), vectors.scale(right, aside))
        middle = Frame((x, height, z), turn)
        place = vectors.subtract(middle.origin, vectors.apply(turn, own.center))
        return Hung(parent.inside(place), rotation, box_bounds(own.size, middle))

    reach = max(0.0, (size[along] - own.size[RIGHT]) / 2)
    if has_place:
        away = vectors.dot(vectors.subtract(now.center, frame.origin), right)
        return at(min(max(away, -reach), reach))
    return _first_free(layout, {wall, *layout.solids(target)}, map(at, _asides(reach)), taken)


def _height(
    middle: float, high: float, own: float, now: Bounds, has_place: bool, keeps_height: bool
) -> float:
    """Return how high the middle of what hangs is."""
    foot, top = middle - high / 2, middle + high / 2
    least = foot - CLOSE if keeps_height else foot + 0.02
    if has_place and now.low[UP] >= least and now.high[UP] <= top + CLOSE:
        return now.center[UP]
    if high < _LOW_WALL:
        return middle
    if own > _STANDING:
        return foot + own / 2
    return min(foot + _EYES, top - own / 2)


def _asides(reach: float) -> list[float]:
    """Return places along a wall, from its middle outward."""
    steps = math.floor(reach / _STEP)
    outward = (sign * step * _STEP for step in range(1, steps + 1) for sign in (1, -1))
    return [0.0, *outward]


def _first_free(
    layout: Layout, own: Collection[str], places: Iterable[Hung], taken: Collection[Bounds]
) -> Hung:
    """Return the first place in which nothing else is; without one the first of all."""
    first: Hung | None = None
    for hung in places:
        first = first or hung
        others = (layout.solid_extent(each) for each in layout.near(hung.bounds) if each not in own)
        if all(min(each.overlap(hung.bounds)) <= CLOSE for each in (*others, *taken)):
            return hung
    assert first is not None
    return first
