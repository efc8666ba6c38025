"""New sizes: everything in an object follows, and nothing is skewed."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.resizing import (
    Change,
    UnevenFactorsError,
    changed,
    resized,
    scaled,
    size_of,
)
from sessions_app.scene.geometry.vectors import Vector
from tests.support.examples import examples

_some = settings(deadline=None, max_examples=examples(60))
_lengths = st.floats(0.05, 10)
_places = st.tuples(*[st.floats(-10, 10)] * 3).map(list)
_sizes = st.tuples(*[_lengths] * 3)
_right_angles = st.tuples(*[st.sampled_from([0, 90, 180, 270, -90])] * 3).map(list)
_any_angles = st.tuples(*[st.floats(-360, 360)] * 3).map(list)


@st.composite
def trees(draw: st.DrawFn, angles: st.SearchStrategy[list[float]]) -> dict[str, dict[str, Any]]:
    """A group o1, turned anyhow, with solids in it and in further groups."""
    objects: dict[str, dict[str, Any]] = {
        "o1": {"kind": "group", "position": draw(_places), "rotation": draw(_any_angles)}
    }
    groups = ["o1"]
    for number in range(2, draw(st.integers(3, 8))):
        kind = draw(st.sampled_from(["box", "sphere", "cylinder", "cone", "capsule", "group"]))
        entity: dict[str, Any] = {
            "kind": kind,
            "position": draw(_places),
            "rotation": draw(angles),
            "parent": draw(st.sampled_from(groups)),
        }
        if kind == "group":
            groups.append(f"o{number}")
        else:
            entity["size"] = list(draw(_sizes))
        objects[f"o{number}"] = entity
    objects["o99"] = {"kind": "box", "position": [0, 0, 0], "size": [1, 1, 1], "parent": "o1"}
    return objects


@_some
@given(trees(_right_angles), _sizes)
def test_a_resized_group_has_the_size_that_was_asked_for(
    objects: dict[str, dict[str, Any]], size: Vector
) -> None:
    before = copy.deepcopy(objects)
    after = changed(objects, resized(objects, "o1", size))
    assert objects == before
    reached = size_of(Layout(after), "o1")
    assert reached is not None
    assert reached == pytest.approx(size, abs=1e-6)
    assert after["o1"] is objects["o1"]


@_some
@given(trees(_any_angles), st.floats(0.01, 100))
def test_even_factors_move_every_corner_away_from_the_origin_of_what_grows(
    objects: dict[str, dict[str, Any]], factor: float
) -> None:
    after = changed(objects, scaled(objects, "o1", (factor, factor, factor)))
    old, new = Layout(objects), Layout(after)
    top = old.frame("o1")
    for solid in old.solids("o1"):
        own, grown = old.own_extent(solid), new.own_extent(solid)
        assert own is not None
        assert grown is not None
        for corner, moved in zip(own.corners(), grown.corners(), strict=True):
            inside = top.inside(old.frame(solid).point(corner))
            now = top.inside(new.frame(solid).point(moved))
            assert now == pytest.approx(vectors.scale(inside, factor), abs=1e-6 * max(1, factor))


@_some
@given(trees(_any_angles), _sizes)
def test_any_size_is_reached_or_refused_with_an_even_one_that_is_not(
    objects: dict[str, dict[str, Any]], size: Vector
) -> None:
    try:
        changes = resized(objects, "o1", size)
    except UnevenFactorsError as refused:
        now = size_of(Layout(objects), "o1")
        assert now is not None
        even = vectors.scale(now, refused.factor)
        changes, size = resized(objects, "o1", even), even
    reached = size_of(Layout(changed(objects, changes)), "o1")
    assert reached == pytest.approx(size, abs=1e-5)


def group(**members: Any) -> dict[str, dict[str, Any]]:
    return {
        "o1": {"name": "table", "kind": "group", "position": [5, 0, 5], "rotation": [0, 30, 0]},
        "o2": {"name": "leg", "kind": "box", "position": [1, 2, 3], "parent": "o1", **members},
    }


def test_what_is_turned_by_a_right_angle_has_the_factors_in_another_order() -> None:
    objects = group(size=[1, 1, 1], rotation=[0, 90, 0])
    assert scaled(objects, "o1", (2, 3, 5)) == [
        Change("o2", "position", [2, 6, 15]),
        Change("o2", "size", [pytest.approx(5), pytest.approx(3), pytest.approx(2)]),
    ]


def test_what_is_turned_otherwise_grows_only_where_it_is_not_skewed() -> None:
    objects = group(size=[1, 1, 1], rotation=[0, 30, 0])
    after = changed(objects, scaled(objects, "o1", (2, 3, 2)))
    assert after["o2"]["size"] == pytest.approx([2, 3, 2])
    with pytest.raises(UnevenFactorsError) as refused:
        scaled(objects, "o1", (2, 3, 4))
    assert str(refused.value) == (
        '"table" cannot become [2, 3, 4] times as large: "leg" is turned by [0, 30, 0], off the'
        " right angles, and would be skewed. Nearest is 3 times as large in all directions,"
        " the size [4.09808, 3, 4.09808]."
    )
    assert len(scaled(objects, "o1", [refused.value.factor] * 3)) == 2


def test_a_capsule_at_a_slant_that_would_miss_the_size_is_refused() -> None:
    objects = group(kind="capsule", size=[1, 3, 1], rotation=[45, 0, 0])
    with pytest.raises(UnevenFactorsError, match="something round"):
        resized(objects, "o1", (4, 3, 3))
    extent = size_of(Layout(objects), "o1")
    assert extent is not None
    assert resized(objects, "o1", vectors.scale(extent, 2))


def test_lights_grow_evenly_whatever_their_turn() -> None:
    objects = group(kind="area_light", size=[0.5, 1], rotation=[0, 30, 0])
    after = changed(objects, scaled(objects, "o1", (1, 1, 8)))
    assert after["o2"]["position"] == [1, 2, 24]
    assert after["o2"]["size"] == pytest.approx([1, 2])


def test_points_and_keyframes_follow_in_the_axes_that_they_are_given_in() -> None:
    objects = group(
        kind="tube",
        rotation=[0, 0, 90],
        points=[[1, 1, 1], [0, 2, 0]],
        radius=0.1,
        animation={
            "keyframes": {"frames": [{"position": [1, 1, 1], "time": 2}, {"time": 3, "scale": 2}]},
            "path": {"points": [[1, 1, 1]], "period": 2},
            "float": {"amount": 0.5, "axis": [1, 0, 0]},
            "spin": {"period": 3, "pivot": [0, 1, 0]},
        },
    )
    after = changed(objects, scaled(objects, "o1", (2, 3, 4)))["o2"]
    assert after["points"] == [pytest.approx([3, 2, 4]), pytest.approx([0, 4, 0])]
    assert after["radius"] == pytest.approx(0.1 * 24 ** (1 / 3))
    assert after["animation"] == {
        "keyframes": {"frames": [{"position": [2, 3, 4], "time": 2}, {"time": 3, "scale": 2}]},
        "path": {"points": [[2, 3, 4]], "period": 2},
        "float": {"amount": pytest.approx(0.5 * 24 ** (1 / 3)), "axis": [1, 0, 0]},
        "spin": {"period": 3, "pivot": pytest.approx([0, 2, 0])},
    }


def test_an_outline_has_two_axes_and_a_lathe_stays_round() -> None:
    flat = group(kind="extrude", points=[[1, 1], [2, 2]], size=[2, 2, 1])
    after = changed(flat, scaled(flat, "o1", (2, 3, 4)))["o2"]
    assert (after["points"], after["size"]) == ([[2, 3], [4, 6]], [4, 6, 4])
    vase = group(kind="lathe", points=[[1, 1], [2, 2]], size=[4, 1, 4])
    assert changed(vase, scaled(vase, "o1", (2, 3, 2)))["o2"]["points"] == [[2, 3], [4, 6]]
    with pytest.raises(UnevenFactorsError, match='"leg" is round about its height'):
        scaled(vase, "o1", (2, 3, 4))


def pattern(**arrangement: Any) -> dict[str, dict[str, Any]]:
    """Boxes 1 by 2 by 1 as a pattern, each with a smaller one on it."""
    found = group(kind="pattern", arrangement=arrangement, bounds=[-0.5, 0, -0.5, 0.5, 2, 0.5])
    found["o3"] = {"kind": "box", "position": [0, 0.5, 0], "size": [1, 1, 1], "parent": "o2"}
    found["o4"] = {"kind": "box", "position": [0, 1, 0], "size": [0.5, 1, 1], "parent": "o3"}
    return found


def test_a_pattern_grows_with_its_source_and_its_distances() -> None:
    row = pattern(pattern="row", count=3, axis="z", gap=0.5)
    after = changed(row, scaled(row, "o1", (2, 3, 4)))
    assert after["o2"]["arrangement"] == {"pattern": "row", "count": 3, "axis": "z", "gap": 2}
    assert after["o2"]["bounds"] == [-1, 0, -2, 1, 6, 2]
    assert after["o3"]["size"] == [2, 3, 4]
    assert after["o4"]["position"] == [0, 3, 0]
    circle = pattern(pattern="circle", count=3, radius=2.0, rise=0.5)
    grown = changed(circle, scaled(circle, "o1", (2, 3, 2)))["o2"]
    assert (grown["arrangement"]["radius"], grown["arrangement"]["rise"]) == (4, 1.5)
    with pytest.raises(UnevenFactorsError, match='"leg" has its copies all around'):
        scaled(circle, "o1", (2, 3, 4))
    field = pattern(pattern="scatter", count=3, area=[4, 2])
    grown = changed(field, scaled(field, "o1", (2, 3, 2)))["o2"]
    assert grown["arrangement"]["area"] == [8, 4]


def test_a_pattern_gets_the_size_that_was_asked() -> None:
    rows: list[dict[str, Any]] = [
        {"pattern": "row", "count": 4, "facing": "out"},
        {"pattern": "grid", "count": 7, "gap": 0.2},
        {"pattern": "circle", "count": 5, "facing": "in"},
        {"pattern": "scatter", "count": 20, "variation": 0.4, "seed": 7},
    ]
    for arrangement in rows:
        objects = pattern(**arrangement)
        size = size_of(Layout(objects), "o1")
        assert size
        asked = (size[0] * 1.7, size[1] * 2.5, size[2] * 1.7)
        after = changed(objects, resized(objects, "o1", asked))
        assert size_of(Layout(after), "o1") == pytest.approx(asked)


def test_a_solid_has_its_new_size_to_the_last_digit_and_takes_its_children_along() -> None:
    objects: dict[str, dict[str, Any]] = {
        "o1": {"name": "top", "kind": "plane", "position": [0, 1, 0], "size": [3, 0, 3]},
        "o2": {"kind": "box", "position": [1, 1, 1], "size": [1, 1, 1], "parent": "o1"},
    }
    after = changed(objects, resized(objects, "o1", (0.7, 0.1, 6)))
    assert after["o1"]["size"] == [0.7, 0.1, 6]
    assert after["o2"]["size"] == pytest.approx([0.7 / 3, 1, 2])
    assert resized(objects, "o2", (2, 2, 2)) == [Change("o2", "size", [2, 2, 2])]


@pytest.mark.parametrize(
    ("size", "says"),
    [
        ((1, -1, 1), "give meters above 0"),
        ((1, float("nan"), 1), "give meters above 0"),
        ((1, 1, 1), "has no height, because all in it is flat"),
        ((0, 0, 1), "cannot become"),
    ],
)
def test_a_size_that_cannot_be_is_refused(size: Vector, says: str) -> None:
    objects = group(kind="plane", size=[2, 0, 2])
    with pytest.raises(InvalidValueError, match=says):
        resized(objects, "o1", size)


def test_what_is_flat_stays_flat_and_what_is_empty_has_no_size() -> None:
    objects = group(kind="plane", size=[2, 0, 2])
    after = changed(objects, resized(objects, "o1", (4, 0, 4)))
    assert after["o2"]["size"] == [4, 0, 4]
    with pytest.raises(InvalidValueError, match="nothing solid is in it"):
        resized(group(kind="point_light"), "o1", (1, 1, 1))
    with pytest.raises(InvalidValueError, match="from a millionth to a million"):
        scaled(objects, "o1", (1, 0, 1))
