"""The tools of the group `studio`, which are listed on request."""

from functools import partial

from mcp_bridge.tool_groups import STUDIO
from mcp_bridge.tools.output import NUMBER, numbers
from mcp_bridge.tools.registry import tool
from sessions_app.scene.operations.camera import CAMERA_DISTANCE_RANGE, FOV_RANGE

_tool = partial(tool, group=STUDIO)

_ROTATION_WORDS = {
    "x": "Pitch in degrees; above 0 the face looks down.",
    "y": "Yaw in degrees; 90 turns it to the viewer's right, 180 round.",
    "z": "Roll in degrees; above 0 leans to the viewer's left.",
}
_DISTANCE_WORDS = {"distance": f"Meters, {CAMERA_DISTANCE_RANGE}; 3.2 at the start."}
_FOV_WORDS = {"fov": f"Degrees, {FOV_RANGE}; 32 at the start, larger is wider."}


STUDIO_GROUP_TOOLS = (
    _tool(
        "set_model_rotation",
        "Turn the model",
        (
            "Turn the object `model` to absolute angles: x pitch, y yaw, z roll. y=180 shows its"
            " back; 0, 0, 0 is how it stands at the start. Answers give 0 to 360."
        ),
        words=_ROTATION_WORDS,
        values={"rotation": numbers(3)},
    ),
    _tool(
        "dolly_camera",
        "Move the camera nearer or farther",
        (
            "Move the active camera along its line of sight to a distance from what it looks at; at"
            " the start that is the middle of the bust. Nearer than 1.2 cuts off its head, unless"
            " the field of view is wider. From then on the camera follows new objects no more."
        ),
        words=_DISTANCE_WORDS,
        values={"distance": NUMBER, "position": numbers(3)},
    ),
    _tool(
        "set_camera_fov",
        "Set the camera's field of view",
        "Set how wide the active camera sees: its vertical field of view.",
        words=_FOV_WORDS,
        values={"fov": NUMBER},
    ),
)
