"""Where key and fill stand around the model: set by directions, moved step by step, and read."""

from functools import partial
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.colors import color_label
from sessions_app.scene.descriptions.lights import (
    describe_placement,
    light_center,
    place_around_center,
    round_position,
)
from sessions_app.scene.descriptions.numbers import format_number
from sessions_app.scene.directions import Spherical, parse_azimuth, to_cartesian
from sessions_app.scene.document import KINDS, Range
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.operations.arguments import Arguments, Number
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.following import surroundings_now
from sessions_app.scene.operations.lights import (
    LIGHT_DISTANCE_RANGE,
    LIGHTS,
    of_each_light,
    put_light,
)
from sessions_app.scene.operations.members import value_of
from sessions_app.scene.operations.numbers import limit_numbers, stored
from sessions_app.scene.operations.readings import Read, reading
from sessions_app.scene.operations.studio import kind_words, light_of
from sessions_app.scene.operations.studio_model import Nudge, Turn

SWING_DEGREES = 10.0
WALK_METERS = 0.1
# A document holds positions: nearer to straight up, a light's azimuth would be lost.
MAX_ELEVATION = 89.5
_ELEVATIONS: Final = Range(-MAX_ELEVATION, MAX_ELEVATION)
_FRONT, _LEFT, _RIGHT = 180.0, 270.0, 90.0
# Steps begin at what a light's rounded position was meant to be, so that they do not drift.
_ANGLE_DECIMALS, _DISTANCE_DECIMALS = 3, 5


def _written(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


Azimuth = Annotated[str, BeforeValidator(_written), Field(max_length=64)]


class Nothing(Arguments):
    pass


class Directions(Arguments):
    azimuth: Azimuth
    elevation: Number
    distance: Number | None = None


class Distance(Arguments):
    distance: Number


class Toward(Arguments):
    direction: Azimuth
    degrees: Number = 10.0


def _seen(edit: Edit, light: str) -> Spherical:
    seen = place_around_center(surroundings_now(edit).layout, light_of(edit, light))
    return Spherical(
        round(seen.azimuth_degrees, _ANGLE_DECIMALS) % 360,
        round(seen.elevation_degrees, _ANGLE_DECIMALS),
        round(seen.distance, _DISTANCE_DECIMALS),
    )


def _put(edit: Edit, light: str, seen: Spherical, adjustment: str | None = None) -> Report:
    center = light_center(surroundings_now(edit).layout, light_of(edit, light))
    place = vectors.add(center, to_cartesian(*seen))
    return put_light(edit, light, place, adjustment=adjustment)


def _raised(edit: Edit, light: str, elevation: float, seen: Spherical) -> Report:
    """Set the elevation; the azimuth stays."""
    limited, note = _ELEVATIONS.clamp(elevation), None
    if limited != elevation:
        note = (
            f"An elevation of {format_number(elevation)}° is outside {_ELEVATIONS}, where a light"
            f" keeps its azimuth, so it was set to {format_number(limited)}°."
        )
    return _put(edit, light, seen._replace(elevation_degrees=limited), note)


def _turned(edit: Edit, light: str, degrees: float) -> Report:
    seen = _seen(edit, light)
    azimuth = (seen.azimuth_degrees + degrees % 360) % 360
    return _put(edit, light, seen._replace(azimuth_degrees=azimuth))


@of_each_light("set_{}_light_position_spherical", Directions)
def set_directions(edit: Edit, light: str, given: Directions) -> Report:
    """Put a light in a direction from the model; without a distance it keeps its own.

    Raises:
        InvalidValueError: the azimuth is not known, or the distance is not above 0.
        UnknownTargetError: there is no such light.
    """
    seen, note = _seen(edit, light), None
    azimuth, distance = parse_azimuth(given.azimuth), seen.distance
    if given.distance is not None:
        [distance], note = limit_numbers(LIGHT_DISTANCE_RANGE, distance=given.distance)
    report = _raised(edit, light, given.elevation, Spherical(azimuth, 0.0, distance))
    return _noted(report, note)


def _noted(report: Report, note: str | None) -> Report:
    notes = " ".join(filter(None, (note, report.adjustment)))
    return Report(
        values=report.values, summary=report.summary, words=report.words, adjustment=notes or None
    )


@of_each_light("set_{}_light_distance", Distance)
def set_distance(edit: Edit, light: str, given: Distance) -> Report:
    """Move a light along its ray to a distance in meters from the model's center.

    Raises:
        InvalidValueError: the distance is not above 0.
        UnknownTargetError: there is no such light.
    """
    [limited], note = limit_numbers(LIGHT_DISTANCE_RANGE, distance=given.distance)
    return _put(edit, light, _seen(edit, light)._replace(distance=limited), note)


@of_each_light("walk_{}_light_in", Nothing)
def walk_in(edit: Edit, light: str, _: Nothing) -> Report:
    """Move a light a step nearer, never through the model.

    Raises:
        UnknownTargetError: there is no such light.
    """
    return _walked(edit, light, -WALK_METERS)


@of_each_light("walk_{}_light_out", Nothing)
def walk_out(edit: Edit, light: str, _: Nothing) -> Report:
    """Move a light a step farther away.

    Raises:
        UnknownTargetError: there is no such light.
    """
    return _walked(edit, light, WALK_METERS)


def _walked(edit: Edit, light: str, way: float) -> Report:
    seen = _seen(edit, light)
    asked = round(seen.distance + way, _DISTANCE_DECIMALS)
    limited, note = LIGHT_DISTANCE_RANGE.clamp(asked), None
    if limited != asked:
        note = f"A light stands {LIGHT_DISTANCE_RANGE} m from the model's center, not beyond."
    return _put(edit, light, seen._replace(distance=limited), note)


@of_each_light("swing_{}_light_up", Nothing)
def swing_up(edit: Edit, light: str, _: Nothing) -> Report:
    return nudge_up(edit, light, Nudge(degrees=SWING_DEGREES))


@of_each_light("swing_{}_light_down", Nothing)
def swing_down(edit: Edit, light: str, _: Nothing) -> Report:
    return nudge_up(edit, light, Nudge(degrees=-SWING_DEGREES))


@of_each_light("swing_{}_light_left", Nothing)
def swing_left(edit: Edit, light: str, _: Nothing) -> Report:
    """Move a light around the model toward the viewer's left, and no farther than there."""
    return _moved_toward(edit, light, _LEFT, SWING_DEGREES)


@of_each_light("swing_{}_light_right", Nothing)
def swing_right(edit: Edit, light: str, _: Nothing) -> Report:
    """Move a light around the model toward the viewer's right, and no farther than there."""
    return _moved_toward(edit, light, _RIGHT, SWING_DEGREES)


@of_each_light("rotate_{}_light_clockwise", Turn)
def rotate_clockwise(edit: Edit, light: str, given: Turn) -> Report:
    """Move a light around the model, clockwise seen from above: its azimuth grows."""
    return _turned(edit, light, given.degrees)


@of_each_light("rotate_{}_light_counterclockwise", Turn)
def rotate_counterclockwise(edit: Edit, light: str, given: Turn) -> Report:
    """As `rotate_clockwise`, the other way."""
    return _turned(edit, light, -given.degrees)


@of_each_light("nudge_{}_light_elevation_up", Nudge)
def nudge_up(edit: Edit, light: str, given: Nudge) -> Report:
    """Raise a light about the model; its azimuth stays, also where it goes no higher."""
    seen = _seen(edit, light)
    return _raised(edit, light, seen.elevation_degrees + given.degrees, seen)


@of_each_light("nudge_{}_light_elevation_down", Nudge)
def nudge_down(edit: Edit, light: str, given: Nudge) -> Report:
    """As `nudge_up`, the other way."""
    return nudge_up(edit, light, Nudge(degrees=-given.degrees))


@of_each_light("move_{}_light_toward_direction", Toward)
def move_toward(edit: Edit, light: str, given: Toward) -> Report:
    """Move a light around the model toward a direction, the short way, at most so far.

    Raises:
        InvalidValueError: the direction is not known, or the degrees are negative.
        UnknownTargetError: there is no such light.
    """
    [degrees], note = limit_numbers(Range(0, 180), degrees=given.degrees)
    report = _moved_toward(edit, light, parse_azimuth(given.direction), degrees)
    return _noted(report, note)


def _moved_toward(edit: Edit, light: str, goal: float, degrees: float) -> Report:
    seen = _seen(edit, light)
    way = (goal - seen.azimuth_degrees + 180) % 360 - 180
    if way == -180 and (seen.azimuth_degrees - _FRONT) % 360 > 180:
        way = 180.0  # through the front, where it is seen
    step = round(min(max(way, -degrees), degrees), 6)
    report = _turned(edit, light, step)
    values = {**report.values, "movedDegrees": abs(step)}
    summary = f"{report.summary} It moved by {format_number(abs(step))}°."
    return Report(values=values, summary=summary, words=report.words, adjustment=report.adjustment)


def _read_place(edit: Edit, light: str) -> Read:
    layout, found = surroundings_now(edit).layout, light_of(edit, light)
    seen = place_around_center(layout, found)
    values = {
        "position": round_position(*layout.frame(found).origin),
        "azimuthDegrees": stored(seen.azimuth_degrees),
        "elevationDegrees": stored(seen.elevation_degrees),
        "distance": stored(seen.distance),
    }
    return Read(values, f"The {light} light is at {describe_placement(seen)}.")


def _read_intensity(edit: Edit, light: str) -> Read:
    intensity = value_of(edit.get(("objects", light_of(edit, light))), "intensity")
    return Read(
        {"intensity": intensity}, f"The {light} light's intensity is {format_number(intensity)}."
    )


def _read_color(edit: Edit, light: str) -> Read:
    color = value_of(edit.get(("objects", light_of(edit, light))), "color")
    return Read({"color": color}, f"The {light} light is {color_label(color)}.")


def _read_size(edit: Edit, light: str) -> Read:
    entity = edit.get(("objects", light_of(edit, light)))
    if "size" not in KINDS[entity["kind"]]:
        raise InvalidValueError(f"{quoted(light)} is {kind_words(entity)}, which has no area.")
    size = list(value_of(entity, "size"))
    width, height = map(format_number, size)
    return Read({"size": size}, f"The {light} light's size is {width} by {height} m.")


_READERS: Final = {
    "position_spherical": _read_place,
    "intensity": _read_intensity,
    "color": _read_color,
    "size": _read_size,
}
for _light in LIGHTS:
    for _what, _reader in _READERS.items():
        reading(f"get_{_light}_light_{_what}")(partial(_reader, light=_light))
