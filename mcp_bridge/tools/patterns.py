"""The tool that repeats an object as the copies of a pattern."""

from mcp_bridge.tools.objects import OBJECT_VALUES
from mcp_bridge.tools.registry import tool
from sessions_app.scene.document.arrangement import MAX_COPIES

_WORDS = {
    "target": "The object, group or pattern to repeat, with all that belongs to it.",
    "pattern": "A row, a grid on the floor, a circle, or scattered without overlap.",
    "count": f"How many in all, 1 to {MAX_COPIES}.",
    "gap": "Meters between neighbors' boxes; else a tenth of the size, stacked none.",
    "spacing": "Meters from middle to middle, in place of gap.",
    "axis": "Of a row: x to the right, y a stack, z toward the viewer.",
    "columns": "Of a grid; else as many as rows.",
    "radius": "Of a circle, or of the disk for scatter; else as small as fits.",
    "area": "[width, depth] for scatter, in meters.",
    "facing": "Fronts look out from the middle, or in to it.",
    "variation": "0.2: sizes differ by up to 20 %.",
    "seed": "Another whole number scatters otherwise.",
    "around": "Its middle: an object, or a point x, y, z; else where the object is.",
    "name": "Of the pattern; its copies are called after what is repeated: chair[3].",
}

PATTERN_TOOLS = (
    tool(
        "repeat_objects",
        "Repeat an object",
        (
            "Repeat an object in a pattern about its place, or `around` another: chairs round a"
            " table, the squares of a board, a forest. Better than adding each. Changing the"
            " object changes all copies; naming chair[3] in update_objects, place_objects or"
            " remove_objects takes out that one. Called again for the same object, it arranges"
            " the copies anew; a pattern as the target is repeated as a whole: rows of rows."
        ),
        words=_WORDS,
        values=OBJECT_VALUES,
        accumulates=True,
    ),
)
