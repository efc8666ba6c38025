"""The tool that repeats an object as the copies of a pattern."""

from mcp_bridge.tools.objects import OBJECT_VALUES
from mcp_bridge.tools.registry import tool
from sessions_app.scene.document.arrangement import MAX_COPIES

_WORDS = {
    "target": "What to repeat, with all that belongs to it.",
    "pattern": "How they are arranged.",
    "count": f"In all, 1 to {MAX_COPIES}.",
    "gap": "Meters between boxes.",
    "spacing": "Meters from middle to middle.",
    "axis": "Of a row; y is a stack.",
    "columns": "Of a grid.",
    "radius": "Of a circle or a scattered disk; else as it fits.",
    "arc": "Degrees a circle goes round: 180 is half of it, 720 winds twice.",
    "rise": "Of a circle, meters from each to the next above: winding stairs.",
    "area": "[width, depth] to scatter in.",
    "facing": "Fronts look away from the middle, or in to it.",
    "variation": "0.2: sizes differ by up to 20 %.",
    "seed": "Another whole number scatters otherwise.",
    "around": "The middle: a name, or a point x, y, z; else where it is.",
    "name": "Of the pattern.",
}

PATTERN_TOOLS = (
    tool(
        "repeat_objects",
        "Repeat an object",
        (
            "Repeat an object in a pattern about its place, or `around` another: chairs round a"
            " table, the squares of a board, a forest. Changing the"
            " object changes all copies; changing, placing or removing chair[3] takes out that"
            " one. Called again, it arranges the copies anew; of a pattern: rows of rows."
        ),
        words=_WORDS,
        values=OBJECT_VALUES,
        accumulates=True,
    ),
)
