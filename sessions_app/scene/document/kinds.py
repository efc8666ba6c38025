"""The table of entity kinds and their members.

It is the source of the start scene, the ranges of operations and tools, the validation of entities,
the schema of `get_scene` and the page's schema.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from sessions_app.scene.document.ranges import Range

SCENE_VERSION: Final = 1

_COLOR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a kind: its type, range, default and description."""

    type: Literal["color", "number", "number[2]", "number[3]"]
    default: Any
    words: str
    range: Range | None = None

    @property
    def length(self) -> int | None:
        """The length of a list of numbers, else None."""
        return int(self.type[-2]) if self.type.endswith("]") else None

    def accepts(self, value: object) -> bool:
        """Return whether a document may hold this value."""
        if self.range is None:
            return isinstance(value, str) and _COLOR.fullmatch(value) is not None
        if self.length is None:
            return value in self.range
        numbers = value if isinstance(value, list) else []
        return len(numbers) == self.length and all(number in self.range for number in numbers)


Kind: TypeAlias = Mapping[str, Member]


def _color(words: str, default: str = "#ffffff") -> Member:
    return Member("color", default, words)


_TURN = Range(0, 360)
_INTENSITY = Range(0, 1000)
_AZIMUTH = "the compass direction seen from above, in degrees: 180 toward the viewer"
_ELEVATION = "the angle above the horizon, in degrees"
_DISTANCE = "from the origin, in scene units"

KINDS: Mapping[str, Kind] = {
    "model": {
        "color": _color("the color of its material"),
        "scale": Member("number[3]", [1.0, 1.0, 1.0], "factors along x, y and z", Range(0.01, 100)),
        "rotationDegrees": Member("number[3]", [0.0, 0.0, 0.0], "pitch, yaw and roll", _TURN),
    },
    "light": {
        "color": _color("the color of its light"),
        "intensity": Member("number", 2.5, "how strong it is; 0 is off", _INTENSITY),
        "size": Member("number[2]", [6.0, 6.0], "width and height of its area", Range(0.1, 100)),
        "azimuthDegrees": Member("number", 135.0, _AZIMUTH, _TURN),
        "elevationDegrees": Member("number", 26.33, _ELEVATION, Range(-90, 90)),
        "distance": Member("number", 7.89, _DISTANCE, Range(0.5, 100)),
    },
    "ambient": {
        "color": _color("the color of the light from all sides"),
        "intensity": Member("number", 0.1, "how strong it is; 0 is off", _INTENSITY),
    },
    "background": {"color": _color("the color behind everything", "#000000")},
    "camera": {
        "fovDegrees": Member("number", 32.0, "the vertical field of view", Range(5, 90)),
        "azimuthDegrees": Member("number", 180.0, _AZIMUTH, _TURN),
        "elevationDegrees": Member("number", 0.0, _ELEVATION, Range(-90, 90)),
        "distance": Member("number", 32.0, _DISTANCE, Range(8, 64)),
    },
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place for an entity: its kind, and start values that differ from the defaults."""

    kind: str
    start: Mapping[str, Any] | None = None


_FILL = {
    "intensity": 0.2,
    "size": [8.0, 8.0],
    "azimuthDegrees": 225.0,
    "elevationDegrees": 19.47,
    "distance": 7.5,
}

Places: TypeAlias = Mapping[str, Place | Mapping[str, Place]]

# In a collection: the place of every other name.
ANY: Final = "*"

# Places by the document's members; a map is a collection of entities.
PLACES: Final[Places] = {
    "model": Place("model"),
    "lights": {"key": Place("light"), "fill": Place("light", _FILL)},
    "ambient": Place("ambient"),
    "background": Place("background"),
    "camera": Place("camera"),
}


def range_of(kind: str, member: str) -> Range:
    """Return the range of a numeric member."""
    accepted = KINDS[kind][member].range
    if accepted is None:
        raise LookupError(f"The {member} of a {kind} holds no numbers.")
    return accepted
