"""The named operations on a scene."""

from sessions_app.scene.operations import (
    adding,
    animating,
    arranging,
    background,
    camera,
    charts,
    environment,
    lights,
    model,
    patterns,
    placing,
    removing,
    studio_camera,
    studio_lights,
    studio_model,
    updating,
    viewing,
)
from sessions_app.scene.operations.change import Change, Report, Step
from sessions_app.scene.operations.registry import OPERATIONS, Operation

__all__ = [
    "OPERATIONS",
    "Change",
    "Operation",
    "Report",
    "Step",
    "adding",
    "animating",
    "arranging",
    "background",
    "camera",
    "charts",
    "environment",
    "lights",
    "model",
    "patterns",
    "placing",
    "removing",
    "studio_camera",
    "studio_lights",
    "studio_model",
    "updating",
    "viewing",
]
