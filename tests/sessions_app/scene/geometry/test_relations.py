"""Relations: what is placed stands exactly where the words say, whatever it is nested in."""

import itertools
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, Layout
from sessions_app.scene.geometry.relations import RELATIONS, Placement, apply_placed, place
from sessions_app.scene.geometry.vectors import Vector
from tests.support.small_scenes import (
    Objects,
    box,
    chair,
    group,
    named,
    solid,
    standing,
    table,
)

_angles = st.tuples(*[st.floats(-180, 180)] * 3)
_places = st.tuples(*[st.floats(-10, 10)] * 3)
_sizes = st.tuples(*[st.floats(0.05, 3)] * 3)
_gaps = st.floats(0, 2)


def placed(objects: Objects, targets: list[str], relation: str, *of: Any, **more: Any) -> Layout:
    """The layout after one placement."""
    wish = Placement(targets, relation, of, **more)
    return Layout(apply_placed(objects, place(Layout(objects), wish)))


def extent(layout: Layout, name: str) -> Bounds:
    found = layout.extent(name)
    assert found is not None
    return found


def approx(value: float) -> Any:
    return pytest.approx(value, abs=1e-9)


@settings(deadline=None)
@given(_places, _angles, _places, _angles, _sizes, _sizes, _gaps)
def test_what_is_put_on_a_box_touches_its_top_in_whatever_it_is_nested(
    at: Vector,
    turned: Vector,
    inner_at: Vector,
    inner: Vector,
    one: Vector,
    other: Vector,
    gap: float,
) -> None:
    objects = named(
        {
            "outer": group(at, rotation=list(turned)),
            "lamp": box(one, inner_at, rotation=list(inner), parent="outer"),
            "table": box(other, (1, 2, 3)),
        }
    )
    after = placed(objects, ["lamp"], "on", "table", gap=gap)
    assert extent(after, "lamp").low[1] == approx(extent(after, "table").high[1] + gap)
    was = extent(Layout(objects), "lamp").center
    is_above = abs(was[0] - 1) <= other[0] / 2 and abs(was[2] - 3) <= other[2] / 2
    now = extent(after, "lamp").center
    assert (now[0], now[2]) == (
        approx(was[0] if is_above else 1),
        approx(was[2] if is_above else 3),
    )


_BESIDE = {
    "left_of": (0, -1),
    "right_of": (0, 1),
    "behind": (2, -1),
    "in_front_of": (2, 1),
}


@pytest.mark.parametrize("relation", _BESIDE)
@settings(deadline=None)
@given(_angles, _sizes, _sizes, _gaps)
def test_beside_is_a_gap_away_on_the_side_that_is_named(
    relation: str, turned: Vector, one: Vector, other: Vector, gap: float
) -> None:
    objects = named(
        {
            "a": box(one, (0, 5, 0), rotation=list(turned)),
            "b": box(one, (0, 5, 1)),
            "reference": box(other, (1, 2, 3), rotation=list(turned)),
        }
    )
    after = placed(objects, ["a", "b"], relation, "reference", gap=gap)
    axis, sign = _BESIDE[relation]
    near, far, of = (extent(after, name) for name in ("a", "b", "reference"))
    assert -near.overlap(of)[axis] == approx(gap)
    assert -far.overlap(near)[axis] == approx(gap)
    assert sign * (near.center[axis] - of.center[axis]) > 0
    assert sign * (far.center[axis] - near.center[axis]) > 0
    assert [near.low[1], far.low[1]] == [approx(of.low[1])] * 2
    assert near.center[2 - axis] == approx(of.center[2 - axis])


@pytest.mark.parametrize(("relation", "toward"), [("right_of", 0), ("in_front_of", 2)])
@settings(deadline=None)
@given(yaw=st.floats(-180, 180), size=_sizes, gap=_gaps)
def test_of_the_object_the_sides_are_its_own(
    relation: str, toward: int, yaw: float, size: Vector, gap: float
) -> None:
    objects = named(
        {
            "car": box((2, 1, 4), (5, 0.5, 2), rotation=[0, yaw, 0]),
            "cone": box(size, (0, 0, 0), rotation=[0, yaw, 0]),
        }
    )
    after = placed(objects, ["cone"], relation, "car", gap=gap, of_object=True)
    seen = after.frame("car").inside(after.frame("cone").origin)
    assert seen[toward] == approx((2, 1, 4)[toward] / 2 + gap + size[toward] / 2)
    assert seen[2 - toward] == approx(0)


@settings(deadline=None)
@given(_angles, _sizes, _gaps)
def test_above_below_and_the_floor_are_exact(turned: Vector, size: Vector, gap: float) -> None:
    objects = named(
        {"a": box(size, (9, 9, 9), rotation=list(turned)), "b": box((1, 1, 1), (0, 7, 0))}
    )
    assert extent(placed(objects, ["a"], "above", "b", gap=gap), "a").low[1] == approx(7.5 + gap)
    assert extent(placed(objects, ["a"], "below", "b", gap=gap), "a").high[1] == approx(6.5 - gap)
    down = placed(objects, ["a"], "to_floor", gap=gap)
    assert extent(down, "a").low[1] == approx(gap)
    assert extent(down, "a").center[0] == approx(9)


@pytest.mark.parametrize("kind", ["sphere", "cylinder", "cone", "capsule", "torus", "ring"])
def test_round_things_stand_by_their_ideal_shape(kind: str) -> None:
    ball = solid(kind, (1, 1, 0.5), rotation=[30, 20, 50])
    after = placed(named({"ball": ball, "b": standing((3, 1, 3))}), ["ball"], "on", "b")
    assert extent(after, "ball").low[1] == approx(1)


def test_on_a_table_a_thing_keeps_its_place_above_it_and_is_centered_else() -> None:
    objects = {**table(2, 1), **named({"vase": standing((0.1, 0.3, 0.1), 2.4, 1.2)})}
    assert extent(placed(objects, ["vase"], "on", "table"), "vase").base == (
        approx(2.4),
        approx(0.75),
        approx(1.2),
    )
    objects["vase"]["position"] = [7, 0, 0]
    assert extent(placed(objects, ["vase"], "on", "table"), "vase").base == (
        approx(2),
        approx(0.75),
        approx(1),
    )


def test_the_highest_solid_below_the_middle_counts_a_shelf_too() -> None:
    objects = named(
        {
            "desk": group(),
            "top": box((2, 0.1, 1), (0, 0.7, 0), parent="desk"),
            "shelf": box((0.5, 0.1, 0.3), (0.7, 1.2, 0), parent="desk"),
            "board": box((1, 0.1, 1), (1.5, 0.2, 0), parent="desk"),
            "cup": standing((0.1, 0.1, 0.1)),
        }
    )
    for x, top in ((0.0, 0.75), (0.7, 1.25), (1.5, 0.25)):
        objects["cup"]["position"] = [x, 3, 0]
        assert extent(placed(objects, ["cup"], "on", "desk"), "cup").low[1] == approx(top)


def test_a_part_is_placed_on_the_rest_of_its_own_group() -> None:
    objects = {**table(), "cup": {"name": "cup", **standing((0.1, 0.1, 0.1), parent="table")}}
    after = placed(objects, ["cup"], "on", "table")
    assert extent(after, "cup").low[1] == approx(0.75)


def test_several_on_one_table_stand_in_a_row_without_overlap() -> None:
    cups = {f"cup{n}": standing((0.1 + 0.02 * n, 0.1, 0.1), 9) for n in range(5)}
    after = placed({**table(), **named(cups)}, list(cups), "on", "table")
    found = [extent(after, name) for name in cups]
    spaces = [-one.overlap(other)[0] for one, other in itertools.pairwise(found)]
    assert spaces == [approx(spaces[0])] * 4
    assert found[0].low[0] + 0.6 == approx(spaces[0])
    assert all(each.low[1] == approx(0.75) for each in found)


def test_one_more_on_a_table_stands_beside_what_is_in_its_middle() -> None:
    objects = {**table(), **named({"vase": standing((0.2, 0.3, 0.2), base=0.75)})}
    objects["lamp"] = {"name": "lamp", **standing((0.3, 0.5, 0.3), 4)}
    after = placed(objects, ["lamp"], "on", "table")
    lamp = extent(after, "lamp")
    assert lamp.base == (approx(0.25), approx(0.75), approx(0)) or lamp.base[0] == approx(-0.25)


def test_under_a_table_a_chair_stands_on_the_floor_or_the_rug() -> None:
    objects = {**table(1, 1), **chair(5, 5)}
    after = placed(objects, ["chair"], "under", "table")
    seat = extent(after, "chair")
    assert seat.low[1] == approx(0)
    assert (seat.center[0], seat.center[2]) == (approx(1), approx(1))
    objects["rug"] = {"name": "rug", **standing((3, 0.01, 3))}
    assert extent(placed(objects, ["chair"], "under", "table"), "chair").low[1] == approx(0.01)


def test_inside_a_cupboard_a_thing_stands_on_the_lowest_board_with_room() -> None:
    objects = named(
        {
            "cupboard": group((3, 0, 0)),
            "bottom": box((1, 0.1, 0.5), (0, 0.05, 0), parent="cupboard"),
            "middle": box((1, 0.1, 0.5), (0, 0.55, 0), parent="cupboard"),
            "lid": box((1, 0.1, 0.5), (0, 1.55, 0), parent="cupboard"),
            "jar": standing((0.2, 0.3, 0.2)),
        }
    )
    assert extent(placed(objects, ["jar"], "inside", "cupboard"), "jar").low[1] == approx(0.1)
    objects["jar"]["size"] = [0.2, 0.6, 0.2]
    assert extent(placed(objects, ["jar"], "inside", "cupboard"), "jar").low[1] == approx(0.6)
    after = placed(
        named(
            {"fish": box((0.1, 0.1, 0.3), (0, 0, 0)), "bowl": solid("sphere", (1, 1, 1), (4, 2, 0))}
        ),
        ["fish"],
        "inside",
        "bowl",
    )
    assert extent(after, "fish").center == (approx(4), approx(2), approx(0))


@settings(deadline=None)
@given(_sizes, _sizes, _sizes)
def test_between_two_the_spaces_are_equal(one: Vector, other: Vector, own: Vector) -> None:
    objects = named({"a": standing(one, -5, 2), "b": standing(other, 5, -1), "c": standing(own, 9)})
    after = placed(objects, ["c"], "between", "a", "b")
    middle, left, right = (extent(after, name) for name in "cab")
    assert -middle.overlap(left)[0] == approx(-middle.overlap(right)[0])
    assert middle.low[1] == approx(0)
    x, z = middle.center[0], middle.center[2]
    assert z == approx(2 - 3 * (x + 5) / 10)


@pytest.mark.parametrize("yaw", [0, 90, 30, -135])
def test_against_a_wall_a_sofa_touches_the_side_that_looks_to_it(yaw: float) -> None:
    objects = named(
        {
            "wall": box((5, 2.7, 0.1), (0, 1.35, -2), rotation=[0, yaw, 0]),
            "sofa": standing((2, 0.8, 0.9), 1, 1, rotation=[0, yaw, 0]),
        }
    )
    before = Layout(objects).frame("wall").inside((1, 0.4, 1))
    after = placed(objects, ["sofa"], "against", "wall", gap=0.02)
    seen = after.frame("wall").inside(after.frame("sofa").origin)
    assert seen[2] == approx(math.copysign(0.05 + 0.45 + 0.02, before[2]))
    assert after.frame("sofa").origin[1] == approx(0.4)


def test_a_lamp_goes_against_the_ceiling_it_hangs_under() -> None:
    objects = named(
        {"ceiling": box((5, 0.1, 4), (0, 2.75, 0)), "lamp": box((0.3, 0.4, 0.3), (1, 1, 1))}
    )
    after = placed(objects, ["lamp"], "against", "ceiling")
    assert after.frame("lamp").origin == (approx(1), approx(2.5), approx(1))


@settings(deadline=None)
@given(st.lists(_sizes, min_size=1, max_size=9), _sizes, _gaps)
def test_around_nothing_overlaps_and_all_keep_the_gap(
    sizes: list[Vector], middle: Vector, gap: float
) -> None:
    seats = {f"s{n}": standing(size, 20) for n, size in enumerate(sizes)}
    objects = named({**seats, "middle": standing(middle, 3, 4)})
    after = placed(objects, list(seats), "around", "middle", gap=gap)
    found = [extent(after, name) for name in seats]
    for one, other in itertools.combinations(found, 2):
        assert min(one.overlap(other)) <= 1e-9
    whole = extent(after, "middle")
    assert all(max(-depth for depth in one.overlap(whole)) >= gap - 1e-9 for one in found)
    assert found[0].center[2] > 4
    assert all(one.low[1] == approx(0) for one in found)


def test_four_chairs_around_a_table_are_at_its_sides_the_first_in_front() -> None:
    chairs = {f"c{n}": standing((0.4, 0.9, 0.4), 9) for n in range(4)}
    after = placed({**table(), **named(chairs)}, list(chairs), "around", "table", gap=0.1)
    places = [extent(after, name).base for name in chairs]
    expected = [(0, 0, 0.7), (0.9, 0, 0), (0, 0, -0.7), (-0.9, 0, 0)]
    for found, wanted in zip(places, expected, strict=True):
        assert vectors.length(vectors.subtract(found, wanted)) < 1e-9


def test_align_and_distribute_make_a_line_with_equal_spaces() -> None:
    objects = named(
        {
            "a": standing((1, 1, 1), -4, 0.3),
            "b": standing((0.5, 2, 1), -3, -0.2),
            "c": standing((1, 1, 2), 4, 0),
        }
    )
    after = placed(objects, ["a", "b", "c"], "align", "c")
    assert [extent(after, name).center[2] for name in "abc"] == [approx(0)] * 3
    spread = placed(objects, ["c", "b", "a"], "distribute")
    a, b, c = (extent(spread, name) for name in "abc")
    assert (a.low[0], c.high[0]) == (approx(-4.5), approx(4.5))
    assert -a.overlap(b)[0] == approx(-b.overlap(c)[0])
    close = placed(objects, ["a", "b", "c"], "distribute", gap=0.5, axis=0)
    assert -extent(close, "a").overlap(extent(close, "b"))[0] == approx(0.5)
    objects["shelf"] = {"name": "shelf", **box((6, 0.1, 1), (0, 1, 5))}
    over = placed(objects, ["a", "b", "c"], "distribute", "shelf")
    assert extent(over, "a").low[0] + 3 == approx(3 - extent(over, "c").high[0])
    raised = placed(objects, ["a", "b"], "align", "shelf", axis=1)
    assert extent(raised, "b").low[1] == approx(0.95)


@settings(deadline=None)
@given(_places, _angles, _places, _places)
def test_what_looks_at_a_point_has_it_straight_ahead(
    at: Vector, turned: Vector, inner: Vector, point: Vector
) -> None:
    objects = named(
        {
            "rig": group(at, rotation=list(turned)),
            "spot": {"kind": "spot_light", "position": list(inner), "parent": "rig"},
        }
    )
    after = placed(objects, ["spot"], "look_at", point)
    seen = after.frame("spot").inside(point)
    away = vectors.length(seen)
    if away > 1e-3:
        assert vectors.length(vectors.subtract(seen, (0, 0, away))) < 1e-6 * max(1, away)


@settings(deadline=None)
@given(_places, st.floats(-180, 180))
def test_a_chair_that_looks_at_something_stays_upright(at: Vector, yaw: float) -> None:
    objects = {
        **chair(*at[::2], rotation=[0, yaw, 0]),
        "ball": {"name": "ball", **solid("sphere", (1, 1, 1), (20, 9, 0))},
    }
    after = placed(objects, ["chair"], "look_at", "ball")
    x, y, z = after.frame("chair").inside((20, 0, 0))
    assert max(abs(x), abs(y)) < 1e-6
    assert z > 0


def test_what_touches_by_wish_says_so_until_it_is_moved_away() -> None:
    objects = named({"a": standing((1, 1, 1)), "b": standing((1, 1, 1), 5)})
    on = apply_placed(objects, place(Layout(objects), Placement(["a"], "on", ["b"])))
    assert on["a"]["contact"] == {"on": "b"}
    turned = apply_placed(on, place(Layout(on), Placement(["a"], "look_at", [(9.0, 0.0, 0.0)])))
    assert turned["a"]["contact"] == {"on": "b"}
    off = apply_placed(on, place(Layout(on), Placement(["a"], "left_of", ["b"])))
    assert "contact" not in off["a"]
    assert "contact" not in objects["a"]


@pytest.mark.parametrize(
    "relation",
    [each for each in RELATIONS if each not in ("to_floor", "between", "align", "distribute")],
)
def test_nothing_is_placed_by_itself_or_by_what_belongs_to_it(relation: str) -> None:
    layout = Layout(table())
    with pytest.raises(InvalidValueError, match="by itself: name another"):
        place(layout, Placement(["table"], relation, ["table"]))
    with pytest.raises(InvalidValueError, match="outside of it"):
        place(layout, Placement(["table"], relation, ["table_top"]))


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Placement(["vase"], "beneath", ["table"]), "Use one of on, under"),
        (Placement([], "on", ["table"]), "give targets"),
        (Placement(["vase"], "on"), "takes one reference, and got 0"),
        (Placement(["vase"], "between", ["table"]), "takes two references"),
        (Placement(["vase"], "to_floor", ["table"]), "takes no reference"),
        (Placement(["table", "table_top"], "on", ["vase"]), "leave one of them out"),
        (Placement(["table"], "under", ["vase"]), "no room"),
        (Placement(["table"], "inside", ["vase"]), "does not fit"),
    ],
)
def test_refusals_say_what_to_do(wish: Placement, words: str) -> None:
    objects = {**table(), "vase": {"name": "vase", **standing((0.2, 0.3, 0.2), 3)}}
    with pytest.raises(InvalidValueError, match=words):
        place(Layout(objects), wish)
