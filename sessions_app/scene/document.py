"""The shape, start state and limits of the scene document, version 1."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

# A document is never changed in place: every revision is a new one that shares what is untouched.
Document: TypeAlias = dict[str, Any]
LightName: TypeAlias = Literal["key", "fill"]
LIGHTS: tuple[LightName, ...] = get_args(LightName)

# What can be changed, added or removed by itself: ("model",), or ("lights", "key").
EntityKey: TypeAlias = tuple[str, ...]
_COLLECTIONS = {"lights"}

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
CAMERA_DISTANCE_RANGE = Range(8, 64)
CAMERA_FOV_DEGREES_RANGE = Range(5, 90)


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


def entities_at(way: EntityKey, *values: Any) -> Iterator[EntityKey]:
    """Name the entities that a change at a place of the document concerns.

    Args:
        way: the member that was changed, by the names that lead to it.
        values: what was and is there: all entities in it, where that is a collection.
    """
    if way[0] not in _COLLECTIONS:
        yield way[:1]
    elif len(way) > 1:
        yield way[:2]
    else:
        names = {name: None for value in values if isinstance(value, dict) for name in value}
        yield from ((way[0], name) for name in names)
