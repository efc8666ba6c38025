"""What the studio's operations change, refuse and bring into their limits."""

from functools import partial
from typing import Any

import pytest

from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import Document, new_document
from sessions_app.scene.errors import InvalidValueError, SceneError
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations import Step
from tests.support.operations import step_of
from tests.support.scene_documents import object_named, with_objects

key_at = partial(step_of, "set_key_light_position")
fill_at = partial(step_of, "set_fill_light_position")
MODEL, KEY, FILL, CAMERA = (f"/objects/o{number}" for number in (1, 2, 3, 4))
# The middle of the bust at the start.
MIDDLE = 0.3255


CHANGES: list[tuple[Step, dict[str, Any], dict[str, Any], str]] = [
    (
        step_of("change_model_color", color="teal"),
        {f"{MODEL}/material/color": "#008688"},
        {"color": "#008688"},
        "The model is now teal (#008688).",
    ),
    (
        step_of("set_fill_light_intensity", intensity=0),
        {f"{FILL}/intensity": 0},
        {"intensity": 0},
        "The fill light's intensity is now 0.",
    ),
    (
        step_of("set_key_light_color", color="#1a2"),
        {f"{KEY}/color": "#11aa22"},
        {"color": "#11aa22"},
        "The key light is now #11aa22.",
    ),
    (
        step_of("set_key_light_size", width=0.2, height=3),
        {f"{KEY}/size": [0.2, 3], f"{KEY}/fitted": None},
        {"size": [0.2, 3]},
        "The key light's size is now 0.2 by 3 m.",
    ),
    (
        key_at(x=-3, y=MIDDLE, z=4),
        {f"{KEY}/fitted": None, f"{KEY}/position": [-3, MIDDLE, 4]},
        {
            "position": [-3, MIDDLE, 4],
            "azimuthDegrees": 216.869898,
            "elevationDegrees": 0,
            "distance": 5,
        },
        "The key light is now at -3, 0.3255, 4 (x, y, z): azimuth 216.87° (southwest), "
        "elevation 0°, distance 5 m.",
    ),
    (
        step_of("change_background_color", color="ocean"),
        {"/environment/background": ["#004a88"]},
        {"color": "#004a88"},
        "The background is now ocean (#004a88).",
    ),
    (
        step_of("dolly_camera", distance=20),
        {f"{CAMERA}/fitted": None, f"{CAMERA}/position": [0, MIDDLE, 20]},
        {"distance": 20, "position": [0, MIDDLE, 20]},
        "The camera's distance is now 20 m from what it looks at, at 0, 0.3255, 20.",
    ),
    (
        step_of("set_camera_fov", fov=50),
        {f"{CAMERA}/fitted": None, f"{CAMERA}/fov": 50},
        {"fov": 50},
        "The camera's field of view is now 50°.",
    ),
]


@pytest.mark.parametrize(("step", "patch", "values", "summary"), CHANGES)
def test_a_change_writes_only_what_it_names(
    step: Step, patch: dict[str, Any], values: dict[str, Any], summary: str
) -> None:
    change = step(new_document())
    assert {each["path"]: each.get("value") for each in change.patch} == patch
    assert change.values == values
    assert change.summary == summary
    assert change.adjustment is None
    assert not change.is_noop


ROTATED: tuple[Step, dict[str, Any], str] = (
    step_of("set_model_rotation", x=-10, y=370, z=-1e-9),
    {"rotation": [350, 10, 0]},
    "The model's rotation is now pitch 350°, yaw 10°, roll 0°.",
)


def test_the_model_turns_about_its_middle() -> None:
    step, values, summary = ROTATED
    change = step(new_document())
    assert (change.values, change.summary) == (values, summary)
    start = object_named(new_document(), "model")
    assert object_named(change.after, "model") == start | values


SIZES: list[tuple[Step, list[float], list[float], str]] = [
    (
        step_of("change_model_size", size=2),
        [2, 2, 2],
        [0.856, 1.302, 0.618],
        "The model's size is now 2: 0.856 × 1.302 × 0.618 m.",
    ),
    (
        step_of("scale_model", x=1, y=2.5, z=0.0100000001),
        [1, 2.5, 0.01],
        [0.428, 1.6275, 0.00309],
        "The model's scale is now 1, 2.5, 0.01 (x, y, z): 0.428 × 1.627 × 0.003 m.",
    ),
]


@pytest.mark.parametrize(("step", "scale", "size", "summary"), SIZES)
def test_the_bust_is_as_many_times_as_large_as_at_the_start_and_stands_where_it_stood(
    step: Step, scale: list[float], size: list[float], summary: str
) -> None:
    document = new_document()
    for _ in range(2):  # from another size it comes to the same
        change = step(document)
        assert change.values == {"scale": scale, "size": size}
        assert change.summary == summary
        bust = object_named(change.after, "model")
        assert bust["size"] == size
        assert bust["position"] == pytest.approx([0, size[1] / 2, 0], abs=1e-6)
        document = step_of("change_model_size", size=0.3)(change.after).after


def test_a_bust_that_lies_keeps_its_underside_too() -> None:
    lying = step_of("set_model_rotation", x=90, y=20, z=0)(new_document()).after
    larger = step_of("change_model_size", size=3)(lying).after

    def lowest(document: Document) -> float:
        bounds = Layout(document["objects"]).extent("o1")
        assert bounds is not None
        return bounds.low[1]

    assert lowest(larger) == pytest.approx(lowest(lying), abs=1e-6)
    assert object_named(larger, "model")["position"][::2] == [0, 0]


def test_what_belongs_to_the_bust_grows_with_it() -> None:
    hat = {
        "name": "hat",
        "kind": "box",
        "parent": "o1",
        "position": [0.0, 0.4, 0.0],
        "size": [0.2, 0.1, 0.2],
    }
    after = step_of("scale_model", x=2, y=3, z=4)(with_objects(hat)).after
    assert object_named(after, "hat")["position"] == [0, 1.2, 0]
    assert object_named(after, "hat")["size"] == [0.4, 0.3, 0.8]


def test_what_would_grow_out_of_the_world_is_refused() -> None:
    wall = {
        "name": "wall",
        "kind": "box",
        "parent": "o1",
        "position": [0, 0, 0],
        "size": [200, 1, 1],
    }
    with pytest.raises(InvalidValueError, match=r'size of "wall" would become .*0 to 10000'):
        step_of("change_model_size", size=100)(with_objects(wall))


def test_the_rig_follows_the_bust_until_a_light_is_set() -> None:
    larger = step_of("change_model_size", size=2)
    followed = larger(new_document()).after
    assert object_named(followed, "key")["size"] == [1.2, 1.2]
    document = step_of("set_key_light_size", width=0.6, height=0.6)(new_document()).after
    document = larger(document).after
    assert object_named(document, "key")["size"] == [0.6, 0.6]
    assert object_named(document, "fill")["size"] == [1.6, 1.6]
    for step in (
        step_of("dolly_camera", distance=3.2),
        step_of("set_camera_fov", fov=32),
    ):
        kept = object_named(larger(step(new_document()).after).after, "camera")
        assert kept["position"] == object_named(new_document(), "camera")["position"]


@pytest.mark.parametrize(
    ("step", "summary"), [(case[0], case[3]) for case in (*CHANGES, *SIZES)] + [ROTATED[::2]]
)
def test_setting_a_value_to_what_it_is_changes_nothing_and_says_so(
    step: Step, summary: str
) -> None:
    once = step(new_document())
    assert apply_patch(apply_patch(new_document(), once.patch), once.inverse) == new_document()
    again = step(apply_patch(new_document(), once.patch))
    assert again.is_noop
    assert again.inverse == []
    assert again.values == once.values
    assert again.summary == summary.replace(" now ", " already ")


def test_a_default_that_is_not_stored_is_already_so() -> None:
    for step in (
        step_of("change_model_color", color="white"),
        step_of("set_model_rotation", x=0, y=360, z=0),
        step_of("change_model_size", size=1),
    ):
        assert step(new_document()).is_noop


def test_a_preset_does_not_hide_a_color_that_is_asked_for() -> None:
    gold = new_document()
    gold["objects"]["o1"]["material"] = {"preset": "gold"}
    white = step_of("change_model_color", color="white")(gold)
    assert object_named(white.after, "model")["material"] == {"preset": "gold", "color": "#ffffff"}


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
        step_of("set_key_light_size", width=0.001, height=101),
        {"size": [0.01, 100]},
        ["0.001 for width", "101 for height"],
    ),
    (step_of("dolly_camera", distance=0.1), {"distance": 0.8}, ["distance", "0.8 to 64"]),
    (step_of("dolly_camera", distance=65), {"distance": 64}, ["distance", "0.8 to 64"]),
    (step_of("set_camera_fov", fov=180), {"fov": 90}, ["180", "fov", "5 to 90"]),
    (
        key_at(x=0, y=MIDDLE, z=0.01),
        {
            "position": [0, MIDDLE, 0.05],
            "azimuthDegrees": 180,
            "elevationDegrees": 0,
            "distance": 0.05,
        },
        ["less than 0.05 m", "along its ray"],
    ),
    (
        key_at(x=-1.7e308, y=MIDDLE, z=0),
        {
            "position": [-100, MIDDLE, 0],
            "azimuthDegrees": 270,
            "elevationDegrees": 0,
            "distance": 100,
        },
        ["more than 100 m", "along its ray"],
    ),
]


@pytest.mark.parametrize(("step", "values", "told"), CLAMPED)
def test_a_value_beyond_its_limit_is_clamped_and_told(
    step: Step, values: dict[str, Any], told: list[str]
) -> None:
    change = step(new_document())
    assert values.items() <= change.values.items()
    assert change.adjustment is not None
    assert all(word in change.adjustment for word in told)
    again = step(apply_patch(new_document(), change.patch))
    assert (again.is_noop, again.adjustment) == (True, change.adjustment)


def test_a_light_ten_times_as_far_as_usual_is_put_there_with_a_warning() -> None:
    near = fill_at(x=7.4, y=MIDDLE, z=0)(new_document())
    assert "hardly anything" not in near.summary
    far = fill_at(x=7.6, y=MIDDLE, z=0)(new_document())
    assert object_named(far.after, "fill")["position"] == [7.6, MIDDLE, 0]
    assert "more than ten times as far as usual here (0.75 m)" in far.summary
    assert far.adjustment is None
    large = step_of("change_model_size", size=10)(new_document()).after
    assert "hardly anything" not in fill_at(x=7.6, y=MIDDLE, z=0)(large).summary


SHOWN: list[tuple[Step, str]] = [
    (step_of("change_model_color", color="#fff"), "The model is already white (#ffffff)."),
    (step_of("change_background_color", color="#000"), "The background is now black (#000000)."),
    (
        key_at(x=-0.74142, y=0.59535, z=0),
        "The key light now shines from the left, a little above.",
    ),
    (key_at(x=0, y=MIDDLE, z=-0.789), "The key light now shines from behind."),
    (
        key_at(x=0.57039, y=0.72468, z=0.57039),
        "The key light now shines from the front right, a little above, farther away than before.",
    ),
    (key_at(x=0, y=1.2, z=0), "The key light now shines from straight above."),
    (
        key_at(x=-1e6, y=MIDDLE, z=0),
        "The key light now shines from the left, far away. It goes no further.",
    ),
    (
        step_of("change_model_size", size=500),
        "The model is now 100 times as large as it was made. It goes no further.",
    ),
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
    (step_of("set_key_light_size", width=1, height=0), ["0 for height", "0.01 to 100"]),
    (key_at(x=0, y=MIDDLE, z=0), ["0, 0.3255, 0", "the center", "0.05 to 100 m"]),
    (key_at(x=0.0, y=MIDDLE, z=-0.00001), ["0, 0.3255, 0", "0.05 to 100 m"]),
    (step_of("dolly_camera", distance=-8), ["-8 for distance", "0.8 to 64"]),
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


@pytest.mark.parametrize(("degrees", "turns"), [(10, 36), (-10, 36), (7.2, 50), (0.5, 720)])
def test_turns_that_go_all_the_way_round_end_where_they_began(degrees: float, turns: int) -> None:
    start = step_of("set_model_rotation", x=12, y=33.333333, z=5)(new_document())
    document = first = apply_patch(new_document(), start.patch)
    seen = set()
    for _ in range(turns):
        pitch, yaw, roll = object_named(document, "model")["rotation"]
        turned = step_of("set_model_rotation", x=pitch, y=yaw + degrees, z=roll)(document)
        document = apply_patch(document, turned.patch)
        seen.add(object_named(document, "model")["rotation"][1])
    assert document == first
    assert len(seen) == turns
