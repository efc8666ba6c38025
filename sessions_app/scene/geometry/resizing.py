"""Resize objects together with their descendants.

Documents store no scale: a factor is applied to the sizes, positions and points of an object and
its descendants, each in its own axes. The object itself keeps its position. Right-angle turns
permute the factors. Any other turn would skew an object, unless the factors of the axes that it
mixes are equal.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout, Objects, is_solid
from sessions_app.scene.geometry.stretching import factors_inside, skew, stretched_members
from sessions_app.scene.geometry.vectors import Vector

# A size is reached if it differs by no more than this, relatively.
_REACHED = 1e-7
# Thinner than this is flat, in meters.
_FLAT = 1e-9
_LEAST_FACTOR, _LARGEST_FACTOR = 1e-6, 1e6
_AXIS_NAMES = ("width", "height", "depth")


class Change(NamedTuple):
    """A new value for a member of an entity."""

    id: str
    member: str
    value: Any


class UnevenFactorsError(InvalidValueError):
    """Uneven factors would skew something; `factor` is the nearest even factor."""

    code = "uneven_factors"

    def __init__(self, message: str, factor: float) -> None:
        """Keep the factor that would be accepted."""
        super().__init__(message)
        self.factor = factor


class _SkewedError(Exception):
    """An entity would be skewed; the message says which and why."""


def size_of(layout: Layout, target: str) -> Vector | None:
    """Return [width, height, depth] along its own axes: of a solid alone, else of all in it."""
    entity = layout.objects[target]
    if is_solid(entity):
        return vectors.vector(entity["size"])
    extent = layout.own_extent(target)
    return extent.size if extent else None


def resized(objects: Objects, target: str, size: Sequence[float]) -> list[Change]:
    """Return the changes that give an object a new size, descendants included.

    Args:
        objects: all entities by id; not modified.
        target: the id of a solid or a group; a group's size is the extent of all in it.
        size: [width, height, depth] in meters.

    Raises:
        UnevenFactorsError: something in it would be skewed.
        InvalidValueError: a number is out of range, or the object has no size to change.
    """
    asked = vectors.vector(size)
    if not all(0 <= member < math.inf for member in asked):
        raise InvalidValueError(f"The size {_shown(asked)} is not possible: give meters above 0.")
    now = size_of(Layout(objects), target)
    if now is None:
        raise InvalidValueError(
            f"{_named(objects, target)} has no size, because nothing solid is in it."
        )
    factors = vectors.vector([_factor(objects, target, axis, now, asked) for axis in range(3)])
    changes = scaled(objects, target, factors)
    if is_solid(objects[target]):  # exactly as requested, even if it was flat
        others = [each for each in changes if (each.id, each.member) != (target, "size")]
        return [Change(target, "size", list(asked)), *others]
    reached = size_of(Layout(changed(objects, changes)), target)
    missed = vectors.subtract(reached, asked) if reached else asked
    if max(map(abs, missed)) > _REACHED * max(asked):
        # A capsule keeps round ends, so a slanted one does not stretch linearly.
        raise _uneven(objects, target, factors, "something round in it is turned off the axes")
    return changes


def scaled(objects: Objects, target: str, factors: Sequence[float]) -> list[Change]:
    """Return the changes that multiply an object's size, descendants included.

    Args:
        objects: all entities by id; not modified.
        target: the id of any object.
        factors: along its own axes, from a millionth to a million.

    Raises:
        UnevenFactorsError: something in it would be skewed.
        InvalidValueError: a factor is out of range.
    """
    along = vectors.vector(factors)
    if not all(_LEAST_FACTOR <= factor <= _LARGEST_FACTOR for factor in along):
        raise InvalidValueError(
            f"{_named(objects, target)} cannot become {_shown(along)} times as large: give factors"
            " above 0, from a millionth to a million."
        )
    try:
        return list(_scaled(Layout(objects), target, along, None))
    except _SkewedError as skewed:
        raise _uneven(objects, target, along, str(skewed)) from None


def changed(objects: Objects, changes: Sequence[Change]) -> Objects:
    """Return the objects with these changes; unchanged entities are shared."""
    new: dict[str, Mapping[str, Any]] = dict(objects)
    for each, member, value in changes:
        new[each] = {**new[each], member: value}
    return new


def _factor(objects: Objects, target: str, axis: int, now: Vector, asked: Vector) -> float:
    if now[axis] > _FLAT and not (is_solid(objects[target]) and asked[axis] == 0):
        return asked[axis] / now[axis]
    if is_solid(objects[target]) or asked[axis] <= _FLAT:
        return 1.0
    name = _AXIS_NAMES[axis]
    raise InvalidValueError(
        f"{_named(objects, target)} has no {name}, because all in it is flat. Give the {name} 0, or"
        " sizes to the objects in it."
    )


def _scaled(layout: Layout, top: str, own: Vector, outer: Vector | None) -> Iterator[Change]:
    entity = layout.objects[top]
    if reason := skew(entity, own):
        raise _SkewedError(f"{_named(layout.objects, top)} {reason}")
    for member, value in stretched_members(entity, own, outer):
        yield Change(top, member, value)
    for child in layout.children(top):
        rotation = layout.objects[child].get("rotation", vectors.ORIGIN)
        inner = factors_inside(rotation, own)
        if inner is None and _is_shaped(layout, child):
            name, turn = _named(layout.objects, child), _shown(rotation)
            raise _SkewedError(f"{name} is turned by {turn}, off the right angles")
        yield from _scaled(layout, child, inner or own, own)


def _is_shaped(layout: Layout, top: str) -> bool:
    """Return whether uneven factors could skew it; lights and cameras are scaled evenly."""
    entity = layout.objects[top]
    shaped = is_solid(entity) or "points" in entity
    return shaped or bool(layout.children(top))


def _uneven(objects: Objects, target: str, factors: Vector, why: str) -> UnevenFactorsError:
    size = size_of(Layout(objects), target) or (1.0, 1.0, 1.0)
    squares = vectors.stretched(size, size)
    # The least-squares fit of an even size to the requested one.
    factor = vectors.dot(squares, factors) / sum(squares) if any(squares) else max(factors)
    return UnevenFactorsError(
        f"{_named(objects, target)} cannot become {_shown(factors)} times as large: {why}, and"
        f" would be skewed. Nearest is {factor:.6g} times as large in all directions, the size"
        f" {_shown(vectors.scale(size, factor))}.",
        factor,
    )


def _shown(values: Sequence[float]) -> str:
    return f"[{', '.join(f'{value:.6g}' for value in values)}]"


def _named(objects: Objects, of: str) -> str:
    return quoted(str(objects[of].get("name", of)))
