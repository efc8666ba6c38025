"""Operations on the camera."""

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.descriptions import format_number
from sessions_app.scene.document import (
    CAMERA_DISTANCE_RANGE,
    CAMERA_FOV_DEGREES_RANGE,
)
from sessions_app.scene.operations.arguments import Arguments, Number
from sessions_app.scene.operations.change import Report, change_members
from sessions_app.scene.operations.numbers import limit_numbers
from sessions_app.scene.operations.registry import operation


class CameraDistance(Arguments):
    distance: Number


class CameraFov(Arguments):
    fov: Number


@operation("dolly_camera", CameraDistance)
def set_camera_distance(edit: Edit, given: CameraDistance) -> Report:
    """Move the camera along its line of sight, to a distance from the origin in scene units.

    Raises:
        InvalidValueError: the distance is not above 0.
    """
    [limited], adjustment = limit_numbers(CAMERA_DISTANCE_RANGE, distance=given.distance)
    return change_members(
        edit,
        "/camera",
        {"distance": limited},
        values={"distance": limited},
        summary=("The camera's distance is", format_number(limited)),
        adjustment=adjustment,
    )


@operation("set_camera_fov", CameraFov)
def set_camera_fov(edit: Edit, given: CameraFov) -> Report:
    """Set the vertical field of view; larger is wider.

    Raises:
        InvalidValueError: the angle is not above 0.
    """
    [limited], adjustment = limit_numbers(CAMERA_FOV_DEGREES_RANGE, fov=given.fov)
    return change_members(
        edit,
        "/camera",
        {"fovDegrees": limited},
        values={"fovDegrees": limited},
        summary=("The camera's field of view is", f"{format_number(limited)}°"),
        adjustment=adjustment,
    )
