"""The parts of a prop of some size, from its recipe.

The page makes the same parts in static/js/scene/props/parts.js; a test keeps them equal.

A part says where it is by its edges along x, y and z: `at: "0:1 0:.4 0+.05:1-.05"`. An edge is a
share of the prop's size, from 0 (left, bottom, back) to 1, and meters more or less. So a sofa twice
as wide has arms as wide as before. Meters shrink and grow with the prop where all of it does, by
the least of the factors of its default size.

`along: ["y", 0.3, 0.02]` repeats a part 0.02 m long about each 0.3 m from end to end of its edges;
`cells: ["x", 0.7, 0.01]` fills them with parts about 0.7 m long, 0.01 m apart.
"""

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple, TypeAlias

from sessions_app.scene.props.recipes import Raw, props

_Triple: TypeAlias = tuple[float, float, float]

_EDGE = re.compile(r"(-?\d*\.?\d+)([+-]\d*\.?\d+)?")
# How many parts are known at a time, of how many sizes.
_KEPT = 1024
_MOST_ALONG = 60
# A part along another axis is turned, and its own sides are these of its box.
_TURNS: dict[str, tuple[_Triple, tuple[int, int, int]]] = {
    "x": ((0.0, 0.0, 270.0), (1, 0, 2)),
    "-x": ((0.0, 0.0, 90.0), (1, 0, 2)),
    "-y": ((0.0, 0.0, 180.0), (0, 1, 2)),
    "z": ((90.0, 0.0, 0.0), (0, 2, 1)),
    "-z": ((270.0, 0.0, 0.0), (0, 2, 1)),
}
# Of outlines, which are deep along their own z.
_TURNS_OF_OUTLINES: dict[str, tuple[_Triple, tuple[int, int, int]]] = {
    "x": ((0.0, 270.0, 0.0), (2, 1, 0)),
    "y": ((90.0, 0.0, 0.0), (0, 2, 1)),
}
_AXES = ("x", "y", "z")


class Part(NamedTuple):
    """A solid of a prop, in meters and degrees from the middle of the prop's box.

    Attributes:
        name: several may have the same: the four legs of a table.
        kind: of a solid.
        center: of its box.
        size: along its own axes.
        rotation: pitch, yaw and roll.
        color: "main", with "*0.8" for a darker one, or a paint.
        points: of a lathe, an extrude or a tube, in meters from its center; else empty.
        radius: of a tube, or how round the edges of a box are, or how wide an extrude's bevel is.
        is_flat: whether each of its faces is shaded by itself.
    """

    name: str
    kind: str
    center: _Triple
    size: _Triple
    rotation: _Triple
    color: str
    points: tuple[tuple[float, ...], ...]
    radius: float
    is_flat: bool


@lru_cache(maxsize=_KEPT)
def parts_of(prop: str, form: str, size: _Triple) -> tuple[Part, ...]:
    """Return the parts of a prop of a size; none of one that is not known."""
    known = props().get(prop)
    if known is None:
        return ()
    recipe = known.recipe(form)
    unit = min(side / usual for side, usual in zip(size, recipe.size, strict=True))
    return tuple(part for raw in recipe.parts for part in _parts(raw, size, unit))


def _parts(raw: Raw, size: _Triple, unit: float) -> Iterator[Part]:
    """Yield a part of the recipe: as often as it is repeated, and mirrored."""
    sides = raw.get("mirror", "")
    for low, high in _boxes(raw, size, unit):
        part = _part(raw, low, high, size, unit)
        for flips in product((1, -1) if "x" in sides else (1,), (1, -1) if "z" in sides else (1,)):
            yield _mirrored(part, *flips)


def _boxes(raw: Raw, size: _Triple, unit: float) -> Iterator[tuple[list[float], list[float]]]:
    """Yield where it is: its lowest and its highest corner, from the corner of the prop's box."""
    ends = [
        tuple(_edge(edge, side, unit) for edge in interval.split(":"))
        for interval, side in zip(raw["at"].split(), size, strict=True)
    ]
    low, high = [each[0] for each in ends], [each[1] for each in ends]
    if "along" not in raw and "cells" not in raw:
        yield low, high
        return
    name, spacing, length = raw["along"] if "along" in raw else raw["cells"]
    axis = _AXES.index(name)
    whole, step, long = high[axis] - low[axis], spacing * unit, length * unit
    if "cells" in raw:  # the length is that of the gaps
        steps = _steps(whole, step) - 1
        long = (whole - steps * long) / (steps + 1)
    else:
        steps = _steps(whole - long, step) if whole > long else 0
    for index in range(steps + 1):
        start = low[axis] + ((whole - long) * index / steps if steps else 0.0)
        first, last = list(low), list(high)
        first[axis], last[axis] = start, start + long
        yield first, last


def _steps(way: float, step: float) -> int:
    # Rounded alike in both languages, whose own functions round halves differently.
    return min(_MOST_ALONG, max(1, math.floor(way / step + 0.5))) if step > 0 else 1


def _edge(text: str, side: float, unit: float) -> float:
    found = _EDGE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no edge of a part.")
    return float(found[1]) * side + float(found[2] or 0) * unit


def _part(
    raw: Raw, low: Sequence[float], high: Sequence[float], whole: _Triple, unit: float
) -> Part:
    kind = raw["kind"]
    box = [max(0.0, far - near) for near, far in zip(low, high, strict=True)]
    center = [(near + far - all_) / 2 for near, far, all_ in zip(low, high, whole, strict=True)]
    rotation, order = (_TURNS_OF_OUTLINES if kind == "extrude" else _TURNS).get(
        raw.get("axis", ""), (raw.get("turn", (0, 0, 0)), (0, 1, 2))
    )
    width, height, depth = (box[axis] for axis in order)
    return Part(
        raw.get("part", kind),
        kind,
        (center[0], center[1], center[2]),
        (width, height, depth),
        (float(rotation[0]), float(rotation[1]), float(rotation[2])),
        raw.get("color", "main"),
        _points(kind, raw.get("points", ()), (width, height, depth)),
        raw.get("radius", 0.0) * unit,
        raw.get("flat", False),
    )


def _points(
    kind: str, shares: Sequence[Sequence[float]], size: _Triple
) -> tuple[tuple[float, ...], ...]:
    """Return points given in shares of the part's box: of a lathe, of half its width."""
    width, height, depth = size
    if kind == "lathe":
        return tuple((radius * width / 2, (up - 0.5) * height) for radius, up in shares)
    sides = (width, height, depth)
    return tuple(
        tuple((share - 0.5) * side for share, side in zip(point, sides, strict=False))
        for point in shares
    )


def _mirrored(part: Part, along_x: int, along_z: int) -> Part:
    """Return it on the other side of the middle, as in a mirror."""
    (x, y, z), (pitch, yaw, roll) = part.center, part.rotation
    points = part.points
    if along_x < 0 and part.kind == "extrude":
        points = tuple((-x, y) for x, y in reversed(points))
    return part._replace(
        center=(along_x * x, y, along_z * z),
        rotation=(along_z * pitch, along_x * along_z * yaw, along_x * roll),
        points=points,
    )
