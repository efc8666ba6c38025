"""The photo studio's tools: the model, its two lights, the background, the camera."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from mcp_bridge.tools.arguments import Color, Number, ToolArguments
from mcp_bridge.tools.output import NUMBER, TEXT, numbers
from mcp_bridge.tools.registry import Tool
from sessions_app.scene import operations
from sessions_app.scene.document import (
    CAMERA_DISTANCE_RANGE,
    CAMERA_FOV_DEGREES_RANGE,
    INTENSITY_RANGE,
    LIGHT_DISTANCE_RANGE,
    LIGHT_SIZE_RANGE,
    SIZE_RANGE,
    Document,
    LightName,
)
from sessions_app.scene.operations import Change

_SCALE = f"A factor above 0; 1 is the original. Beyond {SIZE_RANGE} it is moved to the limit."
_LENGTH = f"Scene units, above 0. Beyond {LIGHT_SIZE_RANGE} it is moved to the limit."

Scale = Annotated[Number, Field(description=_SCALE)]
Length = Annotated[Number, Field(description=_LENGTH)]
Coordinate = Annotated[Number, Field(description="Scene units, any finite number.")]


class ColorArguments(ToolArguments):
    color: Color


class ModelSizeArguments(ToolArguments):
    size: Scale


class ModelScaleArguments(ToolArguments):
    x: Scale
    y: Scale
    z: Scale


class IntensityArguments(ToolArguments):
    intensity: Annotated[
        Number,
        Field(
            description=(
                f"{INTENSITY_RANGE}, 0 is off; at the start key 2.5, fill 0.2. Beyond it is moved"
                " to the limit."
            )
        ),
    ]


class PositionArguments(ToolArguments):
    x: Coordinate
    y: Coordinate
    z: Coordinate


class LightSizeArguments(ToolArguments):
    width: Length
    height: Length


class RotationArguments(ToolArguments):
    x: Annotated[Number, Field(description="Pitch in degrees; above 0 the face looks down.")]
    y: Annotated[
        Number, Field(description="Yaw in degrees; 90 turns it to the viewer's right, 180 round.")
    ]
    z: Annotated[Number, Field(description="Roll in degrees; above 0 leans to the viewer's left.")]


class DistanceArguments(ToolArguments):
    distance: Annotated[
        Number,
        Field(
            description=(
                f"Scene units, {CAMERA_DISTANCE_RANGE}; 32 at the start. Beyond it is moved to the"
                " limit."
            )
        ),
    ]


class FovArguments(ToolArguments):
    fov: Annotated[
        Number,
        Field(
            description=(
                f"Degrees, {CAMERA_FOV_DEGREES_RANGE}; 32 at the start, larger is wider. Beyond it"
                " is moved to the limit."
            )
        ),
    ]


_COLOR = {"color": TEXT}
_SCALE_VALUE = {"scale": numbers(3)}
_PLACEMENT = {
    "position": numbers(3),
    "azimuthDegrees": NUMBER,
    "elevationDegrees": NUMBER,
    "distance": NUMBER,
}


def _operation(
    apply: Callable[..., Change], *names: str, **fixed: Any
) -> Callable[[ToolArguments], Callable[[Document], Change]]:
    """An operation of the scene that takes the named arguments of the tool."""

    def prepare(arguments: ToolArguments) -> Callable[[Document], Change]:
        given = {name: getattr(arguments, name) for name in names}
        return lambda document: apply(document, **fixed, **given)

    return prepare


def _rotate(document: Document, *, x: float, y: float, z: float) -> Change:
    return operations.set_model_rotation(document, pitch_degrees=x, yaw_degrees=y, roll_degrees=z)


def _set_fov(document: Document, *, fov: float) -> Change:
    return operations.set_camera_fov(document, fov_degrees=fov)


def _light_tools(light: LightName, role: str) -> tuple[Tool, ...]:
    return (
        Tool(
            name=f"set_{light}_light_intensity",
            title=f"Set {light} light intensity",
            description=f"Set how strong the {light} light ({role}) is.",
            arguments=IntensityArguments,
            values={"intensity": NUMBER},
            operation=_operation(operations.set_light_intensity, "intensity", light=light),
        ),
        Tool(
            name=f"set_{light}_light_position",
            title=f"Set {light} light position",
            description=(
                f"Put the {light} light ({role}) at a place; it goes on facing the model at the"
                " origin. Seen by the viewer: +x right, +y up, +z toward the viewer; x=-8 y=4 z=4"
                " lights from the left, above and in front. A distance beyond"
                f" {LIGHT_DISTANCE_RANGE} is moved along its ray; 0, 0, 0 is refused."
            ),
            arguments=PositionArguments,
            values=_PLACEMENT,
            operation=_operation(operations.set_light_position, "x", "y", "z", light=light),
        ),
        Tool(
            name=f"set_{light}_light_color",
            title=f"Set {light} light color",
            description=f"Color the {light} light ({role}).",
            arguments=ColorArguments,
            values=_COLOR,
            operation=_operation(operations.set_light_color, "color", light=light),
        ),
        Tool(
            name=f"set_{light}_light_size",
            title=f"Set {light} light size",
            description=(
                f"Set width and height of the {light} light's area ({role}): larger is softer."
            ),
            arguments=LightSizeArguments,
            values={"size": numbers(2)},
            operation=_operation(operations.set_light_size, "width", "height", light=light),
        ),
    )


STUDIO_TOOLS = (
    Tool(
        name="change_model_color",
        title="Change model color",
        description="Paint the model (a classical bust) in a color.",
        arguments=ColorArguments,
        values=_COLOR,
        operation=_operation(operations.set_model_color, "color"),
    ),
    Tool(
        name="change_model_size",
        title="Change model size",
        description="Scale the model to the same absolute factor on all axes.",
        arguments=ModelSizeArguments,
        values=_SCALE_VALUE,
        operation=_operation(operations.set_model_size, "size"),
    ),
    Tool(
        name="scale_model",
        title="Scale model",
        description="Scale the model to an absolute factor per axis: x width, y height, z depth.",
        arguments=ModelScaleArguments,
        values=_SCALE_VALUE,
        operation=_operation(operations.set_model_scale, "x", "y", "z"),
    ),
    Tool(
        name="change_background_color",
        title="Change background color",
        description="Paint the background behind the model.",
        arguments=ColorArguments,
        values=_COLOR,
        operation=_operation(operations.set_background_color, "color"),
    ),
    Tool(
        name="set_model_rotation",
        title="Turn the model",
        description=(
            "Turn the model to absolute angles: x pitch, y yaw, z roll. y=180 shows its back;"
            " 0, 0, 0 is how it stands at the start. Answers give 0 to 360."
        ),
        arguments=RotationArguments,
        values={"rotationDegrees": numbers(3)},
        operation=_operation(_rotate, "x", "y", "z"),
    ),
    Tool(
        name="dolly_camera",
        title="Move the camera nearer or farther",
        description=(
            "Move the scene's camera along its line of sight to a distance from 0, 0, 0, which it"
            " is aimed at: the middle of the model, 6.5 units tall. Nearer than 12 cuts off the"
            " head, unless the field of view is wider."
        ),
        arguments=DistanceArguments,
        values={"distance": NUMBER},
        operation=_operation(operations.set_camera_distance, "distance"),
    ),
    Tool(
        name="set_camera_fov",
        title="Set the camera's field of view",
        description="Set how wide the scene's camera sees: its vertical field of view.",
        arguments=FovArguments,
        values={"fovDegrees": NUMBER},
        operation=_operation(_set_fov, "fov"),
    ),
    *_light_tools("key", "the main light"),
    *_light_tools("fill", "the softer light that fills the shadows"),
)
