"""Makes the motion that a document stores of what was asked for, with defaults by the object."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sessions_app.scene.document.kinds import KINDS, LIGHT_KINDS
from sessions_app.scene.document.members import PLACE_RANGE, TURN_RANGE
from sessions_app.scene.document.motions import (
    LENGTH_AMOUNT_RANGE,
    SHARE_AMOUNT_RANGE,
    SWAY_AMOUNT_RANGE,
)
from sessions_app.scene.document.ranges import Range
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.motion import orbit_arm
from sessions_app.scene.operations.keyframes import frames_of
from sessions_app.scene.operations.motion_places import (
    across,
    axis_of,
    bounds_of,
    center_of,
    pivot_of,
)
from sessions_app.scene.operations.motion_requests import (
    Asked,
    Mover,
    Moves,
    limited_place,
    number_of,
)
from sessions_app.scene.operations.motion_times import set_period, set_repeat, start_of
from sessions_app.scene.operations.numbers import stored

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
    set_repeat(mover, asked, moves)
    set_period(mover, asked, moves)
    if "easing" in asked.given:
        moves.motion["easing"] = asked.given["easing"]
    moves.motion["start"] = start_of(mover, asked, moves)
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


def _spin(mover: Mover, asked: Asked, moves: Moves) -> None:
    axis = axis_of(asked)
    moves.motion["axis"] = axis
    moves.motion["amount"] = number_of(asked, "amount", TURN_RANGE, 360.0, moves)
    pivot = pivot_of(mover, asked)
    # Along the axis every point is as good; the least is stored.
    along = vectors.scale(vectors.vector(axis), vectors.dot(pivot, vectors.vector(axis)))
    moves.motion["pivot"] = [*map(stored, vectors.subtract(pivot, along))]


def _sway(mover: Mover, asked: Asked, moves: Moves) -> None:
    moves.motion["axis"] = axis_of(asked)
    moves.motion["amount"] = number_of(asked, "amount", SWAY_AMOUNT_RANGE, 15.0, moves)
    moves.motion["pivot"] = [*map(stored, pivot_of(mover, asked))]


def _pulse(mover: Mover, asked: Asked, moves: Moves) -> None:
    usual = 0.5 if mover.entity["kind"] in LIGHT_KINDS else 0.15
    moves.motion["amount"] = number_of(asked, "amount", SHARE_AMOUNT_RANGE, usual, moves)
    moves.motion["pivot"] = [*map(stored, pivot_of(mover, asked))]


def _bounce(mover: Mover, asked: Asked, moves: Moves) -> None:
    bounds = bounds_of(mover)
    height = round(max(bounds.size[1] / 2, 0.01), 3) if bounds else 0.2
    moves.motion["axis"] = axis_of(asked)
    moves.motion["amount"] = number_of(asked, "amount", LENGTH_AMOUNT_RANGE, height, moves)


def _float(mover: Mover, asked: Asked, moves: Moves) -> None:
    bounds = bounds_of(mover)
    height = round(max(max(bounds.size) * 0.15, 0.01), 3) if bounds else 0.1
    moves.motion["axis"] = axis_of(asked)
    moves.motion["amount"] = number_of(asked, "amount", LENGTH_AMOUNT_RANGE, height, moves)


def _orbit(mover: Mover, asked: Asked, moves: Moves) -> None:
    axis = axis_of(asked)
    around = center_of(mover, asked, moves)
    arm = orbit_arm(mover.layout, mover.id, around, vectors.vector(axis))
    out = arm.out
    if "radius" in asked.given:
        radius = number_of(asked, "radius", _RADIUS_RANGE, 0.0, moves)
        way = vectors.unit(out) if vectors.length(out) > _NO_ARM else across(axis)
        out = vectors.scale(way, radius)
        moves.position = [*map(stored, vectors.add(arm.foot, out))]
    if vectors.length(out) < _NO_ARM:
        raise InvalidValueError(
            f"`{asked.path}`: {mover.name} stands on the axis of its orbit, so it would go nowhere."
            " Give a radius in meters, or place it beside what it orbits first."
        )
    moves.motion["axis"] = axis
    moves.motion["amount"] = number_of(asked, "amount", TURN_RANGE, 360.0, moves)
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
        limited_place(point, f"{asked.path}.points[{index}]", moves)
        for index, point in enumerate(points)
    ]
    moves.motion["turns"] = asked.given.get("turn", True)


def _keyframes(mover: Mover, asked: Asked, moves: Moves) -> None:
    frames, notes = frames_of(asked.given.get("keyframes", []), f"{asked.path}.keyframes")
    moves.notes += notes
    moves.motion["frames"] = frames
    if "pivot" in asked.given:
        moves.motion["pivot"] = [*map(stored, pivot_of(mover, asked))]


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
