"""Describes places, turns and factors in words, and whole scenes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sessions_app.scene.colors import color_label
from sessions_app.scene.descriptions.numbers import format_number, rounded
from sessions_app.scene.descriptions.objects import object_line
from sessions_app.scene.directions import Spherical, compass_name, direction_words
from sessions_app.scene.document import Document
from sessions_app.scene.geometry.layout import Layout

# A tenth of a millimeter.
_POSITION_DECIMALS = 4
# Times the usual distance of a light: nearer than this, or farther, is worth saying.
_NEAR, _FAR = 0.5, 2.0


def round_position(x: float, y: float, z: float) -> list[float]:
    """Round a position in meters as positions are reported, never to -0.0."""
    return [round(coordinate, _POSITION_DECIMALS) + 0.0 for coordinate in (x, y, z)]


def describe_placement(seen: Spherical) -> str:
    """Describe where a light is around what it lights."""
    azimuth = seen.azimuth_degrees
    return (
        f"azimuth {_two_decimals(azimuth)}° ({compass_name(azimuth)}), "
        f"elevation {_two_decimals(seen.elevation_degrees)}°, "
        f"distance {_two_decimals(seen.distance)} m"
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


def rotation_words(rotation: Sequence[float]) -> str:
    """Describe the model's rotation for a person: "turned 10° to the right, tipped 5° forward"."""
    pitch, yaw, roll = ((angle + 180) % 360 - 180 for angle in rotation)
    turns = (
        (yaw, "turned", "to the right", "to the left"),
        (pitch, "tipped", "forward", "back"),
        (roll, "leaning", "to the left", "to the right"),
    )
    words = [
        f"{verb} {_two_decimals(abs(angle))}° {positive if angle > 0 else negative}"
        for angle, verb, positive, negative in turns
        if round(angle, 2)
    ]
    return ", ".join(words) or "upright and faces you"


def scale_words(scale: Sequence[float]) -> str:
    """Describe the model's scale for a person: "2 times as wide as it was made"."""
    if len(set(scale)) == 1 and scale[0] != 1:
        return f"{format_number(scale[0])} times as large as it was made"
    sides = zip(scale, ("wide", "high", "deep"), strict=True)
    words = [f"{format_number(factor)} times as {side}" for factor, side in sides if factor != 1]
    return f"{', '.join(words)} as it was made" if words else "as large as it was made"


def _two_decimals(value: float) -> str:
    return format_number(round(value, 2) + 0.0)


def summarize_document(document: Document, layout: Layout) -> str:
    """Summarize a scene for a model: a line for each object, and what is around them.

    Args:
        document: of any size; every object has its line.
        layout: of its objects.
    """
    objects = [object_line(layout, each) for each in document["objects"]]
    return "\n".join([*objects, *around_words(document)])


def around_words(document: Document) -> Iterator[str]:
    """Yield what is to say of a scene beside its objects."""
    camera = document["camera"]
    if camera is not None:
        yield f"Active camera: {document['objects'][camera]['name']}."
    yield f"Environment: {environment_words(document['environment'])}."


def environment_words(environment: Mapping[str, Any]) -> str:
    """Describe the background, the light of all around, and the floor."""
    background = " to ".join(map(color_label, environment["background"]))
    floor = environment["floor"]
    parts = [
        f"background {background}",
        f"light {environment['light']} at {rounded(environment['lightIntensity'])}",
        f"ambient {rounded(environment['ambient'])}",
        f"floor {color_label(floor) if floor.startswith('#') else floor}",
        f"exposure {rounded(environment['exposure'])}",
        f"shadows {'on' if environment['shadows'] else 'off'}",
        f"tone {environment['tone']}",
    ]
    fog = environment["fog"]
    if fog is not None:
        parts.append(
            f"fog {color_label(fog['color'])} from {rounded(fog['near'])} to {rounded(fog['far'])}"
        )
    return ", ".join(parts)
