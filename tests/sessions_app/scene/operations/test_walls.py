"""What is put on a wall hangs on its side: its back touches it, its front looks into the room."""

from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from tests.support.object_calls import add, bounds_of, call, id_of, lines, odd_lines


def _added(**item: Any) -> Document:
    change = add(new_document("room"), {"name": "it", **item})
    assert odd_lines(change) == []
    return change.after


def _yaw(document: Document, name: str = "it") -> float:
    rotation = document["objects"][id_of(document, name)].get("rotation", [0, 0, 0])
    return round(float(rotation[1]), 6) % 360


@pytest.mark.parametrize(
    ("wall", "axis", "face", "yaw"),
    [("back wall", 2, -2.0, 0), ("left wall", 0, -2.5, 90), ("right wall", 0, 2.5, 270)],
)
def test_a_window_hangs_on_the_inside_of_each_wall(
    wall: str, axis: int, face: float, yaw: float
) -> None:
    document = _added(kind="window", on=wall)
    low, high = bounds_of(document, "it")
    assert min(abs(low[axis] - face), abs(high[axis] - face)) < 1e-6
    assert abs(low[axis] + high[axis]) < abs(2 * face)
    assert (low[1] + high[1]) / 2 == pytest.approx(1.6)
    assert _yaw(document) == yaw


@pytest.mark.parametrize(
    "item",
    [
        {"kind": "clock"},
        {"kind": "tv"},
        {"kind": "text", "text": "CAFE", "size": [1.2, 0.35, 0.05]},
        {"kind": "box", "size": [0.9, 0.6, 0.03]},
        {"kind": "plane", "size": [1, 1, 0]},
    ],
)
def test_flat_things_hang_and_what_is_deep_or_another_part_of_a_wall_stands_on_it(
    item: dict[str, Any],
) -> None:
    low, high = bounds_of(_added(**item, on="back wall"), "it")
    assert low[2] == pytest.approx(-2.0, abs=1e-6)
    assert high[1] < 2.7
    for other in ({"kind": "cat"}, {"kind": "box", "size": [5.2, 1, 0.1]}):
        assert bounds_of(_added(**other, on="back wall"), "it").low[1] == pytest.approx(2.7)


def test_what_hangs_keeps_its_height_and_place_along_the_wall() -> None:
    document = _added(kind="clock", on="left wall", position=[-2.4, 2.1, 1.2], facing="viewer")
    low, high = bounds_of(document, "it")
    assert ((low[1] + high[1]) / 2, (low[2] + high[2]) / 2) == pytest.approx((2.1, 1.2))
    assert _yaw(document) == 90  # The wall says where it looks.
    # As models write it who have no height in mind.
    low, high = bounds_of(_added(kind="clock", on="back wall", position=[1, 0, -2]), "it")
    assert (low[0] + high[0], low[1] + high[1]) == pytest.approx((2, 3.2))
    # A door stands at the foot of the wall.
    assert bounds_of(_added(kind="door", on="back wall"), "it").low[1] == pytest.approx(0)


def test_things_that_hang_without_a_place_hang_beside_each_other() -> None:
    clocks = [{"kind": "clock", "name": f"clock {each}", "on": "back wall"} for each in "abc"]
    change = add(new_document("room"), *clocks)
    assert odd_lines(change) == []
    rights = sorted(bounds_of(change.after, f"clock {each}").low[0] for each in "abc")
    assert rights[0] + 0.36 <= rights[1] <= rights[2] - 0.36


def test_a_chart_hangs_on_a_board_and_follows_it_to_another_wall() -> None:
    board = {"kind": "box", "name": "board", "size": [2.4, 1.3, 0.04], "on": "back wall"}
    document = add(new_document("room"), board).after
    rows = [{"label": "a", "value": 3}, {"label": "b", "value": 5}]
    charted = call(
        document, "add_chart", {"name": "it", "rows": rows, "size": [2, 1, 0.1], "on": "board"}
    )
    assert odd_lines(charted) == []
    low, high = bounds_of(charted.after, "it")
    middle = bounds_of(charted.after, "board").center[1]
    assert (low[1] + high[1]) / 2 == pytest.approx(middle)
    assert low[2] == pytest.approx(-1.96)


def test_against_a_wall_a_flat_thing_turns_its_back_to_it() -> None:
    room = add(new_document("room"), {"kind": "mirror", "name": "it", "position": [-1, 0.8, 0]})
    against = {"targets": ["it"], "relation": "against", "reference": "left wall"}
    placed = call(room.after, "place_objects", {"placements": [against]})
    low, _ = bounds_of(placed.after, "it")
    assert low == pytest.approx((-2.5, 0, -0.3))
    assert lines(placed)[1].endswith("against left wall")
    assert odd_lines(placed) == []
