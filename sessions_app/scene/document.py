"""The shape, start state and limits of the scene document, version 1."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from sessions_app.scene.errors import DAMAGED, SceneError

# A document is never changed in place: every revision is a new one that shares what is untouched.
Document: TypeAlias = dict[str, Any]
LightName: TypeAlias = Literal["key", "fill"]
LIGHTS: tuple[LightName, ...] = get_args(LightName)

SCENE_VERSION = 1


class Range(NamedTuple):
    """A closed interval of accepted numbers."""

    minimum: float
    maximum: float

    def __contains__(self, value: object) -> bool:
        """Tell whether this is a number of the interval; JSON's true, 1e999 and NaN are not."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return self.minimum <= value <= self.maximum

    def __str__(self) -> str:
        """Read as "0.01 to 100"."""
        return f"{self.minimum:g} to {self.maximum:g}"

    def clamp(self, value: float) -> float:
        """Give the nearest number inside the interval."""
        return min(max(value, self.minimum), self.maximum)


SIZE_RANGE = Range(0.01, 100)
INTENSITY_RANGE = Range(0, 1000)
LIGHT_SIZE_RANGE = Range(0.1, 100)
LIGHT_DISTANCE_RANGE = Range(0.5, 100)
ELEVATION_DEGREES_RANGE = Range(-90, 90)
CAMERA_DISTANCE_RANGE = Range(8, 64)
CAMERA_FOV_DEGREES_RANGE = Range(5, 90)


class InvalidDocumentError(SceneError):
    """A stored document does not have the shape or the values of version 1."""

    code = "invalid_document"
    advice = DAMAGED


def new_document() -> Document:
    """Make the start state: a fresh document that shares nothing with any other."""
    return {
        "version": SCENE_VERSION,
        "model": {
            "color": "#ffffff",
            "scale": [1.0, 1.0, 1.0],
            "rotationDegrees": [0.0, 0.0, 0.0],
        },
        "lights": {
            "key": {
                "color": "#ffffff",
                "intensity": 2.5,
                "size": [6.0, 6.0],
                "azimuthDegrees": 135.0,
                "elevationDegrees": 26.33,
                "distance": 7.89,
            },
            "fill": {
                "color": "#ffffff",
                "intensity": 0.2,
                "size": [8.0, 8.0],
                "azimuthDegrees": 225.0,
                "elevationDegrees": 19.47,
                "distance": 7.5,
            },
        },
        "ambient": {"color": "#ffffff", "intensity": 0.1},
        "background": {"color": "#000000"},
        "camera": {
            "fovDegrees": 32.0,
            "azimuthDegrees": 180.0,
            "elevationDegrees": 0.0,
            "distance": 32.0,
        },
    }


_Check: TypeAlias = Callable[[object], str | None]
_Shape: TypeAlias = Mapping[str, "_Shape | _Check"]

_STORED_COLOR = re.compile(r"#[0-9a-f]{6}")


def _version(value: object) -> str | None:
    return None if type(value) is int and value == SCENE_VERSION else f"must be {SCENE_VERSION}"


def _color(value: object) -> str | None:
    if isinstance(value, str) and _STORED_COLOR.fullmatch(value):
        return None
    return "must be a color #rrggbb in lower case"


def _direction(value: object) -> str | None:
    if value in Range(0, 360) and value != 360:
        return None
    return "must be degrees from 0 up to but not including 360"


def _number(accepted: Range) -> _Check:
    def check(value: object) -> str | None:
        return None if value in accepted else f"must be {accepted}"

    return check


def _vector(length: int, check_member: _Check) -> _Check:
    def check(value: object) -> str | None:
        if not isinstance(value, list) or len(value) != length:
            return f"must be a list of {length} numbers"
        return next((f"member {fault}" for fault in map(check_member, value) if fault), None)

    return check


_LIGHT: _Shape = {
    "color": _color,
    "intensity": _number(INTENSITY_RANGE),
    "size": _vector(2, _number(LIGHT_SIZE_RANGE)),
    "azimuthDegrees": _direction,
    "elevationDegrees": _number(ELEVATION_DEGREES_RANGE),
    "distance": _number(LIGHT_DISTANCE_RANGE),
}
_DOCUMENT: _Shape = {
    "version": _version,
    "model": {
        "color": _color,
        "scale": _vector(3, _number(SIZE_RANGE)),
        "rotationDegrees": _vector(3, _direction),
    },
    "lights": dict.fromkeys(LIGHTS, _LIGHT),
    "ambient": {"color": _color, "intensity": _number(INTENSITY_RANGE)},
    "background": {"color": _color},
    "camera": {
        "fovDegrees": _number(CAMERA_FOV_DEGREES_RANGE),
        "azimuthDegrees": _direction,
        "elevationDegrees": _number(ELEVATION_DEGREES_RANGE),
        "distance": _number(CAMERA_DISTANCE_RANGE),
    },
}


def validate_document(document: object) -> None:
    """Check a whole document, as when a stored snapshot is loaded; a change checks only itself.

    Members that version 1 does not know are accepted at the top level only, where later versions
    add their maps.

    Raises:
        InvalidDocumentError: names the first member that is missing, unknown or out of range.
    """
    _validate_node(document, _DOCUMENT, "", allow_unknown=True)


def _validate_node(node: object, shape: _Shape, path: str, *, allow_unknown: bool = False) -> None:
    if not isinstance(node, dict):
        raise InvalidDocumentError(f"The scene document's {path or 'root'} must be an object.")
    if not allow_unknown and (unknown := node.keys() - shape.keys()):
        raise InvalidDocumentError(
            f"The scene document's {path} has unknown members: {', '.join(sorted(unknown))}."
        )
    for name, expected in shape.items():
        _validate_member(node, name, expected, f"{path}/{name}")


def _validate_member(
    node: Mapping[str, object], name: str, expected: "_Shape | _Check", path: str
) -> None:
    if name not in node:
        raise InvalidDocumentError(f"The scene document's {path} is missing.")
    if isinstance(expected, Mapping):
        _validate_node(node[name], expected, path)
    elif fault := expected(node[name]):
        raise InvalidDocumentError(f"The scene document's {path} {fault}.")
