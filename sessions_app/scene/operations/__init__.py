"""The named operations on a scene."""

from sessions_app.scene.operations import background, camera, lights, model
from sessions_app.scene.operations.change import Change, Report, Step
from sessions_app.scene.operations.registry import OPERATIONS, Operation

__all__ = [
    "OPERATIONS",
    "Change",
    "Operation",
    "Report",
    "Step",
    "background",
    "camera",
    "lights",
    "model",
]
