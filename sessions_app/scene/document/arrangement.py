"""The arrangement of copies: what is stored in the member `arrangement` of a pattern."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

from sessions_app.scene.document.members import Member
from sessions_app.scene.document.ranges import Range

PatternName: TypeAlias = Literal["row", "grid", "circle", "scatter"]
AxisName: TypeAlias = Literal["x", "y", "z"]
FacingName: TypeAlias = Literal["out", "in"]

# Of one pattern, and of all patterns of a scene.
MAX_COPIES: Final = 10_000

_DISTANCE_RANGE = Range(0.001, 1e6)

ARRANGEMENT: Final[Mapping[str, Member]] = {
    "pattern": Member(
        "choice", "row", "a row, a grid, a circle or scattered", None, get_args(PatternName),
        is_required=True,
    ),
    "count": Member("integer", 1, "how many copies", Range(1, MAX_COPIES), is_required=True),
    "gap": Member("number", None, "between the boxes of neighbors", Range(0, 1e6)),
    "spacing": Member("number", None, "from middle to middle", _DISTANCE_RANGE),
    "axis": Member("choice", "x", "that of a row", None, get_args(AxisName)),
    "columns": Member("integer", None, "those of a grid", Range(1, MAX_COPIES)),
    "radius": Member("number", None, "of a circle, or of a disk", _DISTANCE_RANGE),
    "arc": Member(
        "number", 360.0, "the degrees that a circle goes round", Range(1, MAX_COPIES * 360)
    ),
    "rise": Member("number", 0.0, "from copy to copy of a circle, upward", Range(-1e6, 1e6)),
    "area": Member(
        "number[2]", None, "the width and depth in which they are scattered", _DISTANCE_RANGE
    ),
    "facing": Member("choice", None, "whether fronts look out or in", None, get_args(FacingName)),
    "variation": Member(
        "number", 0.0, "of 0.2, they are 0.8 to 1.2 times as large", Range(0, 0.9)
    ),
    "seed": Member("integer", 1, "of what is random", Range(-(2**53), 2**53)),
}  # fmt: skip
