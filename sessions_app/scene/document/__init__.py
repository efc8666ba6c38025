"""The scene document, version 1: kinds of entities, start state and ranges."""

from typing import Literal, TypeAlias, get_args

from sessions_app.scene.document.entities import (
    BrokenEntityError,
    EntityKey,
    entities_at,
    require_entities,
)
from sessions_app.scene.document.kinds import KINDS, PLACES, SCENE_VERSION, range_of
from sessions_app.scene.document.ranges import Range
from sessions_app.scene.document.starts import Document, new_document

LightName: TypeAlias = Literal["key", "fill"]
LIGHTS: tuple[LightName, ...] = get_args(LightName)

SIZE_RANGE = range_of("model", "scale")
INTENSITY_RANGE = range_of("light", "intensity")
LIGHT_SIZE_RANGE = range_of("light", "size")
LIGHT_DISTANCE_RANGE = range_of("light", "distance")
CAMERA_DISTANCE_RANGE = range_of("camera", "distance")
CAMERA_FOV_DEGREES_RANGE = range_of("camera", "fovDegrees")

__all__ = [
    "CAMERA_DISTANCE_RANGE",
    "CAMERA_FOV_DEGREES_RANGE",
    "INTENSITY_RANGE",
    "KINDS",
    "LIGHTS",
    "LIGHT_DISTANCE_RANGE",
    "LIGHT_SIZE_RANGE",
    "PLACES",
    "SCENE_VERSION",
    "SIZE_RANGE",
    "BrokenEntityError",
    "Document",
    "EntityKey",
    "LightName",
    "Range",
    "entities_at",
    "new_document",
    "range_of",
    "require_entities",
]
