"""What each operation changes, refuses and brings into its limits."""

from functools import partial
from typing import Any

import pytest

from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import new_document
from sessions_app.scene.errors import InvalidValueError, SceneError
from sessions_app.scene.operations import Step
from tests.support.operations import step_of

key_at = partial(step_of, "set_key_light_position")


def replaced(**members: Any) -> dict[str, Any]:
    """The operations' patches by path; JSON Pointers with "__" for "/"."""
    return {"/" + name.replace("__", "/"): value for name, value in members.items()}


CHANGES: list[tuple[Step, dict[str, Any], dict[str, Any], str]] = [
    (
        step_of("change_model_color", color="teal"),
        replaced(model__color="#008688"),
        {"color": "#008688"},
        "The model is now teal (#008688).",
    ),
    (
        step_of("change_model_size", size=2),
        replaced(model__scale=[2, 2, 2]),
        {"scale": [2, 2, 2]},
        "The model's size is now 2.",
    ),
    (
        step_of("scale_model", x=1, y=2.5, z=0.0100000001),
        replaced(model__scale=[1, 2.5, 0.01]),
        {"scale": [1, 2.5, 0.01]},
        "The model's scale is now 1, 2.5, 0.01 (x, y, z).",
    ),
    (
        step_of("set_model_rotation", x=-10, y=370, z=-1e-9),
        replaced(model__rotationDegrees=[350, 10, 0]),
        {"rotationDegrees": [350, 10, 0]},
        "The model's rotation is now pitch 350°, yaw 10°, roll 0°.",
    ),
    (
        step_of("set_fill_light_intensity", intensity=0),
        replaced(lights__fill__intensity=0),
        {"intensity": 0},
        "The fill light's intensity is now 0.",
    ),
    (
        step_of("set_key_light_color", color="#1a2"),
        replaced(lights__key__color="#11aa22"),
        {"color": "#11aa22"},
        "The key light is now #11aa22.",
    ),
    (
        step_of("set_key_light_size", width=2, height=3),
        replaced(lights__key__size=[2, 3]),
        {"size": [2, 3]},
        "The key light's size is now 2 by 3.",
    ),
    (
        key_at(x=-3, y=0, z=4),
        replaced(
            lights__key__azimuthDegrees=216.869898,
            lights__key__elevationDegrees=0,
            lights__key__distance=5,
        ),
        {
            "position": [-3, 0, 4],
            "azimuthDegrees": 216.869898,
            "elevationDegrees": 0,
            "distance": 5,
        },
        "The key light is now at -3, 0, 4 (x, y, z): azimuth 216.87° (southwest), "
        "elevation 0°, distance 5.",
    ),
    (
        step_of("change_background_color", color="ocean"),
        replaced(background__color="#004a88"),
        {"color": "#004a88"},
        "The background is now ocean (#004a88).",
    ),
    (
        step_of("dolly_camera", distance=20),
        replaced(camera__distance=20),
        {"distance": 20},
        "The camera's distance is now 20.",
    ),
    (
        step_of("set_camera_fov", fov=50),
        replaced(camera__fovDegrees=50),
        {"fovDegrees": 50},
        "The camera's field of view is now 50°.",
    ),
]


@pytest.mark.parametrize(("step", "patch", "values", "summary"), CHANGES)
def test_a_change_replaces_only_what_it_names(
    step: Step, patch: dict[str, Any], values: dict[str, Any], summary: str
) -> None:
    change = step(new_document())
    assert change.patch == [
        {"op": "replace", "path": path, "value": value} for path, value in patch.items()
    ]
    assert change.values == values
    assert change.summary == summary
    assert change.adjustment is None
    assert not change.is_noop


@pytest.mark.parametrize(("step", "summary"), [(case[0], case[3]) for case in CHANGES])
def test_setting_a_value_to_what_it_is_changes_nothing_and_says_so(
    step: Step, summary: str
) -> None:
    once = step(new_document())
    again = step(apply_patch(new_document(), once.patch))
    assert again.is_noop
    assert again.inverse == []
    assert again.values == once.values
    assert again.summary == summary.replace(" now ", " already ")


CLAMPED: list[tuple[Step, dict[str, Any], list[str]]] = [
    (step_of("change_model_size", size=500), {"scale": [100] * 3}, ["500", "size", "0.01 to 100"]),
    (step_of("change_model_size", size=1e-9), {"scale": [0.01] * 3}, ["1e-09", "size", "0.01"]),
    (
        step_of("scale_model", x=101, y=1, z=0.001),
        {"scale": [100, 1, 0.01]},
        ["101 for x", "0.001 for z"],
    ),
    (
        step_of("set_key_light_intensity", intensity=1e300),
        {"intensity": 1000},
        ["1e+300", "intensity", "0 to 1000"],
    ),
    (
        step_of("set_key_light_size", width=0.01, height=101),
        {"size": [0.1, 100]},
        ["0.01 for width", "101 for height"],
    ),
    (step_of("dolly_camera", distance=1), {"distance": 8}, ["distance", "8 to 64"]),
    (step_of("dolly_camera", distance=65), {"distance": 64}, ["distance", "8 to 64"]),
    (step_of("set_camera_fov", fov=180), {"fovDegrees": 90}, ["180", "fov", "5 to 90"]),
    (
        key_at(x=0, y=0, z=0.1),
        {"position": [0, 0, 0.5], "azimuthDegrees": 180, "elevationDegrees": 0, "distance": 0.5},
        ["less than 0.5", "along its ray"],
    ),
    (
        key_at(x=-1.7e308, y=0, z=0),
        {"position": [-100, 0, 0], "azimuthDegrees": 270, "elevationDegrees": 0, "distance": 100},
        ["more than 100", "along its ray"],
    ),
]


@pytest.mark.parametrize(("step", "values", "told"), CLAMPED)
def test_a_value_beyond_its_limit_is_clamped_and_told(
    step: Step, values: dict[str, Any], told: list[str]
) -> None:
    change = step(new_document())
    assert change.values == values
    assert change.adjustment is not None
    assert all(word in change.adjustment for word in told)
    again = step(apply_patch(new_document(), change.patch))
    assert (again.is_noop, again.adjustment) == (True, change.adjustment)


SHOWN: list[tuple[Step, str]] = [
    (step_of("change_model_color", color="#fff"), "The model is already white (#ffffff)."),
    (
        step_of("change_background_color", color="#000"),
        "The background is already black (#000000).",
    ),
    (
        key_at(x=-7.4142, y=2.6985, z=0),
        "The key light now shines from the left, a little above.",
    ),
    (
        key_at(x=0, y=0, z=-7.89),
        "The key light now shines from behind.",
    ),
    (
        key_at(x=5.7039, y=3.9918, z=5.7039),
        "The key light now shines from the front right, a little above, farther away than before.",
    ),
    (
        key_at(x=0, y=9, z=0),
        "The key light now shines from straight above.",
    ),
    (
        key_at(x=-1e6, y=0, z=0),
        "The key light now shines from the left, far away. It goes no further.",
    ),
    (step_of("change_model_size", size=500), "The model's size is now 100. It goes no further."),
    (
        step_of("set_model_rotation", x=0, y=-10, z=0),
        "The model is now turned 10° to the left.",
    ),
    (
        step_of("scale_model", x=1, y=2, z=1),
        "The model is now 2 times as high as it was made.",
    ),
]


@pytest.mark.parametrize(("step", "shown"), SHOWN)
def test_a_person_is_shown_a_change_in_plain_words(step: Step, shown: str) -> None:
    assert step(new_document()).for_person == shown


REFUSED: list[tuple[Step, list[str]]] = [
    (step_of("change_model_color", color="blurple"), ["blurple", "#rrggbb"]),
    (step_of("set_key_light_color", color="#12"), ["#12", "#rrggbb"]),
    (step_of("change_background_color", color=""), ["color", "#rrggbb"]),
    (step_of("change_model_size", size=0), ["0 for size", "0.01 to 100"]),
    (step_of("change_model_size", size=-1), ["-1 for size", "0.01 to 100"]),
    (step_of("scale_model", x=1, y=0, z=1), ["0 for y", "0.01 to 100"]),
    (
        step_of("set_fill_light_intensity", intensity=-0.1),
        ["-0.1 for intensity", "0 to 1000"],
    ),
    (step_of("set_key_light_size", width=1, height=0), ["0 for height", "0.1 to 100"]),
    (key_at(x=0, y=0, z=0), ["0, 0, 0", "0.5 to 100"]),
    (key_at(x=0.0, y=-0.0, z=0), ["0, 0, 0", "0.5 to 100"]),
    (step_of("dolly_camera", distance=-8), ["-8 for distance", "8 to 64"]),
    (step_of("set_camera_fov", fov=0), ["0 for fov", "5 to 90"]),
]


@pytest.mark.parametrize(("step", "named"), REFUSED)
def test_a_value_without_meaning_is_refused_by_name(step: Step, named: list[str]) -> None:
    document = new_document()
    with pytest.raises(InvalidValueError) as refused:
        step(document)
    assert isinstance(refused.value, SceneError)
    assert refused.value.code == "invalid_argument"
    assert all(word in refused.value.message for word in named)
    assert document == new_document()


@pytest.mark.parametrize(("degrees", "turns"), [(10, 36), (-10, 36), (7.2, 50), (0.1, 3600)])
def test_turns_that_go_all_the_way_round_end_where_they_began(degrees: float, turns: int) -> None:
    start = step_of("set_model_rotation", x=12, y=33.333333, z=5)(new_document())
    document = first = apply_patch(new_document(), start.patch)
    seen = set()
    for _ in range(turns):
        pitch, yaw, roll = document["model"]["rotationDegrees"]
        turned = step_of("set_model_rotation", x=pitch, y=yaw + degrees, z=roll)(document)
        document = apply_patch(document, turned.patch)
        seen.add(document["model"]["rotationDegrees"][1])
    assert document == first
    assert len(seen) == turns


def test_a_light_straight_above_keeps_its_azimuth() -> None:
    above = key_at(x=0, y=9, z=0)(new_document())
    assert above.values["azimuthDegrees"] == 135
    assert above.values["position"] == [0, 9, 0]
