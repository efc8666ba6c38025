"""What a motion turns about, goes round or grows from."""

from collections.abc import Mapping
from typing import Any, cast

from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.motion import carriers
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations.motion_requests import Asked, Mover, Moves, limited_place
from sessions_app.scene.operations.numbers import stored

_FLOOR = 0.005
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


def axis_of(asked: Asked) -> list[float]:
    given = asked.given.get("axis")
    if given is None:
        return [*_AXES.get(asked.motion, _UP)]
    if not any(given):
        raise InvalidValueError(
            f"`{asked.path}.axis` cannot be [0, 0, 0], which has no direction: [0, 1, 0] is up."
        )
    largest = max(map(abs, given))
    return [*map(stored, vectors.unit(vectors.scale(vectors.vector(given), 1 / largest)))]


def across(axis: list[float]) -> Vector:
    """Return a direction at right angles to an axis: to the right, of an axis to the right up."""
    along = vectors.vector(axis)
    beside = (1.0, 0.0, 0.0) if abs(axis[0]) < 0.9 else _UP
    flat = vectors.subtract(beside, vectors.scale(along, vectors.dot(beside, along)))
    return vectors.unit(flat)


def center_of(mover: Mover, asked: Asked, moves: Moves) -> str | list[float]:
    """Return what it orbits: an id, or a point of the world."""
    around: Any = asked.around
    if isinstance(around, list):
        return limited_place(around, f"{asked.path}.around", moves)
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


def bounds_of(mover: Mover) -> Bounds | None:
    return mover.layout.own_extent(mover.id)


def pivot_of(mover: Mover, asked: Asked) -> Vector:
    """Return what it turns or grows about, along its own axes from its own place."""
    bounds = bounds_of(mover)
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
