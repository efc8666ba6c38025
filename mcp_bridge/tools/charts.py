"""The tool that makes charts of numbers."""

from mcp_bridge.tools.objects import OBJECT_VALUES
from mcp_bridge.tools.registry import tool
from sessions_app.scene.document.charts import MAX_ROWS

_WORDS = {
    "kind": "Else bars.",
    "rows": f"1 to {MAX_ROWS}. scatter: x, value, z. surface: label by series.",
    "csv": "As rows; or label and a column a series.",
    "name": "A chart's changes that one.",
    "title": "Above it.",
    "x_title": "Of labels.",
    "y_title": "Of values.",
    "size": "[width, height, depth].",
    "on": "A name, or floor.",
}

CHART_TOOLS = (
    tool(
        "add_chart",
        "Add a chart",
        (
            "Draw numbers as a 3D chart, one object with all its texts. Of a chart that is there"
            " only what is given changes; new rows replace all."
        ),
        words=_WORDS,
        values=OBJECT_VALUES,
        accumulates=True,
    ),
)
