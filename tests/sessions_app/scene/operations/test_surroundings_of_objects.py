"""Setting the environment and the camera."""

import math
from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.document.targets import UnknownTargetError
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.views import view_direction, view_of, visibility
from sessions_app.scene.operations import Change
from sessions_app.scene.operations.following import ASPECT
from tests.support.object_calls import add, bounds_of, call, id_of, lines
from tests.support.scene_documents import object_named

STUDIO = new_document()
HORIZON = STUDIO["environment"]["background"][-1]
EMPTY = new_document("empty")
BOXES = add(
    EMPTY,
    {"kind": "box", "name": "near", "position": [0, 0.5, 2]},
    {"kind": "box", "name": "far", "position": [3, 0.5, -4], "tags": ["far"]},
).after


def environment(**given: Any) -> Change:
    return call(STUDIO, "set_environment", given)


def camera(document: Document, **given: Any) -> dict[str, Any]:
    return object_named(call(document, "set_camera", given).after, "camera")


@pytest.mark.parametrize(
    ("given", "members"),
    [
        ({"background": "teal"}, {"background": ["#008688"]}),
        ({"background": ["#fff", "black"]}, {"background": ["#ffffff", "#000000"]}),
        ({"background": '["red", "blue"]'}, {"background": ["#ff0000", "#0000ff"]}),
        ({"light": "Sunset", "light_intensity": "2"}, {"light": "sunset", "lightIntensity": 2}),
        ({"light": {"preset": "none", "intensity": 1}}, {"light": "none", "lightIntensity": 1}),
        ({"lightIntensity": 20}, {"lightIntensity": 10}),
        ({"ambient": 0.5, "exposure": 2, "tone": "none"},
         {"ambient": 0.5, "exposure": 2, "tone": "none"}),
        ({"floor": "grid"}, {"floor": "grid"}),
        ({"floor": "None"}, {"floor": "none"}),
        ({"floor": "olive"}, {"floor": "#808000"}),
        ({"shadows": "false"}, {"shadows": False}),
        ({"fog": "white", "fog_near": 1, "fog_far": 9},
         {"fog": {"color": "#ffffff", "near": 1, "far": 9}}),
        ({"fog": {"color": "white", "near": 1, "far": 9}},
         {"fog": {"color": "#ffffff", "near": 1, "far": 9}}),
        ({"fog_near": 2, "fog_far": 3}, {"fog": {"color": HORIZON, "near": 2, "far": 3}}),
    ],
)  # fmt: skip
def test_what_is_given_of_the_environment_is_set(
    given: dict[str, Any], members: dict[str, Any]
) -> None:
    change = environment(**given)
    assert change.after["environment"] == STUDIO["environment"] | members
    told = {name: each for name, each in change.after["environment"].items() if each is not None}
    assert change.values["environment"] == told
    assert change.touched == {("environment",)}


def test_fog_begins_behind_what_is_looked_at_and_goes_off() -> None:
    change = environment(fog=True)
    fog = change.after["environment"]["fog"]
    assert fog["color"] == HORIZON
    assert 3 < fog["near"] < fog["far"]
    nearer = call(change.after, "set_environment", {"fog_near": 100}).after["environment"]["fog"]
    assert nearer == {"color": HORIZON, "near": 100, "far": 300}
    for off in (False, "none", "off"):
        assert call(change.after, "set_environment", {"fog": off}).after == STUDIO


def test_the_answer_says_what_the_environment_is_now() -> None:
    change = environment(background="teal", fog="on")
    assert lines(change)[0] == "The environment is now so:"
    assert "background: teal (#008688)" in lines(change)
    assert environment(exposure=1).is_noop


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Nothing is given to set. set_environment takes: background, light,"),
        ({"background": ["a", "b"]}, '`background[0]`: The color "a" is not known'),
        ({"background": ["red"] * 3}, "`background` cannot be a list of 3. Accepted: 1 to 2"),
        ({"light": "moon"}, '`light` cannot be "moon". Accepted: studio, daylight, overcast,'),
        ({"floor": "lava"}, "Or none, shadow, grid."),
        ({"fog": "none", "fog_far": 3}, "`fog_near` and `fog_far` contradict it"),
        ({"fog": "red", "fog_near": 3, "fog_far": 2}, "`fog_near` 3 and `fog_far` 2 are not"),
        ({"exposure": 0}, "The value 0 for exposure is not accepted; give a number from 0.01"),
        ({"backgroundColor": "red"}, "Did you mean `background`?"),
    ],
)
def test_what_cannot_be_set_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        environment(**given)
    assert told in refused.value.message


def sees(found: dict[str, Any], document: Document, name: str) -> str:
    default = found.get("fov", 32.0)
    view = view_of(found["position"], found["aim"], default, ASPECT)
    return visibility(view, bounds_of(document, name))


@pytest.mark.parametrize("view", ["", "front", "Three-Quarter", "top", "isometric", "back_left"])
def test_without_more_it_frames_everything_from_any_side(view: str) -> None:
    found = camera(BOXES, view=view)
    assert "fitted" not in found
    assert sees(found, BOXES, "near") == sees(found, BOXES, "far") == "inside"
    if view:
        away = [at - to for at, to in zip(found["position"], found["aim"], strict=True)]
        toward = [number / math.hypot(*away) for number in away]
        assert toward == pytest.approx(view_direction(view), abs=1e-5)


@pytest.mark.parametrize("frame", ["far", ["#far"], '["far"]', ["f*r"]])
def test_it_frames_what_is_named(frame: Any) -> None:
    found = camera(BOXES, frame=frame, view="front", margin=0.01)
    assert sees(found, BOXES, "far") == "inside"
    assert sees(found, BOXES, "near") != "inside"


def test_it_stands_and_looks_where_it_is_told() -> None:
    there = camera(BOXES, position=[1, 2, 9], look_at="far", fov=60)
    assert there["position"] == [1, 2, 9]
    assert (there["aim"], there["fov"]) == (id_of(BOXES, "far"), 60)
    assert camera(BOXES, position="1 2 9", lookAt={"x": 0, "y": 1, "z": 0})["aim"] == [0, 1, 0]
    assert camera(BOXES, position=[1, 2, 9], frame=["far"])["aim"] == [3, 0.5, -4]
    start = object_named(BOXES, "camera")
    turned = camera(BOXES, target=[0, 1, 0])
    assert (turned["position"], turned["aim"]) == (start["position"], [0, 1, 0])
    wider = camera(BOXES, fov=70)
    assert (wider["position"], wider["fov"]) == (start["position"], 70)
    above = camera(BOXES, view="top", look_at=[0, 1, 0])
    assert above["position"][0::2] == [0, 0]
    assert math.dist(above["position"], above["aim"]) == pytest.approx(
        math.dist(start["position"], start["aim"]), abs=1e-5
    )


def test_a_camera_that_belongs_to_something_is_set_in_the_world() -> None:
    held = call(BOXES, "update_objects", {"changes": [{"target": "camera", "parent": "far"}]}).after
    found = camera(held, position=[1, 2, 9], look_at=[0, 0, 0])
    assert found["position"] == [-2, 1.5, 13]


def test_a_scene_without_a_camera_gets_one() -> None:
    document = {**EMPTY, "camera": None, "objects": {}}
    with_box = add(document, {"kind": "box", "name": "box"}).after
    after = call(with_box, "set_camera", {}).after
    assert after["camera"] == "o5"
    assert sees(after["objects"]["o5"], after, "box") == "inside"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"view": "front", "position": [1, 1, 1]}, "`view` and `position` contradict each other"),
        ({"frame": ["near"], "look_at": "far"}, "`frame` and `look_at` contradict each other"),
        ({"position": [1, 1, 1], "margin": 0.1}, "`position` and `margin` contradict"),
        ({"view": "side"}, '`view`: The view "side" is not known. Give one of: front, back,'),
        ({"frame": ["nera"]}, '`frame[0]`: "nera" is not in this scene. Did you mean "near"?'),
        ({"look_at": "fra"}, '`look_at`: "fra" is not in this scene.'),
        ({"position": [0, 1, 0], "look_at": [0, 1, 0]}, "would look at the point where it is"),
        ({"fov": -1}, "The value -1 for fov is not accepted"),
        ({"zoom": 2}, "Did you mean `fov`?"),
    ],
)
def test_a_view_that_contradicts_itself_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        camera(BOXES, **given)
    assert told in refused.value.message
    assert isinstance(refused.value, UnknownTargetError) == ("not in this scene" in told)


def test_there_must_be_something_to_frame() -> None:
    with pytest.raises(InvalidValueError, match="There is nothing visible to frame"):
        camera(EMPTY)
