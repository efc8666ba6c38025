"""Relative moves of the active camera, and what it is like now."""

import math
from typing import Final

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.descriptions.numbers import format_number
from sessions_app.scene.document import Range
from sessions_app.scene.operations.arguments import Arguments, Number
from sessions_app.scene.operations.camera import (
    CAMERA_DISTANCE_RANGE,
    FOV_RANGE,
    CameraFov,
    put_camera,
    set_camera_fov,
)
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.following import aim_of, surroundings_now
from sessions_app.scene.operations.members import value_of
from sessions_app.scene.operations.numbers import limit_numbers, stored
from sessions_app.scene.operations.readings import Read, reading
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.studio import camera_of

DOLLY_RANGE: Final = Range(0.001, 0.9)
FOV_STEP_RANGE: Final = Range(0, 85)
# Steps begin at what a rounded position was meant to be, so that they do not drift.
_DISTANCE_DECIMALS = 5


class Dolly(Arguments):
    """A share of the distance."""

    amount: Number = 0.1


class FovStep(Arguments):
    """Degrees."""

    amount: Number = 2.0


@operation("dolly_camera_in", Dolly)
def dolly_in(edit: Edit, given: Dolly) -> Report:
    """Move the camera nearer to what it looks at by a share of its distance.

    Raises:
        InvalidValueError: the share is not above 0, or the camera is where it looks.
        UnknownTargetError: the scene has no camera.
    """
    [amount], note = limit_numbers(DOLLY_RANGE, amount=given.amount)
    return _dollied(edit, 1 - amount, note)


@operation("dolly_camera_out", Dolly)
def dolly_out(edit: Edit, given: Dolly) -> Report:
    """Move the camera away again: it undoes `dolly_in` of the same share."""
    [amount], note = limit_numbers(DOLLY_RANGE, amount=given.amount)
    return _dollied(edit, 1 / (1 - amount), note)


def _dollied(edit: Edit, factor: float, note: str | None) -> Report:
    asked = round(_distance(edit) * factor, _DISTANCE_DECIMALS)
    limited = CAMERA_DISTANCE_RANGE.clamp(asked)
    if limited != asked:
        note = (
            f"{note or ''} The camera stands {CAMERA_DISTANCE_RANGE} m from what it looks at."
        ).strip()
    return put_camera(edit, limited, adjustment=note)


def _distance(edit: Edit) -> float:
    camera, around = camera_of(edit), surroundings_now(edit)
    place = around.layout.frame(camera).origin
    return math.dist(place, aim_of(edit.get(("objects", camera)), around))


@operation("increase_camera_fov", FovStep)
def increase_fov(edit: Edit, given: FovStep) -> Report:
    """Have the camera see wider.

    Raises:
        InvalidValueError: the amount is negative.
        UnknownTargetError: the scene has no camera.
    """
    [amount], note = limit_numbers(FOV_STEP_RANGE, amount=given.amount)
    return _widened(edit, amount, note)


@operation("decrease_camera_fov", FovStep)
def decrease_fov(edit: Edit, given: FovStep) -> Report:
    """As `increase_fov`, narrower."""
    [amount], note = limit_numbers(FOV_STEP_RANGE, amount=given.amount)
    return _widened(edit, -amount, note)


def _widened(edit: Edit, degrees: float, note: str | None) -> Report:
    asked = stored(_fov(edit) + degrees)
    limited = FOV_RANGE.clamp(asked)
    if limited != asked:
        note = f"{note or ''} The field of view is {FOV_RANGE} degrees.".strip()
    report = set_camera_fov(edit, CameraFov(fov=limited))
    return Report(values=report.values, summary=report.summary, words=report.words, adjustment=note)


def _fov(edit: Edit) -> float:
    fov: float = value_of(edit.get(("objects", camera_of(edit))), "fov")
    return fov


@reading("get_camera_distance")
def camera_distance(edit: Edit) -> Read:
    distance = stored(_distance(edit))
    return Read(
        {"distance": distance},
        f"The camera's distance is {format_number(round(distance, 4))} m from what it looks at.",
    )


@reading("get_camera_fov")
def camera_fov(edit: Edit) -> Read:
    fov = _fov(edit)
    return Read({"fov": fov}, f"The camera's field of view is {format_number(fov)}°.")
