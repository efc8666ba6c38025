"""Operations on the model: color, size and rotation."""

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.colors import parse_color
from sessions_app.scene.descriptions import (
    format_number,
    format_numbers,
    rotation_words,
    scale_words,
)
from sessions_app.scene.directions import normalize_degrees
from sessions_app.scene.document import SIZE_RANGE
from sessions_app.scene.operations.arguments import Arguments, Color, Number
from sessions_app.scene.operations.change import Report, change_members
from sessions_app.scene.operations.numbers import limit_numbers
from sessions_app.scene.operations.registry import operation


class ModelColor(Arguments):
    color: Color


class ModelSize(Arguments):
    size: Number


class ModelScale(Arguments):
    x: Number
    y: Number
    z: Number


class ModelRotation(Arguments):
    """Degrees: pitch, yaw and roll."""

    x: Number
    y: Number
    z: Number


@operation("change_model_color", ModelColor)
def set_model_color(edit: Edit, given: ModelColor) -> Report:
    """Paint the model.

    Raises:
        InvalidValueError: the color is not known.
    """
    parsed = parse_color(given.color)
    return change_members(
        edit,
        "/model",
        {"color": parsed.hex},
        values={"color": parsed.hex},
        summary=("The model is", parsed.label),
    )


@operation("change_model_size", ModelSize)
def set_model_size(edit: Edit, given: ModelSize) -> Report:
    """Scale the model alike on all axes; absolute, 1 is its own size.

    Raises:
        InvalidValueError: the size is not above 0.
    """
    [limited], adjustment = limit_numbers(SIZE_RANGE, size=given.size)
    scale = [limited] * 3
    return change_members(
        edit,
        "/model",
        {"scale": scale},
        values={"scale": scale},
        summary=("The model's size is", format_number(limited)),
        adjustment=adjustment,
    )


@operation("scale_model", ModelScale)
def set_model_scale(edit: Edit, given: ModelScale) -> Report:
    """Scale the model on each of its axes; absolute, 1 is its own size.

    Raises:
        InvalidValueError: a factor is not above 0.
    """
    scale, adjustment = limit_numbers(SIZE_RANGE, x=given.x, y=given.y, z=given.z)
    return change_members(
        edit,
        "/model",
        {"scale": scale},
        values={"scale": scale},
        summary=("The model's scale is", f"{format_numbers(scale)} (x, y, z)"),
        words=("The model is", scale_words(scale)),
        adjustment=adjustment,
    )


@operation("set_model_rotation", ModelRotation)
def set_model_rotation(edit: Edit, given: ModelRotation) -> Report:
    """Rotate the model; absolute, each angle taken modulo 360 and counter-clockwise about its axis.

    Yaw about the world's y, then pitch about x, then roll about z (order YXZ).
    """
    rotation = [normalize_degrees(angle) for angle in (given.x, given.y, given.z)]
    pitch, yaw, roll = map(format_number, rotation)
    return change_members(
        edit,
        "/model",
        {"rotationDegrees": rotation},
        values={"rotationDegrees": rotation},
        summary=("The model's rotation is", f"pitch {pitch}°, yaw {yaw}°, roll {roll}°"),
        words=("The model is", rotation_words(rotation)),
    )
