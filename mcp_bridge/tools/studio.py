"""The tools of the photo studio: model, key and fill light, and background."""

from mcp_bridge.tools.output import NUMBER, TEXT, numbers
from mcp_bridge.tools.registry import Tool, tool
from sessions_app.scene.document.kinds import INTENSITY_RANGE, LIGHT_SIZE_RANGE
from sessions_app.scene.operations.lights import LIGHT_DISTANCE_RANGE
from sessions_app.scene.operations.model import SCALE_RANGE

# What is beyond a range is moved to its limit, which the answer says.
_SCALE = f"A factor, {SCALE_RANGE}; 1 is the start size."
_LENGTH = f"Meters, {LIGHT_SIZE_RANGE}."

_COLOR_WORDS = {"color": "#rrggbb, a CSS or crayon color name (sea foam)."}
_INTENSITY_WORDS = {"intensity": f"{INTENSITY_RANGE}; 0 is off. At the start key 2.5, fill 0.2."}
_POSITION_WORDS = dict.fromkeys("xyz", "Meters.")

_COLOR = {"color": TEXT}
_SCALE_VALUE = {"scale": numbers(3), "size": numbers(3)}
PLACEMENT = {
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
                f"Put the light `{light}` at a place in the world, {LIGHT_DISTANCE_RANGE}"
                " m from the middle of `model`; its aim stays. +x is the viewer's right, +z toward"
                " the viewer: x=-0.8 y=0.7 z=0.4 lights the bust from the left, above, in front."
            ),
            words=_POSITION_WORDS,
            values=PLACEMENT,
        ),
        tool(
            f"set_{light}_light_color",
            f"Set {light} light color",
            f"Color the light `{light}`.",
            words=_COLOR_WORDS,
            values=_COLOR,
        ),
        tool(
            f"set_{light}_light_size",
            f"Set {light} light size",
            f"Set width and height of the area of the light `{light}`: larger is softer.",
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
            "Scale the bust `model` to an absolute factor of its start size, 0.65 m tall. Its base"
            " stays."
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
    *_light_tools("key", "the main light"),
    *_light_tools("fill", "softer, fills the shadows"),
)
