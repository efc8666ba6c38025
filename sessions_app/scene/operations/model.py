"""Operations on the model: color, size and rotation."""

import json
from collections.abc import Sequence

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.colors import parse_color
from sessions_app.scene.descriptions.numbers import format_number, format_numbers, sides
from sessions_app.scene.descriptions.scene import rotation_words, scale_words
from sessions_app.scene.directions import normalize_degrees
from sessions_app.scene.document import KINDS, Range
from sessions_app.scene.document.graph import Graph
from sessions_app.scene.document.rig import BUST_SIZE
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout, is_solid
from sessions_app.scene.geometry.resizing import Change, changed, resized
from sessions_app.scene.operations.arguments import Arguments, Color, Number
from sessions_app.scene.operations.change import Report, stated
from sessions_app.scene.operations.members import apply_changes, paint, set_members
from sessions_app.scene.operations.numbers import limit_numbers, stored
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.studio import kind_words, model_of

# Factors of the bust's start size.
SCALE_RANGE = Range(0.01, 100)


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
    """Paint the model; of a group, everything in it.

    Raises:
        InvalidValueError: the color is not known, or nothing in the model is solid.
        UnknownTargetError: there is no model.
    """
    parsed = parse_color(given.color)
    model = model_of(edit)
    objects = edit.objects
    every = (model, *Graph(objects).descendants(model))
    solids = [each for each in every if is_solid(objects[each])]
    if not solids:
        entity = edit.get(("objects", model))
        raise InvalidValueError(
            f'"model" is {kind_words(entity)} here, with no surface to paint. update_objects'
            " changes other objects by their names."
        )
    painted = [paint(edit, each, parsed.hex) for each in solids]
    return stated(
        changed=any(painted), values={"color": parsed.hex}, summary=("The model is", parsed.label)
    )


@operation("change_model_size", ModelSize)
def set_model_size(edit: Edit, given: ModelSize) -> Report:
    """Scale the bust alike on all axes; absolute, 1 is its start size.

    Raises:
        InvalidValueError: the size is not above 0, or the model is not the bust.
        UnknownTargetError: there is no model.
    """
    [limited], adjustment = limit_numbers(SCALE_RANGE, size=given.size)
    scale = [limited] * 3
    is_changed, size = _resize(edit, scale)
    return stated(
        changed=is_changed,
        values={"scale": scale, "size": size},
        summary=("The model's size is", f"{format_number(limited)}: {sides(size)} m"),
        words=("The model is", scale_words(scale)),
        adjustment=adjustment,
    )


@operation("scale_model", ModelScale)
def set_model_scale(edit: Edit, given: ModelScale) -> Report:
    """Scale the bust on each of its axes; absolute, 1 is its start size.

    Raises:
        InvalidValueError: a factor is not above 0, or the model is not the bust.
        UnevenFactorsError: something that belongs to it would be skewed.
        UnknownTargetError: there is no model.
    """
    scale, adjustment = limit_numbers(SCALE_RANGE, x=given.x, y=given.y, z=given.z)
    is_changed, size = _resize(edit, scale)
    return stated(
        changed=is_changed,
        values={"scale": scale, "size": size},
        summary=("The model's scale is", f"{format_numbers(scale)} (x, y, z): {sides(size)} m"),
        words=("The model is", scale_words(scale)),
        adjustment=adjustment,
    )


@operation("set_model_rotation", ModelRotation)
def set_model_rotation(edit: Edit, given: ModelRotation) -> Report:
    """Rotate the model; absolute, each angle taken modulo 360 and counter-clockwise about its axis.

    Yaw about its parent's y, then pitch about x, then roll about z (order YXZ), about its center.

    Raises:
        InvalidValueError: the model is a light or a camera, which is aimed instead.
        UnknownTargetError: there is no model.
    """
    model = turned_model(edit)
    rotation = [normalize_degrees(angle) for angle in (given.x, given.y, given.z)]
    pitch, yaw, roll = map(format_number, rotation)
    return stated(
        changed=set_members(edit, model, {"rotation": rotation}),
        values={"rotation": rotation},
        summary=("The model's rotation is", f"pitch {pitch}°, yaw {yaw}°, roll {roll}°"),
        words=("The model is", rotation_words(rotation)),
    )


def turned_model(edit: Edit) -> str:
    """Return the id of the model, which can be turned.

    Raises:
        InvalidValueError: it is a light or a camera, which is aimed instead.
        UnknownTargetError: there is no model.
    """
    model = model_of(edit)
    entity = edit.get(("objects", model))
    if "rotation" not in KINDS[entity["kind"]]:
        raise InvalidValueError(
            f'"model" is {kind_words(entity)} here, which is not turned but aimed: update_objects'
            " sets its aim."
        )
    return model


def _resize(edit: Edit, scale: Sequence[float]) -> tuple[bool, list[float]]:
    """Resize the bust with all that belongs to it, its underside staying where it is.

    Returns:
        Whether that changed it, and its size in meters.
    """
    model = model_of(edit)
    objects = edit.objects
    entity = objects[model]
    if entity["kind"] != "bust":
        call = {"changes": [{"target": "model", "scale_by": [*scale]}]}
        raise InvalidValueError(
            f"{quoted('model')} is {kind_words(entity)} here; only the bust of the start has a size"
            f" that is 1. To make it larger or smaller than it is now: update_objects"
            f" {json.dumps(call)}; or give its size in meters."
        )
    size = [stored(side * factor) for side, factor in zip(BUST_SIZE, scale, strict=True)]
    changes = resized(objects, model, size)
    before = Layout(objects).solid_extent(model)
    after = Layout(changed(objects, changes)).solid_extent(model)
    rise = before.low[1] - after.low[1]
    if rise:
        up = Layout(objects).frame(entity.get("parent")).direction_inside((0.0, rise, 0.0))
        position = vectors.add(vectors.vector(entity["position"]), up)
        changes.append(Change(model, "position", list(position)))
    return apply_changes(edit, changes), size
