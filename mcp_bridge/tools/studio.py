"""The tools of the photo studio: model, two lights, background and camera."""

from mcp_bridge.tools.output import NUMBER, TEXT, numbers
from mcp_bridge.tools.registry import Tool, tool
from sessions_app.scene.document import (
    CAMERA_DISTANCE_RANGE,
    CAMERA_FOV_DEGREES_RANGE,
    INTENSITY_RANGE,
    LIGHT_DISTANCE_RANGE,
    LIGHT_SIZE_RANGE,
    SIZE_RANGE,
    LightName,
)

_SCALE = f"A factor above 0; 1 is the original. Beyond {SIZE_RANGE} it is moved to the limit."
_LENGTH = f"Scene units, above 0. Beyond {LIGHT_SIZE_RANGE} it is moved to the limit."
_COORDINATE = "Scene units, any finite number."

_COLOR_WORDS = {
    "color": "#rrggbb, #rgb, a CSS color name (steelblue), a crayon name (teal, sea foam)."
}
_INTENSITY_WORDS = {
    "intensity": (
        f"{INTENSITY_RANGE}, 0 is off; at the start key 2.5, fill 0.2. Beyond it is moved to the"
        " limit."
    )
}
_POSITION_WORDS = dict.fromkeys("xyz", _COORDINATE)
_ROTATION_WORDS = {
    "x": "Pitch in degrees; above 0 the face looks down.",
    "y": "Yaw in degrees; 90 turns it to the viewer's right, 180 round.",
    "z": "Roll in degrees; above 0 leans to the viewer's left.",
}
_DISTANCE_WORDS = {
    "distance": (
        f"Scene units, {CAMERA_DISTANCE_RANGE}; 32 at the start. Beyond it is moved to the limit."
    )
}
_FOV_WORDS = {
    "fov": (
        f"Degrees, {CAMERA_FOV_DEGREES_RANGE}; 32 at the start, larger is wider. Beyond it is moved"
        " to the limit."
    )
}

_COLOR = {"color": TEXT}
_SCALE_VALUE = {"scale": numbers(3)}
_PLACEMENT = {
    "position": numbers(3),
    "azimuthDegrees": NUMBER,
    "elevationDegrees": NUMBER,
    "distance": NUMBER,
}


def _light_tools(light: LightName, role: str) -> tuple[Tool, ...]:
    return (
        tool(
            f"set_{light}_light_intensity",
            f"Set {light} light intensity",
            f"Set how strong the {light} light ({role}) is.",
            words=_INTENSITY_WORDS,
            values={"intensity": NUMBER},
        ),
        tool(
            f"set_{light}_light_position",
            f"Set {light} light position",
            (
                f"Put the {light} light ({role}) at a place; it goes on facing the model at the"
                " origin. Seen by the viewer: +x right, +y up, +z toward the viewer; x=-8 y=4 z=4"
                " lights from the left, above and in front. A distance beyond"
                f" {LIGHT_DISTANCE_RANGE} is moved along its ray; 0, 0, 0 is refused."
            ),
            words=_POSITION_WORDS,
            values=_PLACEMENT,
        ),
        tool(
            f"set_{light}_light_color",
            f"Set {light} light color",
            f"Color the {light} light ({role}).",
            words=_COLOR_WORDS,
            values=_COLOR,
        ),
        tool(
            f"set_{light}_light_size",
            f"Set {light} light size",
            f"Set width and height of the {light} light's area ({role}): larger is softer.",
            words=dict.fromkeys(("width", "height"), _LENGTH),
            values={"size": numbers(2)},
        ),
    )


STUDIO_TOOLS = (
    tool(
        "change_model_color",
        "Change model color",
        "Paint the model (a classical bust) in a color.",
        words=_COLOR_WORDS,
        values=_COLOR,
    ),
    tool(
        "change_model_size",
        "Change model size",
        "Scale the model to the same absolute factor on all axes.",
        words={"size": _SCALE},
        values=_SCALE_VALUE,
    ),
    tool(
        "scale_model",
        "Scale model",
        "Scale the model to an absolute factor per axis: x width, y height, z depth.",
        words=dict.fromkeys("xyz", _SCALE),
        values=_SCALE_VALUE,
    ),
    tool(
        "change_background_color",
        "Change background color",
        "Paint the background behind the model.",
        words=_COLOR_WORDS,
        values=_COLOR,
    ),
    tool(
        "set_model_rotation",
        "Turn the model",
        (
            "Turn the model to absolute angles: x pitch, y yaw, z roll. y=180 shows its back;"
            " 0, 0, 0 is how it stands at the start. Answers give 0 to 360."
        ),
        words=_ROTATION_WORDS,
        values={"rotationDegrees": numbers(3)},
    ),
    tool(
        "dolly_camera",
        "Move the camera nearer or farther",
        (
            "Move the scene's camera along its line of sight to a distance from 0, 0, 0, which it"
            " is aimed at: the middle of the model, 6.5 units tall. Nearer than 12 cuts off the"
            " head, unless the field of view is wider."
        ),
        words=_DISTANCE_WORDS,
        values={"distance": NUMBER},
    ),
    tool(
        "set_camera_fov",
        "Set the camera's field of view",
        "Set how wide the scene's camera sees: its vertical field of view.",
        words=_FOV_WORDS,
        values={"fovDegrees": NUMBER},
    ),
    *_light_tools("key", "the main light"),
    *_light_tools("fill", "the softer light that fills the shadows"),
)
