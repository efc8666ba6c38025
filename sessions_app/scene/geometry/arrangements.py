"""Arrange the copies of a pattern: in a row, a grid, a circle or scattered.

Copies are centered about the pattern's origin. All undersides are at the height of the source's,
even if sizes vary; but for stacks, and circles that rise. Pages have to compute the same places
from the same seed, so random numbers come from a generator that is easy to port.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, get_args

from sessions_app.scene.document.arrangement import (
    ARRANGEMENT,
    AxisName,
    FacingName,
    PatternName,
)
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import Bounds
from sessions_app.scene.geometry.scattering import Field, random_numbers, scattered
from sessions_app.scene.geometry.vectors import Vector

# The gap where neither it nor a spacing is given, as a share of the copy's size; a stack has none.
_USUAL_GAP = 0.1
# The share of the default area that copies cover: low enough that all fit.
_USUAL_COVER = 0.2
_AXES: tuple[AxisName, ...] = get_args(AxisName)
# Places use another seed than sizes, so that the two are independent.
_OTHER_SEED = 0x9E3779B9
# Closer to the middle than this, a copy does not face anywhere, in meters.
_MIDDLE = 1e-9
_ONCE = 360.0
# Flat sources count as this wide when they are scattered.
_FLAT = 1e-6
# Alternatives, of which at most one can be given.
_EITHER: Mapping[str, tuple[str, ...]] = {
    "row": ("gap", "spacing"),
    "grid": ("gap", "spacing"),
    "circle": ("gap", "spacing", "radius"),
    "scatter": ("radius", "area"),
}


class Copy(NamedTuple):
    """One copy: its number from 1, its frame in the pattern's space, and its size factor."""

    number: int
    position: Vector
    rotation: Vector
    factor: float


class Arranged(NamedTuple):
    """The copies, how many more did not fit, and the argument by which they would."""

    copies: list[Copy]
    left_out: int = 0
    enough: str = ""

    @property
    def words(self) -> str:
        """A sentence about copies that did not fit; empty if all did."""
        if not self.left_out:
            return ""
        return (
            f"{len(self.copies)} of {len(self.copies) + self.left_out} fit without overlap:"
            f" for all of them give {self.enough}, or else a smaller count."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """How copies are arranged, lengths in meters.

    `gap` is between the boxes of neighbors, `spacing` from center to center; the gap is a tenth of
    the size if neither is given. `axis` is that of a row, `columns` are those of a grid,
    `radius` is that of a circle or of the disk, `area` that of the rectangle (width and depth), in
    which copies are scattered. A circle goes round `arc` degrees, and goes up by `rise` from each
    copy to the next. `facing` turns their fronts away from the middle or toward it. `variation`
    of 0.2 makes them 0.8 to 1.2 times as large, by the seed.
    """

    pattern: PatternName
    count: int
    gap: float | None = None
    spacing: float | None = None
    axis: AxisName = "x"
    columns: int | None = None
    radius: float | None = None
    arc: float = 360.0
    rise: float = 0.0
    area: tuple[float, float] | None = None
    facing: FacingName | None = None
    variation: float = 0.0
    seed: int = 1


def arranged(arrangement: Arrangement, source: Bounds) -> Arranged:
    """Compute the frames of all copies.

    Args:
        arrangement: as requested.
        source: the bounds of what is repeated, in its own axes about its own origin.

    Raises:
        InvalidValueError: numbers are out of range, or contradict each other.
    """
    _require(arrangement)
    factors = _factors(arrangement)
    places = _PATTERNS[arrangement.pattern](arrangement, source, factors)
    copies = [
        _copy(arrangement, source, number, place, factors[number - 1])
        for number, place in enumerate(places, 1)
        if place is not None
    ]
    left_out = arrangement.count - len(copies)
    return Arranged(copies, left_out, _enough(arrangement, source, factors) if left_out else "")


def _copy(
    arrangement: Arrangement, source: Bounds, number: int, place: Vector, factor: float
) -> Copy:
    """Put the middle of a copy's underside at a place; y counts from the source's underside."""
    yaw = 0.0
    if arrangement.facing and (abs(place[0]) > _MIDDLE or abs(place[2]) > _MIDDLE):
        away = 1 if arrangement.facing == "out" else -1
        yaw = math.degrees(math.atan2(away * place[0], away * place[2]))
    rotation = (0.0, yaw, 0.0)
    base = vectors.apply(vectors.rotation(rotation), vectors.scale(source.base, factor))
    middle = (place[0], place[1] + source.low[1], place[2])
    return Copy(number, vectors.subtract(middle, base), rotation, factor)


def _factors(arrangement: Arrangement) -> list[float]:
    numbers = random_numbers(arrangement.seed)
    if not arrangement.variation:
        return [1.0] * arrangement.count
    return [1 + arrangement.variation * (2 * next(numbers) - 1) for _ in range(arrangement.count)]


# The functions below return the middles of undersides, in the order of the factors.
_Places: TypeAlias = Sequence[Vector | None]


def _row(arrangement: Arrangement, source: Bounds, factors: list[float]) -> _Places:
    axis = _AXES.index(arrangement.axis)
    width, height, depth = source.size
    across = max(width, depth) if arrangement.facing else (width, height, depth)[axis]
    long = height if axis == 1 else across
    gap = arrangement.gap
    if gap is None:
        gap = 0.0 if axis == 1 else long * _USUAL_GAP
    middles, end = [], 0.0
    for number, factor in enumerate(factors):
        if arrangement.spacing is not None:
            middles.append(number * arrangement.spacing)
        else:
            middles.append(end if axis == 1 else end + long * factor / 2)
            end += long * factor + gap
    if axis == 1:  # a stack begins at the floor
        return [(0.0, middle, 0.0) for middle in middles]
    half = middles[-1] / 2 if arrangement.spacing is not None else (end - gap) / 2
    along = [middle - half for middle in middles]
    return [(each, 0.0, 0.0) if axis == 0 else (0.0, 0.0, each) for each in along]


def grid_of(arrangement: Arrangement) -> tuple[int, int]:
    """Return how many columns and rows a grid has."""
    columns = arrangement.columns or math.ceil(math.sqrt(arrangement.count))
    columns = min(columns, arrangement.count)
    return columns, math.ceil(arrangement.count / columns)


def _grid(arrangement: Arrangement, source: Bounds, factors: list[float]) -> _Places:
    """Fill rows from left to right, the back row first."""
    columns, rows = grid_of(arrangement)
    width, _, depth = vectors.scale(source.size, max(factors))
    if arrangement.facing:
        width = depth = math.hypot(width, depth)
    wide, deep = _step(arrangement, width), _step(arrangement, depth)
    return [
        (
            (number % columns - (columns - 1) / 2) * wide,
            0.0,
            (number // columns - (rows - 1) / 2) * deep,
        )
        for number in range(arrangement.count)
    ]


def _step(arrangement: Arrangement, size: float) -> float:
    if arrangement.spacing is not None:
        return arrangement.spacing
    return size + (size * _USUAL_GAP if arrangement.gap is None else arrangement.gap)


def _circle(arrangement: Arrangement, source: Bounds, factors: list[float]) -> _Places:
    """Go around from the front to the right; less than once, with the front in the middle."""
    radius = arrangement.radius
    if radius is None:
        radius = circle_radius(arrangement, vectors.scale(source.size, max(factors)))
    step = _turn_between(arrangement)
    first = -step * (arrangement.count - 1) / 2 if arrangement.arc < _ONCE else 0.0
    turns = [first + number * step for number in range(arrangement.count)]
    return [
        (radius * math.sin(turn), number * arrangement.rise, radius * math.cos(turn))
        for number, turn in enumerate(turns)
    ]


def _turn_between(arrangement: Arrangement) -> float:
    """Return the radians from a copy to the next; one less than copies where ends do not meet."""
    is_open = arrangement.arc < _ONCE
    gaps = max(arrangement.count - 1, 1) if is_open else arrangement.count
    return math.radians(arrangement.arc) / gaps


def circle_radius(arrangement: Arrangement, size: Vector) -> float:
    """Return the radius of a circle that gives the requested gap or spacing.

    Args:
        arrangement: as requested.
        size: of the largest copy.
    """
    if arrangement.count == 1:
        return 0.0
    # Beyond a half, neighbors are nearer to each other the other way round.
    half_turn = min(_turn_between(arrangement) / 2, math.pi / 2)
    if arrangement.spacing is not None:
        return arrangement.spacing / (2 * math.sin(half_turn))
    width, _, depth = size
    if not arrangement.facing:
        return _step(arrangement, math.hypot(width, depth)) / (2 * math.sin(half_turn))
    # Each copy fills a wedge: its inner corners are half a gap away from the wedge's sides.
    gap = _step(arrangement, width) - width
    inner = (gap / 2 + width / 2 * math.cos(half_turn)) / math.sin(half_turn)
    return inner + depth / 2


def _scatter(arrangement: Arrangement, source: Bounds, factors: list[float]) -> _Places:
    (width, depth), gap = _size_and_gap(arrangement, source)
    spots = scattered(
        [(width * factor / 2, depth * factor / 2) for factor in factors],
        _field(arrangement, (width, depth), gap, factors),
        gap=gap,
        turned=arrangement.facing is not None,
        seed=arrangement.seed ^ _OTHER_SEED,
    )
    return [None if spot is None else (spot[0], 0.0, spot[1]) for spot in spots]


def _field(
    arrangement: Arrangement, size: tuple[float, float], gap: float, factors: list[float]
) -> Field:
    if arrangement.radius is not None:
        return Field(2 * arrangement.radius, 2 * arrangement.radius, round=True)
    if arrangement.area is not None:
        return Field(*arrangement.area)
    side = _roomy_side(arrangement, size, gap, factors)
    return Field(side, side)


def _roomy_side(
    arrangement: Arrangement, size: tuple[float, float], gap: float, factors: list[float]
) -> float:
    """Return the side of a square in which all copies find a place."""
    width, depth = size
    if arrangement.facing:
        width = depth = math.sqrt(width * width + depth * depth)
    covered = sum((width * factor + gap) * (depth * factor + gap) for factor in factors)
    return max(math.sqrt(covered / _USUAL_COVER), 1.5 * max(width, depth) * max(factors))


def _enough(arrangement: Arrangement, source: Bounds, factors: list[float]) -> str:
    """Return the `radius` or the `area`, of the given shape, in which all would have fitted."""
    size, gap = _size_and_gap(arrangement, source)
    side = _roomy_side(arrangement, size, gap, factors)
    if arrangement.radius is not None:
        return f"a radius of {_upward(max(side / math.sqrt(2), arrangement.radius)):g}"
    wide, deep = arrangement.area or (side, side)
    factor = max(side / math.sqrt(wide * deep), 1.5 * max(size) * max(factors) / min(wide, deep), 1)
    return f"an area of [{_upward(wide * factor):g}, {_upward(deep * factor):g}]"


def _upward(meters: float) -> float:
    """Round up to two digits."""
    step = 10.0 ** (math.floor(math.log10(meters)) - 1)
    return math.ceil(meters / step) * step


def _size_and_gap(arrangement: Arrangement, source: Bounds) -> tuple[tuple[float, float], float]:
    width, _, depth = (max(member, _FLAT) for member in source.size)
    gap = arrangement.gap
    return (width, depth), min(width, depth) * _USUAL_GAP if gap is None else gap


_PATTERNS: Mapping[str, Callable[[Arrangement, Bounds, list[float]], _Places]] = {
    "row": _row,
    "grid": _grid,
    "circle": _circle,
    "scatter": _scatter,
}


def _require(arrangement: Arrangement) -> None:
    if arrangement.pattern not in _PATTERNS:
        names = ", ".join(_PATTERNS)
        raise InvalidValueError(
            f"The pattern {quoted(arrangement.pattern)} is not known. Give one of: {names}."
        )
    for name, member in ARRANGEMENT.items():
        value = getattr(arrangement, name)
        for number in value if isinstance(value, tuple) else (value,):
            # Written to refuse NaN too.
            if member.range and number is not None and number not in member.range:
                raise InvalidValueError(
                    f"The {name} {number:g} is not possible: give {member.range}."
                )
    given = [
        name for name in _EITHER[arrangement.pattern] if getattr(arrangement, name) is not None
    ]
    if len(given) > 1:
        raise InvalidValueError(f"Give either {' or '.join(given)}, not both.")
    if arrangement.pattern == "scatter" and arrangement.spacing is not None:
        raise InvalidValueError("What is scattered has no spacing: give gap, the least distance.")
