"""Frames and bounds: what is turned, nested and moved is where it should be."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, Layout, united
from sessions_app.scene.geometry.shapes import REACHES, axis_of, reach
from sessions_app.scene.geometry.vectors import Frame, Vector

# Examples have no deadline: on a busy machine one may take long.
_patiently = settings(deadline=None)
_angles = st.tuples(*[st.floats(-360, 360)] * 3)
_places = st.tuples(*[st.floats(-20, 20)] * 3)
_sizes = st.tuples(*[st.floats(0.05, 20)] * 3)
_directions = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda one: vectors.length(one) > 0.1)


def near(one: Vector, other: Vector, within: float = 1e-9) -> bool:
    return vectors.length(vectors.subtract(one, other)) <= within


def entity(kind: str, position: Vector = (0, 0, 0), **members: Any) -> dict[str, Any]:
    return {"kind": kind, "position": list(position), **members}


def unit(direction: Vector) -> Vector:
    return vectors.scale(direction, 1 / vectors.length(direction))


def test_yaw_turns_the_front_to_the_viewers_right_and_pitch_tilts_it_down() -> None:
    front: Vector = (0, 0, 1)
    assert near(vectors.apply(vectors.rotation([0, 90, 0]), front), (1, 0, 0))
    assert near(vectors.apply(vectors.rotation([90, 0, 0]), front), (0, -1, 0))
    assert near(vectors.apply(vectors.rotation([0, 0, 90]), (1, 0, 0)), (0, 1, 0))


@_patiently
@given(_angles)
def test_angles_give_the_same_rotation_again(degrees: Vector) -> None:
    turned = vectors.rotation(degrees)
    again = vectors.rotation(vectors.angles(turned))
    assert all(near(row, other, 1e-6) for row, other in zip(turned, again, strict=True))


@_patiently
@given(_places, _angles, _places, _angles, _places)
def test_what_is_taken_out_of_a_frame_and_put_back_is_where_it_was(
    at: Vector, turned: Vector, inner_at: Vector, inner_turned: Vector, point: Vector
) -> None:
    outer = Frame(at, vectors.rotation(turned))
    inner = Frame(inner_at, vectors.rotation(inner_turned))
    assert near(outer.inside(outer.point(point)), point, 1e-9)
    both = outer.frame(inner)
    assert near(both.point(point), outer.point(inner.point(point)), 1e-9)
    back = outer.frame_inside(both)
    assert near(back.point(point), inner.point(point), 1e-9)


_ROUND = [(math.cos(step * math.tau / 48), math.sin(step * math.tau / 48)) for step in range(48)]


def _corners(half: Vector) -> list[Vector]:
    return list(Bounds(vectors.scale(half, -1), half).corners())


def _ball(half: Vector) -> list[Vector]:
    heights = [math.pi * (step / 24 - 0.5) for step in range(25)]
    levels = [(math.cos(height), math.sin(height)) for height in heights]
    return [
        (half[0] * c * out, half[1] * up, half[2] * s * out)
        for c, s in _ROUND
        for out, up in levels
    ]


def _cylinder(half: Vector) -> list[Vector]:
    return [(half[0] * c, y, half[2] * s) for c, s in _ROUND for y in (-half[1], half[1])]


def _cone(half: Vector) -> list[Vector]:
    return [(0, half[1], 0), *((half[0] * c, -half[1], half[2] * s) for c, s in _ROUND)]


def _ring(half: Vector) -> list[Vector]:
    return _about_axis(half, [(half[axis_of(half)], 1.0)])


def _torus(half: Vector) -> list[Vector]:
    tube = half[axis_of(half)]
    wide = next(half[each] for each in range(3) if each != axis_of(half))
    return _about_axis(half, [(tube * s, 1 - tube / wide + tube / wide * c) for c, s in _ROUND])


def _about_axis(half: Vector, profile: list[tuple[float, float]]) -> list[Vector]:
    """Rings about the axis: each so far along it, and so large as a share of the outermost."""
    axis = axis_of(half)
    first, second = (each for each in range(3) if each != axis)
    points = []
    for (c, s), (up, share) in itertools.product(_ROUND, profile):
        for side in (-up, up):
            point = [0.0, 0.0, 0.0]
            point[first], point[second] = half[first] * c * share, half[second] * s * share
            point[axis] = side
            points.append(vectors.vector(point))
    return points


SURFACES: dict[str, Callable[[Vector], list[Vector]]] = {
    "box": _corners,
    "sphere": _ball,
    "cylinder": _cylinder,
    "cone": _cone,
    "ring": _ring,
    "torus": _torus,
}


@pytest.mark.parametrize("kind", SURFACES)
@_patiently
@given(_sizes, _directions)
def test_a_shape_reaches_as_far_as_its_outermost_point(
    kind: str, size: Vector, direction: Vector
) -> None:
    if kind == "torus" and min(size) * 1.01 >= sorted(size)[1]:
        return  # no hole: an ellipsoid, which is tested as such
    toward = unit(direction)
    outermost = max(
        vectors.dot(point, toward) for point in SURFACES[kind](vectors.scale(size, 0.5))
    )
    reached = reach(kind, size, toward)
    # Points on a grid of 48 steps lie up to 0.3 % inside of a round shape.
    assert outermost - 1e-9 <= reached <= outermost + 0.003 * vectors.length(size) + 1e-9


@_patiently
@given(st.floats(0.05, 5), st.floats(1, 4), _directions)
def test_a_capsule_is_a_ball_at_both_ends_of_a_line(
    width: float, stretch: float, direction: Vector
) -> None:
    toward, size = unit(direction), (width, width * stretch, width)
    end = (size[1] - width) / 2
    assert math.isclose(
        reach("capsule", size, toward), width / 2 + end * abs(toward[1]), rel_tol=1e-9
    )


def test_a_child_moves_and_turns_with_its_parent() -> None:
    layout = Layout({
        "o1": entity("group", (10, 0, 0), rotation=[0, 90, 0]),
        "o2": entity("box", (0, 0.5, 2), size=[1, 1, 3], parent="o1"),
    })  # fmt: skip
    extent = layout.extent("o1")
    assert extent is not None
    assert near(extent.low, (10.5, 0, -0.5))
    assert near(extent.high, (13.5, 1, 0.5))
    assert layout.extent("o2") == extent
    own = layout.own_extent("o1")
    assert own is not None
    assert near(own.low, (-0.5, 0, 0.5))
    assert near(own.high, (0.5, 1, 3.5))


def test_what_has_nothing_solid_in_it_has_no_extent() -> None:
    layout = Layout({"o1": entity("group"), "o2": entity("point_light", parent="o1")})
    assert layout.extent("o1") is None
    assert united([]) is None


@_patiently
@given(_sizes, _angles)
def test_in_its_own_axes_a_solid_is_as_large_as_its_size(size: Vector, degrees: Vector) -> None:
    for kind in REACHES:
        solid = entity(kind, (1, 2, 3), size=list(size), rotation=list(degrees))
        own = Layout({"o1": solid}).own_extent("o1")
        assert own is not None
        assert near(own.size, size, 1e-6)
        assert near(own.center, (0, 0, 0), 1e-6)


def test_bounds_say_how_deep_they_reach_into_each_other() -> None:
    one, other = Bounds((0, 0, 0), (2, 2, 2)), Bounds((1, 3, -1), (3, 4, 1))
    assert one.overlap(other) == (1, -1, 1)
    assert (one.volume, one.base, one.center) == (8, (1, 0, 1), (1, 1, 1))
    assert len(set(one.corners())) == 8
    assert united([one, other]) == Bounds((0, 0, -1), (3, 4, 2))


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), _places, st.sampled_from("abcd-")), max_size=6))
def test_a_later_layout_is_that_of_the_later_objects(
    steps: list[tuple[str, Vector, str]],
) -> None:
    """Any change of places and parents that makes no circle, and removals (parent "-")."""
    objects = {
        "a": entity("group", (1, 2, 3)),
        "b": entity("box", (1, 0, 0), size=[1, 1, 1], parent="a"),
        "c": entity("group", (0, 1, 0), parent="b", rotation=[0, 45, 0]),
        "d": entity("box", (0, 0, 1), size=[1, 2, 3], parent="c"),
    }
    layout = Layout(objects)
    for name, position, parent in steps:
        for each in layout.objects:
            layout.extent(each)
        later = dict(layout.objects)
        moved = {**objects[name], "position": list(position)}
        moved.pop("parent", None)
        if parent < name and parent in later:
            moved["parent"] = parent
        if parent == "-" and not layout.children(name):
            later.pop(name, None)
        elif name in later:
            later[name] = moved
        layout = layout.after(later, [name])
        fresh = Layout(later)
        for each in later:
            assert layout.frame(each) == fresh.frame(each)
            assert layout.extent(each) == fresh.extent(each)
            assert layout.children(each) == fresh.children(each)
