"""Changing objects: absolute and relative, one or many."""

from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.resizing import UnevenFactorsError
from tests.support.object_calls import add, bounds_of, id_of, lines, odd_lines, update
from tests.support.scene_documents import object_named

EMPTY = new_document("empty")
BOX: dict[str, Any] = {"kind": "box", "name": "box", "size": [1, 1, 1], "position": [0, 0.5, 0]}
PAIR: list[dict[str, Any]] = [
    {"kind": "group", "name": "pair", "position": [5, 0, 0]},
    {**BOX, "name": "left", "parent": "pair", "position": [-1, 0.5, 0], "tags": ["half"]},
    {**BOX, "name": "right", "parent": "pair", "position": [1, 0.5, 0], "tags": ["half"]},
]


def scene(*more: dict[str, Any]) -> Document:
    return add(EMPTY, BOX, *PAIR, *more).after


def near(one: Any, other: Any) -> bool:
    return all(abs(a - b) < 1e-5 for a, b in zip(one, other, strict=True))


def entity(document: Document, name: str, *changes: dict[str, Any]) -> dict[str, Any]:
    return object_named(update(document, *changes).after, name)


def test_a_change_is_of_what_is_given_only() -> None:
    before = scene()
    change = update(before, {"target": "box", "color": "teal"})
    assert [(step["op"], step["path"]) for step in change.patch] == [
        ("add", f"/objects/{id_of(before, 'box')}/material")
    ]
    assert lines(change)[0] == "Updated 1 object."


def test_what_is_so_already_changes_nothing() -> None:
    change = update(scene(), {"target": "box", "size": [1, 1, 1], "position": [0, 0.5, 0]})
    assert change.is_noop
    assert lines(change)[0] == "Nothing changed: all is so already."


@pytest.mark.parametrize("target", ["#half", "LEFT", "l*", "o6"])
def test_a_target_is_a_name_a_beginning_a_tag_or_an_id(target: str) -> None:
    change = update(scene(), {"target": target, "floating": True})
    assert object_named(change.after, "left")["floating"] is True
    assert ("right: " in change.for_model) == (target == "#half")


def test_relative_changes_start_from_what_is() -> None:
    by = {"target": "box", "move_by": [1, 0, -2], "rotate_by": [0, -90, 0], "scale_by": [2]}
    found = entity(scene(), "box", by, by)
    assert found["position"] == [2, 2, -4]
    assert found["rotation"] == [0, 180, 0]
    assert found["size"] == [4, 4, 4]


@pytest.mark.parametrize("change", [{"size": [1, 3, 1]}, {"scale_by": [1, 3, 1]}, {"height": 3}])
def test_a_solid_that_grows_keeps_its_base(change: dict[str, Any]) -> None:
    found = entity(scene(), "box", {"target": "box", **change})
    assert (found["size"], found["position"]) == ([1, 3, 1], [0, 1.5, 0])


def test_what_floats_on_purpose_or_is_placed_grows_about_its_center() -> None:
    before = scene()
    floating = {"target": "box", "floating": True, "size": [1, 3, 1]}
    assert entity(before, "box", floating)["position"] == [0, 0.5, 0]
    placed = {"target": "box", "position": [0, 5, 0], "size": [1, 3, 1]}
    assert entity(before, "box", placed)["position"] == [0, 5, 0]


def test_a_group_grows_with_all_in_it() -> None:
    after = update(scene(), {"target": "pair", "size": [6, 2, 1]}).after
    assert near(bounds_of(after, "pair").size, [6, 2, 1])
    assert near(bounds_of(after, "pair").base, [5, 0, 0])
    after = update(scene(), {"target": "pair", "size": [6]}).after
    assert near(bounds_of(after, "pair").size, [6, 2, 2])


def test_uneven_factors_that_would_skew_are_refused_with_the_nearest_even_size() -> None:
    turned = update(scene(), {"target": "left", "rotation": [0, 30, 0]}).after
    with pytest.raises(UnevenFactorsError, match=r"`changes\[0\].size`: .*Nearest is"):
        update(turned, {"target": "pair", "size": [6, 1, 1]})


def test_another_parent_keeps_the_place_in_the_world() -> None:
    before = update(scene(), {"target": "pair", "rotation": [0, 90, 0]}).after
    for parent in ("pair", "world"):
        at = bounds_of(before, "box")
        before = update(before, {"target": "box", "parent": parent}).after
        assert near(bounds_of(before, "box").low, at.low)
        assert object_named(before, "box").get("parent") == (
            id_of(before, "pair") if parent == "pair" else None
        )
    assert object_named(before, "box") == object_named(scene(), "box")
    moved = update(before, {"target": "box", "parent": "pair", "position": [0, 3, 0]}).after
    assert object_named(moved, "box")["position"] == [0, 3, 0]


def test_a_color_for_a_group_paints_all_in_it() -> None:
    after = update(scene(), {"target": "pair", "color": "red", "material": "metal"}).after
    for name in ("left", "right"):
        assert object_named(after, name)["material"] == {"preset": "metal", "color": "#ff0000"}


def test_a_preset_replaces_the_surface_and_keeps_a_color_where_it_has_no_typical_one() -> None:
    before = update(scene(), {"target": "box", "color": "red", "roughness": 0.1}).after
    assert entity(before, "box", {"target": "box", "material": "wood"})["material"] == {
        "preset": "wood",
        "color": "#ff0000",
    }
    assert entity(before, "box", {"target": "box", "material": "gold"})["material"] == {
        "preset": "gold"
    }
    gold = update(before, {"target": "box", "material": "gold"}).after
    assert "material" not in entity(gold, "box", {"target": "box", "material": "matte"})


def test_names_change_and_stay_unique() -> None:
    change = update(
        scene(), {"target": "#half", "rename": "half"}, {"target": "half 2", "tags": []}
    )
    assert '"half" became "half 2".' in lines(change)
    assert "tags" not in object_named(change.after, "half 2")
    again = update(change.after, {"target": "half", "rename": "Half"}).after
    assert object_named(again, "Half")


def test_a_text_keeps_the_height_of_its_letters() -> None:
    before = scene({"kind": "text", "name": "sign", "text": "Hi"})
    found = entity(before, "sign", {"target": "sign", "text": "HiHi"})
    now = object_named(before, "sign")
    assert found["size"][0] > 1.8 * now["size"][0]
    assert found["size"][1:] == now["size"][1:]


def test_what_stands_on_or_faces_something_is_placed_after_the_last_change() -> None:
    change = update(
        scene(),
        {"target": "box", "on": "left", "facing": "camera"},
        {"target": "pair", "scale_by": [2]},
    )
    assert abs(bounds_of(change.after, "box").low[1] - 2) < 1e-5
    assert odd_lines(change) == []
    moved = update(change.after, {"target": "box", "move_by": [0, 1, 0]})
    assert "contact" not in object_named(moved.after, "box")
    [odd] = odd_lines(moved)
    assert odd.startswith("Odd: box floats 1 above ")


def test_lights_and_cameras_are_set_on_purpose_and_follow_no_more() -> None:
    change = update(
        scene(),
        {
            "target": "key",
            "position": [1, 2, 3],
            "intensity": 5,
            "color": "gold",
            "size": [2, 1, 0],
        },
        {"target": "fill", "aim": "box", "scale_by": [2]},
        {"target": "camera", "fov": 50, "facing": [0, 1, 0]},
    )
    key, fill, camera = (object_named(change.after, name) for name in ("key", "fill", "camera"))
    assert (key["position"], key["intensity"], key["size"]) == ([1, 2, 3], 5, [2, 1])
    assert fill["aim"] == id_of(change.after, "box")
    assert (camera["fov"], camera["aim"]) == (50, [0, 1, 0])
    assert not any("fitted" in each for each in (key, fill, camera))
    painted = update(scene(), {"target": "key", "intensity": 1}).after
    assert object_named(painted, "key")["fitted"] is True


def test_what_is_out_of_range_is_clamped_and_the_answer_says_so() -> None:
    change = update(scene(), {"target": "box", "position": [0, 99999, 0], "roughness": 3})
    assert object_named(change.after, "box")["position"] == [0, 10000, 0]
    assert any("`" not in line and "changes[0].roughness is outside 0 to 1" in line
               for line in lines(change))  # fmt: skip
    with pytest.raises(InvalidValueError, match="The size of"):
        update(scene(), {"target": "box", "scale_by": [100_000]})
