"""Shapes that points describe: where they are, how large, and what changes them."""

from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.operations.outlines import given_points
from tests.support.object_calls import add, bounds_of, call, update
from tests.support.scene_documents import object_named

ARCH = [[0, 0, 0], [1, 1, 0], [2, 0, 0]]
VASE = [[0, 0], [0.3, 0], [0.2, 0.4], [0.3, 0.6]]
CORNER = [[0, 0], [1, 0], [0, 2]]


def scene(**item: Any) -> Document:
    return add(new_document("empty"), {"name": "it", **item}).after


def changed(document: Document, **change: Any) -> dict[str, Any]:
    return object_named(update(document, {"target": "it", **change}).after, "it")


def test_points_stay_where_they_are_in_the_parents_space() -> None:
    tube = scene(kind="tube", points=[[1, 2, 3], [1, 5, 3]], radius=0.1)
    assert [*bounds_of(tube, "it")] == [pytest.approx((0.9, 2, 2.9)), pytest.approx((1.1, 5, 3.1))]
    vase = scene(kind="lathe", points=VASE)
    assert [*bounds_of(vase, "it")] == [
        pytest.approx((-0.3, 0, -0.3)),
        pytest.approx((0.3, 0.6, 0.3)),
    ]
    corner = scene(kind="extrude", points=CORNER, depth=0.4)
    assert [*bounds_of(corner, "it")] == [pytest.approx((0, 0, 0)), pytest.approx((1, 2, 0.4))]


def test_a_position_is_that_of_the_center_of_the_box_and_points_are_stored_from_there() -> None:
    corner = object_named(scene(kind="extrude", points=CORNER, position=[5, 1, 5]), "it")
    assert corner["position"] == [5, 1, 5]
    assert corner["points"] == [[-0.5, -1], [0.5, -1], [-0.5, 1]]
    assert corner["size"] == [1, 2, 0.1]
    vase = object_named(scene(kind="lathe", points=VASE, position=[5, 1, 5]), "it")
    assert vase["points"] == [[0, -0.3], [0.3, -0.3], [0.2, 0.1], [0.3, 0.3]]


def test_who_gives_points_and_a_position_is_told_what_that_is_of() -> None:
    empty = new_document("empty")
    roof = {"kind": "extrude", "points": [[-1, 0], [1, 0], [0, 2]], "position": [0, 5, 0]}
    assert add(empty, roof, roof).summary.count("not their 0, 0: without one they stay") == 1
    centered = {**roof, "points": [[-1, -1], [1, -1], [0, 1]]}
    placeless = {name: value for name, value in roof.items() if name != "position"}
    assert "without one they stay" not in add(empty, centered, placeless).summary


def test_a_tube_bulges_beyond_its_points_as_its_curve_does() -> None:
    arch = object_named(scene(kind="tube", points=ARCH, radius=0.1), "it")
    width, height, depth = arch["size"]
    assert depth == pytest.approx(0.2)
    assert 2.1 < width < 2.2
    assert 1.1 < height < 1.2
    closed = object_named(scene(kind="tube", points=ARCH, radius=0.1, closed=True), "it")
    assert closed["closed"] is True
    assert closed["size"][1] > height


def test_points_come_in_the_forms_that_models_write() -> None:
    for points in (
        "[[0, 0], [1, 0], [0, 2]]",
        [{"x": 0, "y": 0}, "1, 0", ["0", 2]],
        [*CORNER, [0, 0]],
        [[0, 0], [0, 0], *CORNER],
    ):
        asked = {"kind": "extrude", "name": "it", "outline": points}
        document = call(new_document("empty"), "add_objects", {"objects": [asked]}).after
        assert len(object_named(document, "it")["points"]) == 3


def test_what_is_given_a_size_has_it_and_keeps_its_base() -> None:
    vase = object_named(scene(kind="lathe", points=VASE, size=[1.2, 1.2, 1.2]), "it")
    assert vase["size"] == [1.2, 1.2, 1.2]
    assert vase["position"] == [0, 0.6, 0]
    assert vase["points"] == [[0, -0.6], [0.6, -0.6], [0.4, 0.2], [0.6, 0.6]]
    tube = object_named(scene(kind="tube", points=ARCH, size=4, radius=0.1), "it")
    assert tube["size"][0] == 4
    assert tube["radius"] == 0.1
    assert tube["points"][0][0] == pytest.approx(-1.93, abs=0.01)


@pytest.mark.parametrize("change", [{"scale_by": 2}, {"size": [1.2, 1.2, 1.2]}, {"size": 1.2}])
def test_a_change_of_size_rewrites_the_points(change: dict[str, Any]) -> None:
    vase = changed(scene(kind="lathe", points=VASE), **change)
    assert vase["size"] == [1.2, 1.2, 1.2]
    assert vase["points"] == [[0, -0.6], [0.6, -0.6], [0.4, 0.2], [0.6, 0.6]]
    assert vase["position"] == [0, 0.6, 0]


def test_a_group_takes_the_points_of_what_is_in_it_along() -> None:
    document = add(
        new_document("empty"),
        {"kind": "group", "name": "pair"},
        {"kind": "tube", "name": "it", "parent": "pair", "points": ARCH, "radius": 0.1},
        {"kind": "extrude", "name": "plate", "parent": "pair", "points": CORNER, "bevel": 0.02},
    ).after
    after = update(document, {"target": "pair", "scale_by": 3}).after
    before, grown = (object_named(each, "it") for each in (document, after))
    assert grown["radius"] == pytest.approx(0.3)
    assert grown["points"] == [pytest.approx([3 * n for n in p]) for p in before["points"]]
    assert object_named(after, "plate")["bevel"] == pytest.approx(0.06)


def test_other_points_are_in_the_parents_space_again_and_keep_the_rest() -> None:
    tube = scene(kind="tube", points=ARCH, radius=0.1, color="red", position=[7, 7, 7])
    after = changed(tube, points=[[0, 2, 0], [0, 3, 0]])
    assert after["position"] == [0, 2.5, 0]
    assert after["size"] == pytest.approx([0.2, 1, 0.2])
    assert after["material"] == {"color": "#ff0000"}
    placed = changed(tube, points=[[0, 2, 0], [0, 3, 0]], position=[1, 1, 1])
    assert placed["position"] == [1, 1, 1]
    plate = scene(kind="extrude", points=CORNER, depth=0.4)
    assert changed(plate, points=[[0, 0], [3, 0], [0, 3]])["size"] == [3, 3, 0.4]


@pytest.mark.parametrize(
    "item",
    [
        {"kind": "tube", "points": ARCH, "radius": 0.1},
        {"kind": "lathe", "points": VASE},
        {"kind": "extrude", "points": CORNER, "depth": 0.4},
    ],
    ids=["tube", "lathe", "extrude"],
)
@pytest.mark.parametrize("placed", [{}, {"position": [5, 1, -3], "rotation": [0, 30, 0]}])
def test_points_that_are_read_can_be_written_back(
    item: dict[str, Any], placed: dict[str, Any]
) -> None:
    document = scene(**item, **placed)
    before = object_named(document, "it")
    after = changed(document, points=given_points(before))
    for member in ("position", "size"):
        assert after[member] == pytest.approx(before[member])
    for one, other in zip(after["points"], before["points"], strict=True):
        assert one == pytest.approx(other)


def test_another_radius_leaves_the_curve_where_it_is() -> None:
    tube = scene(kind="tube", points=ARCH, radius=0.1, rotation=[0, 90, 0])
    before, after = object_named(tube, "it"), changed(tube, radius=0.3)
    assert after["position"][0] == pytest.approx(before["position"][0])
    assert after["size"][2] == pytest.approx(0.6)
    # The highest point of its curve, in the world.
    tops = [each["position"][1] + max(y for _, y, _ in each["points"]) for each in (before, after)]
    assert tops[0] == pytest.approx(tops[1])


def test_it_stands_on_what_it_is_put_on() -> None:
    document = add(
        new_document("empty"),
        {"kind": "box", "name": "table", "size": [2, 1, 2], "position": [0, 0.5, 0]},
        {"kind": "lathe", "name": "it", "points": VASE, "on": "table"},
    ).after
    assert object_named(document, "it")["position"] == [0, 1.3, 0]


def test_a_profile_of_one_height_is_flat_whatever_size_is_asked() -> None:
    disk = scene(kind="lathe", points=[[0.2, 1], [0.5, 1]], size=[2, 2, 2])
    assert object_named(disk, "it")["size"] == [2, 0, 2]


@pytest.mark.parametrize(
    ("asked", "size"),
    [([1, 1, 1], [1, 1, 1]), ([0.5, 0, 2], [0.5, 0, 2]), ([2], [0.2, 2, 0.2])],
)
def test_a_tube_without_any_size_gets_one(asked: list[float], size: list[float]) -> None:
    tube = scene(kind="tube", points=[[0, 0, 0], [0, 1, 0]], size=[0, 0, 0])
    after = update(tube, {"target": "it", "size": asked}).after
    assert object_named(after, "it")["size"] == pytest.approx(size, abs=1e-3)
