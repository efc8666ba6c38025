"""Positions around the model: spherical and Cartesian coordinates, compass names."""

import math
import re
from typing import NamedTuple, TypeAlias

from sessions_app.scene.errors import InvalidValueError, quoted

# The compass of the studio runs clockwise seen from above: azimuth 0 is behind the model, 90 the
# viewer's right (+x), 180 toward the camera (+z). Elevation 0 is the horizon, 90 straight up (+y).
Vector: TypeAlias = tuple[float, float, float]


class Spherical(NamedTuple):
    """A position around the model's pivot; azimuth in [0, 360), elevation in [-90, 90]."""

    azimuth_degrees: float
    elevation_degrees: float
    distance: float


# Clockwise from behind the model, 22.5 degrees apart.
COMPASS_NAMES = (
    "north", "north-northeast", "northeast", "east-northeast",
    "east", "east-southeast", "southeast", "south-southeast",
    "south", "south-southwest", "southwest", "west-southwest",
    "west", "west-northwest", "northwest", "north-northwest",
)  # fmt: skip
_POINT_DEGREES = 360 / len(COMPASS_NAMES)
# The direction of light from the viewer's side: clockwise from behind, 45 degrees apart.
_SIDES = (
    "from behind", "from the back right", "from the right", "from the front right",
    "from the front", "from the front left", "from the left", "from the back left",
)  # fmt: skip
# Height words, by the minimum degrees above or below the horizon.
_HEIGHTS = (
    (60, "high above", "far below"),
    (30, "above", "below"),
    (10, "a little above", "a little below"),
)
_STRAIGHT_DEGREES = 80
VIEWER_SIDES = {"back": 0.0, "right": 90.0, "front": 180.0, "left": 270.0}

_IGNORED_IN_NAMES = re.compile(r"[\s._-]+")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_AZIMUTH_TEXT_LIMIT = 64


def _short_name(name: str) -> str:
    # "north-northeast" becomes "nne"
    return re.sub(r"(n)orth|(e)ast|(s)outh|(w)est|-", r"\1\2\3\4", name)


_AZIMUTH_BY_KEY = VIEWER_SIDES | {
    key: point * _POINT_DEGREES
    for point, name in enumerate(COMPASS_NAMES)
    for key in (name.replace("-", ""), _short_name(name))
}


def normalize_degrees(value: float) -> float:
    """Bring an angle into [0, 360), rounded to 1e-6 so that 36 turns by 10 return to the start."""
    # Rounding can reach 360 again: -1e-9 % 360 is just below it.
    return round(value % 360.0, 6) % 360


def parse_azimuth(value: float | str) -> float:
    """Read an azimuth in degrees, taken modulo 360, or a compass name or viewer's side.

    Case, blanks, hyphens, dots and underscores do not matter in a name.

    Raises:
        InvalidValueError: neither a finite number nor a known name.
    """
    degrees = _named_or_written_degrees(value) if isinstance(value, str) else value
    if degrees is None or not math.isfinite(degrees):
        raise InvalidValueError(
            f"The azimuth {quoted(str(value))} is not known. Give degrees (0 is behind the model, "
            "90 the viewer's right, 180 toward the camera) or one of: "
            f"{', '.join((*COMPASS_NAMES, *VIEWER_SIDES))}."
        )
    return normalize_degrees(degrees)


def azimuth_named(text: str) -> float | None:
    """Return the azimuth of a compass name or a viewer's side; None if it is neither."""
    if len(text) > _AZIMUTH_TEXT_LIMIT:
        return None
    return _AZIMUTH_BY_KEY.get(_IGNORED_IN_NAMES.sub("", text).lower())


def _named_or_written_degrees(text: str) -> float | None:
    if len(text) > _AZIMUTH_TEXT_LIMIT:
        return None
    written = text.strip()
    return float(written) if _NUMBER.fullmatch(written) else azimuth_named(text)


def compass_name(azimuth_degrees: float) -> str:
    """Name the nearest of the sixteen compass points."""
    return COMPASS_NAMES[round(azimuth_degrees / _POINT_DEGREES) % len(COMPASS_NAMES)]


def direction_words(azimuth_degrees: float, elevation_degrees: float) -> str:
    """Describe the direction of light for the viewer: "from the left, a little above"."""
    height = abs(elevation_degrees)
    is_above = elevation_degrees > 0
    if height >= _STRAIGHT_DEGREES:
        return "from straight above" if is_above else "from straight below"
    side = _SIDES[round(azimuth_degrees / 45) % len(_SIDES)]
    for least, above, below in _HEIGHTS:
        if height >= least:
            return f"{side}, {above if is_above else below}"
    return side


def to_cartesian(azimuth_degrees: float, elevation_degrees: float, distance: float) -> Vector:
    """Return x (viewer's right), y (up) and z (toward the camera) in scene units."""
    azimuth, elevation = math.radians(azimuth_degrees), math.radians(elevation_degrees)
    radius = distance * math.cos(elevation)
    return (
        radius * math.sin(azimuth),
        distance * math.sin(elevation),
        -radius * math.cos(azimuth),
    )


def to_spherical(x: float, y: float, z: float, *, keep_azimuth_degrees: float) -> Spherical:
    """Return the spherical position; straight up or down has no azimuth, so the given one is kept.

    The origin gives the kept azimuth, elevation 0 and distance 0. For coordinates near the largest
    float the distance may be infinite; the direction is still correct.
    """
    largest = max(abs(x), abs(y), abs(z))
    if largest == 0:
        return Spherical(keep_azimuth_degrees, 0.0, 0.0)
    # Unscaled lengths could overflow and lose the direction.
    x, y, z = x / largest, y / largest, z / largest
    radius = math.hypot(x, z)
    azimuth = keep_azimuth_degrees
    if radius >= 1e-9:
        azimuth = normalize_degrees(math.degrees(math.atan2(x, -z)))
    return Spherical(azimuth, math.degrees(math.atan2(y, radius)), largest * math.hypot(x, y, z))
