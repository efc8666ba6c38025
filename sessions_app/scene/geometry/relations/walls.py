"""What hangs: flat, upright things go on the side of a wall, not on its upper edge.

So `on` and `against` put a clock, a window, a text or a chart: its back touches the wall, its front
looks away from it, at the height that it has, or else at that of the eyes.
"""

import itertools
import math
from collections.abc import Collection, Iterator
from typing import NamedTuple

from sessions_app.scene.document.kinds import COMPOSED_KINDS
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import Bounds, box_bounds
from sessions_app.scene.geometry.layout import Layout, is_solid
from sessions_app.scene.geometry.relations.task import CLOSE, FRONT, RIGHT, UP, along
from sessions_app.scene.geometry.relations.turning import toward
from sessions_app.scene.geometry.vectors import Frame, Vector

WALLS = ("box", "plane", "extrude")
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
# What is no higher above the foot of a wall was given no height, in meters.
_RAISED = 0.02
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
    if wall is None or wall["kind"] not in WALLS or not _is_upright(layout, reference):
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
    hanging = _Hanging(layout, target, wall)
    own, size = hanging.own.size, hanging.size
    thin, level = (RIGHT, FRONT) if size[RIGHT] < size[FRONT] else (FRONT, RIGHT)
    front = hanging.front(thin)
    turn = vectors.rotation((0.0, math.degrees(math.atan2(front[0], front[2])), 0.0))
    away = vectors.add(hanging.origin, vectors.scale(front, _FAR))
    rotation = toward(layout, target, away)
    outward = vectors.scale(front, size[thin] / 2 + gap + own[FRONT] / 2)
    right = vectors.apply(turn, (1.0, 0.0, 0.0))
    height = hanging.height(keeps_height=keeps_height)
    parent = layout.frame(layout.objects[target].get("parent"))

    def at(aside: float) -> Hung:
        face = vectors.add(hanging.frame.origin, outward)
        x, _, z = vectors.add(face, vectors.scale(right, aside))
        middle = Frame((x, height, z), turn)
        place = vectors.subtract(middle.origin, vectors.apply(turn, hanging.own.center))
        return Hung(parent.inside(place), rotation, box_bounds(own, middle))

    reach = max(0.0, (size[level] - own[RIGHT]) / 2)
    if hanging.has_place:
        way = vectors.subtract(hanging.now.center, hanging.frame.origin)
        return at(min(max(vectors.dot(way, right), -reach), reach))
    there = {wall, *layout.solids(target)}
    places = map(at, _asides(reach))
    return next((each for each in places if _is_free(layout, each, there, taken)), at(0.0))


class _Hanging:
    """A thing and the wall that it is to hang on, as they are."""

    def __init__(self, layout: Layout, target: str, wall: str) -> None:
        self.frame, self.size = layout.frame(wall), vectors.vector(layout.objects[wall]["size"])
        self.origin = layout.frame(target).origin
        self.now = layout.extent(target) or Bounds(self.origin, self.origin)
        self.own = layout.own_extent(target) or Bounds(vectors.ORIGIN, vectors.ORIGIN)
        self.has_place = max(map(abs, self.now.center)) < _NOWHERE

    def front(self, thin: int) -> Vector:
        """Return the direction of the side to hang on: where it is, else the scene's middle."""
        at = self.frame.inside(self.now.center)[thin] if self.has_place else 0.0
        if abs(at) <= self.size[thin] / 2:
            at = self.frame.inside((0.0, self.frame.origin[UP], 0.0))[thin]
        return self.frame.direction(along(thin, 1.0 if at >= -CLOSE else -1.0))

    def height(self, *, keeps_height: bool) -> float:
        """Return how high the middle of what hangs is."""
        middle, high, own = self.frame.origin[UP], self.size[UP], self.own.size[UP]
        foot, top = middle - high / 2, middle + high / 2
        least = foot - CLOSE if keeps_height else foot + _RAISED
        if self.has_place and self.now.low[UP] >= least and self.now.high[UP] <= top + CLOSE:
            return self.now.center[UP]
        if high < _LOW_WALL:
            return middle
        if own > _STANDING:
            return foot + own / 2
        return min(foot + _EYES, top - own / 2)


def _asides(reach: float) -> Iterator[float]:
    """Yield places along a wall, from its middle outward."""
    yield 0.0
    for step in range(1, math.floor(reach / _STEP) + 1):
        yield from (step * _STEP, -step * _STEP)


def _is_free(layout: Layout, hung: Hung, own: Collection[str], taken: Collection[Bounds]) -> bool:
    """Whether nothing else is there."""
    near = (each for each in layout.near(hung.bounds) if each not in own)
    others = itertools.chain(map(layout.solid_extent, near), taken)
    return all(min(each.overlap(hung.bounds)) <= CLOSE for each in others)
