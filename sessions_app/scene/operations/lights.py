"""Operations on the key light and the fill light."""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.colors import parse_color
from sessions_app.scene.descriptions.lights import (
    describe_placement,
    light_center,
    place_around,
    place_words,
    round_position,
)
from sessions_app.scene.descriptions.numbers import format_number, format_numbers
from sessions_app.scene.directions import to_cartesian
from sessions_app.scene.document import KINDS, Range
from sessions_app.scene.document.kinds import INTENSITY_RANGE, LIGHT_SIZE_RANGE
from sessions_app.scene.document.rig import RIG_LIGHTS, rig_factor
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations.arguments import Arguments, Color, Number
from sessions_app.scene.operations.change import Report, stated
from sessions_app.scene.operations.following import aim_of, surroundings_now
from sessions_app.scene.operations.members import release, set_members
from sessions_app.scene.operations.numbers import limit_numbers, stored
from sessions_app.scene.operations.registry import Given, Write, operation
from sessions_app.scene.operations.studio import kind_words, light_of

LIGHTS: Final = tuple(RIG_LIGHTS)
LIGHT_DISTANCE_RANGE: Final = Range(0.05, 100)

# From so many times the rig's distance on, a light of usual intensity hardly lights anything.
_FAR = 10.0
WriteLight: TypeAlias = Callable[[Edit, str, Given], Report]


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


def _of_light(write: WriteLight[Given], light: str) -> Write[Given]:
    return lambda edit, given: write(edit, light, given)


def of_each_light(
    name: str, arguments: type[Given]
) -> Callable[[WriteLight[Given]], WriteLight[Given]]:
    """Register a function once per light, as the operation of this name with the light's in it."""

    def register(write: WriteLight[Given]) -> WriteLight[Given]:
        for light in LIGHTS:
            operation(name.format(light), arguments)(_of_light(write, light))
        return write

    return register


@of_each_light("set_{}_light_intensity", LightIntensity)
def set_light_intensity(edit: Edit, light: str, given: LightIntensity) -> Report:
    """Set how strong a light is; 0 is off.

    Raises:
        InvalidValueError: the intensity is negative.
        UnknownTargetError: there is no such light.
    """
    [limited], adjustment = limit_numbers(INTENSITY_RANGE, intensity=given.intensity)
    return stated(
        changed=set_members(edit, light_of(edit, light), {"intensity": limited}),
        values={"intensity": limited},
        summary=(f"The {light} light's intensity is", format_number(limited)),
        adjustment=adjustment,
    )


@of_each_light("set_{}_light_color", LightColor)
def set_light_color(edit: Edit, light: str, given: LightColor) -> Report:
    """Color a light.

    Raises:
        InvalidValueError: the color is not known.
        UnknownTargetError: there is no such light.
    """
    parsed = parse_color(given.color)
    return stated(
        changed=set_members(edit, light_of(edit, light), {"color": parsed.hex}),
        values={"color": parsed.hex},
        summary=(f"The {light} light is", parsed.label),
    )


@of_each_light("set_{}_light_size", LightSize)
def set_light_size(edit: Edit, light: str, given: LightSize) -> Report:
    """Set the sides of a light's area in meters.

    Raises:
        InvalidValueError: a side is not above 0, or the light has no area.
        UnknownTargetError: there is no such light.
    """
    size, adjustment = limit_numbers(LIGHT_SIZE_RANGE, width=given.width, height=given.height)
    found = light_of(edit, light)
    entity = edit.get(("objects", found))
    if "size" not in KINDS[entity["kind"]]:
        raise InvalidValueError(
            f"{quoted(light)} is {kind_words(entity)}, which has no area; only an area light has"
            " one. update_objects changes what it has."
        )
    changed = set_members(edit, found, {"size": size})
    changed = release(edit, found) or changed
    shown_width, shown_height = map(format_number, size)
    return stated(
        changed=changed,
        values={"size": size},
        summary=(f"The {light} light's size is", f"{shown_width} by {shown_height} m"),
        adjustment=adjustment,
    )


@of_each_light("set_{}_light_position", LightPosition)
def set_light_position(edit: Edit, light: str, given: LightPosition) -> Report:
    """Move a light to a place in the world, in meters; it goes on looking at its aim.

    Nearer to the model's center or farther from it than a light may be, it is moved along its ray;
    where there is no model, the aim takes the center's place. A position that reads like the
    present one leaves it.

    Raises:
        InvalidValueError: it is the center, which has no direction, or the light's own aim.
        UnknownTargetError: there is no such light.
    """
    found = light_of(edit, light)
    layout = surroundings_now(edit).layout
    before = layout.frame(found).origin
    asked = (given.x, given.y, given.z)
    place, adjustment = before, None
    if round_position(*asked) != round_position(*before):
        place, adjustment = _limited(asked, light_center(layout, found))
    return put_light(edit, light, place, adjustment=adjustment)


def put_light(edit: Edit, light: str, place: Vector, *, adjustment: str | None = None) -> Report:
    """Have the light called key or fill stand at a place in the world; report where it is.

    Raises:
        InvalidValueError: the place is the light's own aim.
        UnknownTargetError: there is no such light.
    """
    found = light_of(edit, light)
    around = surroundings_now(edit)
    entity = edit.get(("objects", found))
    center = light_center(around.layout, found)
    before = around.layout.frame(found).origin
    if "aim" in KINDS[entity["kind"]]:
        _require_direction(place, aim_of(entity, around), "what the light looks at")
    changed = release(edit, found)
    if place != before:
        outer = around.layout.frame(entity.get("parent"))
        position = [*map(stored, outer.inside(place))]
        changed = set_members(edit, found, {"position": position}) or changed
        place = outer.point(vectors.vector(position))
    move = _Move(light, before, place, center, RIG_LIGHTS[light].distance * _factor(around))
    return _placed(move, changed=changed, adjustment=adjustment)


class _Move(NamedTuple):
    """Where a light was and is, around what center, and its usual distance from there."""

    light: str
    before: Vector
    place: Vector
    center: Vector
    usual: float


def _factor(around: Surroundings) -> float:
    bounds = around.subject
    return rig_factor(bounds.size) if bounds else 1.0


def _limited(asked: Vector, center: Vector) -> tuple[Vector, str | None]:
    """Move a place along its ray into the range of distances; also say so."""
    _require_direction(asked, center, "the center")
    seen = place_around(center, asked)
    if seen.distance in LIGHT_DISTANCE_RANGE:
        return asked, None
    limit = LIGHT_DISTANCE_RANGE.clamp(seen.distance)
    side = "less" if seen.distance < limit else "more"
    away = to_cartesian(seen.azimuth_degrees, seen.elevation_degrees, limit)
    return vectors.add(center, away), (
        f"That position is {side} than {format_number(limit)} m away from the model's center, so"
        f" the light was moved along its ray to distance {format_number(limit)}."
    )


def _require_direction(place: Vector, center: Vector, what: str) -> None:
    if round_position(*place) == round_position(*center):
        raise InvalidValueError(
            f"The position {format_numbers(round_position(*place))} is {what} and has no direction;"
            f" give one that is {LIGHT_DISTANCE_RANGE} m away from it."
        )


def _placed(move: _Move, *, changed: bool, adjustment: str | None) -> Report:
    position = round_position(*move.place)
    seen = place_around(move.center, move.place)
    far = ""
    if seen.distance > _FAR * move.usual:
        far = (
            ". That is more than ten times as far as usual here"
            f" ({format_number(round(move.usual, 2))} m), so it may light hardly anything"
        )
    moved = place_words(seen, move.usual, place_around(move.center, move.before))
    return stated(
        changed=changed,
        values={
            "position": position,
            "azimuthDegrees": stored(seen.azimuth_degrees),
            "elevationDegrees": stored(seen.elevation_degrees),
            "distance": stored(seen.distance),
        },
        summary=(
            f"The {move.light} light is",
            f"at {format_numbers(position)} (x, y, z): {describe_placement(seen)}{far}",
        ),
        words=(f"The {move.light} light", f"shines {moved}"),
        adjustment=adjustment,
    )
