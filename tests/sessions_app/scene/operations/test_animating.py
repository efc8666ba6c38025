"""Having objects move, and stopping them: what is stored, said and refused."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.document.members import MAX_POINTS
from sessions_app.scene.document.targets import UnknownTargetError
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations import Change
from tests.support.operations import step_of
from tests.support.scene_documents import object_named

NOW = 1_800_000_000.25


@pytest.fixture
def space() -> Document:
    """A sun, an earth 2 m to its right, a door, and a lamp that is a group."""
    return _added(
        new_document("empty"),
        {"name": "sun", "kind": "sphere", "size": [1, 1, 1], "position": [0, 1, 0]},
        {"name": "earth", "kind": "sphere", "size": [0.4, 0.4, 0.4], "position": [2, 1, 0]},
        {"name": "moon", "kind": "sphere", "size": [0.1, 0.1, 0.1], "position": [2.5, 1, 0]},
        {"name": "door", "kind": "box", "size": [1, 2, 0.1], "position": [-3, 1, 0]},
        {"name": "pole", "kind": "box", "size": [0.2, 3, 0.2], "position": [5, 1.5, 0],
         "tags": ["tall"]},
    )  # fmt: skip


def _added(document: Document, *objects: dict[str, Any]) -> Document:
    return step_of("add_objects", objects=list(objects))(document).after


def animate(document: Document, *animations: dict[str, Any], at: float = NOW) -> Change:
    return step_of("animate", at=at, animations=list(animations))(document)


def moved(document: Document, name: str, motion: str, /, at: float = NOW, **given: Any) -> Any:
    """The stored motion of an object."""
    change = animate(document, {"target": name, "motion": motion, **given}, at=at)
    return object_named(change.after, name)["animation"][motion]


def test_a_motion_begins_at_the_moment_of_the_change_with_what_fits_the_object(
    space: Document,
) -> None:
    assert moved(space, "earth", "spin") == {"start": NOW, "period": 4.0, "amount": 360.0}
    assert moved(space, "earth", "orbit", around="sun") == {
        "start": NOW,
        "period": 8.0,
        "amount": 360.0,
        "around": object_id(space, "sun"),
    }
    jump = moved(space, "pole", "bounce")
    assert jump["amount"] == 1.5
    assert jump["period"] == pytest.approx(math.sqrt(8 * 1.5 / 9.81), abs=0.01)
    assert moved(space, "pole", "float")["amount"] == pytest.approx(0.45)
    assert moved(space, "pole", "sway")["pivot"] == [0, -1.5, 0]
    assert moved(space, "pole", "pulse")["pivot"] == [0, -1.5, 0]
    assert "pivot" not in moved(space, "sun", "pulse")
    assert moved(space, "door", "spin", pivot="left", amount=90, loop="once") == {
        "start": NOW,
        "period": 4.0,
        "amount": 90.0,
        "pivot": [-0.5, 0, 0],
        "times": 1.0,
    }


def object_id(document: Document, name: str) -> str:
    [found] = [each for each, it in document["objects"].items() if it["name"] == name]
    return str(found)


def test_what_moves_is_said_with_how_often_and_that_boxes_are_those_at_rest(
    space: Document,
) -> None:
    change = animate(
        space,
        {"target": "earth", "motion": "orbit", "around": "sun"},
        {"target": "earth", "motion": "spin", "period": 2, "amount": -360},
        {"target": "#tall", "motion": "sway", "times": 3},
        {"target": "door", "motion": "path", "points": [[0, 1, 2]], "loop": "back_and_forth"},
    )
    assert "3 objects move." in change.summary
    assert "Boxes and positions are those at rest." in change.summary
    assert "orbits sun once in 8 s, spins once the other way in 2 s" in change.summary
    assert "sways 15° to each side about its own 0, 0, 1, 3 s each, 3 times" in change.summary
    assert "follows a path of 1 points in 7.2 s, there and back" in change.summary
    assert animate(space, {"target": "sun", "motion": "float"}).words == (
        "sun floats 0.15 m, 4 s each."
    )


def test_a_radius_moves_it_there_and_without_a_distance_one_is_needed(space: Document) -> None:
    change = animate(space, {"target": "earth", "motion": "orbit", "around": "sun", "radius": 5})
    assert object_named(change.after, "earth")["position"] == [5, 1, 0]
    with pytest.raises(InvalidValueError, match="Give a radius"):
        moved(space, "sun", "orbit", around=[0, 7, 0])
    assert object_named(
        animate(
            space, {"target": "sun", "motion": "orbit", "around": [0, 7, 0], "radius": 2}
        ).after,
        "sun",
    )["position"] == [2, 1, 0]


def test_the_camera_orbits_what_it_looks_at_and_the_lights_do_as_well(space: Document) -> None:
    camera = object_named(space, "camera")
    assert moved(space, "camera", "orbit")["around"] == camera["aim"]
    assert moved(space, "key", "float")["amount"] == 0.1
    with pytest.raises(InvalidValueError, match="which neither turns nor grows"):
        moved(space, "camera", "spin")
    with pytest.raises(InvalidValueError, match="which neither turns nor grows"):
        moved(space, "camera", "keyframes", keyframes=[{"time": 1, "scale": 2}])
    with pytest.raises(InvalidValueError, match="which does not turn"):
        moved(space, "key", "keyframes", keyframes=[{"time": 1, "rotation": [0, 90, 0]}])


def test_a_light_pulses_in_its_brightness(space: Document) -> None:
    change = animate(space, {"target": "key", "motion": "pulse", "period": 0.6})
    pulse = object_named(change.after, "key")["animation"]["pulse"]
    assert (pulse["amount"], pulse["period"]) == (0.5, 0.6)
    assert "pulses to 1.5 times its brightness, 0.6 s each" in change.for_model
    dimmer = moved(space, "key", "keyframes", keyframes=[{"time": 1, "scale": 0.2}])
    assert dimmer["frames"][-1]["scale"] == 0.2


def test_what_goes_on_for_ever_goes_on_where_it_is_at_a_new_pace(space: Document) -> None:
    first = animate(space, {"target": "sun", "motion": "spin", "period": 8}, at=1000.0)
    again = animate(first.after, {"target": "sun", "motion": "spin", "period": 8}, at=1006.0)
    assert again.is_noop
    faster = moved(first.after, "sun", "spin", at=1006.0, period=4)
    assert faster["start"] == 1003.0  # three quarters of a turn, as before
    once = animate(space, {"target": "sun", "motion": "spin", "times": 1}, at=1000.0)
    assert moved(once.after, "sun", "spin", at=1002.0, times=1)["start"] == 1002.0
    assert moved(first.after, "sun", "spin", at=1002.0, delay=5)["start"] == 1007.0


def test_stop_ends_one_motion_or_all(space: Document) -> None:
    both = animate(
        space, {"target": "sun", "motion": "spin"}, {"target": "sun", "motion": "float"}
    ).after
    one = animate(both, {"target": "sun", "motion": "spin", "stop": True})
    assert list(object_named(one.after, "sun")["animation"]) == ["float"]
    everything = animate(both, {"target": "*", "stop": True})
    assert everything.after["objects"] == space["objects"]
    assert "sun is at rest." in everything.summary
    assert animate(space, {"target": "*", "stop": True}).is_noop


def test_what_does_not_get_anywhere_is_taken_as_it_was_asked(space: Document) -> None:
    still = animate(space, {"target": "sun", "motion": "spin", "amount": 0})
    assert "sun: sphere" in still.summary
    assert "spins 0° in 4 s" in still.summary
    floating = animate(space, {"target": "sun", "motion": "float", "amount": 0}).after
    grown = step_of("update_objects", changes=[{"target": "sun", "scale_by": 2}])(floating).after
    assert object_named(grown, "sun")["size"] == [2, 2, 2]


def test_keyframes_are_stored_in_order_and_go_once_unless_they_end_as_they_begin(
    space: Document,
) -> None:
    frames = [{"time": 3, "rotation": [0, 720, 0]}, {"time": 1, "position": [0, 2, 0]}]
    there = moved(space, "sun", "keyframes", keyframes=frames)
    assert [frame["time"] for frame in there["frames"]] == [1, 3]
    assert (there["period"], there["times"]) == (3.0, 1.0)
    back = [*frames, {"time": 4, "position": [0, 1, 0]}]
    assert "times" not in moved(space, "sun", "keyframes", keyframes=back)
    swing = moved(space, "sun", "keyframes", keyframes=frames, loop="back_and_forth")
    assert swing["period"] == 6.0


REFUSED = [
    ({"target": "eart", "motion": "spin"}, UnknownTargetError, "`animations[0].target`"),
    ({"target": "sun"}, InvalidValueError, "`animations[0].motion` is missing"),
    ({"target": "sun", "motion": "orbit"}, InvalidValueError, "`animations[0].around` is missing"),
    (
        {"target": "sun", "motion": "orbit", "around": "*"},
        InvalidValueError,
        "`animations[0].around` cannot be",
    ),
    (
        {"target": "sun", "motion": "spin", "points": [[1, 2, 3]]},
        InvalidValueError,
        "`animations[0].points` does not belong to the motion spin",
    ),
    ({"target": "sun", "motion": "spin", "axis": [0, 0, 0]}, InvalidValueError, "no direction"),
    ({"target": "sun", "motion": "spin", "period": -1}, InvalidValueError, "animations[0].period"),
    (
        {"target": "sun", "motion": "spin", "loop": "once", "times": 3},
        InvalidValueError,
        "`animations[0].times` contradicts",
    ),
    ({"target": "sun", "motion": "path"}, InvalidValueError, "`animations[0].points` is missing"),
    (
        {"target": "sun", "motion": "path", "points": [[0, 1, 0]]},
        InvalidValueError,
        "`animations[0].points` is missing",
    ),
    (
        {"target": "sun", "motion": "keyframes"},
        InvalidValueError,
        "`animations[0].keyframes` is missing",
    ),
    (
        {"target": "sun", "motion": "keyframes", "keyframes": [{"time": 2}]},
        InvalidValueError,
        "`animations[0].keyframes[0]` says nothing",
    ),
    (
        {
            "target": "sun",
            "motion": "keyframes",
            "keyframes": [{"time": 2, "scale": 2}, {"time": 2, "scale": 3}],
        },
        InvalidValueError,
        "two keyframes at 2 s",
    ),
    (
        {"target": "sun", "motion": "keyframes", "keyframes": [{"time": 0, "scale": 2}]},
        InvalidValueError,
        "nothing would move",
    ),
    (
        {
            "target": "sun",
            "motion": "keyframes",
            "keyframes": [{"time": 2, "scale": 2}],
            "period": 1,
        },
        InvalidValueError,
        "`animations[0].period` cannot be 1",
    ),
]


@pytest.mark.parametrize(("asked", "error", "words"), REFUSED, ids=[each[2] for each in REFUSED])
def test_what_is_not_possible_is_refused_by_its_path(
    space: Document, asked: dict[str, Any], error: type[InvalidValueError], words: str
) -> None:
    with pytest.raises(error) as refused:
        animate(space, asked)
    assert words in refused.value.message


def test_nothing_orbits_what_it_carries(space: Document) -> None:
    ringed = animate(space, {"target": "moon", "motion": "orbit", "around": "earth"}).after
    with pytest.raises(InvalidValueError, match="moves with"):
        animate(ringed, {"target": "earth", "motion": "orbit", "around": "moon"})


def test_what_goes_too_far_is_clamped_and_said(space: Document) -> None:
    change = animate(space, {"target": "sun", "motion": "sway", "amount": 400, "period": 0.001})
    assert object_named(change.after, "sun")["animation"]["sway"]["amount"] == 180
    assert "animations[0].amount is outside -180 to 180, so it was set to 180." in change.summary
    assert "animations[0].period is outside 0.2 to 86400, so it was set to 0.2." in change.summary


def test_the_camera_frames_wherever_things_come_until_somebody_has_set_it(space: Document) -> None:
    orbit = {"target": "earth", "motion": "orbit", "around": "sun", "radius": 9}
    framed = animate(space, orbit).after
    away = [
        math.dist(object_named(each, "camera")["position"], [0, 1, 0]) for each in (space, framed)
    ]
    assert away[1] > 1.5 * away[0]
    fixed = step_of("set_camera", position=[0, 1, 9], look_at="sun")(space).after
    after = animate(fixed, orbit).after
    assert object_named(after, "camera") == object_named(fixed, "camera")


def test_what_went_round_a_removed_object_goes_round_the_point_where_it_was(
    space: Document,
) -> None:
    orbiting = animate(space, {"target": "earth", "motion": "orbit", "around": "sun"}).after
    change = step_of("remove_objects", targets=["sun"])(orbiting)
    assert object_named(change.after, "earth")["animation"]["orbit"]["around"] == [0, 1, 0]
    assert "earth goes on orbiting 0, 1, 0, where sun was." in change.summary


def test_a_path_stays_where_it_is_when_the_parent_changes(space: Document) -> None:
    lifted = _added(
        space, {"name": "lift", "kind": "group", "position": [0, 0, 3], "rotation": [0, 90, 0]}
    )
    going = animate(
        lifted,
        {"target": "door", "motion": "path", "points": [[-3, 1, 4]]},
        {"target": "door", "motion": "float", "axis": [1, 0, 0]},
    ).after
    after = step_of("update_objects", changes=[{"target": "door", "parent": "lift"}])(going).after
    door = object_named(after, "door")
    # Seen from the group, which is turned to the right, +z lies to its left.
    assert door["animation"]["path"]["points"] == [pytest.approx([-1, 1, -3])]
    assert door["animation"]["float"]["axis"] == pytest.approx([0, 0, 1])


_numbers = st.floats(allow_nan=False, allow_infinity=False)
_points = st.lists(_numbers, min_size=3, max_size=3)


@given(
    st.fixed_dictionaries(
        {"target": st.sampled_from(["model", "key", "camera", "*"])},
        optional={
            "motion": st.sampled_from(
                ["spin", "orbit", "bounce", "float", "pulse", "sway", "path", "keyframes"]
            ),
            "period": _numbers,
            "amount": _numbers,
            "axis": _points,
            "around": st.sampled_from(["model", "fill", "1, 2, 3"]) | _points,
            "radius": _numbers,
            "pivot": st.sampled_from(["center", "base", "left"]),
            "points": st.lists(_points, max_size=3),
            "keyframes": st.lists(
                st.fixed_dictionaries(
                    {"time": _numbers},
                    optional={"position": _points, "rotation": _points, "scale": _numbers},
                ),
                max_size=3,
            ),
            "loop": st.sampled_from(["repeat", "back_and_forth", "once", "ping-pong"]),
            "times": _numbers,
            "delay": _numbers,
            "stop": st.booleans(),
        },
    )
)
def test_whatever_is_asked_is_stored_as_pages_accept_it_or_refused(asked: dict[str, Any]) -> None:
    # `change_of` validates all entities that it touched.
    change = _change_or_refusal(asked)
    if isinstance(change, str):
        assert "animations[0]" in change
    else:
        again = animate(change.after, asked)
        assert again.is_noop or "delay" in asked or "radius" in asked


def _change_or_refusal(asked: dict[str, Any]) -> Change | str:
    try:
        return animate(new_document(), asked)
    except InvalidValueError as refused:
        return refused.message


def test_a_path_has_so_many_points_at_most(space: Document) -> None:
    many = [[0, 1, index] for index in range(MAX_POINTS + 1)]
    with pytest.raises(ValueError, match="at most 100 items"):
        moved(space, "sun", "path", points=many)
