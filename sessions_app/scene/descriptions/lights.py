"""Describes where lights are around what they light."""

from sessions_app.scene.descriptions.numbers import two_decimals
from sessions_app.scene.directions import Spherical, compass_name, direction_words, to_spherical
from sessions_app.scene.document.rig import RIG_LIGHTS
from sessions_app.scene.document.targets import find_named
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout, aim_point, center_of
from sessions_app.scene.geometry.vectors import Vector

# Straight above or below there is no azimuth; the front is as good as any.
_AZIMUTH_AT_POLES = 180.0
# A tenth of a millimeter.
_POSITION_DECIMALS = 4
# Times the usual distance of a light: nearer than this, or farther, is worth saying.
_NEAR, _FAR = 0.5, 2.0


def round_position(x: float, y: float, z: float) -> list[float]:
    """Round a position in meters as positions are reported, never to -0.0."""
    return [round(coordinate, _POSITION_DECIMALS) + 0.0 for coordinate in (x, y, z)]


def light_center(layout: Layout, light: str) -> Vector:
    """Return the point around which a light's place is described.

    That is the model's center for key and fill, and the light's aim for others or without a model.
    """
    entity = layout.objects[light]
    model = find_named(layout.objects, "model") if entity["name"] in RIG_LIGHTS else None
    return aim_point(layout, entity) if model is None else center_of(layout, model)


def place_around(center: Vector, place: Vector) -> Spherical:
    """Return a place in the world as directions and distance from a center."""
    away = vectors.subtract(place, center)
    return to_spherical(*away, keep_azimuth_degrees=_AZIMUTH_AT_POLES)


def place_around_center(layout: Layout, light: str) -> Spherical:
    """Return a light's place around its center."""
    return place_around(light_center(layout, light), layout.frame(light).origin)


def describe_placement(seen: Spherical) -> str:
    """Describe where a light is around what it lights."""
    azimuth = seen.azimuth_degrees
    return (
        f"azimuth {two_decimals(azimuth)}° ({compass_name(azimuth)}), "
        f"elevation {two_decimals(seen.elevation_degrees)}°, "
        f"distance {two_decimals(seen.distance)} m"
    )


def place_words(seen: Spherical, usual: float, before: Spherical | None = None) -> str:
    """Describe where a light is, for a person: "from the left, a little above, near".

    Args:
        seen: its place now, around what it lights.
        usual: the distance in meters that is neither near nor far.
        before: its place before; if the words are the same, the change of distance is added.
    """
    direction = direction_words(seen.azimuth_degrees, seen.elevation_degrees)
    reach = ""
    if seen.distance <= _NEAR * usual:
        reach = "near"
    elif seen.distance >= _FAR * usual:
        reach = "far away"
    words = f"{direction}, {reach}" if reach else direction
    if before is None or place_words(before, usual) != words:
        return words
    if round(seen.distance - before.distance, _POSITION_DECIMALS) == 0:
        return words
    return f"{words}, {'nearer' if seen.distance < before.distance else 'farther away'} than before"
