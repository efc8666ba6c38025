"""Describes a scene: derived positions and plain sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from sessions_app.scene.colors import color_label
from sessions_app.scene.descriptions.numbers import format_number, format_numbers
from sessions_app.scene.directions import compass_name, direction_words, to_cartesian
from sessions_app.scene.document import Document

# Stored angles carry six decimals; up to distance 100 the fourth of a position is still exact.
_POSITION_DECIMALS = 4
# The model is 6.5 units tall around the origin; lights start about 8 units away.
_NEAR, _FAR = 4.0, 16.0


def position_of(node: Mapping[str, Any]) -> list[float]:
    """Derive [x, y, z] of a light or the camera in scene units, to four decimals."""
    return round_position(
        *to_cartesian(node["azimuthDegrees"], node["elevationDegrees"], node["distance"])
    )


def round_position(x: float, y: float, z: float) -> list[float]:
    """Round a position as positions are reported, never to -0.0."""
    return [round(coordinate, _POSITION_DECIMALS) + 0.0 for coordinate in (x, y, z)]


def describe_placement(node: Mapping[str, Any]) -> str:
    """Describe where a light is, in terms of its stored members."""
    azimuth = node["azimuthDegrees"]
    return (
        f"azimuth {_rounded(azimuth)}° ({compass_name(azimuth)}), "
        f"elevation {_rounded(node['elevationDegrees'])}°, "
        f"distance {_rounded(node['distance'])}"
    )


def place_words(node: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> str:
    """Describe where a light is, for a person: "from the left, a little above, near".

    Args:
        node: the light as it is now.
        before: the light before; if the words are the same, the change of distance is added.
    """
    distance: float = node["distance"]
    direction = direction_words(node["azimuthDegrees"], node["elevationDegrees"])
    reach = "near" if distance <= _NEAR else "far away" if distance >= _FAR else ""
    words = f"{direction}, {reach}" if reach else direction
    if before is None or distance == before["distance"] or place_words(before) != words:
        return words
    return f"{words}, {'nearer' if distance < before['distance'] else 'farther away'} than before"


def rotation_words(rotation_degrees: Sequence[float]) -> str:
    """Describe the model's rotation for a person: "turned 10° to the right, tipped 5° forward"."""
    pitch, yaw, roll = ((angle + 180) % 360 - 180 for angle in rotation_degrees)
    turns = (
        (yaw, "turned", "to the right", "to the left"),
        (pitch, "tipped", "forward", "back"),
        (roll, "leaning", "to the left", "to the right"),
    )
    words = [
        f"{verb} {_rounded(abs(angle))}° {positive if angle > 0 else negative}"
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


def _rounded(value: float) -> str:
    """Format a computed number for a person, to two decimals."""
    return format_number(round(value, 2) + 0.0)


def describe_document(document: Document) -> dict[str, Any]:
    """Return the document with a derived Cartesian `position` for each light and the camera."""
    return {
        **document,
        "lights": {name: _with_position(light) for name, light in document["lights"].items()},
        "camera": _with_position(document["camera"]),
    }


def _with_position(node: Mapping[str, Any]) -> dict[str, Any]:
    return {**node, "position": position_of(node)}


def summarize_document(document: Document) -> str:
    """Summarize the scene for a model in a few plain sentences."""
    camera = document["camera"]
    return " ".join([
        _summarize_model(document["model"]),
        *(_summarize_light(name, light) for name, light in document["lights"].items()),
        f"The ambient light is {color_label(document['ambient']['color'])} at intensity "
        f"{format_number(document['ambient']['intensity'])}.",
        f"The background is {color_label(document['background']['color'])}.",
        f"The camera is at {describe_placement(camera)}, with a vertical field of view of "
        f"{format_number(camera['fovDegrees'])}°.",
        "South is toward the viewer, east the viewer's right.",
    ])  # fmt: skip


def _summarize_model(model: Mapping[str, Any]) -> str:
    pitch, yaw, roll = map(format_number, model["rotationDegrees"])
    return (
        f"The model is {color_label(model['color'])}, scaled to {format_numbers(model['scale'])} "
        f"(x, y, z), and rotated to pitch {pitch}°, yaw {yaw}°, roll {roll}°."
    )


def _summarize_light(name: str, light: Mapping[str, Any]) -> str:
    width, height = map(format_number, light["size"])
    return (
        f"The {name} light is {color_label(light['color'])} at intensity "
        f"{format_number(light['intensity'])}, {width} by {height} in size, "
        f"at {describe_placement(light)}."
    )
