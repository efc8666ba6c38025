"""What changes cost in a scene of thousands of entities: the server's edits and the page's patches.

All figures are processor time, in milliseconds; nothing here needs a server.
"""

import asyncio
import copy
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.measuring import report
from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.patches import Patch, apply_patch
from sessions_app.scene.document import Document, new_document, require_entities
from sessions_app.simulation.servers import OwnServer

ENTITIES = 2000
ADDED = 500
TURNS = 15
_PAGE = Path(__file__).with_name("edits.mjs")
_BOX = {"name": "box", "kind": "box", "position": [0.0, 0.5, 0.0], "size": [0.4, 1.0, 0.4]}
_FIRST = new_document()["next"]


async def edits(server: OwnServer, port: int) -> None:
    """Add 500 entities to 2,000, in the server and in the page; checks included."""
    del server, port
    report("edits", where="server", **_server_figures())
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("node"),
        *(_PAGE, str(ENTITIES), str(ADDED)),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    report("edits", where="page", **json.loads(output))


def _server_figures() -> dict[str, float]:
    document = new_document()
    document["objects"] |= {_id(number): copy.deepcopy(_BOX) for number in range(ENTITIES)}
    patch = _add_many(document).patch
    one: Patch = [{"op": "add", "path": f"/objects/{_id(7)}/rotation", "value": [0, 1, 0]}]
    return {
        "edit_ms_per_add": _cpu_ms(lambda: _add_many(document)) / ADDED,
        "edit_patches_and_check_ms_per_add": _cpu_ms(lambda: _all_of(_add_many(document))) / ADDED,
        "apply_ms_per_add": _cpu_ms(lambda: apply_patch(document, patch)) / ADDED,
        "change_of_one_ms": _cpu_ms(lambda: _all_of(_change_one(document))),
        "apply_change_of_one_ms": _cpu_ms(lambda: apply_patch(document, one)),
    }


def _id(number: int) -> str:
    return f"o{_FIRST + number}"


def _add_many(document: Document) -> Edit:
    edit = Edit(document)
    for number in range(ADDED):
        edit.add(("objects",), _id(ENTITIES + number), dict(_BOX))
    return edit


def _change_one(document: Document) -> Edit:
    edit = Edit(document)
    edit.set(("objects", _id(7)), "rotation", [0.0, 1.0, 0.0])
    return edit


def _all_of(edit: Edit) -> tuple[Any, ...]:
    touched = edit.touched
    require_entities(edit.document, touched)
    return edit.patch, edit.inverse, touched


def _cpu_ms(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(TURNS):
        before = time.process_time_ns()
        work()
        spent.append((time.process_time_ns() - before) / 1e6)
    return round(median(spent), 5)
