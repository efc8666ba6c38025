"""What stands on something goes along when that is moved, turned or resized."""

from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from tests.support.object_calls import add, bounds_of, call, id_of, lines, odd_lines, update


@pytest.fixture(scope="module")
def room() -> Document:
    """A table with a tray on it, a cup on that, and a clock on a wall."""
    return add(
        new_document("room"),
        {"kind": "table", "name": "table", "position": [0, 0.375, 0]},
        {"kind": "box", "name": "tray", "size": [0.4, 0.02, 0.3], "on": "table",
         "position": [0.5, 0, 0.1]},
        {"kind": "mug", "name": "cup", "on": "tray", "position": [0.6, 0, 0.1]},
        {"kind": "clock", "name": "clock", "on": "back wall"},
    ).after  # fmt: skip


def _base(document: Document, name: str) -> Any:
    return pytest.approx(bounds_of(document, name).base, abs=1e-6)


def test_what_stands_on_a_table_goes_along_wherever_it_is_put(room: Document) -> None:
    moved = update(room, {"target": "table", "move_by": [-1, 0, 0.5]})
    assert odd_lines(moved) == []
    assert lines(moved)[:2] == ["Updated 1 object.", "What stands on it went along: tray, cup."]
    assert _base(moved.after, "cup") == (-0.4, 0.77, 0.6)
    wall = {"targets": ["table"], "relation": "against", "reference": "left wall"}
    placed = call(room, "place_objects", {"placements": [wall]})
    assert odd_lines(placed) == []
    assert _base(placed.after, "cup") == (-1.15, 0.77, 0.1)


def test_it_turns_with_the_table_and_keeps_to_its_part_of_the_top(room: Document) -> None:
    turned = update(room, {"target": "table", "rotation": [0, 90, 0]})
    assert _base(turned.after, "cup") == (0.1, 0.77, -0.6)
    lower = update(room, {"target": "table", "size": [0.75, 0.5, 0.85]})
    assert odd_lines(lower) == []
    x, y, z = bounds_of(lower.after, "tray").base
    assert (x, y, z) == pytest.approx((0.25, 0.5, 0.1), abs=1e-6)


def test_what_hangs_goes_along_with_its_wall(room: Document) -> None:
    moved = update(room, {"target": "back wall", "move_by": [0, 0, -1]})
    assert bounds_of(moved.after, "clock").low[2] == pytest.approx(-3)


def test_what_is_placed_by_the_same_call_or_locked_stays(room: Document) -> None:
    both = update(
        room,
        {"target": "table", "move_by": [1, 0, 0]},
        {"target": "tray", "position": [0, 0.01, 1.5]},
    )
    assert _base(both.after, "tray") == (0, 0, 1.5)
    # The cup goes with what it stands on.
    assert _base(both.after, "cup") == (0.1, 0.02, 1.5)
    locked = {**room, "objects": {**room["objects"]}}
    tray = id_of(room, "tray")
    locked["objects"][tray] = {**room["objects"][tray], "locked": True}
    moved = update(locked, {"target": "table", "move_by": [1, 0, 0]})
    assert _base(moved.after, "tray") == (0.5, 0.75, 0.1)


def test_colors_move_nothing(room: Document) -> None:
    painted = update(room, {"target": "table", "color": "red"})
    assert lines(painted)[1].startswith("table: ")
