"""The tools of the photo studio: model, key and fill light, background and active camera."""

from mcp_bridge.tools.output import NUMBER, TEXT, numbers
from mcp_bridge.tools.registry import Tool, tool
from sessions_app.scene.document.kinds import INTENSITY_RANGE, LIGHT_SIZE_RANGE
from sessions_app.scene.operations.camera import CAMERA_DISTANCE_RANGE, FOV_RANGE
from sessions_app.scene.operations.lights import LIGHT_DISTANCE_RANGE
from sessions_app.scene.operations.model import SCALE_RANGE

# What is beyond a range is moved to its limit, which the answer says.
_SCALE = f"A factor, {SCALE_RANGE}; 1 is the start size."
_LENGTH = f"Meters, {LIGHT_SIZE_RANGE}."

_COLOR_WORDS = {"color": "#rrggbb, #rgb, a CSS color name or a crayon name (sea foam)."}
_INTENSITY_WORDS = {"intensity": f"{INTENSITY_RANGE}; 0 is off. At the start key 2.5, fill 0.2."}
_POSITION_WORDS = dict.fromkeys("xyz", "Meters.")
_ROTATION_WORDS = {
    "x": "Pitch in degrees; above 0 the face looks down.",
    "y": "Yaw in degrees; 90 turns it to the viewer's right, 180 round.",
    "z": "Roll in degrees; above 0 leans to the viewer's left.",
}
_DISTANCE_WORDS = {"distance": f"Meters, {CAMERA_DISTANCE_RANGE}; 3.2 at the start."}
_FOV_WORDS = {"fov": f"Degrees, {FOV_RANGE}; 32 at the start, larger is wider."}

_COLOR = {"color": TEXT}
_SCALE_VALUE = {"scale": numbers(3), "size": numbers(3)}
_PLACEMENT = {
    "position": numbers(3),
    "azimuthDegrees": NUMBER,
    "elevationDegrees": NUMBER,
    "distance": NUMBER,
}


def _light_tools(light: str, role: str) -> tuple[Tool, ...]:
    return (
        tool(
            f"set_{light}_light_intensity",
            f"Set {light} light intensity",
            f"Set how strong the light `{light}` ({role}) is.",
            words=_INTENSITY_WORDS,
            values={"intensity": NUMBER},
        ),
        tool(
            f"set_{light}_light_position",
            f"Set {light} light position",
            (
                f"Put the light `{light}` ({role}) at a place in the world, {LIGHT_DISTANCE_RANGE}"
                " m from the middle of `model`; it goes on looking at its aim. +x is the viewer's"
                " right, +z toward the viewer: x=-0.8 y=0.7 z=0.4 lights the bust from the left,"
                " above and in front."
            ),
            words=_POSITION_WORDS,
            values=_PLACEMENT,
        ),
        tool(
            f"set_{light}_light_color",
            f"Set {light} light color",
            f"Color the light `{light}` ({role}).",
            words=_COLOR_WORDS,
            values=_COLOR,
        ),
        tool(
            f"set_{light}_light_size",
            f"Set {light} light size",
            f"Set width and height of the area of the light `{light}` ({role}): larger is softer.",
            words=dict.fromkeys(("width", "height"), _LENGTH),
            values={"size": numbers(2)},
        ),
    )


STUDIO_TOOLS = (
    tool(
        "change_model_color",
        "Change model color",
        (
            "Paint the object `model`: a classical bust, which a studio starts with. Other objects:"
            " update_objects."
        ),
        words=_COLOR_WORDS,
        values=_COLOR,
    ),
    tool(
        "change_model_size",
        "Change model size",
        (
            "Scale the bust `model` to an absolute factor of its start size, 0.65 m tall. It goes"
            " on standing where it stands."
        ),
        words={"size": _SCALE},
        values=_SCALE_VALUE,
    ),
    tool(
        "scale_model",
        "Scale model",
        (
            "Scale the bust `model` to absolute factors of its start size, 0.43 × 0.65 × 0.31 m: x"
            " width, y height, z depth."
        ),
        words=dict.fromkeys("xyz", _SCALE),
        values=_SCALE_VALUE,
    ),
    tool(
        "change_background_color",
        "Change background color",
        "Paint the background behind all objects in one color.",
        words=_COLOR_WORDS,
        values=_COLOR,
    ),
    tool(
        "set_model_rotation",
        "Turn the model",
        (
            "Turn the object `model` to absolute angles: x pitch, y yaw, z roll. y=180 shows its"
            " back; 0, 0, 0 is how it stands at the start. Answers give 0 to 360."
        ),
        words=_ROTATION_WORDS,
        values={"rotation": numbers(3)},
    ),
    tool(
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
    tool(
        "set_camera_fov",
        "Set the camera's field of view",
        "Set how wide the active camera sees: its vertical field of view.",
        words=_FOV_WORDS,
        values={"fov": NUMBER},
    ),
    *_light_tools("key", "the main light"),
    *_light_tools("fill", "the softer light that fills the shadows"),
)
