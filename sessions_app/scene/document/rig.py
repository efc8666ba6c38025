"""The rig: key, fill and camera as they stand around what a scene shows.

Of the bust of the start they have the numbers of a portrait studio; around anything else they keep
their directions, and their distances and sizes grow with it, so that it is as bright.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sessions_app.scene.directions import Vector, to_cartesian
from sessions_app.scene.document.kinds import FITTED_SIZE_RANGE, Start
from sessions_app.scene.document.members import PLACE_RANGE

# Width, height and depth of the bust in life size, in meters; its diagonal is the rig's measure.
BUST_SIZE: Final = (0.428, 0.651, 0.309)
CAMERA_DISTANCE: Final = 3.2

_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class RigLight:
    """A light of the rig: where it is from the middle of the bust, in degrees and meters."""

    azimuth: float
    elevation: float
    distance: float
    side: float
    intensity: float


RIG_LIGHTS: Final = {
    "key": RigLight(135.0, 26.33, 0.789, 0.6, 2.5),
    "fill": RigLight(225.0, 19.47, 0.75, 0.8, 0.2),
}
# From the side, the walls of a room would throw their shadows across it.
_IN_ROOMS: Final = {"key": RigLight(154.0, 40.0, 0.789, 0.6, 2.5)}


def rig_factor(size: Sequence[float]) -> float:
    """Return how many times as large as the bust's a box is, by the diagonal."""
    return math.hypot(*size) / math.hypot(*BUST_SIZE)


def placed_light(
    name: str, center: Vector, factor: float = 1.0, start: Start = "studio"
) -> dict[str, Any]:
    """Return the members of a light of the rig that depend on what it shines on.

    Args:
        name: key or fill.
        center: of the box of what is shown, in the world.
        factor: as `rig_factor` returns it.
        start: of the scene.
    """
    light = (_IN_ROOMS if start == "room" else RIG_LIGHTS).get(name) or RIG_LIGHTS[name]
    away = to_cartesian(light.azimuth, light.elevation, light.distance * factor)
    position = [PLACE_RANGE.clamp(at + by) for at, by in zip(center, away, strict=True)]
    return {
        "position": rounded(position),
        "aim": rounded([PLACE_RANGE.clamp(at) for at in center]),
        "size": rounded([FITTED_SIZE_RANGE.clamp(light.side * factor)] * 2),
    }


def rounded(numbers: Sequence[float]) -> list[float]:
    """Round numbers for storage, never to -0.0."""
    return [round(number, _DECIMALS) + 0.0 for number in numbers]
