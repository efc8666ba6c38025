"""Relative turns of the model, and what it and the background are like now."""

from typing import Any

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.colors import color_label
from sessions_app.scene.descriptions.numbers import format_number, format_numbers, sides
from sessions_app.scene.directions import normalize_degrees
from sessions_app.scene.document import KINDS
from sessions_app.scene.document.rig import BUST_SIZE
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout, is_solid
from sessions_app.scene.operations.arguments import Arguments, Number
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.members import value_of
from sessions_app.scene.operations.model import ModelRotation, set_model_rotation, turned_model
from sessions_app.scene.operations.numbers import stored
from sessions_app.scene.operations.readings import Read, reading
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.studio import kind_words, model_of


class Turn(Arguments):
    """Degrees; below 0 the other way."""

    degrees: Number = 10.0


class Nudge(Arguments):
    """Degrees; below 0 the other way."""

    degrees: Number = 5.0


def _turned(edit: Edit, pitch: float = 0.0, yaw: float = 0.0, roll: float = 0.0) -> Report:
    x, y, z = _rotation(edit)
    # Taken off first, whole turns cost a sum no digits.
    pitch, yaw, roll = map(normalize_degrees, (pitch, yaw, roll))
    return set_model_rotation(edit, ModelRotation(x=x + pitch, y=y + yaw, z=z + roll))


def _rotation(edit: Edit) -> list[float]:
    rotation: list[float] = value_of(edit.get(("objects", turned_model(edit))), "rotation")
    return rotation


@operation("rotate_model_clockwise", Turn)
def rotate_clockwise(edit: Edit, given: Turn) -> Report:
    """Turn the model about the vertical, clockwise seen from above.

    Raises:
        InvalidValueError: the model is a light or a camera, which is aimed instead.
        UnknownTargetError: there is no model.
    """
    return _turned(edit, yaw=-given.degrees)


@operation("rotate_model_counterclockwise", Turn)
def rotate_counterclockwise(edit: Edit, given: Turn) -> Report:
    """As `rotate_clockwise`, the other way."""
    return _turned(edit, yaw=given.degrees)


@operation("nudge_model_pitch_up", Nudge)
def nudge_pitch_up(edit: Edit, given: Nudge) -> Report:
    """Turn the model's front up.

    Raises:
        InvalidValueError: the model is a light or a camera, which is aimed instead.
        UnknownTargetError: there is no model.
    """
    return _turned(edit, pitch=-given.degrees)


@operation("nudge_model_pitch_down", Nudge)
def nudge_pitch_down(edit: Edit, given: Nudge) -> Report:
    """As `nudge_pitch_up`, the other way."""
    return _turned(edit, pitch=given.degrees)


@operation("nudge_model_roll", Nudge)
def nudge_roll(edit: Edit, given: Nudge) -> Report:
    """Lean the model to its side, clockwise for the viewer.

    Raises:
        InvalidValueError: the model is a light or a camera, which is aimed instead.
        UnknownTargetError: there is no model.
    """
    front = vectors.apply(vectors.rotation(_rotation(edit)), (0.0, 0.0, 1.0))
    return _turned(edit, roll=given.degrees if front[2] < 0 else -given.degrees)


@reading("get_model_rotation")
def model_rotation(edit: Edit) -> Read:
    rotation = _rotation(edit)
    pitch, yaw, roll = map(format_number, rotation)
    return Read(
        {"rotation": rotation}, f"The model's rotation is pitch {pitch}°, yaw {yaw}°, roll {roll}°."
    )


@reading("get_model_color")
def model_color(edit: Edit) -> Read:
    """Read the colors of the model; of a group, of everything in it, each once.

    Raises:
        InvalidValueError: nothing in it is solid.
        UnknownTargetError: there is no model.
    """
    model = model_of(edit)
    layout = Layout(edit.objects)
    every = (layout.objects[each] for each in (model, *layout.descendants(model)))
    materials = [each.get("material", {}) for each in every if is_solid(each)]
    if not materials:
        entity = layout.objects[model]
        raise InvalidValueError(f'"model" is {kind_words(entity)} here, with no surface.')
    return _colors("The model is", list(dict.fromkeys(map(_color, materials))))


def _color(material: dict[str, Any]) -> str:
    # A preset without a color of its own brings one.
    color: str = (
        material.get("color") or material.get("preset") or KINDS["material"]["color"].default
    )
    return color


@reading("get_model_scale")
def model_scale(edit: Edit) -> Read:
    """Read the bust's size as factors of its start size, and in meters.

    Raises:
        InvalidValueError: the model is not the bust.
        UnknownTargetError: there is no model.
    """
    entity = edit.get(("objects", model_of(edit)))
    if entity["kind"] != "bust":
        raise InvalidValueError(
            f'"model" is {kind_words(entity)} here; only the bust of the start has a size that is'
            " 1. get_scene tells its size in meters."
        )
    size = list(value_of(entity, "size"))
    scale = [stored(side / start) for side, start in zip(size, BUST_SIZE, strict=True)]
    return Read(
        {"scale": scale, "size": size},
        f"The model's scale is {format_numbers(scale)} (x, y, z): {sides(size)} m.",
    )


@reading("get_background_color")
def background_color(edit: Edit) -> Read:
    """Read the background's color, or the two of its gradient, the upper one first."""
    return _colors("The background is", list(edit.get("/environment")["background"]))


def _colors(subject: str, colors: list[str]) -> Read:
    labels = [color_label(each) if each.startswith("#") else each for each in colors]
    return Read({"colors": colors}, f"{subject} {', '.join(labels)}.")
