"""Props by the operations: added, changed, taken apart, stood on, and refused."""

from typing import Any

import pytest

from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import Document, new_document
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.bounds import Bounds
from sessions_app.scene.props.recipes import props
from tests.support.object_calls import (
    add,
    bounds_of,
    call,
    id_of,
    lines,
    odd_lines,
    remove,
    update,
)


def _scene(*objects: dict[str, Any]) -> Document:
    return add(new_document("empty"), *objects).after


def _entity(document: Document, name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["objects"][id_of(document, name)]
    return found


def _same(one: Bounds, other: Bounds, within: float) -> bool:
    return all(
        abs(a - b) <= within
        for mine, its in zip(one, other, strict=True)
        for a, b in zip(mine, its, strict=True)
    )


def test_a_prop_has_its_usual_size_color_and_name() -> None:
    added = add(new_document("empty"), {"kind": "prop", "prop": "armchair"})
    entity = _entity(added.after, "armchair")
    recipe = props()["armchair"].recipe()
    assert tuple(entity["size"]) == recipe.size
    assert entity["material"] == {"preset": "fabric", "color": recipe.color}
    assert lines(added)[1].startswith("armchair: armchair 0.9 × 0.86 × 0.86 at 0, 0.43, 0")


@pytest.mark.parametrize(
    ("said", "prop", "form"),
    [
        ({"kind": "prop", "prop": "couch"}, "sofa", None),
        ({"kind": "prop", "prop": "Street Lamp"}, "street_lamp", None),
        ({"kind": "prop", "prop": "pine tree"}, "tree", "pine"),
        ({"kind": "prop", "prop": "tree", "form": "Palm"}, "tree", "palm"),
        ({"kind": "prop", "prop": "tree", "form": "oak"}, "tree", None),
        ({"kind": "bookshelf"}, "bookcase", None),
        ({"kind": "coffee table"}, "table", "coffee"),
        ({"kind": "tv stand"}, "dresser", "low"),
        ({"kind": "monitor"}, "tv", "monitor"),
        ({"kind": "cooking pot"}, "pan", "pot"),
        ({"kind": "garden path"}, "road", "path"),
    ],
)
def test_props_are_found_by_other_words(said: dict[str, Any], prop: str, form: str | None) -> None:
    entity = _entity(_scene({**said, "name": "it"}), "it")
    assert (entity["kind"], entity["prop"], entity.get("form")) == ("prop", prop, form)


def test_what_is_given_wins_over_the_recipe() -> None:
    said = {"kind": "prop", "prop": "chair", "name": "it"}
    scene = _scene(said | {"color": "red", "size": [0.1]}, {"kind": "prop", "prop": "bird"},
                   said | {"material": "gold", "name": "gold"})  # fmt: skip
    entity = _entity(scene, "it")
    assert entity["material"] == {"preset": "wood", "color": "#ff0000"}
    assert entity["size"] == pytest.approx([0.051136, 0.1, 0.054545])
    assert _entity(scene, "gold")["material"] == {"preset": "gold"}
    assert "floating" not in _entity(scene, "bird")
    assert _entity(_scene({"kind": "cloud"}), "cloud")["floating"] is True


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"prop": "sofaa"}, 'no prop "sofaa". Nearest: sofa'),
        ({}, "`objects[0].prop` is missing: which one it is, of chair, stool"),
        ({"prop": "tree", "form": "elm"}, 'no form "elm": it has oak, pine, palm, birch'),
        ({"prop": "chair", "form": "oak"}, "it has but one"),
        ({"prop": "chair", "radius": 1}, "a prop has no radius"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(said: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidValueError, match="prop") as refused:
        _scene({"kind": "prop", **said})
    assert words in str(refused.value)
    with pytest.raises(InvalidValueError, match="a box has no prop"):
        _scene({"kind": "box", "prop": "chair"})


def test_all_props_that_there_are_not_are_refused_at_once() -> None:
    with pytest.raises(InvalidValueError) as refused:
        _scene(
            {"kind": "prop", "prop": "hovercraft"}, {"kind": "sofa"}, {"kind": "prop", "prop": "x"}
        )
    known = '`objects[0].prop`, `objects[2].prop`: there is no prop "hovercraft", "x". Nearest: '
    assert str(refused.value).startswith(known)


@pytest.mark.parametrize(
    ("said", "size", "yaw"),
    [
        ({"kind": "road", "size": [24, 0.06, 6]}, (24, 6), 90),
        ({"kind": "car", "size": [4.3, 1.4, 1.8]}, (4.3, 1.8), 90),
        ({"kind": "sofa", "size": [0.9, 0.8, 2], "facing": "left"}, (0.9, 2), 270),
        ({"kind": "road", "size": [6, 0.06, 24], "rotation": [0, 90, 0]}, (24, 6), 90),
        # Wide on purpose.
        ({"kind": "sofa", "size": [1.2, 0.8, 1.3]}, (1.2, 1.3), 0),
    ],
)
def test_a_size_with_the_long_side_across_is_that_of_the_world(
    said: dict[str, Any], size: tuple[float, float], yaw: float
) -> None:
    document = _scene({**said, "name": "it"})
    width, _, depth = bounds_of(document, "it").size
    assert (width, depth) == pytest.approx(size)
    assert _entity(document, "it").get("rotation", [0, 0, 0])[1] % 360 == yaw


def test_a_prop_becomes_another_one_and_another_form() -> None:
    scene = _scene({"kind": "tree", "position": [0, 2.2, 0]})
    palm = update(scene, {"target": "tree", "form": "palm"}).after
    assert tuple(_entity(palm, "tree")["size"]) == props()["tree"].recipe("palm").size
    assert bounds_of(palm, "tree").low[1] == pytest.approx(0)
    assert _entity(palm, "tree")["material"]["color"] == props()["tree"].recipe("palm").color
    car = update(palm, {"target": "tree", "prop": "car", "size": [1], "color": "teal"}).after
    entity = _entity(car, "tree")
    assert max(entity["size"]) == 1
    assert ("form" in entity, entity["material"]["color"]) == (False, "#008688")
    rocket = update(car, {"target": "tree", "prop": "rocket"}).after
    assert _entity(rocket, "tree")["size"] == entity["size"]
    assert _entity(rocket, "tree")["material"] == entity["material"]


def test_things_stand_on_the_seat_under_the_top_and_in_the_shelf() -> None:
    scene = _scene(
        {"kind": "chair"}, {"kind": "table"}, {"kind": "shelf"},
        {"kind": "cat", "on": "chair"},
        {"kind": "ball", "size": [0.2], "name": "ball"},
        {"kind": "mug"},
    )  # fmt: skip
    seat = bounds_of(scene, "cat").low[1]
    assert 0.45 < seat < 0.55
    placed = call(scene, "place_objects", {"placements": [
        {"targets": ["ball"], "relation": "under", "reference": "table"},
        {"targets": ["mug"], "relation": "inside", "reference": "shelf"},
    ]})  # fmt: skip
    assert bounds_of(placed.after, "ball").low[1] == pytest.approx(0)
    board = bounds_of(placed.after, "mug").low[1]
    assert 0.05 < board < 0.12
    assert odd_lines(placed) == []
    # A chair under a table is right; one in a wall is not.
    moved = update(placed.after, {"target": "chair", "position": [0, 0.44, 0]})
    assert odd_lines(moved) == []
    middle = list(bounds_of(placed.after, "table").center)
    wall = {"kind": "box", "name": "wall", "size": [4, 2, 0.6], "position": middle}
    walled = add(placed.after, wall)
    assert any("wall" in line and "table" in line for line in odd_lines(walled))


@pytest.mark.parametrize("name", ["chair", "car", "lamp", "bicycle", "cat"])
def test_a_prop_is_taken_apart_in_place(name: str) -> None:
    scene = _scene(
        {"kind": "prop", "prop": name, "name": "it", "rotation": [0, 90, 0], "position": [1, 2, 3]},
        {"kind": "box", "name": "child", "parent": "it", "size": [0.1], "position": [0, 2, 0]},
    )
    before = bounds_of(scene, "it"), bounds_of(scene, "child")
    apart = update(scene, {"target": "it", "ungroup": True})
    group = _entity(apart.after, "it")
    assert (group["kind"], group["rotation"]) == ("group", [0, 90, 0])
    assert "prop" not in group
    assert lines(apart)[1].startswith("it is a group of ")
    within = 0.03 * max(before[0].size)
    assert _same(bounds_of(apart.after, "it"), before[0], within)
    assert _same(bounds_of(apart.after, "child"), before[1], 1e-6)
    assert apply_patch(apart.after, apart.inverse) == scene


def test_naming_a_part_takes_the_prop_apart() -> None:
    scene = _scene({"kind": "chair"}, {"kind": "windmill"}, {"kind": "snowman"}, {"kind": "robot"})
    painted = update(scene, {"target": "chair/legs", "color": "red"}).after
    assert [
        _entity(painted, each)["material"]["color"] for each in ("chair leg", "chair leg 2")
    ] == [
        "#ff0000",
        "#ff0000",
    ]
    assert _entity(painted, "chair seat")["material"]["color"] == props()["chair"].recipe().color
    turning = call(painted, "animate", {"animations": [
        {"target": "windmill/sail", "motion": "spin", "axis": "z"},
    ]}).after  # fmt: skip
    assert "spin" in _entity(turning, "windmill sail 2")["animation"]
    bare = remove(turning, "snowman/hat").after
    assert _entity(bare, "snowman")["kind"] == "group"
    assert all(entity["name"] != "snowman hat" for entity in bare["objects"].values())
    placed = call(bare, "place_objects", {"placements": [
        {"targets": ["robot/head"], "relation": "to_floor"},
    ]}).after  # fmt: skip
    assert bounds_of(placed, "robot head").low[1] == pytest.approx(0, abs=0.01)


def test_parts_that_there_are_not_are_refused_with_those_that_there_are() -> None:
    scene = _scene({"kind": "bird"}, {"kind": "box"})
    with pytest.raises(InvalidValueError, match='parts of "bird" are foot, leg, body'):
        update(scene, {"target": "bird/fin", "color": "red"})
    with pytest.raises(InvalidValueError, match="is no prop"):
        update(scene, {"target": "box", "ungroup": True})


def test_props_are_repeated_and_taken_out() -> None:
    scene = _scene({"kind": "tree"})
    forest = call(scene, "repeat_objects", {"target": "tree", "pattern": "row", "count": 5})
    assert forest.after["objects"][id_of(forest.after, "tree row")]["kind"] == "pattern"
    one = update(forest.after, {"target": "tree[2]", "form": "pine"}).after
    assert _entity(one, "tree 2")["form"] == "pine"
