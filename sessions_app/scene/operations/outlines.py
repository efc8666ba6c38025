"""Shapes that points describe, from what an item says of them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sessions_app.scene.document.kinds import KINDS, LENGTH_RANGE
from sessions_app.scene.document.members import LEAST_POINTS, MAX_POINTS, PLACE_RANGE
from sessions_app.scene.document.ranges import Range
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.outlines import OUTLINED, outline_of
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations.numbers import limit_numbers, stored, stored_numbers
from sessions_app.scene.operations.sizes import meters

_Points: TypeAlias = list[list[float]]

# What each number of a point is, by kind.
_NUMBERS: Mapping[str, Sequence[str]] = {
    "tube": ("x", "y", "z"),
    "lathe": ("radius", "height"),
    "extrude": ("x", "y"),
}
_RADIUS_RANGE = Range(0.0001, LENGTH_RANGE.maximum)
# Of an extrude whose depth is not given, in meters.
_DEPTH = 0.1
# Thinner than this an outline encloses nothing, in parts of its length.
_THIN = 1e-6


@dataclass(frozen=True, slots=True)
class Outlined:
    """A shape that points describe.

    Attributes:
        kind: of the object.
        members: its points, from the center of its box, and what else is stored of its shape.
        size: of its box, in meters.
        center: of its box, in the space in which the points were given.
    """

    kind: str
    members: Mapping[str, Any]
    size: list[float]
    center: Vector

    def of_size(self, size: list[float]) -> "Outlined":
        """Return the same with its points apart so that its box is as large, on the same base."""
        points, radius = self.members["points"], self.members.get("radius", 0.0)
        closed = self.members.get("closed", False)
        bare = outline_of(self.kind, points, closed=closed).size
        thick = outline_of(self.kind, points, radius, closed=closed).size
        factors = [
            (side - own + inner) / inner if inner and side > own - inner else 1.0
            for side, own, inner in zip(size, thick, bare, strict=True)
        ]
        apart = [
            [stored(n * by) for n, by in zip(point, factors, strict=False)] for point in points
        ]
        x, y, z = self.center
        center = (x, y + (size[1] - self.size[1]) / 2, size[2] / 2 if self.kind == "extrude" else z)
        return Outlined(self.kind, {**self.members, "points": apart}, size, center)


def given_points(entity: Mapping[str, Any]) -> _Points:
    """Return an object's points as items give them: in its parent's space, before its rotation."""
    x, y, z = entity["position"]
    kind = entity["kind"]
    return [[stored(n) for n in _moved(kind, point, (-x, -y, -z))] for point in entity["points"]]


def place_of(kind: str, center: Vector, position: Sequence[float]) -> Vector:
    """Return where an object is that gets other points, with its box about `center`.

    What its points do not say stays: of a lathe x and z, of an extrude z.
    """
    x, y, z = center
    if kind == "lathe":
        return (position[0], y, position[2])
    return (x, y, position[2]) if kind == "extrude" else (x, y, z)


def says_outline(kind: str, given: Mapping[str, Any]) -> bool:
    """Return whether arguments say something of the shape of an object of this kind."""
    said = {"points"} | ({"radius", "closed"} if kind == "tube" else set())
    return kind in OUTLINED and not said.isdisjoint(given)


def outlined_in(
    kind: str,
    given: Mapping[str, Any],
    path: str,
    notes: list[str],
    before: Mapping[str, Any] | None = None,
) -> Outlined:
    """Return the shape that an item describes.

    Args:
        kind: of the object.
        given: its arguments by name.
        path: of the item.
        notes: takes sentences on what was clamped.
        before: the object as it is; None for a new one.

    Raises:
        InvalidValueError: points are missing, or there is no such shape.
    """
    known = before or {}
    members: dict[str, Any] = {}
    if kind == "tube":
        members["radius"] = known.get("radius", KINDS[kind]["radius"].default)
        if "radius" in given:
            members["radius"] = _radius(given, path, notes)
        members["closed"] = bool(given.get("closed", known.get("closed", False)))
    closes = kind == "extrude" or bool(members.get("closed"))
    points = known.get("points", [])
    if "points" in given or before is None:
        points = _points(kind, given, f"{path}.points", notes)
    points = list(_different(points, closes=closes))
    _require_shape(kind, points, f"{path}.points", closes=closes)
    outline = outline_of(
        kind, points, members.get("radius", 0.0), closed=members.get("closed", False)
    )
    size, center = list(outline.size), outline.center
    if kind == "extrude":
        size[2] = known["size"][2] if before else _DEPTH
        center = (center[0], center[1], size[2] / 2)
    _require_length(size, f"{path}.points")
    members["points"] = [_moved(kind, point, center) for point in points]
    return Outlined(kind, members, stored_numbers(size), center)


def require_bevel(given: Mapping[str, Any], entity: Mapping[str, Any], path: str) -> None:
    """Check that what an item asks to be beveled is deep enough for it.

    Raises:
        InvalidValueError: it is not.
    """
    if "bevel" not in given:
        return
    bevel, depth = given["bevel"], entity["size"][2]
    if 2 * bevel > depth:
        raise InvalidValueError(
            f"`{path}.bevel` cannot be {bevel:g}: give at most half of the depth, which is"
            f" {depth:g} m."
        )


def _radius(given: Mapping[str, Any], path: str, notes: list[str]) -> float:
    radius = meters(given, "radius", path)
    [limited], note = limit_numbers(_RADIUS_RANGE, **{f"{path}.radius": radius})
    if note:
        notes.append(note)
    return limited


def _points(kind: str, given: Mapping[str, Any], path: str, notes: list[str]) -> _Points:
    points, names = given.get("points"), _NUMBERS[kind]
    shown = f"[{', '.join(names)}]"
    if points is None:
        raise InvalidValueError(f"`{path}` is missing: a {kind} is made of points {shown}.")
    if len(points) > MAX_POINTS:
        raise InvalidValueError(
            f"`{path}` has {len(points)} points: give at most {MAX_POINTS}; the curve between them"
            " is smooth."
            if kind == "tube"
            else f"`{path}` has {len(points)} points: give at most {MAX_POINTS}."
        )
    for index, point in enumerate(points):
        if len(point) != len(names):
            raise InvalidValueError(
                f"`{path}[{index}]` has {len(point)} numbers: a point of a {kind} is {shown}."
            )
    return [
        [
            _limited(number, name, f"{path}[{index}][{axis}]", notes)
            for axis, (number, name) in enumerate(zip(point, names, strict=True))
        ]
        for index, point in enumerate(points)
    ]


def _limited(number: float, name: str, path: str, notes: list[str]) -> float:
    accepted = LENGTH_RANGE if name == "radius" else PLACE_RANGE
    [limited], note = limit_numbers(accepted, **{path: number})
    if note:
        notes.append(note)
    return limited


def _different(points: Sequence[list[float]], *, closes: bool) -> Iterator[list[float]]:
    """Yield the points without those that repeat the one before, or the first at the end."""
    kept = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
    if closes and len(kept) > 1 and kept[0] == kept[-1]:
        del kept[-1]
    yield from kept


def _require_shape(kind: str, points: _Points, path: str, *, closes: bool) -> None:
    type_ = str(KINDS[kind]["points"].type)
    least = 3 if closes else LEAST_POINTS[type_]
    if len(points) < least:
        what = "a closed tube" if kind == "tube" and closes else f"a {kind}"
        raise InvalidValueError(
            f"`{path}` has {len(points)} different points: {what} needs {least} or more."
        )
    if kind == "extrude" and _is_line(points):
        raise InvalidValueError(
            f"`{path}` are on one line, so they enclose nothing: give the corners of an outline."
        )
    if kind == "lathe" and not any(radius for radius, _ in points):
        raise InvalidValueError(
            f"`{path}` are all on the axis: give at least one with a radius above 0."
        )


def _is_line(points: _Points) -> bool:
    (x, y), *others = points
    far = max(others, key=lambda point: math.dist(point, (x, y)))
    a, b = far[0] - x, far[1] - y
    return all(abs(a * (v - y) - b * (u - x)) <= _THIN * (a * a + b * b) for u, v in others)


def _require_length(size: Sequence[float], path: str) -> None:
    if max(size) > LENGTH_RANGE.maximum:
        raise InvalidValueError(
            f"`{path}` reach over {max(size):g} m: an object is at most"
            f" {LENGTH_RANGE.maximum:g} m long."
        )


def _moved(kind: str, point: Sequence[float], center: Vector) -> list[float]:
    """Return a point as it is from the center; the axis of a lathe stays where radii begin."""
    away = (0.0, center[1]) if kind == "lathe" else center
    return [stored(number - middle) for number, middle in zip(point, away, strict=False)]
