"""Operations on the active camera."""

import math
from typing import Final

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.descriptions.lights import round_position
from sessions_app.scene.descriptions.numbers import format_number, format_numbers
from sessions_app.scene.document import Range, range_of
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import vectors
from sessions_app.scene.operations.arguments import Arguments, Number
from sessions_app.scene.operations.change import Report, stated
from sessions_app.scene.operations.following import aim_of, surroundings_now
from sessions_app.scene.operations.members import release, set_members
from sessions_app.scene.operations.numbers import limit_numbers, stored
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.studio import camera_of

CAMERA_DISTANCE_RANGE: Final = Range(0.8, 64)
FOV_RANGE: Final = range_of("camera", "fov")

# A distance that differs by less reads the same, in meters.
_SAME = 5e-5


class CameraDistance(Arguments):
    distance: Number


class CameraFov(Arguments):
    fov: Number


@operation("dolly_camera", CameraDistance)
def set_camera_distance(edit: Edit, given: CameraDistance) -> Report:
    """Move the camera along its line of sight, to a distance from its aim in meters.

    Raises:
        InvalidValueError: the distance is not above 0, or the camera is where it looks.
        UnknownTargetError: the scene has no camera.
    """
    [limited], adjustment = limit_numbers(CAMERA_DISTANCE_RANGE, distance=given.distance)
    return put_camera(edit, limited, adjustment=adjustment)


def put_camera(edit: Edit, limited: float, *, adjustment: str | None = None) -> Report:
    """Move the camera along its line of sight to a distance that it may have; report that.

    Raises:
        InvalidValueError: the camera is where it looks.
        UnknownTargetError: the scene has no camera.
    """
    camera = camera_of(edit)
    entity, around = edit.get(("objects", camera)), surroundings_now(edit)
    place, aim = around.layout.frame(camera).origin, aim_of(entity, around)
    now = math.dist(place, aim)
    if now == 0:
        raise InvalidValueError(
            "The camera stands at the point that it looks at, so it has no line of sight:"
            " set_camera places it anew."
        )
    changed = release(edit, camera)
    if abs(now - limited) > _SAME:
        away = vectors.scale(vectors.subtract(place, aim), limited / now)
        place = vectors.add(aim, away)
        outer = around.layout.frame(entity.get("parent"))
        stored_place = [*map(stored, outer.inside(place))]
        changed = set_members(edit, camera, {"position": stored_place}) or changed
        place = outer.point(vectors.vector(stored_place))
    position = round_position(*place)
    return stated(
        changed=changed,
        values={"distance": limited, "position": position},
        summary=(
            "The camera's distance is",
            f"{format_number(limited)} m from what it looks at, at {format_numbers(position)}",
        ),
        words=("The camera's distance is", f"{format_number(limited)} m"),
        adjustment=adjustment,
    )


@operation("set_camera_fov", CameraFov)
def set_camera_fov(edit: Edit, given: CameraFov) -> Report:
    """Set the vertical field of view; larger is wider.

    Raises:
        InvalidValueError: the angle is not above 0.
        UnknownTargetError: the scene has no camera.
    """
    [limited], adjustment = limit_numbers(FOV_RANGE, fov=given.fov)
    camera = camera_of(edit)
    changed = release(edit, camera)
    changed = set_members(edit, camera, {"fov": limited}) or changed
    return stated(
        changed=changed,
        values={"fov": limited},
        summary=("The camera's field of view is", f"{format_number(limited)}°"),
        adjustment=adjustment,
    )
