"""Writes stored patches, and whole other documents, into an edit.

`next` only grows: an id that an undone change has given out is never used again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.patches import Patch, parse_pointer
from sessions_app.scene.document import Document

_COUNTER = "next"


def write_patch(edit: Edit, patch: Patch) -> None:
    """Apply a patch of one of our edits to the draft, but never set `next` back.

    Raises:
        EditError: a path does not exist.
    """
    for step in patch:
        *way, member = parse_pointer(step["path"])
        if not way and member == _COUNTER:
            edit.set((), _COUNTER, max(step["value"], edit.get((_COUNTER,))))
        elif step["op"] == "remove":
            edit.remove(way, member)
        else:
            edit.set(way, member, step["value"])


def write_document(edit: Edit, document: Document) -> None:
    """Turn the draft into another document, map by map, but keep the larger `next`."""
    now = edit.document
    _write_map(edit, (), now, {**document, _COUNTER: max(document[_COUNTER], now[_COUNTER])})


def _write_map(
    edit: Edit, way: Sequence[str], now: Mapping[str, Any], then: Mapping[str, Any]
) -> None:
    for name in [name for name in now if name not in then]:
        edit.remove(way, name)
    for name, value in then.items():
        present = now.get(name)
        if isinstance(value, dict) and isinstance(present, dict):
            if value is not present:
                _write_map(edit, (*way, name), present, value)
        else:
            edit.set(way, name, value)
