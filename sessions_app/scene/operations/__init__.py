"""The named operations on a scene, and its description."""

from sessions_app.scene.descriptions import describe_document, summarize_document
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
    "describe_document",
    "lights",
    "model",
    "summarize_document",
]
