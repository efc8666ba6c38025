"""Repeating objects, and copies that become objects of their own."""

import json
from typing import Any

import pytest

from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import new_document
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.layout import Layout
from tests.support.repeating import (
    assert_same_pieces,
    box,
    chair,
    done,
    id_of,
    pieces,
    repeated,
    scene,
)
from tests.support.scene_documents import object_named


def test_an_object_becomes_the_copies_of_a_pattern_about_its_place() -> None:
    document = scene(*chair(position=[2, 0, 1]))
    change = repeated(document, "chair", "row", 4, spacing=1)
    pattern = object_named(change.after, "chair row")
    assert pattern["position"] == [2, 0, 1]
    assert pattern["arrangement"] == {"pattern": "row", "count": 4, "spacing": 1}
    assert pattern["bounds"] == [-0.25, 0, -0.25, 0.25, 1, 0.25]
    extent = Layout(change.after["objects"]).extent(id_of(change.after, "chair row"))
    assert extent is not None
    assert (extent.low, extent.high) == ((0.25, 0, 0.75), (3.75, 1, 1.25))
    assert change.summary.splitlines() == [
        "Repeated: chair[1] to chair[4], from 0.5, 0, 1 to 3.5, 0, 1.",
        "chair[4] means that copy alone, and takes it out; chair means all.",
        "chair row: pattern of 4 × chair, row, 3.5 × 1 × 0.5, base at 2, 0, 1, on the floor",
    ]
    assert change.values["objects"][0]["name"] == "chair row"
    assert apply_patch(document, change.patch) == change.after
    assert apply_patch(change.after, change.inverse) == document
    assert len(json.dumps(change.patch)) < 1500


def test_a_change_of_what_is_repeated_is_one_of_all_copies() -> None:
    document = repeated(scene(*chair()), "chair", "grid", 9, gap=0.5).after
    change = done(document, "update_objects", changes=[{"target": "seat", "size": [1, 0.1, 0.5]}])
    assert object_named(change.after, "chair grid")["bounds"][3] == 0.5
    extent = Layout(change.after["objects"]).extent(id_of(change.after, "chair grid"))
    assert extent is not None
    assert extent.size == pytest.approx((4, 1, 2.5))  # three seats a meter wide, and two gaps
    assert apply_patch(change.after, change.inverse) == document


def test_a_copy_is_taken_out_in_place_when_it_is_changed() -> None:
    document = repeated(scene(*chair()), "chair", "circle", 12, radius=2, facing="in").after
    change = done(document, "update_objects", changes=[{"target": "chair[4]", "color": "red"}])
    assert '\nchair[4] was taken out of chair circle and is "chair 4" now.\n' in change.summary
    taken = id_of(change.after, "chair 4")
    pattern = object_named(change.after, "chair circle")
    assert pattern["without"] == {"4": taken}
    assert object_named(change.after, "chair 4")["rotation"] == [0, 270, 0]
    assert_same_pieces(
        pieces(document, "chair circle"), pieces(change.after, "chair circle", "chair 4")
    )
    assert apply_patch(change.after, change.inverse) == document
    # It is still found by the name of the copy.
    again = done(
        change.after, "update_objects", changes=[{"target": "chair[4]", "move_by": [0, 0, 1]}]
    )
    assert object_named(again.after, "chair circle") == pattern
    assert "taken out" not in again.summary
    gone = done(again.after, "remove_objects", targets=["chair[4]"])
    with pytest.raises(InvalidValueError, match=r'"chair\[4\]" was removed'):
        done(gone.after, "update_objects", changes=[{"target": "chair[4]", "color": "red"}])


def test_a_copy_is_taken_out_when_it_is_placed_or_named_as_a_reference() -> None:
    document = scene(*chair(), box("vase", size=[0.2, 0.2, 0.2], position=[9, 0.1, 9]))
    document = repeated(document, "chair", "row", 3, spacing=2).after
    wish = {"targets": ["chair[1]"], "relation": "left_of", "reference": "chair[2]", "gap": 0.3}
    placed = done(document, "place_objects", placements=[wish])
    assert "chair[1] was taken out of chair row" in placed.summary
    assert "chair[2] was taken out of chair row" in placed.summary
    assert object_named(placed.after, "chair 1")["position"] == [-0.8, 0, 0]
    assert object_named(placed.after, "chair 2")["position"] == [0, 0, 0]
    on = done(document, "update_objects", changes=[{"target": "vase", "on": "chair[3]"}]).after
    assert object_named(on, "vase")["contact"] == {"on": id_of(on, "chair 3")}


def test_what_is_repeated_has_its_place_with_its_pattern() -> None:
    document = repeated(scene(*chair()), "chair", "row", 3, spacing=2).after
    wish = {"targets": ["chair"], "relation": "right_of", "reference": "0, 0, 0"}
    placed = done(document, "place_objects", placements=[wish]).after
    assert object_named(placed, "chair row")["position"] == [2.25, 0, 0]
    with pytest.raises(InvalidValueError, match=r'target "chair row" to move all copies'):
        done(document, "update_objects", changes=[{"target": "chair", "move_by": [1, 0, 0]}])
    moved = done(document, "update_objects", changes=[{"target": "chair*", "move_by": [1, 0, 0]}])
    assert object_named(moved.after, "chair row")["position"] == [1, 0, 0]
    assert object_named(moved.after, "chair")["position"] == [0, 0, 0]


def test_a_pattern_is_painted_and_resized_with_all_in_it() -> None:
    document = repeated(scene(*chair()), "chair", "circle", 6, radius=2).after
    change = {"target": "chair circle", "color": "#123456", "scale_by": 2}
    after = done(document, "update_objects", changes=[change]).after
    assert object_named(after, "leg")["material"]["color"] == "#123456"
    assert object_named(after, "chair circle")["arrangement"]["radius"] == 4
    assert object_named(after, "chair circle")["bounds"] == [-0.5, 0, -0.5, 0.5, 2, 0.5]


def test_copies_are_taken_out_for_as_long_as_there_is_room_for_objects() -> None:
    document = repeated(scene(*chair()), "chair", "row", 3).after
    ids = range(100, 100 + 2000 - 4 - len(document["objects"]))
    more = {
        f"o{each}": {"name": f"g{each}", "kind": "group", "position": [0, 0, 0]} for each in ids
    }
    full = {**document, "next": 5000, "objects": {**document["objects"], **more}}
    taken = done(full, "update_objects", changes=[{"target": "chair[1]", "move_by": [0, 0, 1]}])
    assert len(taken.after["objects"]) == 2000
    with pytest.raises(InvalidValueError, match="A scene has at most 2000 objects"):
        done(taken.after, "update_objects", changes=[{"target": "chair[2]", "move_by": [0, 0, 1]}])


def test_copies_are_removed_and_the_last_takes_the_pattern_along() -> None:
    document = repeated(scene(*chair()), "chair", "row", 3).after
    change = done(document, "remove_objects", targets=["chair[1]", "chair row[3]"])
    assert change.summary.startswith("Removed chair[1] and chair[3].\nchair row: pattern of 1")
    assert object_named(change.after, "chair row")["without"] == {"1": None, "3": None}
    assert apply_patch(change.after, change.inverse) == document
    empty = done(change.after, "remove_objects", targets=["chair[2]"])
    assert empty.after["objects"].keys() == new_document("empty")["objects"].keys()
    # What is repeated cannot be removed without its copies.
    whole = done(document, "remove_objects", targets=["chair"])
    assert whole.after["objects"].keys() == new_document("empty")["objects"].keys()


def test_what_is_repeated_again_is_arranged_anew() -> None:
    document = repeated(scene(*chair()), "chair", "row", 3, name="seats").after
    document = done(document, "remove_objects", targets=["chair[2]"]).after
    change = repeated(document, "chair", "circle", 5)
    assert "Copies that were taken out are back" in change.summary
    pattern = object_named(change.after, "seats")
    assert pattern["arrangement"] == {"pattern": "circle", "count": 5}
    assert "without" not in pattern
    assert repeated(change.after, "chair", "circle", 5).is_noop


def test_a_pattern_is_repeated_as_a_whole() -> None:
    document = repeated(scene(*chair()), "chair", "row", 4, gap=0.5, name="seats").after
    change = repeated(document, "seats", "row", 3, axis="z", gap=1, name="rows")
    assert "rows: pattern of 3 × seats, row, 3.5 × 1 × 3.5" in change.summary
    assert len(pieces(change.after, "rows")) == 3 * 4 * 3
    taken = done(
        change.after, "update_objects", changes=[{"target": "seats[2]", "move_by": [0, 0, 0]}]
    )
    assert object_named(taken.after, "seats 2")["arrangement"]["count"] == 4
    assert_same_pieces(pieces(change.after, "rows"), pieces(taken.after, "rows", "seats 2"))


def test_chairs_go_round_a_table() -> None:
    table = {"kind": "cylinder", "name": "table", "size": [2, 0.7, 2], "position": [3, 0.35, 1]}
    document = scene(table, *chair(position=[0, 0, 5]))
    change = repeated(document, "chair", "circle", 4, facing="in", around="table")
    pattern = object_named(change.after, "chair circle")
    assert pattern["position"] == [3, 0, 1]
    # Beside the table: its radius, a gap of a tenth of the seat, and half a chair.
    assert pattern["arrangement"]["radius"] == pytest.approx(1 + 0.05 + 0.25, abs=0.01)
    assert "The radius is 1.3 m" in change.summary
    assert 'was 5 m from the middle, which "radius":5 keeps.' in change.summary
    kept = repeated(document, "chair", "circle", 4, around="table", radius=5)
    assert "from the middle" not in kept.summary
    point = repeated(document, "chair", "circle", 4, around="1, 2, 3").after
    assert object_named(point, "chair circle")["position"] == [1, 0, 3]


def test_what_touches_an_object_or_looks_at_it_does_so_with_its_copies() -> None:
    table = box("table")
    document = scene(
        table,
        box("vase", size=[0.2, 0.2, 0.2], on="table"),
        {"kind": "spot_light", "name": "spot", "position": [0, 5, 0], "aim": "vase"},
    )
    change = repeated(document, "vase", "row", 3)
    pattern = id_of(change.after, "vase row")
    assert object_named(change.after, "vase row")["contact"] == {"on": id_of(document, "table")}
    assert "contact" not in object_named(change.after, "vase")
    assert object_named(change.after, "spot")["aim"] == pattern
    table_row = repeated(change.after, "table", "row", 2)
    assert object_named(table_row.after, "vase row")["contact"] == {
        "on": id_of(table_row.after, "table row")
    }


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"target": "sofa"}, '`target`: "sofa" is not in this scene'),
        ({"target": "key"}, '`target`: "key" cannot be repeated, because it is a light'),
        ({"target": "lamp"}, '"lamp" cannot be repeated, because "bulb" in it is a light'),
        ({"target": "nothing"}, "because nothing solid is in it"),
        ({"count": 10_001}, "The count 10001 is not possible: a scene draws at most 10000 copies"),
        ({"count": 0}, "The count 0 is not possible: give 1 to 10000."),
        ({"count": 2.5}, "`count` cannot be 2.5"),
        ({"pattern": "spiral"}, '`pattern` cannot be "spiral". Accepted: row, grid, circle'),
        ({"gap": -1}, "The gap -1 is not possible"),
        ({"gap": 1, "spacing": 1}, "Give either gap or spacing, not both."),
        ({"pattern": "scatter", "area": [0.3, 0.3]}, "0 of 3 fit without overlap"),
        ({"area": [1, 2, 3]}, "`area`"),
        ({"around": "chair"}, '`around`: "chair" belongs to what is repeated'),
        ({"count": 4000}, "Give it a count of at most 3333, or fewer parts."),
    ],
)
def test_what_cannot_be_repeated_is_refused(given: dict[str, Any], says: str) -> None:
    document = scene(
        *chair(),
        {"kind": "group", "name": "lamp", "position": [3, 0, 0]},
        box("foot", parent="lamp"),
        {"kind": "point_light", "name": "bulb", "position": [0, 1, 0], "parent": "lamp"},
        {"kind": "group", "name": "nothing", "position": [5, 0, 0]},
    )
    with pytest.raises(InvalidValueError) as refused:
        done(
            document,
            "repeat_objects",
            **{"target": "chair", "pattern": "row", "count": 3, **given},
        )
    assert says in refused.value.message


def test_what_is_clamped_or_says_nothing_is_named() -> None:
    change = repeated(
        scene(*chair()), "chair", "row", 3, columns=2, radius=4, variation=2, axis="X",
        name="chair",
    )  # fmt: skip
    lines = change.summary.splitlines()
    assert "Of a row, columns and radius says nothing." in lines
    assert "The value 2 for variation is outside 0 to 0.9, so it was set to 0.9." in lines
    assert '"chair" is called "chair 2".' in lines


def test_the_copies_of_all_patterns_are_counted_together() -> None:
    document = scene(box("one"), box("other", position=[5, 0.5, 0]))
    document = repeated(document, "one", "grid", 6000).after
    with pytest.raises(InvalidValueError, match="count of at most 4000"):
        repeated(document, "other", "grid", 4001)
    # A part more of what is repeated is one more of each copy.
    with pytest.raises(InvalidValueError, match="A scene draws at most 10000 copies"):
        done(document, "add_objects", objects=[box("hat", parent="one")])


def test_what_stands_on_nothing_beyond_the_last_place_is_not_repeated() -> None:
    far = scene(box("far", position=[0, -10_000, 0], size=[1, 1, 1]))
    with pytest.raises(InvalidValueError, match="its base is more than 10000 m away"):
        done(far, "repeat_objects", target="far", pattern="row", count=2)
