"""What a reader is told of a scene."""

import copy

from sessions_app.scene import operations as ops
from sessions_app.scene.document import new_document
from sessions_app.scene.patches import apply_patch


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
    for change in (
        ops.set_model_color(document, color="teal"),
        ops.place_light(document, light="key", azimuth_degrees=268, elevation_degrees=-10),
        ops.set_background_color(document, color="#123456"),
    ):
        document = apply_patch(document, change.patch)
    kept = copy.deepcopy(document)
    assert ops.summarize_document(document) == (
        "The model is teal (#008688), scaled to 1, 1, 1 (x, y, z), and rotated to pitch 0°, "
        "yaw 0°, roll 0°. "
        "The key light is snow (#ffffff) at intensity 2.5, 6 by 6 in size, at azimuth 268° (west), "
        "elevation -10°, distance 7.89. "
        "The fill light is snow (#ffffff) at intensity 0.2, 8 by 8 in size, at azimuth 225° "
        "(southwest), elevation 19.47°, distance 7.5. "
        "The ambient light is snow (#ffffff) at intensity 0.1. "
        "The background is #123456. "
        "The camera is at azimuth 180° (south), elevation 0°, distance 32, with a vertical field "
        "of view of 32°. "
        "South is toward the viewer, east the viewer's right."
    )
    assert document == kept
