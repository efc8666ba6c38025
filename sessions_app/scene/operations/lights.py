"""Operations on the key light and the fill light."""

from collections.abc import Callable
from typing import Any, TypeAlias

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.colors import parse_color
from sessions_app.scene.descriptions import (
    describe_placement,
    format_number,
    format_numbers,
    place_words,
    position_of,
    round_position,
)
from sessions_app.scene.directions import to_spherical
from sessions_app.scene.document import (
    INTENSITY_RANGE,
    LIGHT_DISTANCE_RANGE,
    LIGHT_SIZE_RANGE,
    LIGHTS,
    LightName,
)
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations.arguments import Arguments, Color, Number
from sessions_app.scene.operations.change import Report, change_members
from sessions_app.scene.operations.numbers import limit_numbers, stored
from sessions_app.scene.operations.registry import Given, Write, operation

_PLACEMENT = ("azimuthDegrees", "elevationDegrees", "distance")
WriteLight: TypeAlias = Callable[[Edit, LightName, Given], Report]


class LightIntensity(Arguments):
    intensity: Number


class LightColor(Arguments):
    color: Color


class LightSize(Arguments):
    width: Number
    height: Number


class LightPosition(Arguments):
    x: Number
    y: Number
    z: Number


def _of_light(write: WriteLight[Given], light: LightName) -> Write[Given]:
    return lambda edit, given: write(edit, light, given)


def _of_each_light(
    what: str, arguments: type[Given]
) -> Callable[[WriteLight[Given]], WriteLight[Given]]:
    """Register a function once per light, as the operation that sets `what` of it."""

    def register(write: WriteLight[Given]) -> WriteLight[Given]:
        for light in LIGHTS:
            operation(f"set_{light}_light_{what}", arguments)(_of_light(write, light))
        return write

    return register


@_of_each_light("intensity", LightIntensity)
def set_light_intensity(edit: Edit, light: LightName, given: LightIntensity) -> Report:
    """Set how strong a light is; 0 is off.

    Raises:
        InvalidValueError: the intensity is negative.
    """
    [limited], adjustment = limit_numbers(INTENSITY_RANGE, intensity=given.intensity)
    return change_members(
        edit,
        f"/lights/{light}",
        {"intensity": limited},
        values={"intensity": limited},
        summary=(f"The {light} light's intensity is", format_number(limited)),
        adjustment=adjustment,
    )


@_of_each_light("color", LightColor)
def set_light_color(edit: Edit, light: LightName, given: LightColor) -> Report:
    """Color a light.

    Raises:
        InvalidValueError: the color is not known.
    """
    parsed = parse_color(given.color)
    return change_members(
        edit,
        f"/lights/{light}",
        {"color": parsed.hex},
        values={"color": parsed.hex},
        summary=(f"The {light} light is", parsed.label),
    )


@_of_each_light("size", LightSize)
def set_light_size(edit: Edit, light: LightName, given: LightSize) -> Report:
    """Set the sides of a light's area in scene units.

    Raises:
        InvalidValueError: a side is not above 0.
    """
    size, adjustment = limit_numbers(LIGHT_SIZE_RANGE, width=given.width, height=given.height)
    shown_width, shown_height = map(format_number, size)
    return change_members(
        edit,
        f"/lights/{light}",
        {"size": size},
        values={"size": size},
        summary=(f"The {light} light's size is", f"{shown_width} by {shown_height}"),
        adjustment=adjustment,
    )


@_of_each_light("position", LightPosition)
def set_light_position(edit: Edit, light: LightName, given: LightPosition) -> Report:
    """Move a light to a Cartesian position in scene units; straight above or below keeps azimuth.

    Nearer or farther than a light may be, it is moved along its ray. A position that reads like the
    present one changes nothing, so that writing back a reported position makes no revision.

    Raises:
        InvalidValueError: the position is the origin, which has no direction.
    """
    x, y, z = given.x, given.y, given.z
    if x == y == z == 0:
        raise InvalidValueError(
            "The position 0, 0, 0 is inside the model and has no direction; give one that is "
            f"{LIGHT_DISTANCE_RANGE} away from the origin."
        )
    current = edit.get(("lights", light))
    if round_position(x, y, z) == position_of(current):
        return _place(edit, light, {name: current[name] for name in _PLACEMENT}, None)
    asked = to_spherical(x, y, z, keep_azimuth_degrees=current["azimuthDegrees"])
    placement = _placement(
        asked.azimuth_degrees,
        stored(asked.elevation_degrees),
        stored(LIGHT_DISTANCE_RANGE.clamp(asked.distance)),
    )
    return _place(edit, light, placement, _ray_adjustment(asked.distance))


def _ray_adjustment(asked_distance: float) -> str | None:
    if asked_distance in LIGHT_DISTANCE_RANGE:
        return None
    limit = LIGHT_DISTANCE_RANGE.clamp(asked_distance)
    side = "less" if asked_distance < limit else "more"
    return (
        f"That position is {side} than {format_number(limit)} away from the origin, so the light "
        f"was moved along its ray to distance {format_number(limit)}."
    )


def _placement(azimuth: float, elevation: float, distance: float) -> dict[str, Any]:
    return dict(zip(_PLACEMENT, (azimuth, elevation, distance), strict=True))


def _place(
    edit: Edit, light: LightName, placement: dict[str, Any], adjustment: str | None
) -> Report:
    position = position_of(placement)
    before = edit.get(("lights", light))
    return change_members(
        edit,
        f"/lights/{light}",
        placement,
        values={"position": position, **placement},
        summary=(
            f"The {light} light is",
            f"at {format_numbers(position)} (x, y, z): {describe_placement(placement)}",
        ),
        words=(f"The {light} light", f"shines {place_words(placement, before)}"),
        adjustment=adjustment,
    )
