"""Members of entities: what a document may hold in each, and in what words it is explained."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sessions_app.scene.document.graph import is_id
from sessions_app.scene.document.ranges import Range

MemberType: TypeAlias = Literal[
    "aim", "choice", "color", "colors", "contact", "flag", "floor", "fog", "id", "material",
    "number", "number[2]", "number[3]", "tags", "text",
]  # fmt: skip

MAX_TEXT_LENGTH = 200
MAX_TAGS = 16
# Objects may be this far from the middle of the world, in meters.
PLACE_RANGE = Range(-10_000, 10_000)

_COLOR = re.compile(r"#[0-9a-f]{6}")
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


def _is_numbers(member: Member, value: object) -> bool:
    if not isinstance(value, list) or len(value) != member.length:
        return False
    return all(_is_number(member, number) for number in value)


def _is_aim(_: Member, value: object) -> bool:
    if isinstance(value, list):
        return len(value) == 3 and all(number in PLACE_RANGE for number in value)
    return isinstance(value, str) and is_id(value)


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


# Of a material, its own members are validated by the table of kinds.
_TESTS: Mapping[MemberType, Callable[[Member, object], bool]] = {
    "aim": _is_aim,
    "choice": lambda member, value: value in member.choices,
    "color": lambda _, value: is_color(value),
    "colors": _is_colors,
    "contact": _is_contact,
    "flag": lambda _, value: isinstance(value, bool),
    "floor": lambda _, value: value in FLOORS or is_color(value),
    "fog": _is_fog,
    "id": lambda _, value: value is None or (isinstance(value, str) and is_id(value)),
    "material": lambda _, value: isinstance(value, dict),
    "number": _is_number,
    "number[2]": _is_numbers,
    "number[3]": _is_numbers,
    "tags": _is_tags,
    "text": _is_text,
}
