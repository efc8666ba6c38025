"""How azimuth, elevation and distance meet x, y and z."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.directions import (
    Vector,
    compass_name,
    direction_words,
    normalize_degrees,
    parse_azimuth,
    to_cartesian,
    to_spherical,
)
from sessions_app.scene.errors import InvalidValueError
from tests.support.examples import examples

COMPASS = {
    0: ("north", "n", "back"),
    22.5: ("north-northeast", "nne"),
    45: ("northeast", "ne"),
    67.5: ("east-northeast", "ene"),
    90: ("east", "e", "right"),
    112.5: ("east-southeast", "ese"),
    135: ("southeast", "se"),
    157.5: ("south-southeast", "sse"),
    180: ("south", "s", "front"),
    202.5: ("south-southwest", "ssw"),
    225: ("southwest", "sw"),
    247.5: ("west-southwest", "wsw"),
    270: ("west", "w", "left"),
    292.5: ("west-northwest", "wnw"),
    315: ("northwest", "nw"),
    337.5: ("north-northwest", "nnw"),
}
NAMES = [(name, degrees) for degrees, names in COMPASS.items() for name in names]


@pytest.mark.parametrize(
    ("azimuth", "elevation", "position"),
    [
        (0, 0, (0, 0, -2)),
        (90, 0, (2, 0, 0)),
        (180, 0, (0, 0, 2)),
        (270, 0, (-2, 0, 0)),
        (123, 90, (0, 2, 0)),
        (123, -90, (0, -2, 0)),
        (180, 30, (0, 1, math.sqrt(3))),
    ],
)
def test_the_axes_are_where_the_viewer_sees_them(
    azimuth: float, elevation: float, position: Vector
) -> None:
    assert to_cartesian(azimuth, elevation, 2) == pytest.approx(position, abs=1e-12)


@settings(deadline=None, max_examples=examples(300))
@given(st.floats(0, 359.999999), st.floats(-89.9999, 89.9999), st.floats(0.5, 100))
def test_a_direction_survives_the_way_to_coordinates_and_back(
    azimuth: float, elevation: float, distance: float
) -> None:
    position = to_cartesian(azimuth, elevation, distance)
    back = to_spherical(*position, keep_azimuth_degrees=0)
    turned = (back.azimuth_degrees - azimuth + 180) % 360 - 180
    assert turned == pytest.approx(0, abs=1e-6)
    assert back.elevation_degrees == pytest.approx(elevation, abs=1e-9)
    assert back.distance == pytest.approx(distance)


@pytest.mark.parametrize(("y", "elevation"), [(5, 90), (-5, -90)])
def test_straight_above_and_below_keep_the_azimuth(y: float, elevation: float) -> None:
    assert to_spherical(0, y, 0, keep_azimuth_degrees=77) == (77, elevation, 5)


def test_a_rounding_error_at_the_zenith_keeps_the_azimuth() -> None:
    x, y, z = to_cartesian(77, 90, 100)
    assert (x, z) != (0, 0)
    assert to_spherical(x, y, z, keep_azimuth_degrees=12).azimuth_degrees == 12


def test_a_direction_is_right_for_the_largest_and_smallest_numbers() -> None:
    for size in (1.7e308, 5e-324):
        direction = to_spherical(size, size, size, keep_azimuth_degrees=0)
        assert direction.azimuth_degrees == 135
        assert direction.elevation_degrees == pytest.approx(math.degrees(math.asin(3**-0.5)))


def test_the_origin_has_no_direction() -> None:
    assert to_spherical(0, 0, 0, keep_azimuth_degrees=77) == (77, 0, 0)


@pytest.mark.parametrize(("name", "degrees"), NAMES)
def test_a_compass_name_is_an_azimuth(name: str, degrees: float) -> None:
    assert parse_azimuth(name) == degrees
    assert parse_azimuth(f" {name.upper()} ") == degrees
    assert parse_azimuth(name.replace("-", " ")) == degrees
    assert parse_azimuth(".".join(name)) == degrees


@pytest.mark.parametrize(("degrees", "names"), COMPASS.items())
def test_an_azimuth_is_called_by_the_nearest_compass_point(
    degrees: float, names: tuple[str, ...]
) -> None:
    for near in (degrees, degrees + 11.2, degrees - 11.2):
        assert compass_name(near % 360) == names[0]


@pytest.mark.parametrize(
    ("value", "degrees"),
    [(0, 0), (-90, 270), (720.5, 0.5), ("45", 45), (" -1e1 ", 350), ("+.5", 0.5), ("360.", 0)],
)
def test_a_number_is_taken_modulo_360(value: float | str, degrees: float) -> None:
    assert parse_azimuth(value) == degrees


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, "1e999", "nan", "infinity", "", "up", "1_0", "٤٥", "0x10", "n" * 5000],
)
def test_anything_else_is_no_azimuth(value: float | str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        parse_azimuth(value)
    assert refused.value.code == "invalid_argument"
    assert str(value)[:32] in str(refused.value)
    assert "north" in str(refused.value)
    assert len(str(refused.value)) < 500


@settings(deadline=None, max_examples=examples(300))
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_normalized_angle_is_a_plain_number_below_360(value: float) -> None:
    angle = normalize_degrees(value)
    assert 0 <= angle < 360
    assert math.copysign(1, angle) == 1
    assert normalize_degrees(angle) == angle


@pytest.mark.parametrize("value", [-0.0, -1e-9, 359.9999999, 360, -360, 720])
def test_a_hair_below_the_full_circle_is_zero(value: float) -> None:
    assert str(normalize_degrees(value)) == "0.0"


SIDES = {
    0: "from behind",
    45: "from the back right",
    90: "from the right",
    135: "from the front right",
    180: "from the front",
    225: "from the front left",
    270: "from the left",
    315: "from the back left",
}
HEIGHTS = {
    0: "",
    9: "",
    10: ", a little above",
    29: ", a little above",
    30: ", above",
    59: ", above",
    60: ", high above",
    79: ", high above",
    -9: "",
    -10: ", a little below",
    -30: ", below",
    -60: ", far below",
}


@pytest.mark.parametrize(("degrees", "side"), SIDES.items())
@pytest.mark.parametrize(("elevation", "height"), HEIGHTS.items())
def test_a_person_reads_where_light_comes_from(
    degrees: float, side: str, elevation: float, height: str
) -> None:
    for near in (degrees, degrees + 22, degrees - 22):
        assert direction_words(near % 360, elevation) == f"{side}{height}"
    assert direction_words(degrees, 80) == direction_words(degrees, 90) == "from straight above"
    assert direction_words(degrees, -80) == direction_words(degrees, -90) == "from straight below"


@settings(deadline=None, max_examples=examples(300))
@given(st.floats(0, 359.999999), st.floats(-90, 90))
def test_the_words_of_a_direction_hold_no_number(azimuth: float, elevation: float) -> None:
    assert not any(sign.isdigit() or sign == "°" for sign in direction_words(azimuth, elevation))
