"""What operations on objects cost the server: among few and among thousands, and many in a call.

All figures are processor time in milliseconds, the best of several turns in this process, checks
and answer included; nothing here needs a server.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.measuring import report
from sessions_app.scene.checks import Surroundings, find
from sessions_app.scene.document import Document, new_document
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations import OPERATIONS, Change
from sessions_app.scene.operations.answers import checked_view, lighting_of
from sessions_app.scene.operations.refusals import checked
from sessions_app.simulation.servers import OwnServer

FEW, MANY, IN_ONE_CALL = 10, 1_980, 500
TURNS, LONG_TURNS = 9, 3
_FIRST = "box 7"

# By name: the operation, and its arguments in each turn.
_CHANGES: dict[str, tuple[str, Callable[[int], dict[str, Any]]]] = {
    "move": ("update_objects", lambda turn: _change(move_by=[0.01 * (-1) ** turn, 0, 0])),
    "paint": ("update_objects", lambda turn: _change(color=f"#0000{turn:02x}")),
    "rename": (
        "update_objects",
        lambda turn: _change(target=_name(turn), rename=_name(turn + 1)),
    ),
    "add": ("add_objects", lambda _: {"objects": [{"kind": "box", "size": [0.2] * 3}]}),
    "add_on": ("add_objects", lambda _: {"objects": [{"kind": "box", "size": [0.1] * 3,
                                                      "on": "box 9"}]}),
    "place": ("place_objects", lambda turn: _place([_FIRST], f"box {3 + turn % 2}")),
    "remove": ("remove_objects", lambda turn: {"targets": [f"box {turn}"]}),
    "animate": ("animate", lambda turn: {"animations": [{"target": _FIRST, "motion": "spin",
                                                         "period": 2 + turn}]}),
    "light": ("set_key_light_intensity", lambda turn: {"intensity": 1 + turn}),
}  # fmt: skip


async def scenes(server: OwnServer, port: int) -> None:
    """Change one object among 10 and among 2,000; then add, place and take out 500 in one call."""
    del server, port
    few, many = _scene(FEW), _scene(MANY)
    for name, (operation, arguments) in _CHANGES.items():
        small, large = (_cost(document, operation, arguments) for document in (few, many))
        report("scenes", change=name, few_ms=small, many_ms=large, ratio=round(large / small, 2))
    report("scenes", objects=IN_ONE_CALL, **_many_in_one_call())
    report("scenes", objects=MANY, all_pairs_cold_ms=_best(partial(_look, many)))


def _perform(document: Document, name: str, arguments: dict[str, Any]) -> Change:
    operation = OPERATIONS[name]
    given = checked(operation.arguments, arguments, tool=name)
    return operation.on(given, lambda: 0.0)(document)


def _change(*, target: str = _FIRST, **change: Any) -> dict[str, Any]:
    return {"changes": [{"target": target, **change}]}


def _name(turn: int) -> str:
    """What the renamed box is called before a turn."""
    return f"crate {turn}" if turn else _FIRST


def _place(targets: list[str], reference: str) -> dict[str, Any]:
    return {"placements": [{"targets": targets, "relation": "on", "reference": reference}]}


def _boxes(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"kind": "box", "name": f"item {i}", "size": [0.3] * 3, **more} for i in range(count)]


def _scene(count: int) -> Document:
    """Boxes in rows, with an aisle between any two."""
    side = int(count**0.5) + 1
    objects = [
        {"kind": "box", "name": f"box {i}", "size": [0.8, 1, 0.8],
         "position": [1.5 * (i % side), 0.5, -1.5 * (i // side)]}
        for i in range(count)
    ]  # fmt: skip
    document = new_document()
    for first in range(0, count, IN_ONE_CALL):
        items = objects[first : first + IN_ONE_CALL]
        document = _perform(document, "add_objects", {"objects": items}).after
    return document


def _cost(document: Document, name: str, arguments: Callable[[int], dict[str, Any]]) -> float:
    """The least that a turn costs; each changes what the one before left."""
    spent = []
    for turn in range(TURNS):
        before = time.process_time_ns()
        change = _perform(document, name, arguments(turn))
        spent.append((time.process_time_ns() - before) / 1e6)
        document = change.after
    return round(min(spent), 2)


def _many_in_one_call() -> dict[str, float]:
    table = {"kind": "box", "name": "table", "size": [30, 1, 30], "position": [0, 0.5, 0]}
    bare = _perform(new_document(), "add_objects", {"objects": [table]}).after
    spots = _boxes(IN_ONE_CALL)
    for i, item in enumerate(spots):
        item["position"] = [i % 23 - 11, 2, i // 23 - 11]
    above = _perform(bare, "add_objects", {"objects": spots}).after
    names = [item["name"] for item in spots]
    chair = {"kind": "box", "name": "chair", "size": [0.3, 0.5, 0.3]}
    one = _perform(new_document(), "add_objects", {"objects": [chair]}).after
    pattern = {"target": "chair", "pattern": "grid", "count": IN_ONE_CALL + 100}
    copies = _perform(one, "repeat_objects", pattern).after
    taken = [{"target": f"chair[{n}]", "color": "red"} for n in range(1, IN_ONE_CALL + 1)]
    calls: dict[str, tuple[Document, str, dict[str, Any]]] = {
        "added_ms": (bare, "add_objects", {"objects": spots}),
        "added_on_table_ms": (bare, "add_objects", {"objects": _boxes(IN_ONE_CALL, on="table")}),
        "placed_on_table_ms": (above, "place_objects", _place(names, "table")),
        "taken_out_of_pattern_ms": (copies, "update_objects", {"changes": taken}),
    }
    return {name: _best(partial(_perform, *call)) for name, call in calls.items()}


def _look(document: Document) -> None:
    around = Surroundings(Layout(document["objects"]))
    view = checked_view(document, around)
    find(around, view, light=lighting_of(document, has_changed=True))


def _best(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(LONG_TURNS):
        before = time.process_time_ns()
        work()
        spent.append((time.process_time_ns() - before) / 1e6)
    return round(min(spent), 1)
