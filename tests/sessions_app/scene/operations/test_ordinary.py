"""What is ordinary is not odd: lamps that hang, windows in walls, roads that cross."""

import json
from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.document.kinds import Start
from tests.support.object_calls import add, bounds_of, call, odd_lines


def _odd(start: Start, *objects: dict[str, Any]) -> list[str]:
    return odd_lines(add(new_document(start), *objects))


def test_a_ceiling_lamp_hangs_where_it_is_put_or_as_high_as_a_room() -> None:
    over = {"kind": "ceiling_lamp", "position": [0, 2.3, 0]}
    assert _odd("room", {"kind": "table", "position": [0, 0.375, 0]}, over) == []
    change = add(new_document("room"), {"kind": "ceiling_lamp", "name": "lamp"})
    assert odd_lines(change) == []
    assert bounds_of(change.after, "lamp").high[1] == pytest.approx(2.7)


def test_windows_and_doors_are_set_into_walls() -> None:
    window = {"kind": "window", "position": [0, 1.6, -1.97]}
    door = {"kind": "door", "position": [2.55, 1.05, 1], "rotation": [0, 270, 0]}
    curtain = {"kind": "curtain", "on": "back wall", "position": [0, 0, -1.9]}
    assert _odd("room", window, door, curtain) == []
    # Anything else in a wall is put before it.
    [odd] = _odd("room", {"kind": "person", "position": [0, 0.875, -1.9], "name": "cook"})
    assert odd.startswith("Odd: cook is 0.0")


def test_roads_cross_and_houses_stand_at_the_edge_of_a_square() -> None:
    square = {"kind": "box", "name": "square", "size": [22, 0.06, 18], "position": [0, 0.03, 0]}
    along = {"kind": "road", "position": [0, 0.03, 20], "rotation": [0, 90, 0]}
    across = {"kind": "road", "position": [0, 0.03, 20]}
    house = {"kind": "house", "position": [-8, 3.1, -12]}
    assert _odd("outdoor", square, along, across, house) == []
    # Who is on the square wholly was to stand on it.
    person = {"kind": "person", "name": "walker", "position": [3, 0.875, 3]}
    [odd] = _odd("outdoor", square, person)
    assert odd.startswith("Odd: walker is 0.06 deep in square: place_objects")


def _chairs(spacing: float) -> Document:
    chair = {"kind": "chair", "name": "chair", "position": [0, 0.44, 1], "facing": "back"}
    document = add(new_document("room"), chair).after
    given = {"target": "chair", "pattern": "row", "count": 3, "spacing": spacing}
    return call(document, "repeat_objects", given).after


def test_copies_of_a_prop_in_a_wall_are_odd_and_all_are_moved_out_of_it() -> None:
    change = call(_chairs(1), "update_objects", {
        "changes": [{"target": "chair row", "position": [-1.5, 0, 1]}]
    })  # fmt: skip
    [odd] = odd_lines(change)
    assert odd.startswith("Odd: chair row is ")
    assert '"targets":["chair row"],"relation":"against","reference":"left wall"' in odd
    fixed = call(change.after, **_fix(odd))
    assert odd_lines(fixed) == []


def _fix(odd: str) -> dict[str, Any]:
    tool, _, arguments = odd.rpartition(": ")[2].partition(" ")
    return {"tool": tool, "arguments": json.loads(arguments)}


def test_copies_of_a_prop_stand_under_what_has_room_for_them() -> None:
    table = {"kind": "table", "position": [0, 0.375, 0.6], "size": [2.8, 0.75, 1.1]}
    assert odd_lines(add(_chairs(0.85), table)) == []
