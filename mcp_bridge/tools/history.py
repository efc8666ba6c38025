"""The tool that undoes, redoes, and keeps checkpoints."""

from mcp_bridge.tools.arguments import worded
from mcp_bridge.tools.output import FLAG, INTEGER, TEXT, record
from mcp_bridge.tools.registry import Tool
from sessions_app.revisions.checkpoints import MAX_CHECKPOINTS
from sessions_app.revisions.stored_steps import HISTORY, History, HistoryStep

_WORDS = {
    "action": "undo, redo, list, save or restore.",
    "steps": ("How many, whoever made them. Left out: one, and undo stops if the person made it."),
    "expect": (
        "Revision of the step to undo or redo first, as list shows it; refused if another one is"
        " next."
    ),
    "name": (
        f"Of a checkpoint to save (at most {MAX_CHECKPOINTS}; the same name replaces it) or to"
        " restore; restore start is the scene as it began."
    ),
}
_STEP = record(revision=INTEGER, by=TEXT, words=TEXT, undone=FLAG)

HISTORY_TOOLS = (
    Tool(
        HISTORY,
        "History",
        (
            "Undo and redo changes of the scene, one line for you and the person, the newest first;"
            " list them; save the scene as a checkpoint and restore it. A restore can be undone,"
            " too."
        ),
        worded(History, _WORDS),
        values={
            "steps": {"type": "array", "items": _STEP},
            "checkpoints": {"type": "array", "items": record(name=TEXT, revision=INTEGER)},
        },
        optional_values={"undoNext": INTEGER, "redoNext": INTEGER},
        operation=HistoryStep,
        accumulates=True,
    ),
)
