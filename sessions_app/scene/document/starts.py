"""The scenes that sessions start with."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from sessions_app.scene.directions import to_cartesian
from sessions_app.scene.document.kinds import KINDS, SCENE_VERSION, Start
from sessions_app.scene.document.rig import (
    BUST_SIZE,
    CAMERA_DISTANCE,
    RIG_LIGHTS,
    placed_light,
    rig_factor,
    rounded,
)

# Never modified in place: every revision is a new document that shares what is untouched.
Document: TypeAlias = dict[str, Any]

_Entity: TypeAlias = dict[str, Any]

# Width, depth and height of the room, in meters.
_ROOM = (5.0, 4.0, 2.7)
_GROUND = 100.0


def new_document(start: Start = "studio") -> Document:
    """Create a start document that shares nothing with any other."""
    objects: dict[str, _Entity] = {}
    for entity in _ENTITIES[start]():
        objects[f"o{len(objects) + 1}"] = entity
    camera = next(each for each, entity in objects.items() if entity["kind"] == "camera")
    return {
        "version": SCENE_VERSION,
        "start": start,
        "next": len(objects) + 1,
        "camera": camera,
        "objects": objects,
        "environment": _environment() | _ENVIRONMENTS[start](),
    }


def _environment() -> _Entity:
    members = KINDS["environment"].items()
    return {name: _copied(member.default) for name, member in members}


def _copied(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


def _studio() -> Iterator[_Entity]:
    center = (0.0, BUST_SIZE[1] / 2, 0.0)
    yield {
        "name": "model",
        "kind": "bust",
        "position": list(center),
        "size": list(BUST_SIZE),
        "material": {"color": "#ffffff", "roughness": 0.9},
    }
    yield from _rig(center, 1.0)


def _empty() -> Iterator[_Entity]:
    yield from _rig((0.0, BUST_SIZE[1] / 2, 0.0), 1.0)


def _room() -> Iterator[_Entity]:
    width, depth, height = _ROOM
    wall, wood = {"color": "#e9e4da"}, {"preset": "wood", "color": "#a9794a"}
    thick = 0.1
    at_side = (width + thick) / 2
    walls = {
        "back wall": ([0.0, height / 2, -(depth + thick) / 2], [width + 2 * thick, height, thick]),
        "left wall": ([-at_side, height / 2, 0.0], [thick, height, depth]),
        "right wall": ([at_side, height / 2, 0.0], [thick, height, depth]),
    }
    yield {
        "name": "room floor",
        "kind": "plane",
        "position": [0.0, 0.0, 0.0],
        "size": [width, 0.0, depth],
        "material": wood,
    }
    for name, (position, size) in walls.items():
        yield {
            "name": name,
            "kind": "box",
            "position": rounded(position),
            "size": rounded(size),
            "material": dict(wall),
        }
    center = (0.0, height / 2, 0.0)
    yield from _rig(center, rig_factor((width, height, depth)), away=6.5, fov=45.0, start="room")


def _outdoor() -> Iterator[_Entity]:
    yield {
        "name": "ground",
        "kind": "plane",
        "position": [0.0, 0.0, 0.0],
        "size": [_GROUND, 0.0, _GROUND],
        "material": {"color": "#87a06a"},
    }
    yield {
        "name": "sun",
        "kind": "directional_light",
        "position": [3.0, 4.0, 2.0],
        "color": "#fff3dd",
        "intensity": 2.2,
    }
    # Beside the sun, lights as near as these would be spots on the grass.
    around = (0.0, 0.9, 0.0), rig_factor((1.0, 1.8, 1.0))
    yield from _rig(*around, away=6.5, elevation=8.0, strength=0.15)


def _rig(
    center: tuple[float, float, float],
    factor: float,
    *,
    away: float = CAMERA_DISTANCE,
    elevation: float = 0.0,
    fov: float = 32.0,
    strength: float = 1.0,
    start: Start = "studio",
) -> Iterator[_Entity]:
    """Yield key, fill and a camera in front, all of which follow what is shown."""
    for name, light in RIG_LIGHTS.items():
        yield {
            "name": name,
            "kind": "area_light",
            **placed_light(name, center, factor, start),
            "color": "#ffffff",
            "intensity": rounded([strength * light.intensity])[0],
            "fitted": True,
        }
    toward = to_cartesian(180.0, elevation, away)
    yield {
        "name": "camera",
        "kind": "camera",
        "position": rounded([at + by for at, by in zip(center, toward, strict=True)]),
        "aim": rounded(center),
        "fov": fov,
        "fitted": True,
    }


def _outdoor_environment() -> _Entity:
    return {
        "background": ["#7cb4e8", "#ffffff"],
        "light": "daylight",
        "lightIntensity": 0.5,
        "floor": "none",
    }


_ENTITIES = {"studio": _studio, "empty": _empty, "room": _room, "outdoor": _outdoor}
_ENVIRONMENTS: dict[Start, Callable[[], _Entity]] = {
    "studio": dict,
    "empty": lambda: {"floor": "grid"},
    "room": lambda: {"background": ["#bcc8d0", "#efece6"], "floor": "none"},
    "outdoor": _outdoor_environment,
}
