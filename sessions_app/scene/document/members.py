"""Members of entities: what a document may hold in each, and in what words it is explained."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sessions_app.scene.document.charts import is_rows
from sessions_app.scene.document.graph import is_id
from sessions_app.scene.document.ranges import Range

MemberType: TypeAlias = Literal[
    "aim", "animation", "arrangement", "choice", "color", "colors", "contact", "flag", "floor",
    "fog", "frames", "id", "integer", "line", "material", "motion", "number", "number[2]",
    "number[3]", "number[6]", "outline", "points", "profile", "rows", "tags", "text", "without",
]  # fmt: skip
# Types whose own members are validated by the kind of the same name in the table of kinds.
NESTED: tuple[MemberType, ...] = ("animation", "arrangement", "material", "motion")

MAX_TEXT_LENGTH = 200
MAX_TAGS = 16
# Of a path, of keyframes, and of what describes a shape.
MAX_POINTS = 100
# By type, the fewest points that describe a shape.
LEAST_POINTS = {"line": 2, "outline": 3, "profile": 2}
# Objects may be this far from the middle of the world, in meters.
PLACE_RANGE = Range(-10_000, 10_000)
_RADIUS_RANGE = Range(0, 10_000)
# Of a keyframe: its time in seconds, its angles in degrees, its size as a factor.
TIME_RANGE = Range(0, 86_400)
TURN_RANGE = Range(-36_000, 36_000)
FACTOR_RANGE = Range(0.001, 1000)

_COLOR = re.compile(r"#[0-9a-f]{6}")
_INDEX = re.compile(r"[1-9][0-9]{0,5}")
FLOORS = ("none", "shadow", "grid")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a kind: its type, default, range and description.

    `default` is what an entity without the member has; `is_required` ones are always there.
    """

    type: MemberType
    default: Any
    words: str
    range: Range | None = None
    choices: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def length(self) -> int | None:
        """The length of a list of numbers, else None."""
        return int(self.type[-2]) if self.type.endswith("]") else None

    def accepts(self, value: object) -> bool:
        """Return whether a document may hold this value."""
        return _TESTS[self.type](self, value)


def is_color(value: object) -> bool:
    return isinstance(value, str) and _COLOR.fullmatch(value) is not None


def _is_number(member: Member, value: object) -> bool:
    return member.range is not None and value in member.range


def _is_integer(member: Member, value: object) -> bool:
    return isinstance(value, int) and _is_number(member, value)


def _is_numbers(member: Member, value: object) -> bool:
    if not isinstance(value, list) or len(value) != member.length:
        return False
    return all(_is_number(member, number) for number in value)


def _is_aim(_: Member, value: object) -> bool:
    return _is_triple(value, PLACE_RANGE) or (isinstance(value, str) and is_id(value))


def _is_triple(value: object, accepted: Range) -> bool:
    return (
        isinstance(value, list) and len(value) == 3 and all(number in accepted for number in value)
    )


def _is_points(_: Member, value: object) -> bool:
    if not isinstance(value, list) or len(value) > MAX_POINTS:
        return False
    return all(_is_triple(point, PLACE_RANGE) for point in value)


def _is_line(_: Member, value: object) -> bool:
    return _is_points(_, value) and _has_enough(value, "line")


def _is_outline(_: Member, value: object) -> bool:
    return _is_pairs(value, PLACE_RANGE, PLACE_RANGE) and _has_enough(value, "outline")


def _is_profile(_: Member, value: object) -> bool:
    """Radii and heights."""
    return _is_pairs(value, _RADIUS_RANGE, PLACE_RANGE) and _has_enough(value, "profile")


def _is_pairs(value: object, first: Range, second: Range) -> bool:
    if not isinstance(value, list) or len(value) > MAX_POINTS:
        return False
    pairs = all(isinstance(pair, list) and len(pair) == 2 for pair in value)
    return pairs and all(one in first and other in second for one, other in value)


def _has_enough(value: object, type_: str) -> bool:
    return isinstance(value, list) and len(value) >= LEAST_POINTS[type_]


def _is_frames(_: Member, value: object) -> bool:
    """Keyframes: each has a `time`, later than the one before, and what it is like then."""
    if not isinstance(value, list) or len(value) > MAX_POINTS:
        return False
    if not all(isinstance(frame, dict) and _is_frame(frame) for frame in value):
        return False
    times = [frame["time"] for frame in value]
    return times == sorted(set(times))


def _is_frame(frame: Mapping[str, object]) -> bool:
    return (
        frame.get("time") in TIME_RANGE
        and ("position" not in frame or _is_triple(frame["position"], PLACE_RANGE))
        and ("rotation" not in frame or _is_triple(frame["rotation"], TURN_RANGE))
        and ("scale" not in frame or frame["scale"] in FACTOR_RANGE)
    )


def _is_colors(_: Member, value: object) -> bool:
    return isinstance(value, list) and len(value) in (1, 2) and all(map(is_color, value))


def _is_contact(_: Member, value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(other, str) and is_id(other) for other in value.values()
    )


def _is_fog(_: Member, value: object) -> bool:
    if value is None:
        return True
    if not isinstance(value, dict) or not is_color(value.get("color")):
        return False
    near, far = value.get("near"), value.get("far")
    return near in PLACE_RANGE and far in PLACE_RANGE and 0 <= near < far


def _is_text(_: Member, value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT_LENGTH


def _is_tags(member: Member, value: object) -> bool:
    if not isinstance(value, list) or len(value) > MAX_TAGS:
        return False
    return all(_is_text(member, tag) for tag in value)


def _is_without(_: Member, value: object) -> bool:
    return isinstance(value, dict) and all(
        _INDEX.fullmatch(index) and (other is None or (isinstance(other, str) and is_id(other)))
        for index, other in value.items()
    )


def _is_map(_: Member, value: object) -> bool:
    return isinstance(value, dict)


_TESTS: Mapping[MemberType, Callable[[Member, object], bool]] = {
    "aim": _is_aim,
    "animation": _is_map,
    "arrangement": _is_map,
    "choice": lambda member, value: value in member.choices,
    "color": lambda _, value: is_color(value),
    "colors": _is_colors,
    "contact": _is_contact,
    "flag": lambda _, value: isinstance(value, bool),
    "floor": lambda _, value: value in FLOORS or is_color(value),
    "fog": _is_fog,
    "frames": _is_frames,
    "id": lambda _, value: value is None or (isinstance(value, str) and is_id(value)),
    "integer": _is_integer,
    "line": _is_line,
    "material": _is_map,
    "motion": _is_map,
    "number": _is_number,
    "number[2]": _is_numbers,
    "number[3]": _is_numbers,
    "number[6]": _is_numbers,
    "outline": _is_outline,
    "points": _is_points,
    "profile": _is_profile,
    "rows": lambda _, value: is_rows(value),
    "tags": _is_tags,
    "text": _is_text,
    "without": _is_without,
}
