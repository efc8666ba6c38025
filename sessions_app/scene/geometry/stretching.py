"""Stretch one entity by factors along its own axes and along its parent's.

Sizes, points and positions take the factor of each axis. A radius or a light's size has no axis and
takes the geometric mean, which is exact if the factors are even.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.vectors import Vector

# Factors are equal if they differ by no more than this, relatively.
_SAME = 1e-9
# The members of an arrangement that are distances, in meters.
_DISTANCES = ("spacing", "gap", "radius", "area")
_AXES = ("x", "y", "z")


def are_even(*factors: float) -> bool:
    """Return whether all factors are equal."""
    return max(factors) - min(factors) <= _SAME * max(factors)


def mean(factors: Vector) -> float:
    """Return the even factor that changes a volume as these factors do."""
    return factors[0] if are_even(*factors) else math.prod(factors) ** (1 / 3)


def skew(entity: Mapping[str, Any], factors: Vector) -> str:
    """Return why these factors would skew an entity, as a predicate; empty if they do not."""
    if are_even(factors[0], factors[2]):
        return ""
    if entity["kind"] == "lathe":
        return "is round about its height"
    arrangement = entity.get("arrangement")
    if arrangement is None or (arrangement["pattern"] == "row" and not arrangement.get("facing")):
        return ""
    return "has its copies all around"


def stretched_members(
    entity: Mapping[str, Any], own: Vector, outer: Vector | None
) -> Iterator[tuple[str, Any]]:
    """Yield the members that change, with their new values.

    Args:
        entity: of any kind; it stays as it is.
        own: the factors along its own axes.
        outer: those along its parent's axes, about the parent's origin; None keeps its position.
    """
    if outer is not None:
        yield "position", _along(entity["position"], outer)
    size = entity.get("size")
    if isinstance(size, Sequence):
        yield "size", _along(size, own) if len(size) == 3 else _evenly(size, own)
    for member in ("radius", "bevel"):
        if member in entity:
            yield member, _evenly(entity[member], own)
    if "points" in entity:
        yield "points", [_along(point, own) for point in entity["points"]]
    if "arrangement" in entity:
        yield "arrangement", _arranged(entity["arrangement"], own)
        low, high = entity["bounds"][:3], entity["bounds"][3:]
        yield "bounds", [*_along(low, own), *_along(high, own)]
    yield from _stretched_animation(entity, own, outer)


def _stretched_animation(
    entity: Mapping[str, Any], own: Vector, outer: Vector | None
) -> Iterator[tuple[str, Any]]:
    if "animation" in entity:
        animation = {
            name: _moved(name, motion, own, outer or (1.0, 1.0, 1.0))
            for name, motion in entity["animation"].items()
        }
        if animation != entity["animation"]:
            yield "animation", animation


def _along(values: Sequence[float], factors: Vector) -> list[float]:
    """Stretch a vector, or a point of an outline or profile, which has two axes."""
    return [_times(value, factor) for value, factor in zip(values, factors, strict=False)]


def _evenly(value: Any, factors: Vector) -> Any:
    """Stretch a number or a list of numbers by the mean; return anything else as it is."""
    if isinstance(value, list):
        return [_evenly(each, factors) for each in value]
    return _times(value, mean(factors)) if isinstance(value, int | float) else value


def _times(value: float, factor: float) -> float:
    """Multiply, rounded to 12 digits: documents hold 4, not 4.000000000000001."""
    return float(f"{value * factor:.12g}")


def _arranged(arrangement: Mapping[str, Any], own: Vector) -> dict[str, Any]:
    """Stretch the distances of a row along its axis, of other patterns along the floor and up."""
    axis = arrangement.get("axis", "x") if arrangement["pattern"] == "row" else "x"
    factor = own[_AXES.index(axis)]
    same = (factor, factor, factor)
    distances = {name: arrangement[name] for name in _DISTANCES if name in arrangement}
    stretched = {name: _evenly(value, same) for name, value in distances.items()}
    if "rise" in arrangement:
        stretched["rise"] = _times(arrangement["rise"], own[1])
    return {**arrangement, **stretched}


def _moved(name: str, motion: Mapping[str, Any], own: Vector, outer: Vector) -> dict[str, Any]:
    """Stretch what a motion holds in meters; a point of the world that is orbited stays."""
    changed = dict(motion)
    if name in ("bounce", "float") and "amount" in motion:
        changed["amount"] = _evenly(motion["amount"], own)
    if "pivot" in motion:
        changed["pivot"] = _along(motion["pivot"], own)
    if "points" in motion:
        changed["points"] = [_along(point, outer) for point in motion["points"]]
    if "frames" in motion:
        changed["frames"] = [
            {**frame, "position": _along(frame["position"], outer)}
            if "position" in frame
            else frame
            for frame in motion["frames"]
        ]
    return changed


def factors_inside(rotation: Sequence[float], factors: Vector) -> Vector | None:
    """Convert factors to the axes of something turned; None if they would skew it.

    Args:
        rotation: pitch, yaw and roll in degrees.
        factors: along the axes in which the rotation is given.
    """
    turn = vectors.rotation(rotation)
    if turn is vectors.AXES or are_even(*factors):
        return factors
    # In the inner axes the stretch is this symmetric matrix, which must be diagonal.
    stretched = tuple(vectors.scale(turn[axis], factors[axis]) for axis in range(3))
    inside = vectors.product(vectors.transposed(turn), (stretched[0], stretched[1], stretched[2]))
    aside = max(abs(inside[0][1]), abs(inside[0][2]), abs(inside[1][2]))
    if aside > _SAME * max(factors):
        return None
    return (inside[0][0], inside[1][1], inside[2][2])
