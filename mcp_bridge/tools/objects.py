"""The tools that add, change and remove objects, and set the environment and the camera."""

from typing import Any

from mcp_bridge.tools.output import FLAG, NUMBER, TEXT, numbers, record
from mcp_bridge.tools.registry import tool
from sessions_app.scene.document.kinds import FOV_DEGREES_RANGE, INTENSITY_RANGE
from sessions_app.scene.geometry.views import DIRECTIONS, MAX_MARGIN
from sessions_app.scene.operations.limits import MAX_ITEMS

_COLOR = "#rrggbb, or a CSS or crayon color name."
_SHARE = "0 to 1."
_ANY_PLACE = "a name, or a world point x, y, z"


_ADD_WORDS = {
    "objects": f"1 to {MAX_ITEMS}, big ones first; a later one may name an earlier one.",
    "objects[].kind": "What it is.",
    "objects[].name": "Its handle; one that is taken gets a number.",
    "objects[].size": (
        "[width, height, depth] of its box before rotation; one number: all alike. plane, ring,"
        " torus: the thinnest is the axis ([5, 0, 5] lies). area_light: [width, height, 0]."
    ),
    "objects[].position": (
        "[x, y, z] in its parent's space, else the world: of a solid its center, of a group the"
        " middle of its base. With `on`, y is worked out."
    ),
    "objects[].on": "What it stands on, or the wall that it hangs on: a name, or floor.",
    "objects[].facing": f"Where its front, +z, looks: {_ANY_PLACE}; viewer, left, right, back.",
    "objects[].rotation": "[pitch, yaw, roll] in degrees; yaw 90 turns the front to +x.",
    "objects[].color": _COLOR,
    "objects[].material": "What it is made of; the members below win over it.",
    "objects[].metalness": _SHARE,
    "objects[].roughness": "0 mirror, 1 dull.",
    "objects[].opacity": _SHARE,
    "objects[].transmission": "As through glass, 0 to 1.",
    "objects[].emissive": "A color in which it shines.",
    "objects[].emissive_intensity": "0 to 100.",
    "objects[].parent": "The group or object that it belongs to and moves with.",
    "objects[].tags": "It is found by #tag.",
    "objects[].floating": "true if it is meant to touch nothing.",
    "objects[].text": "What a text says.",
    "objects[].prop": (
        "Of kind prop, which ready-made thing: chair, sofa, table, bed, lamp, plant, mug, car,"
        " tree, house, person, dog, rocket, chess and 90 more; an unknown one is answered with"
        " all names (also: scene://props). Without `size` it is life-size."
    ),
    "objects[].form": "Of a prop: a tree's oak, pine, palm, birch; a chess piece's king to pawn.",
    "objects[].points": (
        "[x, y, z]s that a tube leads through (with `radius`, `closed`; flat by `size`), the"
        " [radius, height]s of a lathe, the outline [x, y] of an extrude (with `depth`, `bevel`),"
        " in the parent's space."
    ),
    "objects[].intensity": f"Of a light, {INTENSITY_RANGE}; usual 1 to 10.",
    "objects[].aim": f"What a light or camera looks at: {_ANY_PLACE}.",
    "objects[].angle": "Half of a spot light's cone, 1 to 80 degrees.",
    "objects[].fov": f"Of a camera, vertical, {FOV_DEGREES_RANGE} degrees.",
    "objects[].active": "The scene is seen through this camera.",
}
_UPDATE_WORDS = {
    "changes": f"1 to {MAX_ITEMS}, in order; only what is given changes.",
    "changes[].target": "A name, chair* for all that begin so, #tag, or an id such as o17.",
    "changes[].size": "[width, height, depth]; of a group all in it grows along. Its base stays.",
    "changes[].position": "[x, y, z] in its parent's space.",
    "changes[].on": "What it is to stand on: a name, or floor.",
    "changes[].facing": "A name, a point x, y, z, viewer, left, right or back.",
    "changes[].rotation": "[pitch, yaw, roll] in degrees.",
    "changes[].color": _COLOR,
    "changes[].parent": "A group or object, or world; it stays where it is.",
    "changes[].move_by": "[x, y, z] in meters.",
    "changes[].rotate_by": "[pitch, yaw, roll] in degrees, added to its rotation.",
    "changes[].ungroup": "true makes a prop a group of its parts, as naming one does: chair/leg.",
    "changes[].scale_by": "2 is twice as large, with all that belongs to it. Its base stays.",
}
_ENVIRONMENT_WORDS = {
    "background": "One color, or two for a gradient from the top to the bottom.",
    "light": "The light of all around.",
    "light_intensity": "How strong that is, 0 to 10; 0.4 at the start.",
    "ambient": "Even light from all sides; 0 at the start.",
    "floor": "none, shadow (invisible, takes shadows), grid, or a color. It lies at y = 0.",
    "fog": "none, on, or its color.",
    "fog_near": "Meters to where fog begins.",
    "fog_far": "Meters to where it hides all.",
    "exposure": "How bright the picture is, 0.01 to 10; 1 at the start.",
    "shadows": "Whether lights cast shadows.",
    "tone": "neutral keeps colors as asked; none clips.",
    "name": "The scene's name.",
}
_CAMERA_WORDS = {
    "frame": "Names, chair* or #tag to fill the picture with; without it, everything.",
    "view": f"From where: {', '.join(DIRECTIONS)}.",
    "position": "[x, y, z] of the camera in the world, in meters.",
    "look_at": f"What it looks at: {_ANY_PLACE}.",
    "fov": f"Vertical field of view, {FOV_DEGREES_RANGE} degrees.",
    "margin": f"The empty share of the picture at each edge, 0 to {MAX_MARGIN}.",
}


def _list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


# What the calls that mend oddities may hold.
_FIX = record(
    tool=TEXT,
    arguments=record(
        {
            "changes": _list_of(
                record(
                    {
                        "move_by": numbers(3),
                        "size": numbers(3),
                        "scale_by": NUMBER,
                        "opacity": NUMBER,
                    },
                    target=TEXT,
                )
            ),
            "placements": _list_of(
                record({"reference": TEXT}, targets=_list_of(TEXT), relation=TEXT)
            ),
            "targets": _list_of(TEXT),
            "view": TEXT,
            "ambient": NUMBER,
        }
    ),
)
ODD = _list_of(record(what=TEXT, fix=_FIX))
OBJECT_VALUES = {
    "objects": _list_of(record(name=TEXT, id=TEXT, kind=TEXT)),
    "odd": ODD,
}
_ENVIRONMENT = {
    "environment": record(
        {"fog": record({"color": TEXT, "near": NUMBER, "far": NUMBER})},
        background=_list_of(TEXT),
        light=TEXT,
        lightIntensity=NUMBER,
        ambient=NUMBER,
        tone=TEXT,
        floor=TEXT,
        exposure=NUMBER,
        shadows=FLAG,
    )
}

OBJECT_TOOLS = (
    tool(
        "add_objects",
        "Add objects",
        (
            "Add objects, groups, lights or cameras to the scene: all or none. Meters; y is up, the"
            " floor is y = 0, seen by the viewer +x is right, +z toward the viewer. Give `size`,"
            " and `on` rather than heights; without `position` and `on` it stands on the floor"
            " beside what is there. Parts: a group first, then objects with it as `parent`. The"
            " answer says what is odd, with the call that mends it."
        ),
        words=_ADD_WORDS,
        values=OBJECT_VALUES,
        accumulates=True,
        takes_many_items=True,
    ),
    tool(
        "update_objects",
        "Update objects",
        (
            "Change any property of any object, light or camera: all or none. Properties as in"
            " add_objects. A color or material for a group paints all in it. What stands on what"
            " is moved goes along."
        ),
        words=_UPDATE_WORDS,
        values=OBJECT_VALUES,
        accumulates=True,
        takes_many_items=True,
    ),
    tool(
        "remove_objects",
        "Remove objects",
        "Remove objects, lights or cameras with all that belongs to them: all or none.",
        words={"targets": "Names, chair*, #tag or ids."},
        values=OBJECT_VALUES,
        destructive=True,
        takes_many_items=True,
    ),
    tool(
        "set_environment",
        "Set the environment",
        (
            "Set what is around the objects (background, light, floor, fog) and the scene's name."
            " Only what is given changes."
        ),
        words=_ENVIRONMENT_WORDS,
        values=_ENVIRONMENT,
    ),
    tool(
        "set_camera",
        "Set the camera",
        (
            "Set what the scene's camera sees. With no argument it frames everything; `frame` and"
            " `view` choose what and from where; or give `position` and `look_at`. From then on it"
            " stays as it was set."
        ),
        words=_CAMERA_WORDS,
        values=OBJECT_VALUES,
    ),
)
