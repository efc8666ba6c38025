"""Makes the motion that a document stores of what was asked for, with defaults by the object."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

from sessions_app.scene.document.graph import Objects
from sessions_app.scene.document.kinds import KINDS, LIGHT_KINDS
from sessions_app.scene.document.members import PLACE_RANGE, TIME_RANGE, TURN_RANGE
from sessions_app.scene.document.motions import (
    LENGTH_AMOUNT_RANGE,
    PERIOD_RANGE,
    SHARE_AMOUNT_RANGE,
    SWAY_AMOUNT_RANGE,
    TIMES_RANGE,
)
from sessions_app.scene.document.ranges import Range
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, Layout
from sessions_app.scene.geometry.motion import carriers, orbit_arm
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations.keyframes import frames_of, is_closed
from sessions_app.scene.operations.numbers import limit_numbers, stored

_GRAVITY = 9.81
_FLOOR = 0.005
# Below this distance from the axis there is no orbit, in meters.
_NO_ARM = 1e-6
_RADIUS_RANGE: Final = Range(0.001, PLACE_RANGE.maximum)
_COMMON = ("period", "easing", "loop", "times", "delay")
# What each motion takes beside these.
OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "spin": ("axis", "amount", "pivot"),
    "orbit": ("around", "radius", "axis", "amount", "turn"),
    "bounce": ("axis", "amount"),
    "float": ("axis", "amount"),
    "pulse": ("amount", "pivot"),
    "sway": ("axis", "amount", "pivot"),
    "path": ("points", "turn"),
    "keyframes": ("keyframes", "pivot"),
}
_PERIODS = {"spin": 4.0, "orbit": 8.0, "float": 4.0, "pulse": 2.0, "sway": 3.0}
_AXES: Mapping[str, Vector] = {"sway": (0.0, 0.0, 1.0)}
_UP: Vector = (0.0, 1.0, 0.0)
SIDES: Mapping[str, Vector] = {
    "center": (0.0, 0.0, 0.0),
    "base": (0.0, -1.0, 0.0),
    "top": (0.0, 1.0, 0.0),
    "left": (-1.0, 0.0, 0.0),
    "right": (1.0, 0.0, 0.0),
    "front": (0.0, 0.0, 1.0),
    "back": (0.0, 0.0, -1.0),
}


class Asked(NamedTuple):
    """A motion as it was asked for.

    `given` are the arguments by name, `around` the id or the point of the world that is to be
    orbited, and `path` that of the animation in the call: animations[3].
    """

    motion: str
    given: Mapping[str, Any]
    around: str | list[float] | None
    path: str


class Mover(NamedTuple):
    """What is to move: its id in a layout, and the moment in seconds of the server's clock."""

    id: str
    layout: Layout
    objects: Objects
    now: float

    @property
    def entity(self) -> Mapping[str, Any]:
        return self.objects[self.id]

    @property
    def name(self) -> str:
        return quoted(str(self.entity["name"]))


@dataclass(slots=True)
class Moves:
    """The motion to store; a new position where it has to begin elsewhere; what was clamped."""

    motion: dict[str, Any] = field(default_factory=dict)
    position: list[float] | None = None
    notes: list[str] = field(default_factory=list)


def require_own(motion: str, given: Mapping[str, Any], path: str) -> None:
    """Check that the arguments are those of this motion.

    Raises:
        InvalidValueError: one belongs to another motion; names its path.
    """
    known = (*OWN[motion], *_COMMON)
    for name in given:
        if name not in known:
            raise InvalidValueError(
                f"`{path}.{name}` does not belong to the motion {motion}, which takes:"
                f" {', '.join(known)}."
            )


def motion_of(mover: Mover, asked: Asked) -> Moves:
    """Return the motion that was asked for.

    Raises:
        InvalidValueError: it is not possible for this object; names the path.
    """
    _require_possible(mover, asked)
    moves = Moves()
    _WRITE[asked.motion](mover, asked, moves)
    _repeat(mover, asked, moves)
    _period(mover, asked, moves)
    if "easing" in asked.given:
        moves.motion["easing"] = asked.given["easing"]
    moves.motion["start"] = _start(mover, asked, moves)
    defaults = KINDS["motion"]
    moves.motion = {
        name: value
        for name, value in moves.motion.items()
        if defaults[name].is_required or value != defaults[name].default
    }
    return moves


def _require_possible(mover: Mover, asked: Asked) -> None:
    kind = mover.entity["kind"]
    if "rotation" in KINDS[kind]:
        return
    shines = kind in LIGHT_KINDS
    members = {member for frame in asked.given.get("keyframes", ()) for member in frame}
    motions = ("orbit", "bounce", "float", "path", "keyframes", *(("pulse",) if shines else ()))
    refused = {"rotation"} if shines else {"rotation", "scale"}
    if asked.motion in motions and not members & refused:
        return
    can = (
        "does not turn. Accepted for it: pulse (of its brightness), orbit, bounce, float, path, and"
        " keyframes of position and of scale (its brightness)"
        if shines
        else "neither turns nor grows. Accepted for it: orbit, bounce, float, path, and keyframes"
        " of positions"
    )
    raise InvalidValueError(
        f"`{asked.path}`: {mover.name} is a {kind.replace('_', ' ')}, which {can}; it goes on"
        " looking at its aim."
    )


def _number(asked: Asked, name: str, accepted: Range, default: float, moves: Moves) -> float:
    value = asked.given.get(name, default)
    [limited], note = limit_numbers(accepted, **{f"{asked.path}.{name}": value})
    if note:
        moves.notes.append(note)
    return limited


def _spin(mover: Mover, asked: Asked, moves: Moves) -> None:
    axis = _axis(asked)
    moves.motion["axis"] = axis
    moves.motion["amount"] = _number(asked, "amount", TURN_RANGE, 360.0, moves)
    pivot = _pivot(mover, asked)
    # Along the axis every point is as good; the least is stored.
    along = vectors.scale(vectors.vector(axis), vectors.dot(pivot, vectors.vector(axis)))
    moves.motion["pivot"] = [*map(stored, vectors.subtract(pivot, along))]


def _sway(mover: Mover, asked: Asked, moves: Moves) -> None:
    moves.motion["axis"] = _axis(asked)
    moves.motion["amount"] = _number(asked, "amount", SWAY_AMOUNT_RANGE, 15.0, moves)
    moves.motion["pivot"] = [*map(stored, _pivot(mover, asked))]


def _pulse(mover: Mover, asked: Asked, moves: Moves) -> None:
    usual = 0.5 if mover.entity["kind"] in LIGHT_KINDS else 0.15
    moves.motion["amount"] = _number(asked, "amount", SHARE_AMOUNT_RANGE, usual, moves)
    moves.motion["pivot"] = [*map(stored, _pivot(mover, asked))]


def _bounce(mover: Mover, asked: Asked, moves: Moves) -> None:
    bounds = _bounds(mover)
    height = round(max(bounds.size[1] / 2, 0.01), 3) if bounds else 0.2
    moves.motion["axis"] = _axis(asked)
    moves.motion["amount"] = _number(asked, "amount", LENGTH_AMOUNT_RANGE, height, moves)


def _float(mover: Mover, asked: Asked, moves: Moves) -> None:
    bounds = _bounds(mover)
    height = round(max(max(bounds.size) * 0.15, 0.01), 3) if bounds else 0.1
    moves.motion["axis"] = _axis(asked)
    moves.motion["amount"] = _number(asked, "amount", LENGTH_AMOUNT_RANGE, height, moves)


def _orbit(mover: Mover, asked: Asked, moves: Moves) -> None:
    axis = _axis(asked)
    around = _center(mover, asked, moves)
    arm = orbit_arm(mover.layout, mover.id, around, vectors.vector(axis))
    out = arm.out
    if "radius" in asked.given:
        radius = _number(asked, "radius", _RADIUS_RANGE, 0.0, moves)
        way = vectors.unit(out) if vectors.length(out) > _NO_ARM else _across(axis)
        out = vectors.scale(way, radius)
        moves.position = [*map(stored, vectors.add(arm.foot, out))]
    if vectors.length(out) < _NO_ARM:
        raise InvalidValueError(
            f"`{asked.path}`: {mover.name} stands on the axis of its orbit, so it would go nowhere."
            " Give a radius in meters, or place it beside what it orbits first."
        )
    moves.motion["axis"] = axis
    moves.motion["amount"] = _number(asked, "amount", TURN_RANGE, 360.0, moves)
    moves.motion["around"] = around
    moves.motion["turns"] = asked.given.get("turn", True)


def _path(mover: Mover, asked: Asked, moves: Moves) -> None:
    points = asked.given.get("points", [])
    place = mover.entity["position"]
    if points and points[0] == place:
        points = points[1:]
    if all(point == place for point in points):
        raise InvalidValueError(
            f"`{asked.path}.points` is missing: the points that {mover.name} goes through from"
            " where it is, each [x, y, z] in meters in its parent's space."
        )
    moves.motion["points"] = [
        _place(point, f"{asked.path}.points[{index}]", moves) for index, point in enumerate(points)
    ]
    moves.motion["turns"] = asked.given.get("turn", True)


def _keyframes(mover: Mover, asked: Asked, moves: Moves) -> None:
    frames, notes = frames_of(asked.given.get("keyframes", []), f"{asked.path}.keyframes")
    moves.notes += notes
    moves.motion["frames"] = frames
    if "pivot" in asked.given:
        moves.motion["pivot"] = [*map(stored, _pivot(mover, asked))]


_WRITE: Mapping[str, Callable[[Mover, Asked, Moves], None]] = {
    "spin": _spin,
    "orbit": _orbit,
    "bounce": _bounce,
    "float": _float,
    "pulse": _pulse,
    "sway": _sway,
    "path": _path,
    "keyframes": _keyframes,
}


def _repeat(mover: Mover, asked: Asked, moves: Moves) -> None:
    loop, times = asked.given.get("loop"), asked.given.get("times")
    if loop == "once" and times not in (None, 1):
        raise InvalidValueError(
            f"`{asked.path}.times` contradicts loop once: leave one of them out."
        )
    frames = moves.motion.get("frames")
    if (
        loop is None
        and times is None
        and frames is not None
        and not is_closed(frames, mover.entity)
    ):
        loop = "once"
    if loop == "back_and_forth":
        moves.motion["loop"] = loop
    if times is not None:
        limited = _number(asked, "times", TIMES_RANGE, 0.0, moves)
        moves.motion["times"] = float(math.ceil(limited))
    elif loop == "once":
        moves.motion["times"] = 1.0


def _period(mover: Mover, asked: Asked, moves: Moves) -> None:
    default = _default_period(mover, asked, moves.motion)
    period = _number(asked, "period", PERIOD_RANGE, default, moves)
    if asked.motion == "keyframes" and period < PERIOD_RANGE.clamp(default):
        raise InvalidValueError(
            f"`{asked.path}.period` cannot be {period:g}: the last keyframe is reached after"
            f" {default:g} s. Give earlier times, or leave the period out."
        )
    moves.motion["period"] = period


def _default_period(mover: Mover, asked: Asked, motion: Mapping[str, Any]) -> float:
    ways = 2 if motion.get("loop") == "back_and_forth" else 1
    match asked.motion:
        case "bounce":  # as long as such a jump takes
            return PERIOD_RANGE.clamp(round(math.sqrt(8 * abs(motion["amount"]) / _GRAVITY), 2))
        case "path":  # as fast as somebody walks, or as long as it is in 5 s
            stops = [mover.entity["position"], *motion["points"]]
            length = sum(map(math.dist, stops, stops[1:]))
            return round(min(max(2.0, length), 20.0) * ways, 1)
        case "keyframes":
            last: float = motion["frames"][-1]["time"]
            return PERIOD_RANGE.clamp(last * ways)
        case _:
            return _PERIODS[asked.motion]


def _start(mover: Mover, asked: Asked, moves: Moves) -> float:
    """Return when it begins; what already moves like this, and for ever, goes on where it is."""
    delay = _number(asked, "delay", TIME_RANGE, 0.0, moves)
    before = mover.entity.get("animation", {}).get(asked.motion)
    start = mover.now + delay
    goes_on = not delay and not moves.motion.get("times") and moves.position is None
    if before and goes_on and not before.get("times") and before["start"] <= mover.now:
        start = (
            mover.now - (mover.now - before["start"]) / before["period"] * moves.motion["period"]
        )
    return round(max(start, 0.0), 3)


def _axis(asked: Asked) -> list[float]:
    given = asked.given.get("axis")
    if given is None:
        return [*_AXES.get(asked.motion, _UP)]
    if not any(given):
        raise InvalidValueError(
            f"`{asked.path}.axis` cannot be [0, 0, 0], which has no direction: [0, 1, 0] is up."
        )
    largest = max(map(abs, given))
    return [*map(stored, vectors.unit(vectors.scale(vectors.vector(given), 1 / largest)))]


def _across(axis: list[float]) -> Vector:
    """Return a direction at right angles to an axis: to the right, of an axis to the right up."""
    along = vectors.vector(axis)
    beside = (1.0, 0.0, 0.0) if abs(axis[0]) < 0.9 else _UP
    flat = vectors.subtract(beside, vectors.scale(along, vectors.dot(beside, along)))
    return vectors.unit(flat)


def _center(mover: Mover, asked: Asked, moves: Moves) -> str | list[float]:
    """Return what it orbits: an id, or a point of the world."""
    around: Any = asked.around
    if isinstance(around, list):
        return _place(around, f"{asked.path}.around", moves)
    if around is None:
        around = mover.entity.get("aim", mover.entity.get("parent"))
    if around is None:
        raise InvalidValueError(
            f"`{asked.path}.around` is missing: the name of what {mover.name} goes round; or"
            " a point of the world: x, y, z."
        )
    if isinstance(around, str) and mover.id in carriers(mover.objects, around):
        named = quoted(str(mover.objects[around]["name"]))
        raise InvalidValueError(
            f"`{asked.path}.around` cannot be {named}: that moves with {mover.name} itself. Name"
            " something that does not."
        )
    return cast("str | list[float]", around)


def _bounds(mover: Mover) -> Bounds | None:
    return mover.layout.own_extent(mover.id)


def _pivot(mover: Mover, asked: Asked) -> Vector:
    """Return what it turns or grows about, along its own axes from its own place."""
    bounds = _bounds(mover)
    if bounds is None:
        return vectors.ORIGIN
    side = asked.given.get("pivot") or _usual_side(mover, asked.motion)
    half = vectors.scale(bounds.size, 0.5)
    if side == "center" and mover.entity["kind"] == "group" and "pivot" not in asked.given:
        return (0.0, bounds.center[1], 0.0)  # straight above what a group turns about
    return vectors.add(bounds.center, vectors.stretched(SIDES[side], half))


def _usual_side(mover: Mover, motion: str) -> str:
    if motion == "sway":
        return "base"
    if motion == "pulse":  # what stands somewhere goes on standing there
        bounds = mover.layout.extent(mover.id)
        stands = bounds is not None and abs(bounds.low[1]) < _FLOOR
        return "base" if stands or "on" in mover.entity.get("contact", {}) else "center"
    return "center"


def _place(point: list[float], path: str, moves: Moves) -> list[float]:
    names = {f"{path}[{axis}]": value for axis, value in enumerate(point)}
    limited, note = limit_numbers(PLACE_RANGE, **names)
    if note:
        moves.notes.append(note)
    return limited
