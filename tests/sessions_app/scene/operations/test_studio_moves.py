"""The relative moves of model, lights and camera."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.operations import Change
from sessions_app.scene.operations.readings import read
from tests.support.operations import step_of

lights = st.sampled_from(["key", "fill"])
azimuths = st.floats(0, 359.9)
elevations = st.floats(-80, 80)
distances = st.floats(0.3, 50)


def do(document: Document, name: str, **arguments: Any) -> Change:
    return step_of(name, **arguments)(document)


def at(light: str, azimuth: float, elevation: float, distance: float) -> Document:
    return do(
        new_document(),
        f"set_{light}_light_position_spherical",
        azimuth=azimuth,
        elevation=elevation,
        distance=distance,
    ).after


def seen(document: Document, light: str = "key") -> tuple[float, float, float]:
    values = read(f"get_{light}_light_position_spherical", document).values
    return values["azimuthDegrees"], values["elevationDegrees"], values["distance"]


def apart(one: float, other: float) -> float:
    """Degrees between two azimuths."""
    return abs((one - other + 180) % 360 - 180)


@settings(deadline=None)
@given(light=lights, azimuth=azimuths, elevation=elevations, distance=distances)
def test_directions_are_read_as_they_were_set(
    light: str, azimuth: float, elevation: float, distance: float
) -> None:
    found = seen(at(light, azimuth, elevation, distance), light)
    assert apart(found[0], azimuth) < 0.01
    assert found[1:] == pytest.approx((elevation, distance), abs=1e-3)


@settings(deadline=None)
@given(
    azimuth=azimuths,
    elevation=elevations,
    distance=distances,
    way=st.sampled_from(["up", "down", "left", "right"]),
)
def test_a_swing_shows_in_the_reported_position_in_the_viewers_sense(
    azimuth: float, elevation: float, distance: float, way: str
) -> None:
    before = at("key", azimuth, elevation, distance)
    change = do(before, f"swing_key_light_{way}")
    was, now = seen(before), seen(change.after)
    assert now[2] == pytest.approx(was[2], abs=1e-3)
    if way in ("up", "down"):
        asked = was[1] + (10 if way == "up" else -10)
        assert now[1] == pytest.approx(max(-89.5, min(asked, 89.5)), abs=2e-3)
        assert apart(now[0], was[0]) < 0.1
        return
    side = 270 if way == "left" else 90
    moved = min(10, apart(was[0], side))
    assert apart(now[0], was[0]) == pytest.approx(moved, abs=2e-2)
    assert apart(now[0], side) == pytest.approx(apart(was[0], side) - moved, abs=2e-2)
    assert change.values["movedDegrees"] == pytest.approx(moved, abs=2e-2)


@pytest.mark.parametrize(("way", "toward"), [("left", 100), ("right", 260)])
def test_a_light_at_the_other_side_swings_through_the_front(way: str, toward: float) -> None:
    start = at("key", 90 if way == "left" else 270, 20, 1)
    assert seen(do(start, f"swing_key_light_{way}").after)[0] == pytest.approx(toward, abs=1e-3)


@pytest.mark.parametrize("way", ["clockwise", "counterclockwise"])
@pytest.mark.parametrize("subject", ["model", "key_light", "fill_light"])
def test_36_steps_go_all_the_way_round_and_end_where_they_began(subject: str, way: str) -> None:
    document = do(new_document(), "set_model_rotation", x=12, y=33.333333, z=5).after
    first, places = document, set()
    for _ in range(36):
        document = do(document, f"rotate_{subject}_{way}").after
        places.add(str(document["objects"]))
    assert len(places) == 36
    assert read("get_model_rotation", document) == read("get_model_rotation", first)
    for light in ("key", "fill"):
        place = read(f"get_{light}_light_position_spherical", document).values["position"]
        begin = read(f"get_{light}_light_position_spherical", first).values["position"]
        assert place == begin


@settings(deadline=None)
@given(azimuth=azimuths, elevation=elevations, distance=distances)
def test_a_light_keeps_its_azimuth_over_the_zenith_and_below_the_nadir(
    azimuth: float, elevation: float, distance: float
) -> None:
    for way, back in (("up", "down"), ("down", "up")):
        document = at("key", azimuth, elevation, distance)
        for _ in range(40):
            change = do(document, f"nudge_key_light_elevation_{way}")
            document = change.after
        assert change.adjustment is not None
        assert apart(seen(document)[0], azimuth) < 0.1
        document = do(document, f"nudge_key_light_elevation_{back}", degrees=60).after
        assert apart(seen(document)[0], azimuth) < 0.1


@settings(deadline=None)
@given(azimuth=azimuths, goal=azimuths, degrees=st.floats(0, 180))
def test_a_light_moves_toward_a_direction_the_short_way_and_no_farther(
    azimuth: float, goal: float, degrees: float
) -> None:
    before = at("key", azimuth, 20, 1)
    change = do(before, "move_key_light_toward_direction", direction=goal, degrees=degrees)
    was, now = seen(before)[0], seen(change.after)[0]
    moved = min(degrees, apart(was, goal))
    assert change.values["movedDegrees"] == pytest.approx(moved, abs=2e-3)
    assert apart(now, was) == pytest.approx(moved, abs=5e-3)
    assert apart(now, goal) == pytest.approx(apart(was, goal) - moved, abs=5e-3)


@settings(deadline=None)
@given(azimuth=azimuths, elevation=elevations, distance=st.floats(0.05, 1))
def test_a_light_never_walks_through_the_model(
    azimuth: float, elevation: float, distance: float
) -> None:
    document = at("key", azimuth, elevation, distance)
    for _ in range(12):
        change = do(document, "walk_key_light_in")
        document = change.after
        assert apart(seen(document)[0], azimuth) < 2
    assert seen(document)[2] == pytest.approx(0.05, abs=1e-4)
    assert change.adjustment is not None
    assert seen(do(document, "walk_key_light_out").after)[2] == pytest.approx(0.15, abs=1e-3)


def test_the_front_of_the_model_goes_up_and_it_leans_as_the_viewer_sees_it() -> None:
    turned = do(new_document(), "set_model_rotation", x=0, y=180, z=0).after
    for start, roll in ((new_document(), 355), (turned, 5)):
        leaning = do(start, "nudge_model_roll").after
        assert read("get_model_rotation", leaning).values["rotation"][2] == roll
        up = do(start, "nudge_model_pitch_up").after
        assert read("get_model_rotation", up).values["rotation"][0] == 355


@settings(deadline=None)
@given(amount=st.floats(0.001, 0.9))
def test_the_camera_comes_back_from_a_dolly(amount: float) -> None:
    document = do(new_document(), "dolly_camera", distance=10).after
    nearer = do(document, "dolly_camera_in", amount=amount).after
    assert read("get_camera_distance", nearer).values["distance"] < 10
    back = do(nearer, "dolly_camera_out", amount=amount).after
    assert read("get_camera_distance", back).values["distance"] == pytest.approx(10, abs=1e-3)


def test_the_camera_stops_at_its_limits() -> None:
    document = new_document()
    for tool, member, limit in (
        ("dolly_camera_in", "distance", 0.8),
        ("dolly_camera_out", "distance", 64),
        ("increase_camera_fov", "fov", 90),
        ("decrease_camera_fov", "fov", 5),
    ):
        for _ in range(80):
            change = do(document, tool)
            document = change.after
        assert change.values[member] == limit
        assert change.adjustment is not None


@settings(deadline=None)
@given(amount=st.floats(0, 50))
def test_to_increase_the_field_of_view_is_to_see_wider(amount: float) -> None:
    wider = do(new_document(), "increase_camera_fov", amount=amount).after
    assert read("get_camera_fov", wider).values["fov"] == pytest.approx(32 + amount, abs=1e-5)
    back = do(wider, "decrease_camera_fov", amount=amount).after
    assert read("get_camera_fov", back).values["fov"] == pytest.approx(32, abs=1e-5)
