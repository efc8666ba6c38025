"""The tools of the group `studio`, which are listed on request."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from mcp_bridge.tool_groups import STUDIO
from mcp_bridge.tools.arguments import ToolArguments
from mcp_bridge.tools.output import NUMBER, TEXT, numbers
from mcp_bridge.tools.registry import Request, Tool, ToolReply, tool
from mcp_bridge.tools.studio import PLACEMENT
from sessions_app.scene.operations.camera import CAMERA_DISTANCE_RANGE, FOV_RANGE
from sessions_app.scene.operations.lights import LIGHT_DISTANCE_RANGE
from sessions_app.scene.operations.readings import read
from sessions_app.scene.operations.studio_camera import DOLLY_RANGE, FOV_STEP_RANGE
from sessions_app.scene.operations.studio_lights import MAX_ELEVATION, SWING_DEGREES, WALK_METERS
from sessions_app.steering.tool_calls import CallEffect

_tool = partial(tool, group=STUDIO)
_step = partial(_tool, accumulates=True)


def _get(name: str, title: str, description: str, values: Mapping[str, Any]) -> Tool:
    async def answer(_: Request, effect: CallEffect) -> ToolReply:
        found = read(name, effect.document)
        return ToolReply(found.summary, found.values)

    return Tool(name, title, description, ToolArguments, values, follow_up=answer, group=STUDIO)


_ROTATION_WORDS = {
    "x": "Pitch in degrees; above 0 the face looks down.",
    "y": "Yaw in degrees; 90 turns it to the viewer's right, 180 round.",
    "z": "Roll in degrees; above 0 leans to the viewer's left.",
}
_DISTANCE_WORDS = {"distance": f"Meters, {CAMERA_DISTANCE_RANGE}; 3.2 at the start."}
_FOV_WORDS = {"fov": f"Degrees, {FOV_RANGE}; 32 at the start, larger is wider."}
_TEN = {"degrees": "Degrees; 10. Below 0 the other way."}
_FIVE = {"degrees": "Degrees; 5. Below 0 the other way."}
_SHARE = {"amount": f"A share of its distance, {DOLLY_RANGE}; 0.1."}
_FOV_STEP = {"amount": f"Degrees, {FOV_STEP_RANGE}; 2."}
_COMPASS = (
    "Degrees (0 behind the model, 90 the viewer's right, 180 toward the camera, 270 the viewer's"
    " left) or a name: north to north-northwest, nnw, front, back, left, right."
)
_METERS = f"Meters from the middle of `model`, {LIGHT_DISTANCE_RANGE}"
_ROTATION = {"rotation": numbers(3)}
_DISTANCE = {"distance": NUMBER, "position": numbers(3)}
_COLORS = {"colors": {"type": "array", "items": TEXT}}

_MODEL_TOOLS = (
    _tool(
        "set_model_rotation",
        "Turn the model",
        (
            "Turn the object `model` to absolute angles: x pitch, y yaw, z roll. y=180 shows its"
            " back; 0, 0, 0 is how it stands at the start. Answers give 0 to 360."
        ),
        words=_ROTATION_WORDS,
        values=_ROTATION,
    ),
    _step(
        "rotate_model_clockwise",
        "Turn the model clockwise",
        "Turn `model` about the vertical, clockwise seen from above.",
        words=_TEN,
        values=_ROTATION,
    ),
    _step(
        "rotate_model_counterclockwise",
        "Turn the model counterclockwise",
        "Turn `model` about the vertical, counterclockwise seen from above.",
        words=_TEN,
        values=_ROTATION,
    ),
    _step(
        "nudge_model_pitch_up",
        "Tip the model up",
        "Turn the front of `model` up.",
        words=_FIVE,
        values=_ROTATION,
    ),
    _step(
        "nudge_model_pitch_down",
        "Tip the model down",
        "Turn the front of `model` down.",
        words=_FIVE,
        values=_ROTATION,
    ),
    _step(
        "nudge_model_roll",
        "Lean the model",
        "Lean `model` to its side, clockwise for the viewer.",
        words=_FIVE,
        values=_ROTATION,
    ),
    _get("get_model_rotation", "Get model rotation", "Read how `model` is turned.", _ROTATION),
    _get(
        "get_model_color",
        "Get model color",
        "Read the color of `model`, of a group each once, of a material its name.",
        _COLORS,
    ),
    _get(
        "get_model_scale",
        "Get model scale",
        "Read the scale of the bust `model`, and its size in meters.",
        {"scale": numbers(3), "size": numbers(3)},
    ),
    _get(
        "get_background_color",
        "Get background color",
        "Read the background's color, or both of its gradient, the upper one first.",
        _COLORS,
    ),
)


def _swing(light: str, way: str) -> Tool:
    end = "" if way in ("up", "down") else ", and no farther than there"
    return _step(
        f"swing_{light}_light_{way}",
        f"Swing {light} light {way}",
        f"Move the light `{light}` {SWING_DEGREES:g}° around `model`, {way} for the viewer{end}.",
        words={},
        values=PLACEMENT | ({"movedDegrees": NUMBER} if end else {}),
    )


def _walk(light: str, way: str) -> Tool:
    return _step(
        f"walk_{light}_light_{way}",
        f"Walk {light} light {way}",
        f"Move the light `{light}` {WALK_METERS:g} m {'nearer' if way == 'in' else 'away'}.",
        words={},
        values=PLACEMENT,
    )


def _rotate(light: str, way: str) -> Tool:
    return _step(
        f"rotate_{light}_light_{way}",
        f"Rotate {light} light {way}",
        f"Move the light `{light}` around `model`, {way} seen from above.",
        words=_TEN,
        values=PLACEMENT,
    )


def _nudge(light: str, way: str) -> Tool:
    return _step(
        f"nudge_{light}_light_elevation_{way}",
        f"Nudge {light} light {way}",
        f"Move the light `{light}` {way} around `model`; its azimuth stays.",
        words=_FIVE,
        values=PLACEMENT,
    )


def _light_tools(light: str) -> tuple[Tool, ...]:
    read_values = {"position_spherical": PLACEMENT, "intensity": {"intensity": NUMBER}}
    read_values |= {"color": {"color": TEXT}, "size": {"size": numbers(2)}}
    return (
        _tool(
            f"set_{light}_light_position_spherical",
            f"Set {light} light direction",
            f"Put the light `{light}` in a direction from the middle of `model`.",
            words={
                "azimuth": _COMPASS,
                "elevation": f"Degrees above the horizon, -{MAX_ELEVATION} to {MAX_ELEVATION}.",
                "distance": f"{_METERS}; else as far as it is.",
            },
            values=PLACEMENT,
        ),
        _tool(
            f"set_{light}_light_distance",
            f"Set {light} light distance",
            f"Move the light `{light}` along its ray.",
            words={"distance": f"{_METERS}."},
            values=PLACEMENT,
        ),
        *(_swing(light, way) for way in ("up", "down", "left", "right")),
        *(_walk(light, way) for way in ("in", "out")),
        *(_rotate(light, way) for way in ("clockwise", "counterclockwise")),
        *(_nudge(light, way) for way in ("up", "down")),
        _step(
            f"move_{light}_light_toward_direction",
            f"Move {light} light toward a direction",
            (
                f"Move the light `{light}` around `model` toward a direction, the short way, at"
                " most so far. The answer says how far."
            ),
            words={"direction": _COMPASS, "degrees": "Degrees, 0 to 180; 10."},
            values={**PLACEMENT, "movedDegrees": NUMBER},
        ),
        *(
            _get(
                f"get_{light}_light_{what}",
                f"Get {light} light {what.replace('_', ' ')}",
                f"Read the {what.replace('_', ' ')} of the light `{light}`.",
                values,
            )
            for what, values in read_values.items()
        ),
    )


_CAMERA_TOOLS = (
    _tool(
        "dolly_camera",
        "Move the camera nearer or farther",
        (
            "Move the active camera along its line of sight to a distance from what it looks at; at"
            " the start that is the middle of the bust. Nearer than 1.2 cuts off its head, unless"
            " the field of view is wider. From then on the camera follows new objects no more."
        ),
        words=_DISTANCE_WORDS,
        values=_DISTANCE,
    ),
    _step(
        "dolly_camera_in",
        "Move the camera nearer",
        "Move the active camera nearer to what it looks at.",
        words=_SHARE,
        values=_DISTANCE,
    ),
    _step(
        "dolly_camera_out",
        "Move the camera away",
        "Move the active camera away from what it looks at; it undoes dolly_camera_in.",
        words=_SHARE,
        values=_DISTANCE,
    ),
    _tool(
        "set_camera_fov",
        "Set the camera's field of view",
        "Set how wide the active camera sees: its vertical field of view.",
        words=_FOV_WORDS,
        values={"fov": NUMBER},
    ),
    _step(
        "increase_camera_fov",
        "Widen the camera's view",
        "Have the active camera see wider.",
        words=_FOV_STEP,
        values={"fov": NUMBER},
    ),
    _step(
        "decrease_camera_fov",
        "Narrow the camera's view",
        "Have the active camera see narrower.",
        words=_FOV_STEP,
        values={"fov": NUMBER},
    ),
    _get(
        "get_camera_distance",
        "Get camera distance",
        "Read how far the active camera is from what it looks at.",
        {"distance": NUMBER},
    ),
    _get("get_camera_fov", "Get camera view", "Read how wide the camera sees.", {"fov": NUMBER}),
)

STUDIO_GROUP_TOOLS = (
    *_MODEL_TOOLS,
    *_light_tools("key"),
    *_light_tools("fill"),
    *_CAMERA_TOOLS,
)
