"""Every named change of the scene, and how a scene is described."""

from sessions_app.scene.descriptions import describe_document, summarize_document
from sessions_app.scene.operations.background import set_background_color
from sessions_app.scene.operations.camera import set_camera_distance, set_camera_fov
from sessions_app.scene.operations.change import Change, Operation, Report
from sessions_app.scene.operations.lights import (
    set_light_color,
    set_light_intensity,
    set_light_position,
    set_light_size,
)
from sessions_app.scene.operations.model import (
    set_model_color,
    set_model_rotation,
    set_model_scale,
    set_model_size,
)
from sessions_app.scene.operations.registry import OPERATIONS

__all__ = [
    "OPERATIONS",
    "Change",
    "Operation",
    "Report",
    "describe_document",
    "set_background_color",
    "set_camera_distance",
    "set_camera_fov",
    "set_light_color",
    "set_light_intensity",
    "set_light_position",
    "set_light_size",
    "set_model_color",
    "set_model_rotation",
    "set_model_scale",
    "set_model_size",
    "summarize_document",
]
