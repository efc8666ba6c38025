"""Patterns among other objects: what stands on copies, and copies that float or overlap."""

from typing import Any

from sessions_app.scene.checks import Surroundings, find, worst
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations.fitting import unit_bounds
from tests.support.small_scenes import Objects, box, chair, named, scene, standing, table


def pattern(objects: Objects, target: str, **members: Any) -> Objects:
    """The objects with one of them as a pattern, whose origin is where the object's is."""
    arrangement = {"pattern": "row", "count": 3, **members.pop("arrangement", {})}
    entity = {"kind": "pattern", "position": objects[target]["position"], "bounds": [0] * 6}
    name = f"{target}s"
    found = {
        **objects,
        name: {"name": name, **entity, "arrangement": arrangement, **members},
        target: {**objects[target], "position": [0, 0, 0], "parent": name},
    }
    bounds = unit_bounds(Layout(found), name)
    assert bounds
    found[name]["bounds"] = [*bounds.low, *bounds.high]
    return found


def board() -> Objects:
    """A board of 8 by 8 squares, its top 0.1 above the floor."""
    square = named({"square": box((0.4, 0.1, 0.4), (0, 0.05, 0))})
    return pattern(square, "square", arrangement={"pattern": "grid", "count": 64, "gap": 0})


def sentences(objects: Objects) -> list[str]:
    around = Surroundings(Layout(objects))
    return [odd.sentence for odd in worst(around, find(around))]


def test_what_stands_on_a_copy_is_supported_and_what_does_not_floats() -> None:
    king = standing((0.2, 0.4, 0.2), 1.0, 1.0, base=0.1)
    assert sentences(scene(board(), king=king)) == []
    assert sentences(scene(board(), king=standing((0.2, 0.4, 0.2), 1.0, 1.0, base=0.3))) == [
        "king floats 0.2 above squares"
    ]
    # Beside the board it is the floor that is below.
    assert sentences(scene(board(), king=standing((0.2, 0.4, 0.2), 3.0, 0.0, base=0.3))) == [
        "king floats 0.3 above the floor"
    ]


def test_between_copies_nothing_is_supported() -> None:
    tables = pattern(table(), "table", arrangement={"spacing": 3})
    assert sentences(scene(tables, cup=standing((0.1, 0.1, 0.1), 3, 0, base=0.75))) == []
    assert sentences(scene(tables, cup=standing((0.1, 0.1, 0.1), 1.5, 0, base=0.75))) == [
        "cup floats 0.75 above the floor"
    ]


def test_copies_are_on_copies() -> None:
    tables = pattern(table(), "table", arrangement={"spacing": 3})
    cups = pattern(
        scene(cup=standing((0.1, 0.1, 0.1), base=0.75)), "cup", arrangement={"spacing": 3}
    )
    assert sentences(scene(tables, cups)) == []
    apart = pattern(
        scene(cup=standing((0.1, 0.1, 0.1), base=0.75)),
        "cup",
        arrangement={"spacing": 0.2},
        position=[1.5, 0.8, 0],
    )
    assert sentences(scene(tables, apart)) == ["cups floats 0.75 above the floor"]


def test_a_pattern_floats_or_is_buried_as_a_whole() -> None:
    chairs = pattern(chair(), "chair")
    assert sentences(chairs) == []
    chairs["chairs"]["position"] = [0, 1, 0]
    assert sentences(chairs) == ["chairs floats 1 above the floor"]
    chairs["chairs"]["position"] = [0, -0.3, 0]
    assert sentences(chairs) == ["chairs is 0.3 below the floor"]
    chairs["chairs"]["floating"] = True
    assert sentences(chairs) == []


def test_copies_that_overlap_each_other_are_meant_so() -> None:
    assert sentences(pattern(chair(), "chair", arrangement={"spacing": 0.1})) == []


def test_copies_that_are_in_something_are_named_with_the_call_that_removes_them() -> None:
    trees = pattern(
        named({"tree": standing((1, 4, 1))}), "tree", arrangement={"count": 9, "spacing": 2},
        position=[0, 2, 0],
    )  # fmt: skip
    around = Surroundings(Layout(scene(trees, house=standing((4, 3, 3)))))
    [odd] = worst(around, find(around))
    assert odd.sentence == "tree[4] and 2 more of trees are in house"
    assert odd.fix == {
        "tool": "remove_objects",
        "arguments": {"targets": ["tree[4]", "tree[5]", "tree[6]"]},
    }


def test_a_pattern_that_is_in_something_for_the_most_part_is_moved_as_a_whole() -> None:
    squares = board()
    squares["squares"]["position"] = [0, 0.75, 0]
    top = standing((4, 0.75, 4))
    [sentence] = sentences(scene(squares, top=top))
    assert sentence.startswith("squares is 0.05 deep in top")


def test_a_change_of_what_is_repeated_is_seen_as_one_of_its_pattern() -> None:
    objects = scene(board(), king=standing((0.2, 0.4, 0.2), 1.0, 1.0, base=0.1))
    before = Surroundings(Layout(objects))
    later = {**objects, "square": {**objects["square"], "size": [0.4, 0.02, 0.4]}}
    bounds = unit_bounds(Layout(later), "squares")
    assert bounds
    later["squares"] = {**later["squares"], "bounds": [*bounds.low, *bounds.high]}
    touched = ["square", "squares"]
    after = before.after(before.layout.after(later, touched), touched)
    assert [odd.sentence for odd in worst(after, find(after))] == [
        odd.sentence
        for odd in worst(Surroundings(Layout(later)), find(Surroundings(Layout(later))))
    ]
    assert any("king" in odd.sentence for odd in worst(after, find(after)))
