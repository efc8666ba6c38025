"""What a reader is told of a scene."""

import copy

import pytest

from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.descriptions.lights import place_words
from sessions_app.scene.descriptions.objects import object_line
from sessions_app.scene.descriptions.scene import (
    around_lines,
    environment_words,
    rotation_words,
    scale_words,
    scene_line,
)
from sessions_app.scene.directions import Spherical, to_cartesian
from sessions_app.scene.document import Document, new_document
from sessions_app.scene.geometry.layout import Layout
from tests.support.operations import step_of


def lines(document: Document) -> list[str]:
    layout = Layout(document["objects"])
    return [scene_line(layout, each) for each in document["objects"]]


def test_every_object_has_a_line_and_lights_tell_where_they_shine_from() -> None:
    document = new_document()
    x, y, z = to_cartesian(268, -10, 0.789)
    for step in (
        step_of("change_model_color", color="teal"),
        step_of("set_model_rotation", x=0, y=180, z=0),
        step_of("set_key_light_position", x=x, y=y + 0.3255, z=z),
    ):
        document = apply_patch(document, step(document).patch)
    kept = copy.deepcopy(document)
    assert lines(document) == [
        "model: bust 0.428 × 0.651 × 0.309 at 0, 0.326, 0, turned 180°, teal (#008688), on the"
        " floor",
        "key: area light 0.6 × 0.6 at -0.777, 0.188, 0.027, intensity 2.5, aimed at 0, 0.326, 0,"
        " azimuth 268° (west), elevation -10°, distance 0.79 m",
        "fill: area light 0.8 × 0.8 at -0.5, 0.575, 0.5, intensity 0.2, aimed at 0, 0.326, 0,"
        " azimuth 225° (southwest), elevation 19.47°, distance 0.75 m",
        "camera: camera at 0, 0.326, 3.2, aimed at 0, 0.326, 0, field of view 32°",
    ]
    assert document == kept


def test_key_and_fill_are_told_around_the_model_and_other_lights_around_their_aim() -> None:
    document = new_document()
    objects = document["objects"]
    objects["o2"]["aim"] = [5.0, 0.0, 0.0]
    objects["o9"] = {
        "name": "lamp",
        "kind": "spot_light",
        "position": [5.0, 1.0, 1.0],
        "aim": [5.0, 0.0, 0.0],
    }
    objects["o10"] = {"name": "bulb", "kind": "point_light", "position": [1.0, 1.0, 1.0]}
    _, key, _, _, lamp, bulb = lines(document)
    assert "azimuth 135° (southeast), elevation 26.33°, distance 0.79 m" in key
    assert "azimuth 180° (south), elevation 45°, distance 1.41 m" in lamp
    assert bulb == "bulb: point light at 1, 1, 1, intensity 2"
    objects["o1"]["name"] = "statue"
    assert "distance 4.58 m" in lines(document)[1]  # without a model, around its own aim


def test_a_group_tells_how_many_parts_it_has() -> None:
    part = {"kind": "box", "parent": "o9", "position": [0.0, 0.5, 0.0], "size": [1.0, 1.0, 1.0]}
    objects = {
        "o9": {"name": "tower", "kind": "group", "position": [0.0, 0.0, 0.0]},
        "o10": {"name": "low", **part},
        "o11": {"name": "high", **part, "position": [0.0, 1.5, 0.0]},
    }
    tower = scene_line(Layout(objects), "o9")
    assert tower == f"{object_line(Layout(objects), 'o9')}, 2 parts"
    del objects["o11"]
    assert scene_line(Layout(objects), "o9").endswith(", 1 part")


def test_what_is_around_the_objects_is_told_too() -> None:
    document = new_document()
    document["environment"]["background"] = ["#39434b", "#8d979d"]
    bust, camera, environment, space = around_lines(document)
    assert bust.startswith("model is a classical bust")
    assert camera == "Active camera: camera."
    assert environment.startswith("Environment: background #39434b to #8d979d; light studio, 0.4")
    assert "+x is the viewer's right" in space
    without, *_ = around_lines(new_document("empty") | {"camera": None})
    assert without == "Active camera: none."


def test_an_environment_is_told_with_all_that_it_has() -> None:
    environment = new_document()["environment"] | {
        "background": ["#008688"],
        "floor": "#ffffff",
        "fog": {"color": "#000000", "near": 1, "far": 20.5},
        "shadows": False,
    }
    assert environment_words(environment) == {
        "background": "teal (#008688)",
        "light": "studio, 0.4",
        "ambient": "0",
        "floor": "white (#ffffff)",
        "fog": "black (#000000) from 1 to 20.5 m",
        "exposure": "1",
        "shadows": "off",
        "tone": "neutral",
    }


def light_at(azimuth: float, elevation: float = 0, distance: float = 0.8) -> Spherical:
    return Spherical(azimuth, elevation, distance)


@pytest.mark.parametrize(
    ("distance", "reach"),
    [(0.05, ", near"), (0.4, ", near"), (0.41, ""), (1.59, ""), (1.6, ", far away")],
)
def test_a_light_is_near_or_far_where_that_is_worth_saying(distance: float, reach: str) -> None:
    assert place_words(light_at(270, 20, distance), 0.8) == f"from the left, a little above{reach}"


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (light_at(270, 0, 0.8), light_at(270, 0, 0.9), "from the left, farther away than before"),
        (light_at(270, 0, 0.8), light_at(270, 0, 0.7), "from the left, nearer than before"),
        (light_at(270, 0, 0.8), light_at(270, 0, 0.3), "from the left, near"),
        (light_at(270, 0, 0.3), light_at(270, 0, 0.2), "from the left, near, nearer than before"),
        (light_at(90, 0, 0.8), light_at(270, 0, 0.9), "from the left"),
        (light_at(270, 0, 0.8), light_at(270, 0, 0.8), "from the left"),
    ],
)
def test_a_light_that_moved_on_its_ray_is_nearer_or_farther(
    before: Spherical, now: Spherical, words: str
) -> None:
    assert place_words(now, 0.8, before) == words


@pytest.mark.parametrize(
    ("rotation", "words"),
    [
        ([0, 0, 0], "upright and faces you"),
        ([0, 45, 0], "turned 45° to the right"),
        ([0, 315, 0], "turned 45° to the left"),
        ([0, 180, 0], "turned 180° to the left"),
        ([10, 0, 0], "tipped 10° forward"),
        ([350, 0, 350], "tipped 10° back, leaning 10° to the right"),
        ([0.001, 33.333333, 0], "turned 33.33° to the right"),
    ],
)
def test_a_person_reads_how_the_model_stands(rotation: list[float], words: str) -> None:
    assert rotation_words(rotation) == words


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        ([1, 1, 1], "as large as it was made"),
        ([2, 2, 2], "2 times as large as it was made"),
        ([1, 2.5, 0.5], "2.5 times as high, 0.5 times as deep as it was made"),
    ],
)
def test_a_person_reads_how_large_the_model_is(scale: list[float], words: str) -> None:
    assert scale_words(scale) == words
