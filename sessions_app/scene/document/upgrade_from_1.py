"""From version 1, one bust with two lights in tenths of meters, to a map of objects."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sessions_app.scene.directions import to_cartesian
from sessions_app.scene.document.rig import BUST_SIZE, rounded
from sessions_app.scene.document.starts import Document

# Meters in a unit of version 1.
_METERS = 0.1
# The middle of the bust's box, in meters from the point about which it was scaled and turned.
_BUST_MIDDLE = (0.0, 0.000678, -0.004054)


def upgrade_from_1(document: Document) -> Document:
    """Return the same scene as objects, which looks as it did.

    The bust stood about the origin, and now stands on the floor: everything rises by half of its
    height. Nothing follows the objects, and no light casts a shadow. The bust is `flat`, because
    its hollows were not painted.
    """
    model, ambient = document["model"], document["ambient"]
    rise = BUST_SIZE[1] / 2
    size = [side * factor for side, factor in zip(BUST_SIZE, model["scale"], strict=True)]
    middle = [at * factor for at, factor in zip(_BUST_MIDDLE, model["scale"], strict=True)]
    x, y, z = _turned(middle, model["rotationDegrees"])
    bust = {
        "name": "model",
        "kind": "bust",
        "position": rounded([x, y + rise, z]),
        "rotation": list(model["rotationDegrees"]),
        "size": rounded(size),
        "material": {"color": model["color"], "roughness": 1.0, "flat": True},
    }
    lights = [_light(name, light, rise) for name, light in document["lights"].items()]
    camera = {
        "name": "camera",
        "kind": "camera",
        **_at(document["camera"], rise),
        "fov": document["camera"]["fovDegrees"],
    }
    entities = [bust, *lights, camera]
    objects = {f"o{number}": entity for number, entity in enumerate(entities, 1)}
    return {
        "version": 1,
        "start": "studio",
        "next": len(objects) + 1,
        "camera": f"o{len(objects)}",
        "objects": objects,
        "environment": {
            "background": [document["background"]["color"]],
            "light": "none",
            "lightIntensity": 0.0,
            "ambient": ambient["intensity"],
            "tone": "none",
            "floor": "none",
            "fog": None,
            "exposure": 1.0,
            "shadows": False,
        },
    }


def _light(name: str, light: Mapping[str, Any], rise: float) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "area_light",
        **_at(light, rise),
        "color": light["color"],
        "intensity": light["intensity"],
        "size": rounded([side * _METERS for side in light["size"]]),
    }


def _at(node: Mapping[str, Any], rise: float) -> dict[str, Sequence[float]]:
    x, y, z = to_cartesian(
        node["azimuthDegrees"], node["elevationDegrees"], node["distance"] * _METERS
    )
    return {"position": rounded([x, y + rise, z]), "aim": [0.0, rise, 0.0]}


def _turned(place: Sequence[float], degrees: Sequence[float]) -> tuple[float, float, float]:
    """Turn a place about the origin by pitch, yaw and roll, in the order YXZ."""
    pitch, yaw, roll = map(math.radians, degrees)
    x, y, z = place
    x, y = x * math.cos(roll) - y * math.sin(roll), x * math.sin(roll) + y * math.cos(roll)
    y, z = y * math.cos(pitch) - z * math.sin(pitch), y * math.sin(pitch) + z * math.cos(pitch)
    x, z = x * math.cos(yaw) + z * math.sin(yaw), z * math.cos(yaw) - x * math.sin(yaw)
    return x, y, z
