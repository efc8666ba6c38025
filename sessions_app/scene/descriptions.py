"""What a reader is told of a scene: derived positions and plain sentences."""

from collections.abc import Mapping
from typing import Any

from sessions_app.scene.colors import color_label
from sessions_app.scene.directions import compass_name, to_cartesian
from sessions_app.scene.document import Document

# Stored angles carry six decimals; up to distance 100 the fourth of a position is still exact.
_POSITION_DECIMALS = 4


def position_of(node: Mapping[str, Any]) -> list[float]:
    """Derive [x, y, z] of a light or the camera in scene units, to four decimals."""
    return round_position(
        *to_cartesian(node["azimuthDegrees"], node["elevationDegrees"], node["distance"])
    )


def round_position(x: float, y: float, z: float) -> list[float]:
    """Round a position as positions are reported, never to -0.0."""
    return [round(coordinate, _POSITION_DECIMALS) + 0.0 for coordinate in (x, y, z)]


def format_number(value: float) -> str:
    """Write a stored number without needless digits: 6, 2.5, 26.33."""
    return f"{value:.10g}"


def format_numbers(values: list[float]) -> str:
    """Write several stored numbers as "1, 2.5, 3"."""
    return ", ".join(map(format_number, values))


def describe_placement(node: Mapping[str, Any]) -> str:
    """Say where a light stands, in the words of its stored members."""
    azimuth = node["azimuthDegrees"]
    return (
        f"azimuth {_rounded(azimuth)}° ({compass_name(azimuth)}), "
        f"elevation {_rounded(node['elevationDegrees'])}°, "
        f"distance {_rounded(node['distance'])}"
    )


def _rounded(value: float) -> str:
    """Write a number that was computed as a person would say it: to two decimals."""
    return format_number(round(value, 2) + 0.0)


def describe_document(document: Document) -> dict[str, Any]:
    """Give the document with a derived Cartesian `position` for each light and the camera."""
    return {
        **document,
        "lights": {name: _with_position(light) for name, light in document["lights"].items()},
        "camera": _with_position(document["camera"]),
    }


def _with_position(node: Mapping[str, Any]) -> dict[str, Any]:
    return {**node, "position": position_of(node)}


def summarize_document(document: Document) -> str:
    """Tell the scene in a few plain sentences that a model can read."""
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
