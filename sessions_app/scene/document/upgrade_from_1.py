"""From version 1, one bust with two lights in tenths of meters, to a map of objects."""

from collections.abc import Mapping, Sequence
from typing import Any

from sessions_app.scene.directions import to_cartesian
from sessions_app.scene.document.rig import BUST_SIZE, rounded
from sessions_app.scene.document.starts import Document

# Meters in a unit of version 1.
_METERS = 0.1


def upgrade_from_1(document: Document) -> Document:
    """Return the same scene as objects, which looks as it did.

    The bust stood about the origin, and now stands on the floor: everything rises by half of what
    was its height. Nothing follows the objects, and no light casts a shadow.
    """
    model, ambient = document["model"], document["ambient"]
    rise = BUST_SIZE[1] / 2
    size = [side * factor for side, factor in zip(BUST_SIZE, model["scale"], strict=True)]
    bust = {
        "name": "model",
        "kind": "bust",
        "position": [0.0, rise, 0.0],
        "rotation": list(model["rotationDegrees"]),
        "size": rounded(size),
        "material": {"color": model["color"], "roughness": 1.0},
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
