"""What a reader is told of a scene."""

import copy
from typing import Any

import pytest

from sessions_app.scene import operations as ops
from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.descriptions import place_words, rotation_words, scale_words
from sessions_app.scene.directions import to_cartesian
from sessions_app.scene.document import new_document
from tests.support.operations import step_of


def test_positions_are_derived_and_never_stored() -> None:
    document = new_document()
    described = ops.describe_document(document)
    assert document == new_document()
    assert described["camera"].pop("position") == [0, 0, 32]
    assert described["lights"]["key"].pop("position") == [5.0003, 3.4995, 5.0003]
    assert described["lights"]["fill"].pop("position") == [-5.0, 2.4998, 5.0]
    assert described == document


def test_a_description_keeps_what_a_later_version_adds() -> None:
    document = new_document() | {"objects": {"cube": {"color": "#000000"}}}
    assert ops.describe_document(document)["objects"] == document["objects"]


def test_the_summary_says_the_scene_in_plain_words() -> None:
    document = new_document()
    x, y, z = to_cartesian(268, -10, 7.89)
    for step in (
        step_of("change_model_color", color="teal"),
        step_of("set_key_light_position", x=x, y=y, z=z),
        step_of("change_background_color", color="#123456"),
    ):
        document = apply_patch(document, step(document).patch)
    kept = copy.deepcopy(document)
    assert ops.summarize_document(document) == (
        "The model is teal (#008688), scaled to 1, 1, 1 (x, y, z), and rotated to pitch 0°, "
        "yaw 0°, roll 0°. "
        "The key light is white (#ffffff) at intensity 2.5, 6 by 6 in size, at azimuth 268° "
        "(west), elevation -10°, distance 7.89. "
        "The fill light is white (#ffffff) at intensity 0.2, 8 by 8 in size, at azimuth 225° "
        "(southwest), elevation 19.47°, distance 7.5. "
        "The ambient light is white (#ffffff) at intensity 0.1. "
        "The background is #123456. "
        "The camera is at azimuth 180° (south), elevation 0°, distance 32, with a vertical field "
        "of view of 32°. "
        "South is toward the viewer, east the viewer's right."
    )
    assert document == kept


def light_at(azimuth: float, elevation: float = 0, distance: float = 8) -> dict[str, Any]:
    return {"azimuthDegrees": azimuth, "elevationDegrees": elevation, "distance": distance}


@pytest.mark.parametrize(
    ("distance", "reach"),
    [(0.5, ", near"), (4, ", near"), (4.1, ""), (15.9, ""), (16, ", far away")],
)
def test_a_light_is_near_or_far_where_that_is_worth_saying(distance: float, reach: str) -> None:
    assert place_words(light_at(270, 20, distance)) == f"from the left, a little above{reach}"


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (light_at(270, 0, 8), light_at(270, 0, 9), "from the left, farther away than before"),
        (light_at(270, 0, 8), light_at(270, 0, 7), "from the left, nearer than before"),
        (light_at(270, 0, 8), light_at(270, 0, 3), "from the left, near"),
        (light_at(270, 0, 3), light_at(270, 0, 2), "from the left, near, nearer than before"),
        (light_at(90, 0, 8), light_at(270, 0, 9), "from the left"),
        (light_at(270, 0, 8), light_at(270, 0, 8), "from the left"),
    ],
)
def test_a_light_that_moved_on_its_ray_is_nearer_or_farther(
    before: dict[str, Any], now: dict[str, Any], words: str
) -> None:
    assert place_words(now, before) == words


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
