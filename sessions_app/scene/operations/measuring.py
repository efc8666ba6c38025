"""Measures a scene: the boxes of objects, what they stand on, how far apart they are."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from sessions_app.scene.checks.leaves import TOUCHING
from sessions_app.scene.checks.sight import Sight, sight_of
from sessions_app.scene.checks.supports import drop
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.descriptions.numbers import point, rounded, sides
from sessions_app.scene.descriptions.objects import name_of, object_line
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, center_of
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.geometry.views import View
from sessions_app.scene.operations.numbers import stored_numbers
from sessions_app.scene.operations.references import Referred
from sessions_app.scene.operations.wishes import FLOOR

_AXES = ("x", "y", "z")


class Measured(NamedTuple):
    """One line for a model, and the same as a structure."""

    line: str
    values: dict[str, Any]


def measure_object(around: Surroundings, camera: View | None, name: str) -> Measured:
    """Describe the world box of an object, what it stands on, and what the camera sees of it."""
    layout = around.layout
    entity = layout.objects[name]
    values: dict[str, Any] = {"name": entity["name"], "id": name, "kind": entity["kind"]}
    leaves = [leaf for leaf in layout.solids(name) if leaf in around.leaves]
    if not leaves:
        values["center"] = stored_numbers(center_of(layout, name))
        hidden = ", which is not drawn" if layout.extent(name) else ""
        return Measured(f"{object_line(layout, name)}{hidden}", values)
    bounds = layout.extent(name) or around.bounds(name)
    values |= {
        "size": stored_numbers(bounds.size),
        "center": stored_numbers(bounds.center),
        "base": stored_numbers(bounds.low[1]),
    }
    support = _support(around, leaves)
    parts = [
        f"{values['name']}: {entity['kind'].replace('_', ' ')}, box {sides(bounds.size)}:"
        f" {_spans(bounds)}",
        support.words,
    ]
    if support.on:
        values["on"] = support.on
    if camera is not None:
        sight = sight_of(around, camera, name)
        parts.append(_sight_words(around, sight))
        values["inPicture"] = stored_numbers(sight.in_picture)
        values["seen"] = stored_numbers(sight.seen)
        values["hiddenBy"] = [name_of(layout, each) for each in sight.hidden_by]
    return Measured("; ".join(parts), values)


def _spans(bounds: Bounds) -> str:
    return ", ".join(
        f"{axis} {rounded(low)} to {rounded(high)}"
        for axis, low, high in zip(_AXES, *bounds, strict=True)
    )


class _Support(NamedTuple):
    """What carries an object: its name, if something does, and words."""

    on: str
    words: str


def _support(around: Surroundings, leaves: Sequence[str]) -> _Support:
    low = min(around.leaves[leaf].bounds.low[1] for leaf in leaves)
    own = set(leaves)
    lowest = [leaf for leaf in leaves if around.leaves[leaf].bounds.low[1] <= low + TOUCHING]
    touched = [
        other for leaf in lowest for other in around.contacts.get(leaf, ()) if other not in own
    ]
    below = [each for each in touched if around.leaves[each].bounds.high[1] <= low + 2 * TOUCHING]
    if below:
        highest = max(below, key=lambda each: (around.leaves[each].bounds.high[1], each))
        name = _named(around, highest, leaves)
        return _Support(name, f"on {name}")
    if abs(low) <= TOUCHING:
        return _Support(FLOOR, "on the floor")
    if low < 0:
        return _Support("", f"{rounded(-low)} below the floor")
    if touched:
        return _Support("", f"touches {_named(around, min(touched), leaves)}")
    way = drop(around, leaves, own)
    under = "the floor" if way.leaf is None else _named(around, way.leaf, leaves)
    return _Support("", f"{rounded(way.length)} above {under}")


def _named(around: Surroundings, leaf: str, leaves: Sequence[str]) -> str:
    """Return what to call a solid: what it is part of, unless the object is part of that too."""
    top = around.leaves[leaf].top
    is_same = top == around.leaves[leaves[0]].top
    return name_of(around.layout, leaf if is_same else top)


def _sight_words(around: Surroundings, sight: Sight) -> str:
    if sight.in_picture == 0:
        return "outside the camera's view"
    where = "in view" if sight.in_picture > 0.99 else f"{sight.in_picture:.0%} in view"
    if not sight.hidden_by:
        return where
    names = ", ".join(name_of(around.layout, each) for each in sight.hidden_by[:3])
    if sight.seen == 0:
        return f"{where}, hidden behind {names}"
    return f"{where}, {sight.seen:.0%} of it seen: {names} in front"


def measure_distance(around: Surroundings, name: str, to: Referred) -> Measured:
    """Return how far the world boxes of an object and a reference are apart, and their centers."""
    layout = around.layout
    own, its = _bounds_of(around, name), _bounds_of(around, to)
    if to == FLOOR:
        its = Bounds((own.low[0], 0.0, own.low[2]), (own.high[0], 0.0, own.high[2]))
    gaps = [-deep for deep in own.overlap(its)]
    away = vectors.subtract(its.center, own.center)
    gap = math.hypot(*(max(0.0, each) for each in gaps))
    names = [name_of(layout, name), words_of(around, to)]
    values: dict[str, Any] = {
        "name": names[0],
        "to": names[1],
        "gap": gap,
        "gaps": gaps,
        "centers": vectors.length(away),
        "offset": list(away),
    }
    deep = -max(gaps)
    apart = f"{rounded(gap)} apart" if deep <= 0 else f"boxes overlap, {rounded(deep)} deep"
    along = ", ".join(
        f"{axis} {rounded(each)}" if each >= 0 else f"{axis} overlap {rounded(-each)}"
        for axis, each in zip(_AXES, gaps, strict=True)
    )
    line = (
        f"{names[0]} to {names[1]}: {apart} ({along}); centers"
        f" {rounded(values['centers'])} apart ({_along(away)})"
    )
    return Measured(line, stored_numbers(values))


def _along(way: Vector) -> str:
    return ", ".join(f"{axis} {rounded(each)}" for axis, each in zip(_AXES, way, strict=True))


def _bounds_of(around: Surroundings, of: Referred) -> Bounds:
    at = place_of(around, of)
    extent = around.layout.extent(of) if isinstance(of, str) and of != FLOOR else None
    return extent or Bounds(at, at)


def place_of(around: Surroundings, of: Referred) -> Vector:
    """Return the point of the world for what an argument refers to; of an object, its center."""
    if not isinstance(of, str):
        return of
    return vectors.ORIGIN if of == FLOOR else center_of(around.layout, of)


def words_of(around: Surroundings, of: Referred) -> str:
    """Return what to call what an argument refers to."""
    if not isinstance(of, str):
        return point(of)
    return "the floor" if of == FLOOR else name_of(around.layout, of)
