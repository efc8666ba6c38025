"""Operations on the camera."""

from sessions_app.scene.descriptions import format_number
from sessions_app.scene.document import (
    CAMERA_DISTANCE_RANGE,
    CAMERA_FOV_DEGREES_RANGE,
    Document,
)
from sessions_app.scene.operations.change import Change, change_members
from sessions_app.scene.operations.numbers import limit_numbers


def set_camera_distance(document: Document, *, distance: float) -> Change:
    """Move the camera along its line of sight, to a distance from the origin in scene units.

    Raises:
        InvalidValueError: the distance is not above 0.
    """
    [limited], adjustment = limit_numbers(CAMERA_DISTANCE_RANGE, distance=distance)
    return change_members(
        document,
        "/camera",
        {"distance": limited},
        values={"distance": limited},
        summary=("The camera's distance is", format_number(limited)),
        adjustment=adjustment,
    )


def set_camera_fov(document: Document, *, fov_degrees: float) -> Change:
    """Set the vertical field of view; larger is wider.

    Raises:
        InvalidValueError: the angle is not above 0.
    """
    [limited], adjustment = limit_numbers(CAMERA_FOV_DEGREES_RANGE, fov=fov_degrees)
    return change_members(
        document,
        "/camera",
        {"fovDegrees": limited},
        values={"fovDegrees": limited},
        summary=("The camera's field of view is", f"{format_number(limited)}°"),
        adjustment=adjustment,
    )
