"""Cameras: what is in the picture and where, and how far away things are framed."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.vectors import Frame, Vector
from sessions_app.scene.geometry.views import (
    DIRECTIONS,
    View,
    framing,
    picture_point,
    shows,
    view_direction,
    view_of,
    visibility,
)
from tests.support.examples import examples

_some = settings(deadline=None, max_examples=examples(80))
_angles = st.tuples(*[st.floats(-360, 360)] * 3)
_places = st.tuples(*[st.floats(-20, 20)] * 3)
_sizes = st.tuples(*[st.floats(0.05, 20)] * 3)
_directions = st.sampled_from(list(DIRECTIONS.values())) | st.tuples(
    *[st.floats(-1, 1)] * 3
).filter(lambda one: vectors.length(one) > 0.1)
_fovs, _aspects = st.floats(5, 90), st.floats(0.4, 2.5)
# At (0, 0, 10) it sees 10 to each side at the origin.
AHEAD = view_of((0, 0, 10), (0, 0, 0), 90, 1)


def centered(size: Vector) -> Bounds:
    half = vectors.scale(size, 0.5)
    return Bounds(vectors.scale(half, -1), half)


@_some
@given(_sizes, _places, _angles, _directions, _fovs, _aspects, st.floats(0, 0.4))
def test_what_is_framed_is_in_the_picture_and_as_large_as_it_can_be(
    size: Vector,
    at: Vector,
    degrees: Vector,
    toward: Vector,
    fov: float,
    aspect: float,
    margin: float,
) -> None:
    frame = Frame(at, vectors.rotation(degrees))
    corners = [frame.point(corner) for corner in centered(size).corners()]
    position, aim, distance = framing(corners, toward, fov, aspect, margin)

    shown = [picture_point(view_of(position, aim, fov, aspect), corner) for corner in corners]
    for each in ([point.x for point in shown if point], [point.y for point in shown if point]):
        assert (min(each) + max(each)) / 2 == pytest.approx(0.5, abs=1e-3)

    def outermost(share: float) -> tuple[float, float]:
        """The largest distance from the middle of the picture, across and upward."""
        place = vectors.add(aim, vectors.scale(vectors.subtract(position, aim), share))
        shown = [picture_point(view_of(place, aim, fov, aspect), corner) for corner in corners]
        if None in shown:
            return math.inf, math.inf
        points = [point for point in shown if point is not None]
        return max(abs(p.x - 0.5) for p in points), max(abs(p.y - 0.5) for p in points)

    free = 0.5 - margin
    assert max(outermost(1)) <= free + 1e-6
    assert max(outermost(0.98)) > free
    apart = vectors.subtract(position, aim)
    assert vectors.length(apart) == pytest.approx(distance)
    assert vectors.length(vectors.cross(apart, toward)) <= 1e-6 * distance


@_some
@given(_sizes, _places, _angles, _places, _places, _fovs, _aspects)
def test_visibility_agrees_with_points_of_the_box(
    size: Vector,
    at: Vector,
    degrees: Vector,
    position: Vector,
    aim: Vector,
    fov: float,
    aspect: float,
) -> None:
    if vectors.length(vectors.subtract(position, aim)) < 0.1:
        return
    view, frame = view_of(position, aim, fov, aspect), Frame(at, vectors.rotation(degrees))
    steps = [step / 4 - 0.5 for step in range(5)]
    grid = [vectors.stretched((x, y, z), size) for x in steps for y in steps for z in steps]
    shown = [picture_point(view, frame.point(point)) for point in grid]
    seen = sum(1 for point in shown if point is not None and point.is_in_picture)
    found = visibility(view, centered(size), frame)
    if found == "outside":
        assert not seen
    elif found == "inside":
        assert seen == len(grid)
    else:
        assert seen < len(grid)


@_some
@given(_sizes, _angles, _angles, st.floats(0.01, 5), _fovs, _aspects)
def test_a_box_is_outside_just_beyond_where_it_touches_the_edge_of_the_picture(
    size: Vector, degrees: Vector, turned: Vector, gap: float, fov: float, aspect: float
) -> None:
    camera = Frame((1, 2, 3), vectors.rotation(turned))
    aim = camera.point((0, 0, -5))
    view = view_of((1, 2, 3), aim, fov, aspect)
    # The plane of the picture's right edge, which passes through the camera.
    away = vectors.unit(view.frame.direction((1.0, 0.0, view.wide)))
    on_edge = view.frame.point((50 * view.wide, 0.0, -50.0))
    turn = vectors.rotation(degrees)
    corners = [vectors.apply(turn, corner) for corner in centered(size).corners()]
    nearest = min(corners, key=lambda corner: vectors.dot(away, corner))

    def box_at(beyond: float) -> Frame:
        corner_at = vectors.add(on_edge, vectors.scale(away, beyond))
        return Frame(vectors.subtract(corner_at, nearest), turn)

    assert visibility(view, centered(size), box_at(gap)) == "outside"
    assert visibility(view, centered(size), box_at(-0.001)) == "partly"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ((-1, -1, -1), (1, 1, 1), "inside"),
        ((-9, -9, -2), (9, 9, 0), "inside"),
        ((-9, -1, 0), (9, 1, 2), "partly"),
        ((-50, -50, -1), (50, 50, 0), "partly"),
        ((-1, -1, 5), (1, 1, 15), "partly"),
        ((-1, -1, 11), (1, 1, 12), "outside"),
        ((11, -1, -0.5), (12, 1, 0), "outside"),
    ],
)
def test_bounds_are_inside_partly_or_outside(low: Vector, high: Vector, expected: str) -> None:
    assert visibility(AHEAD, Bounds(low, high)) == expected


@_some
@given(_places, _sizes, _places, _fovs, _aspects)
def test_bounds_are_shown_where_they_are_not_outside(
    low: Vector, size: Vector, at: Vector, fov: float, aspect: float
) -> None:
    view = view_of(at, vectors.add(at, (0.3, -0.2, -1)), fov, aspect)
    bounds = Bounds(low, vectors.add(low, size))
    assert shows(view, bounds) == (visibility(view, bounds) != "outside")


def test_a_long_box_that_passes_a_corner_of_the_picture_is_outside() -> None:
    long = centered((100, 0.1, 0.1))
    slanted = vectors.rotation([0, 0, -45])
    assert visibility(AHEAD, long, Frame((10.2, 10.2, 0), slanted)) == "outside"
    assert visibility(AHEAD, long, Frame((9.8, 9.8, 0), slanted)) == "partly"


def test_points_are_counted_from_the_left_and_the_top() -> None:
    def shown(*point: float) -> Any:
        found = picture_point(AHEAD, vectors.vector(point))
        return found and pytest.approx(found)

    assert shown(0, 0, 0) == (0.5, 0.5, 10)
    assert shown(10, 10, 0) == (1, 0, 10)
    assert shown(-10, -10, 0) == (0, 1, 10)
    assert shown(0, 0, 10) is None
    assert shown(0, 0, 11) is None
    wide = view_of((0, 0, 10), (0, 0, 0), 90, 2)
    found = picture_point(wide, (10, 0, 0))
    assert found is not None
    assert found.x == pytest.approx(0.75)
    assert found.is_in_picture


def test_a_view_from_above_has_the_right_on_the_right_and_the_back_at_the_top() -> None:
    for toward, back_at in ((view_direction("top"), 0.4), (view_direction("bottom"), 0.6)):
        view: View = view_of(vectors.scale(toward, 5), (0, 0, 0), 90, 1)
        right, back = picture_point(view, (1, 0, 0)), picture_point(view, (0, 0, -1))
        assert right is not None
        assert back is not None
        assert (right.x, right.y) == pytest.approx((0.6, 0.5))
        assert (back.x, back.y) == pytest.approx((0.5, back_at))


def test_views_have_names_that_are_read_leniently() -> None:
    assert view_direction("Three-Quarter") == DIRECTIONS["three quarter"]
    assert view_direction(" front_left ") == DIRECTIONS["front left"]
    assert all(vectors.length(each) == pytest.approx(1) for each in DIRECTIONS.values())
    assert DIRECTIONS["front right"][0] > 0
    assert DIRECTIONS["back left"][2] < 0
    with pytest.raises(InvalidValueError, match=r'"underneath" is not known. Give one of: front'):
        view_direction("underneath")


def test_nothing_and_too_wide_a_margin_cannot_be_framed() -> None:
    with pytest.raises(InvalidValueError, match="nothing to frame"):
        framing([], (0, 0, 1), 32, 1)
    with pytest.raises(InvalidValueError, match=r"give 0 to 0\.4"):
        framing([(0, 0, 0)], (0, 0, 1), 32, 1, 0.5)
    assert framing([(1, 2, 3)], (0, 0, 1), 32, 1).position == (1, 2, 3.01)
