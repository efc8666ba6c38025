"""place_objects: what it places is where the words say, all or nothing, refused by path."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.document import Document, require_entities
from sessions_app.scene.document.targets import UnknownTargetError
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, Layout
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations import OPERATIONS, Change
from sessions_app.scene.operations.refusals import checked
from tests.support.examples import examples
from tests.support.operations import step_of
from tests.support.scene_documents import all_entities, object_named
from tests.support.small_scenes import (
    ball,
    box,
    document_of,
    group,
    id_of,
    lamp,
    scene,
    standing,
    table,
)

EXACT = 0.001  # in meters

_angles = st.tuples(*[st.floats(0, 360)] * 3)
_places = st.tuples(*[st.floats(-10, 10)] * 3)
_sizes = st.tuples(*[st.floats(0.05, 3)] * 3)
_gaps = st.floats(0, 2)


def placing(document: Document, *placements: Any) -> Change:
    operation = OPERATIONS["place_objects"]
    given = checked(operation.arguments, {"placements": list(placements)}, tool="place_objects")
    return operation.on(given, float)(document)


def placed(document: Document, targets: Any, relation: str, *references: Any, **more: Any) -> Any:
    """The document after one placement."""
    names = dict(zip(("reference", "reference2"), references, strict=False))
    change = placing(document, {"targets": targets, "relation": relation, **names, **more})
    require_entities(change.after, all_entities(change.after))
    return change.after


def extent(document: Document, name: str) -> Bounds:
    found = Layout(document["objects"]).extent(id_of(document, name))
    assert found is not None
    return found


def near(value: float) -> object:
    return pytest.approx(value, abs=EXACT)


def is_between(low: float, value: float, high: float) -> bool:
    return low - EXACT <= value <= high + EXACT


def _beside(axis: int, sign: int) -> Callable[[Bounds, Bounds, float], bool]:
    def holds(own: Bounds, its: Bounds, gap: float) -> bool:
        away = own.low[axis] - its.high[axis] if sign > 0 else its.low[axis] - own.high[axis]
        return away == near(gap) and own.low[1] == near(its.low[1])

    return holds


def _against(own: Bounds, its: Bounds, gap: float) -> bool:
    return gap in [near(-depth) for depth in own.overlap(its)]


def _inside(own: Bounds, its: Bounds, _: float) -> bool:
    return all(
        is_between(its.low[axis], own.low[axis], its.high[axis])
        and is_between(its.low[axis], own.high[axis], its.high[axis])
        for axis in range(3)
    )


def _over(own: Bounds, its: Bounds) -> bool:
    return all(is_between(its.low[axis], own.center[axis], its.high[axis]) for axis in (0, 2))


# What holds of the bounds of target and reference, with the gap between them.
HOLDS: dict[str, Callable[[Bounds, Bounds, float], bool]] = {
    "on": lambda own, its, gap: own.low[1] == near(its.high[1] + gap) and _over(own, its),
    "above": lambda own, its, gap: own.low[1] == near(its.high[1] + gap) and _over(own, its),
    "below": lambda own, its, gap: own.high[1] == near(its.low[1] - gap) and _over(own, its),
    "under": lambda own, its, gap: own.low[1] == near(gap) and _over(own, its),
    "inside": _inside,
    "left_of": _beside(0, -1),
    "right_of": _beside(0, 1),
    "in_front_of": _beside(2, 1),
    "behind": _beside(2, -1),
    "against": _against,
    "around": lambda own, its, gap: (
        own.low[2] - its.high[2] == near(gap) and own.center[0] == near(its.center[0])
    ),
    "to_floor": lambda own, _, gap: own.low[1] == near(gap),
    "align": lambda own, its, _: (
        min(abs(own.center[axis] - its.center[axis]) for axis in (0, 2)) == near(0)
    ),
    "distribute": lambda own, its, _: (
        min(abs(own.center[axis] - its.center[axis]) for axis in (0, 2)) == near(0)
    ),
}


@pytest.mark.parametrize("relation", HOLDS)
@settings(deadline=None, max_examples=examples(25))
@given(_places, _angles, _places, _angles, _sizes, _sizes, _places, _gaps)
def test_each_relation_holds_whatever_it_is_nested_in(
    relation: str,
    at: Vector,
    turned: Vector,
    inner_at: Vector,
    inner: Vector,
    size: Vector,
    other: Vector,
    there: Vector,
    gap: float,
) -> None:
    # Where one must fit in or under the other, it is small enough for that.
    small = size if relation not in ("inside", "under") else vectors.scale(size, 0.01)
    height = other[1] / 2 + (10 if relation == "under" else there[1])
    document = document_of(
        scene(
            outer=group(at, rotation=list(turned)),
            nest=group((1, 2, 3), rotation=[10, 20, 30], parent="outer"),
            thing=box(small, inner_at, rotation=list(inner), parent="nest"),
            shelf=box(other, (there[0], height, there[2])),
        )
    )
    references = [] if relation == "to_floor" else ["shelf"]
    given_gap = 0.0 if relation in ("inside", "distribute") else gap
    after = placed(document, ["thing"], relation, *references, gap=given_gap)
    own, its = extent(after, "thing"), extent(after, "shelf")
    assert HOLDS[relation](own, its, given_gap), (own, its)


@settings(deadline=None, max_examples=examples(30))
@given(st.floats(0, 360), _sizes, _gaps, st.sampled_from(["left_of", "behind"]))
def test_of_an_object_the_sides_are_its_own(
    yaw: float, size: Vector, gap: float, relation: str
) -> None:
    document = document_of(
        scene(car=box((2, 1, 4), (5, 0.5, 2), rotation=[0, yaw, 0]), cone=box(size, (0, 9, 0)))
    )
    after = placed(document, "cone", relation, "car", gap=gap, of_object=True)
    layout = Layout(after["objects"])
    car = layout.frame(id_of(after, "car"))
    own = layout.extent(id_of(after, "cone"), car)
    assert own is not None
    axis, half = (0, 1) if relation == "left_of" else (2, 2)
    assert -half - own.high[axis] == near(gap)
    assert own.center[2 - axis] == near(0)


@settings(deadline=None, max_examples=examples(30))
@given(_places, _angles, _places)
def test_what_looks_at_something_has_its_front_toward_it(
    at: Vector, turned: Vector, point: Vector
) -> None:
    document = document_of(
        scene(
            stage=group(at, rotation=[0, turned[1], 0]),
            robot=group((1, 0, 2), parent="stage"),
            body=box((0.4, 1, 0.4), (0, 0.5, 0), parent="robot"),
        )
    )
    after = placed(document, ["robot"], "look_at", list(point))
    frame = Layout(after["objects"]).frame(id_of(after, "robot"))
    front, away = frame.direction((0, 0, 1)), vectors.subtract(point, frame.origin)
    level = math.hypot(away[0], away[2])
    if level > 0.01:
        assert front == pytest.approx((away[0] / level, 0, away[2] / level), abs=1e-4)


def test_between_stands_in_the_middle_of_what_is_free() -> None:
    document = document_of(
        scene(
            a=standing((1, 1, 1)), b=standing((2, 1, 1), 6), c=standing((0.5, 2, 0.5), 9, 9, base=3)
        )
    )
    for references in (["a", "b"], [["a", "b"]]):
        thing = extent(placed(document, ["c"], "between", *references), "c")
        assert thing.base == pytest.approx((2.75, 0, 0), abs=EXACT)


def test_each_placement_sees_what_those_before_it_did() -> None:
    document = document_of(
        scene(table(), lamp(3), book=standing((0.2, 0.05, 0.3), 5), shelf=standing((2, 2, 1), -5))
    )
    after = placing(
        document,
        {"targets": ["table"], "relation": "right_of", "reference": "shelf", "gap": 0.5},
        {"targets": ["book"], "relation": "on", "reference": "table"},
        {"targets": ["lamp"], "relation": "on", "reference": "book"},
    ).after
    assert extent(after, "table").low[0] == near(-3.5)
    assert extent(after, "book").low[1] == near(0.75)
    assert extent(after, "lamp").low[1] == near(0.8)
    assert extent(after, "lamp").center[0] == near(extent(after, "table").center[0])


def test_what_touches_by_wish_is_kept_until_it_is_moved_elsewhere() -> None:
    document = document_of(scene(table(), lamp(), plant=standing((0.2, 0.2, 0.2), 4)))
    on = placed(document, ["lamp"], "on", "table")
    assert object_named(on, "lamp")["contact"] == {"on": id_of(on, "table")}
    assert "contact" not in object_named(placed(on, ["lamp"], "to_floor"), "lamp")
    turned = placed(on, ["lamp"], "look_at", "plant")
    assert object_named(turned, "lamp")["contact"] == {"on": id_of(on, "table")}


@pytest.mark.parametrize(
    ("reference", "base"), [("floor", 0), ("Floor", 0), ([1, 2, 3], 2), ("1, 2, 3", 2)]
)
def test_the_floor_and_points_carry_things(reference: Any, base: float) -> None:
    document = document_of(scene(ball=ball(1, (0, 5, 0))))
    after = placed(document, ["ball"], "on", reference)
    assert extent(after, "ball").low[1] == near(base)
    assert "contact" not in object_named(after, "ball")


def test_lights_and_cameras_are_placed_and_aimed_and_follow_no_more() -> None:
    document = document_of(scene(table(), lamp(base=2)))
    after = placing(
        document,
        {"targets": ["key"], "relation": "above", "reference": "table", "gap": 1},
        {"targets": ["key", "camera"], "relation": "look_at", "reference": "lamp"},
        {"targets": ["fill"], "relation": "look_at", "reference": "0, 1, 0"},
    ).after
    key, fill, camera = (object_named(after, name) for name in ("key", "fill", "camera"))
    assert key["position"][1] == near(1.75)
    assert (key["aim"], camera["aim"]) == (id_of(after, "lamp"),) * 2
    assert fill["aim"] == [0, 1, 0]
    assert [entity.get("fitted") for entity in (key, fill, camera)] == [None] * 3
    assert all("rotation" not in entity for entity in (key, fill, camera))


def test_things_look_at_the_viewer_where_the_camera_is() -> None:
    document = document_of(scene(chair=standing((0.5, 1, 0.5), 2)))
    document = placed(document, ["camera"], "look_at", "0, 0, 0")  # it follows no more
    for word in ("camera", "viewer"):
        after = placed(document, ["chair"], "look_at", word)
        layout = Layout(after["objects"])
        x, _, z = vectors.subtract(
            layout.frame(after["camera"]).origin, layout.frame(id_of(after, "chair")).origin
        )
        yaw = object_named(after, "chair")["rotation"][1]
        assert yaw == pytest.approx(math.degrees(math.atan2(x, z)) % 360, abs=1e-3)


def test_a_pattern_means_whole_things_and_neither_its_reference_nor_lights() -> None:
    document = document_of(scene(table(), lamp(2), ball=ball(0.4, (3, 4, 0))))
    after = placed(document, ["*"], "right_of", "table")
    assert extent(after, "lamp").low[0] == near(0.6)
    assert extent(after, "ball").low[0] == near(0.9)
    for name in ("table", "table_top", "shade"):
        assert object_named(after, name) == object_named(document, name)
    assert all(object_named(after, name)["fitted"] for name in ("key", "fill", "camera"))


def test_what_is_in_place_already_makes_no_change() -> None:
    document = document_of(scene(table(), lamp(2)))
    wish = {"targets": ["lamp"], "relation": "on", "reference": "table"}
    once = placing(document, wish)
    assert once.summary.splitlines()[0] == "Placed lamp on table."
    again = placing(once.after, wish)
    assert again.is_noop
    assert again.summary.splitlines()[0] == "Placed lamp on table: it was so already."


def test_the_answer_says_what_is_odd_now_with_the_call_that_mends_it() -> None:
    document = document_of(scene(table(), vase=standing((0.1, 0.3, 0.1), base=0.75)))
    change = placing(
        document, {"targets": ["table"], "relation": "left_of", "reference": "-1, 0, 0"}
    )
    [odd] = change.values["odd"]
    assert odd["what"] == "vase floats 0.75 above the floor"
    assert change.summary.splitlines()[-1] == (
        "Odd: vase floats 0.75 above the floor: place_objects"
        ' {"placements":[{"targets":["vase"],"relation":"to_floor"}]}'
    )


SCENE = document_of(scene(table(), lamp(2), sun={"kind": "point_light", "position": [0, 3, 0]}))
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"targets": []}, "`placements[1].targets` cannot be a list of 0."),
    ({"targets": {}}, "`placements[1].targets` cannot be an object."),
    ({"targets": 3}, "`placements[1].targets[0]` cannot be 3."),
    ({"targets": ["lamp", "lmap"]}, '`placements[1].targets[1]`: "lmap" is not in this scene.'),
    ({"targets": ["#red"]}, '`placements[1].targets[0]`: "#red" is not in this scene.'),
    ({"targets": ["lamp[2]"]}, "`placements[1].targets[0]`: "),
    ({"relation": "near"}, '`placements[1].relation` cannot be "near". Accepted: on, under,'),
    ({"relation": 3}, "`placements[1].relation` cannot be 3."),
    ({"reference": "tabel"}, '`placements[1].reference`: "tabel" is not in this scene. Did you'),
    ({"reference": "table_leg*"}, '`placements[1].reference`: "table_leg*" matches 4 objects'),
    ({"reference": [1, 2]}, "`placements[1].reference` cannot be a list."),
    ({"reference": [1, 2, "a"]}, "`placements[1].reference` cannot be a list."),
    ({"reference": 7}, "`placements[1].reference` cannot be 7."),
    ({"reference": [1, 2, 1e9]}, "`placements[1].reference`: Each number of a point is"),
    ({"reference": None}, "`placements[1].reference` is missing: on takes a reference."),
    (
        {"relation": "between"},
        "`placements[1].reference2` is missing: between takes two references.",
    ),
    ({"relation": "between", "reference2": "x"}, '`placements[1].reference2`: "x" is not in'),
    ({"reference2": "shade"}, "`placements[1]`: on takes one reference, and got 2."),
    ({"relation": "to_floor"}, "`placements[1]`: to_floor takes no reference, and got 1."),
    ({"reference": "lamp"}, '`placements[1]`: "lamp" cannot be placed by itself'),
    ({"reference": "shade"}, '`placements[1]`: "shade" belongs to "lamp" and moves with it'),
    ({"targets": ["lamp", "shade"]}, '`placements[1]`: "shade" belongs to "lamp", and both'),
    ({"relation": "behind", "reference": "floor"}, "`placements[1].reference`: The floor has no"),
    ({"gap": -0.1}, "`placements[1].gap` cannot be -0.1."),
    ({"gap": "wide"}, '`placements[1].gap` cannot be "wide".'),
    ({"relation": "above", "gap": 1e6}, '`placements[1]`: The position of "lamp" would'),
    ({"axis": "w"}, '`placements[1].axis` cannot be "w". Accepted: x, y, z.'),
    ({"of_object": "perhaps"}, '`placements[1].of_object` cannot be "perhaps".'),
    ({"relation": "inside", "reference": "shade", "targets": ["table"]}, "`placements[1]`: "),
    ({"relation": "look_at", "targets": ["sun"]}, '`placements[1]`: "sun" is a point light'),
    (
        {"relation": "look_at", "targets": ["camera"], "reference": "viewer"},
        '`placements[1]`: "camera" cannot look at itself.',
    ),
]


@pytest.mark.parametrize(("members", "refusal"), REFUSED, ids=lambda value: str(value)[:50])
def test_a_refused_placement_is_named_by_its_path(members: dict[str, Any], refusal: str) -> None:
    sound = {"targets": ["table"], "relation": "to_floor"}
    wrong = {"targets": ["lamp"], "relation": "on", "reference": "table"} | members
    given = {name: value for name, value in wrong.items() if value is not None}
    with pytest.raises(InvalidValueError) as refused:
        placing(SCENE, sound, given)
    assert refused.value.message.startswith(refusal), refused.value.message


def test_a_name_that_is_not_there_yet_may_be_there_later() -> None:
    with pytest.raises(UnknownTargetError):
        placing(SCENE, {"targets": ["lamp"], "relation": "on", "reference": "desk"})


def test_a_scene_without_a_camera_has_no_viewer() -> None:
    with pytest.raises(InvalidValueError) as refused:
        placed({**SCENE, "camera": None}, ["lamp"], "look_at", "viewer")
    assert refused.value.message.startswith('`placements[0].reference`: "viewer" is the active')


def test_a_copy_of_a_pattern_becomes_an_object_that_is_placed() -> None:
    document = document_of(scene(table(), post=standing((0.1, 1, 0.1), 3)))
    row = step_of("repeat_objects", target="post", pattern="row", count=5, spacing=1)(document)
    change = placing(row.after, {"targets": ["post[2]"], "relation": "on", "reference": "table"})
    assert "was taken out of" in change.summary
    [moved] = [each["name"] for each in change.values["objects"]]
    assert extent(change.after, moved).low[1] == near(0.75)
    beside = placing(
        change.after, {"targets": [moved], "relation": "right_of", "reference": "post[4]"}
    ).after
    assert extent(beside, moved).low[1] == near(0)
