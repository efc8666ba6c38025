"""The photo studio's tools: the model, its two lights, the background."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field, JsonValue

from mcp_bridge.tools.arguments import Color, Number, ToolArguments
from mcp_bridge.tools.output import LIST, NUMBER, TEXT
from mcp_bridge.tools.registry import Tool
from sessions_app.scene import operations
from sessions_app.scene.document import (
    INTENSITY_RANGE,
    LIGHT_DISTANCE_RANGE,
    LIGHT_SIZE_RANGE,
    SIZE_RANGE,
    Document,
    LightName,
    Range,
)
from sessions_app.scene.operations import Change

_SCALE = f"A factor above 0; 1 is the original. Beyond {SIZE_RANGE} it is moved to the limit."
_LENGTH = f"Scene units, above 0. Beyond {LIGHT_SIZE_RANGE} it is moved to the limit."


def _above_zero(limits: Range) -> dict[str, JsonValue]:
    return {"exclusiveMinimum": 0, "maximum": limits.maximum}


Scale = Annotated[Number, Field(description=_SCALE, json_schema_extra=_above_zero(SIZE_RANGE))]
Length = Annotated[
    Number, Field(description=_LENGTH, json_schema_extra=_above_zero(LIGHT_SIZE_RANGE))
]
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
            description=f"{INTENSITY_RANGE}, 0 is off; at the start key 2.5, fill 0.2.",
            json_schema_extra={
                "minimum": INTENSITY_RANGE.minimum,
                "maximum": INTENSITY_RANGE.maximum,
            },
        ),
    ]


class PositionArguments(ToolArguments):
    x: Coordinate
    y: Coordinate
    z: Coordinate


class LightSizeArguments(ToolArguments):
    width: Length
    height: Length


_COLOR = {"color": TEXT}
_SCALE_VALUE = {"scale": LIST}
_PLACEMENT = {
    "position": LIST,
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
            values={"size": LIST},
            operation=_operation(operations.set_light_size, "width", "height", light=light),
        ),
    )


STUDIO_TOOLS = (
    Tool(
        name="change_model_color",
        title="Change model color",
        description="Paint the model in a color.",
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
    *_light_tools("key", "the main light"),
    *_light_tools("fill", "the softer light that fills the shadows"),
)
