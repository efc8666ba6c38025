"""Sizes from what an item says: a box, one number, or the words of three.js."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sessions_app.scene.document.kinds import COMPOSED_KINDS, range_of
from sessions_app.scene.document.rig import BUST_SIZE
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry.lettering import text_size
from sessions_app.scene.operations.items import MEASURES
from sessions_app.scene.operations.numbers import limit_numbers, stored

_BUST = tuple(side / max(BUST_SIZE) for side in BUST_SIZE)
# The size of a kind for one number, which is its longest side.
_PROPORTIONS: Mapping[str, Sequence[float]] = {
    "torus": (1.0, 1.0, 0.25),
    "ring": (1.0, 1.0, 0.0),
    "plane": (1.0, 0.0, 1.0),
    "bust": _BUST,
    "chart": (1.0, 0.625, 0.15),
}
# The size of a kind without any, in meters.
_USUAL: Mapping[str, Sequence[float]] = {
    "cylinder": (0.5, 1.0, 0.5),
    "cone": (0.5, 1.0, 0.5),
    "capsule": (0.5, 1.0, 0.5),
    "plane": (2.0, 0.0, 2.0),
    "bust": BUST_SIZE,
    "area_light": (1.0, 1.0),
    "chart": (1.6, 1.0, 0.24),
}
# Of a text: the height of its capitals if no size is given, and its depth in parts of that.
_CAPITALS, _DEPTH_OF_TEXT = 0.3, 0.2
_ROUND = ("sphere", "cylinder", "cone", "capsule", "torus", "ring")
_NUMBER = "meters, at least 0"
# Of a tube the radius is that of its cross-section, not a measure of its box.
_TUBE_RADIUS = ("tube", "radius")


def usual_size(kind: str, text: str = "") -> list[float]:
    """Return the size that an object of this kind has if none is given.

    Args:
        kind: of the object.
        text: what a text says.
    """
    if kind == "text":
        return uniform(kind, _CAPITALS, text)
    return list(_USUAL.get(kind) or uniform(kind, 1.0))


def uniform(kind: str, side: float, text: str = "") -> list[float]:
    """Return the size for one number: the longest side, of a text the height of its capitals."""
    if kind == "text":
        return [*text_size(text, side), _DEPTH_OF_TEXT * side]
    if kind == "area_light":
        return [side, side]
    return [side * part for part in _PROPORTIONS.get(kind, (1.0, 1.0, 1.0))]


def size_after_writing(size: Sequence[float], before: str, after: str) -> list[float]:
    """Return the size of a text that says something else in letters as large."""
    old, new = text_size(before, 1.0), text_size(after, 1.0)
    width, height, depth = size
    return [stored(width * new[0] / old[0]), stored(height * new[1] / old[1]), depth]


def size_in(
    kind: str,
    given: Mapping[str, Any],
    path: str,
    notes: list[str],
    *,
    text: str = "",
    now: Sequence[float] | None = None,
    natural: Sequence[float] | None = None,
) -> list[float] | None:
    """Return the size that an item asks for, ready to be stored; None if it asks for none.

    Args:
        kind: of the object.
        given: its arguments by name.
        path: of the item.
        notes: takes sentences on what was clamped.
        text: what a text says.
        now: the size that the object has, for the sides that are not given.
        natural: of a shape that points describe, the size of its natural box.

    Raises:
        InvalidValueError: a number is not accepted, or two arguments contradict each other.
    """
    measures = [name for name in MEASURES if name in given and (kind, name) != _TUBE_RADIUS]
    if "size" in given:
        if measures:
            raise InvalidValueError(
                f"`{path}.size` and `{path}.{measures[0]}` contradict each other: give `size`"
                " alone, the box of the object."
            )
        size = _sides(kind, given["size"], path, text)
        if natural is not None:
            size = _outlined_sides(given["size"], now, natural, size)
        return _limited(kind, size, f"{path}.size", notes)
    if not measures:
        return None
    if now is None and kind == "text":
        size = _measured_text(given, path, text)
    else:
        size = _measured(kind, given, path, now or usual_size(kind))
    return _limited(kind, size, f"{path}.{measures[0]}", notes)


def _sides(kind: str, size: Sequence[float], path: str, text: str) -> Sequence[float]:
    if len(size) == 1:
        # All of a group grows alike, which depends on what is in it.
        return size if kind in COMPOSED_KINDS else uniform(kind, size[0], text)
    if kind == "area_light":
        return size[:2]
    if len(size) < 3:
        raise InvalidValueError(
            f"`{path}.size` has 2 numbers: give [width, height, depth] in meters, or one number."
        )
    return size


def _outlined_sides(
    asked: Sequence[float],
    now: Sequence[float] | None,
    natural: Sequence[float],
    size: Sequence[float],
) -> list[float]:
    """Return a size of a shape that points describe; for one number, that of the longest side."""
    if len(asked) == 1:
        alike = now if now and any(now) else natural
        return [side * asked[0] / max(alike) for side in alike]
    # Points that lie flat cannot be stretched.
    return [side if own else 0.0 for side, own in zip(size, natural, strict=True)]


def _limited(kind: str, size: Sequence[float], path: str, notes: list[str]) -> list[float]:
    # Of a group the accepted size is that of what is in it.
    accepted = range_of("area_light" if kind == "area_light" else "box", "size")
    names = (f"{path}[{side}]" for side in range(len(size)))
    limited, note = limit_numbers(accepted, **dict(zip(names, size, strict=True)))
    if note:
        notes.append(note)
    return [stored(side) for side in limited]


def _measured(
    kind: str, given: Mapping[str, Any], path: str, usual: Sequence[float]
) -> list[float]:
    size = list(usual)
    radius = _radius(kind, given, path)
    if radius is not None:
        size[0] = 2 * radius
        size[-1 if kind in ("cylinder", "cone", "capsule") else 1] = 2 * radius
        if kind == "sphere":
            size[2] = 2 * radius
    if kind == "torus" and (radius is not None or "tube" in given):
        # In three.js the radius of a torus ends in the middle of its tube.
        tube = meters(given, "tube", path) if "tube" in given else size[2] / 2
        outer = 2 * radius + 2 * tube if radius is not None else size[0]
        size = [outer, outer, 2 * tube]
    for side, name in enumerate(("width", "height", "depth")[: len(size)]):
        if name in given:
            size[side] = meters(given, name, path)
    return size


def _measured_text(given: Mapping[str, Any], path: str, text: str) -> list[float]:
    """Return the size of a text in its natural proportions, but for those that are given."""
    _radius("text", given, path)
    width, height = text_size(text, 1.0)
    asked = {name: meters(given, name, path) for name in ("width", "height") if name in given}
    capitals = _CAPITALS
    if "height" in asked:
        capitals = asked["height"] / height
    elif "width" in asked:
        capitals = asked["width"] / width
    size = [asked.get("width", width * capitals), asked.get("height", height * capitals)]
    depth = meters(given, "depth", path) if "depth" in given else _DEPTH_OF_TEXT * capitals
    return [*size, depth]


def _radius(kind: str, given: Mapping[str, Any], path: str) -> float | None:
    names = [name for name in ("radius", "radius_bottom", "radius_top") if name in given]
    if "tube" in given and kind != "torus":
        names.append("tube")
    if not names:
        return None
    if kind not in _ROUND or "tube" in names:
        words = kind.replace("_", " ")
        raise InvalidValueError(
            f"`{path}.{names[0]}`: a {words} has no {names[0]}: give `size`, [width, height,"
            " depth] in meters."
        )
    radii = {name: meters(given, name, path) for name in names}
    if kind == "cone" and radii.get("radius_top") == 0:
        del radii["radius_top"]
    values = list(radii.values())
    if len(set(values)) != 1:
        hint = " For a pointed one: kind cone." if radii.get("radius_top") == 0 else ""
        raise InvalidValueError(
            f"`{path}.{names[-1]}`: there is no shape that narrows from one radius to another: give"
            f" one radius, or `size`.{hint}"
        )
    return values[0]


def meters(given: Mapping[str, Any], name: str, path: str) -> float:
    """Return an argument that is a length in the words of three.js.

    Raises:
        InvalidValueError: it is no number, or below 0.
    """
    value = given[name]
    try:
        number = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        shown = quoted(value) if isinstance(value, str) else quoted(str(value))
        raise InvalidValueError(f"`{path}.{name}` cannot be {shown}. Accepted: {_NUMBER}.")
    return number
