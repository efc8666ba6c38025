"""Oriented boxes: distances, ways until they touch, and shared volumes agree with plain math."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sessions_app.scene.checks.boxes import Box, box_at, distance, travel
from sessions_app.scene.checks.volumes import contains, depth, encloses, shared, volume
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.vectors import Frame, Vector

_angles = st.tuples(*[st.floats(-180, 180)] * 3)
_places = st.tuples(*[st.floats(-3, 3)] * 3)
_sizes = st.tuples(*[st.floats(0.1, 3)] * 3)
_boxes = st.builds(
    lambda at, turned, size: box_at(Frame(at, vectors.rotation(turned)), size),
    _places,
    _angles,
    _sizes,
)
_inside = st.tuples(*[st.floats(-1, 1)] * 3)


def upright(at: Vector, size: Vector) -> Box:
    return box_at(Frame(at), size)


def inner(box: Box, part: Vector) -> Vector:
    return box.frame.point(vectors.vector([p * h for p, h in zip(part, box.half, strict=True)]))


@settings(deadline=None)
@given(_boxes, _boxes, _inside, _inside)
def test_no_two_points_of_two_boxes_are_nearer_than_their_distance(
    one: Box, other: Box, part: Vector, its: Vector
) -> None:
    gap = distance(one, other)
    assert gap == pytest.approx(distance(other, one), abs=1e-9)
    between = vectors.subtract(inner(one, part), inner(other, its))
    assert vectors.length(between) >= gap - 1e-9


@settings(deadline=None)
@given(_boxes, _boxes, _angles)
def test_a_distance_stays_when_both_are_turned_together(one: Box, other: Box, by: Vector) -> None:
    frame = Frame((1, 2, 3), vectors.rotation(by))
    first, second = (
        box_at(frame.frame(box.frame), vectors.scale(box.half, 2)) for box in (one, other)
    )
    assert distance(first, second) == pytest.approx(distance(one, other), abs=1e-6)


@settings(deadline=None)
@given(_boxes, _boxes, _angles)
def test_what_moves_as_far_as_it_may_touches(one: Box, other: Box, turned: Vector) -> None:
    direction = vectors.apply(vectors.rotation(turned), (0, 0, 1))
    way = travel(one, other, direction)
    if way is None:
        return
    there = distance(one.moved(vectors.scale(direction, way)), other)
    if way > 0:
        assert there == pytest.approx(0, abs=1e-5)
        assert distance(one.moved(vectors.scale(direction, way / 2)), other) > -1e-9
    else:
        assert there <= 1e-9


def test_what_passes_by_never_touches() -> None:
    one, other = upright((0, 5, 0), (1, 1, 1)), upright((1.5, 0, 0), (1, 1, 1))
    assert travel(one, other, (0, -1, 0)) is None
    assert travel(one, upright((0.5, 0, 0), (1, 1, 1)), (0, -1, 0)) == 4


@settings(deadline=None)
@given(_boxes, _boxes)
def test_what_is_enclosed_shares_all_of_its_volume(outer: Box, small: Box) -> None:
    tiny = box_at(Frame(outer.frame.origin, small.frame.turn), vectors.scale(small.half, 1e-3))
    assume(min(outer.half) > 0.04)
    for kind in ("box", "sphere", "cylinder"):
        assert encloses(kind, outer, tiny)
        both = shared((kind, "box"), outer, tiny)
        assert both == pytest.approx(volume("box", tiny), rel=1e-6)
    assert not encloses("box", tiny, outer)


def test_two_balls_share_a_lens_and_are_as_deep_as_it_is_thick() -> None:
    one, other = upright((0, 0, 0), (2, 2, 2)), upright((1, 0, 0), (2, 2, 2))
    lens = 5 * math.pi / 12
    assert shared(("sphere", "sphere"), one, other) == pytest.approx(lens, rel=0.15)
    assert depth(("sphere", "sphere"), one, other) == pytest.approx(1)
    aside = upright((1.5, 1.5, 0), (2, 2, 2))
    assert distance(one, aside) < 0 < -depth(("sphere", "sphere"), one, aside)
    assert shared(("sphere", "sphere"), one, aside) == 0


@settings(deadline=None)
@given(_boxes, _boxes)
def test_a_shared_volume_is_no_larger_than_either(one: Box, other: Box) -> None:
    both = shared(("box", "box"), one, other)
    assert both <= min(volume("box", one), volume("box", other)) * (1 + 1e-9)
    if distance(one, other) > 0:
        assert both == 0


@settings(deadline=None)
@given(_places, _sizes, _places, _sizes)
def test_what_upright_boxes_share_is_exact(
    at: Vector, size: Vector, its: Vector, other: Vector
) -> None:
    sides = [
        max(0.0, min(a + s / 2, b + t / 2) - max(a - s / 2, b - t / 2))
        for a, s, b, t in zip(at, size, its, other, strict=True)
    ]
    both = shared(("box", "text"), upright(at, size), upright(its, other))
    assert both == pytest.approx(math.prod(sides), abs=1e-9)


@pytest.mark.parametrize(
    ("kind", "inside", "outside"),
    [
        ("box", (0.9, 0.9, 0.9), (1.1, 0, 0)),
        ("sphere", (0.5, 0.5, 0.5), (0.7, 0.7, 0.7)),
        ("cylinder", (0.7, 0.9, 0.7), (0.8, 0, 0.8)),
        ("cone", (0.9, -0.9, 0), (0.4, 0.9, 0)),
        ("text", (0.9, 0.9, 0.9), (0, 0, 1.1)),
    ],
)
def test_shapes_contain_what_they_should(kind: str, inside: Vector, outside: Vector) -> None:
    box = box_at(Frame((1, 2, 3), vectors.rotation((20, 30, 40))), (2, 4, 6))
    assert contains(kind, box, inner(box, inside))
    assert not contains(kind, box, inner(box, outside))
