"""Rays: what they hit, where, and which way the surface looks there."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.crossings import crossing
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.rays import first_hit, hits
from sessions_app.scene.geometry.vectors import Vector
from tests.support.examples import examples

_angles = st.tuples(*[st.floats(-360, 360)] * 3)
_places = st.tuples(*[st.floats(-20, 20)] * 3)
_sizes = st.tuples(*[st.floats(0.05, 20)] * 3)
_directions = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda one: vectors.length(one) > 0.1)
_near = st.tuples(*[st.floats(-1.5, 1.5)] * 3)


def near(one: Vector, other: Vector, within: float) -> bool:
    return vectors.length(vectors.subtract(one, other)) <= within


def entity(kind: str, position: Vector = (0, 0, 0), **members: Any) -> dict[str, Any]:
    return {"kind": kind, "position": list(position), **members}


# How far inside a point is, as a share of the shape: above 1 outside, below 1 inside.
def _box(at: Vector, size: Vector) -> float:
    return max(abs(at[axis]) / size[axis] * 2 for axis in range(3))


def _sphere(at: Vector, size: Vector) -> float:
    return math.hypot(*(at[axis] / size[axis] * 2 for axis in range(3)))


def _cylinder(at: Vector, size: Vector) -> float:
    return max(math.hypot(at[0] / size[0], at[2] / size[2]), abs(at[1] / size[1])) * 2


def _cone(at: Vector, size: Vector) -> float:
    up = at[1] / size[1] * 2
    around = math.hypot(at[0] / size[0], at[2] / size[2]) * 2
    # The mantle is where the radius and half of the height add up to a half.
    return max(-up, around + (up + 1) / 2)


def _capsule(at: Vector, size: Vector) -> float:
    if size[0] > size[1]:
        return _sphere(at, size)
    radius = size[0] / 2
    beyond = max(0.0, abs(at[1]) - (size[1] / 2 - radius))
    return math.hypot(at[0] / radius, beyond / radius, at[2] / size[2] * 2)


INSIDE: dict[str, Callable[[Vector, Vector], float]] = {
    "box": _box,
    "sphere": _sphere,
    "cylinder": _cylinder,
    "cone": _cone,
    "capsule": _capsule,
    "torus": _box,
}
# Of one kind each; all together they would take long.
_few = settings(deadline=None, max_examples=examples(40))
EXACT = ["box", "sphere", "cylinder", "cone", "capsule"]


@pytest.mark.parametrize("kind", INSIDE)
@_few
@given(_sizes, _near, _directions)
def test_a_line_is_inside_of_a_shape_between_both_crossings_and_nowhere_else(
    kind: str, size: Vector, start: Vector, toward: Vector
) -> None:
    origin = vectors.stretched(start, vectors.scale(size, 0.5))
    crossed = crossing(kind, size, origin, toward)

    def share(at: float) -> float:
        return INSIDE[kind](vectors.add(origin, vectors.scale(toward, at)), size)

    reach = 2 * vectors.length(size) / vectors.length(toward)
    sampled = [reach * (step / 60 - 1) for step in range(121)]
    within = [at for at in sampled if share(at) < 1 - 1e-9]
    if crossed is None:
        assert not within
        return
    assert all(crossed.enters - 1e-9 <= at <= crossed.leaves + 1e-9 for at in within)
    assert share((crossed.enters + crossed.leaves) / 2) <= 1 + 1e-6
    for end in (crossed.enters, crossed.leaves):
        assert share(end) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("kind", EXACT)
@_few
@given(_sizes, _places, _angles, _directions)
def test_a_ray_along_the_normal_comes_to_the_point_that_a_ray_from_the_center_left_by(
    kind: str, size: Vector, position: Vector, degrees: Vector, toward: Vector
) -> None:
    solid = entity(kind, position, size=list(size), rotation=list(degrees))
    layout = Layout({"o1": solid})
    inner = first_hit(layout, position, toward)
    assert inner is not None
    frame = layout.frame("o1")
    assert INSIDE[kind](frame.inside(inner.point), size) == pytest.approx(1, abs=1e-9)
    assert vectors.dot(inner.normal, toward) > 0
    # At an edge the nearest face is a matter of rounding, but each normal leads back there.
    outside = vectors.add(inner.point, vectors.scale(inner.normal, 3))
    outer = first_hit(layout, outside, vectors.scale(inner.normal, -1))
    assert outer is not None
    assert near(outer.point, inner.point, 1e-6)
    assert outer.distance == pytest.approx(3, abs=1e-6)
    # A flat shape turns so fast that its normal has fewer digits than the point.
    assume(max(size) < 20 * min(size))
    share = INSIDE[kind](
        frame.inside(vectors.add(inner.point, vectors.scale(inner.normal, 1e-3))), size
    )
    assert share > 1


@pytest.mark.parametrize("kind", EXACT)
@_few
@given(_sizes, _directions, _directions)
def test_no_part_of_a_shape_is_beyond_the_plane_of_its_surface(
    kind: str, size: Vector, toward: Vector, other: Vector
) -> None:
    layout = Layout({"o1": entity(kind, size=list(size))})
    one, another = (first_hit(layout, (0, 0, 0), each) for each in (toward, other))
    assert one is not None
    assert another is not None
    beyond = vectors.dot(vectors.subtract(another.point, one.point), one.normal)
    assert beyond <= 1e-6 * vectors.length(size)


def test_the_nearest_of_several_is_hit_first_and_all_are_listed() -> None:
    layout = Layout({
        "o1": entity("group", (0, 0, -5), rotation=[0, 90, 0]),
        "o2": entity("box", (1, 0, 0), size=[1, 1, 4], parent="o1"),
        "o3": entity("sphere", (0, 0, 5), size=[2, 2, 2]),
        "o4": entity("point_light", (0, 0, 7)),
        "o5": entity("box", (0, 5, 6), size=[1, 1, 1]),
    })  # fmt: skip
    found = hits(layout, (0, 0, 10), (0, 0, -2))
    assert [(hit.id, hit.distance) for hit in found] == [("o3", 4), ("o2", pytest.approx(15.5))]
    assert near(found[0].point, (0, 0, 6), 1e-9)
    assert near(found[1].normal, (0, 0, 1), 1e-9)
    assert first_hit(layout, (0, 0, 10), (0, 0, -2)) == found[0]
    assert first_hit(layout, (0, 0, 10), (0, 0, -2), among=["o1", "o2", "o4"]) == found[1]
    assert first_hit(layout, (0, 0, 10), (0, 0, 2)) is None
    assert hits(layout, (0, 0, 10), (0, 1, 0)) == []


def test_a_ray_that_begins_on_a_surface_hits_it_at_once_unless_it_leaves() -> None:
    layout = Layout({"o1": entity("box", (0, 0.5, 0), size=[1, 1, 1])})
    on_top = first_hit(layout, (0, 1, 0), (0, -1, 0))
    assert on_top is not None
    assert (on_top.distance, on_top.normal) == (0, (0, 1, 0))
    assert first_hit(layout, (0, 1 + 1e-6, 0), (0, 1, 0)) is None


def test_what_is_flat_is_hit_too() -> None:
    layout = Layout({"o1": entity("plane", (0, 1, 0), size=[4, 0, 4])})
    hit = first_hit(layout, (1, 3, 1), (0, -1, 0))
    assert hit is not None
    assert hit.distance == pytest.approx(2, abs=1e-6)
    assert near(hit.normal, (0, 1, 0), 1e-9)
    assert first_hit(layout, (3, 3, 1), (0, -1, 0)) is None


def test_a_cone_is_hit_at_its_tip_its_base_and_its_mantle() -> None:
    layout = Layout({"o1": entity("cone", (0, 1, 0), size=[2, 2, 2])})
    for origin, toward, distance, normal in [
        ((0, 5, 0), (0, -1, 0), 3, (0, 1, 0)),
        ((0.5, -5, 0), (0, 1, 0), 5, (0, -1, 0)),
        ((5, 1, 0), (-1, 0, 0), 4.5, (2 / math.sqrt(5), 1 / math.sqrt(5), 0)),
        ((0.5, 5, 0), (0, -1, 0), 4, (2 / math.sqrt(5), 1 / math.sqrt(5), 0)),
    ]:
        hit = first_hit(layout, vectors.vector(origin), vectors.vector(toward))
        assert hit is not None
        assert hit.distance == pytest.approx(distance)
        assert near(hit.normal, vectors.vector(normal), 1e-9)
    assert first_hit(layout, (0.8, 1, 5), (0, 0, -1)) is None
