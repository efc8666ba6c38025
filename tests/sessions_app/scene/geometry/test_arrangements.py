"""Patterns: where copies stand, and that they do not stand in each other."""

import itertools
import math
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sessions_app.scene.document.arrangement import MAX_COPIES, PatternName
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import scattering, vectors
from sessions_app.scene.geometry.arrangements import Arranged, Arrangement, Copy, arranged
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.vectors import Frame, Vector
from tests.support.examples import examples

_some = settings(deadline=None, max_examples=examples(40))
_lengths = st.floats(0.05, 5)
_sources = st.builds(
    lambda low, size: Bounds(low, vectors.add(low, size)),
    st.tuples(*[st.floats(-2, 2)] * 3),
    st.tuples(*[_lengths] * 3),
)
_counts, _seeds = st.integers(1, 40), st.integers(-(2**40), 2**40)
_facing = st.sampled_from([None, "out", "in"])
CUBE = Bounds((-0.5, -0.5, -0.5), (0.5, 0.5, 0.5))


def arrangement(pattern: PatternName, count: int, **members: Any) -> Arrangement:
    return Arrangement(pattern=pattern, count=count, **members)


def floor_corners(copy: Copy, source: Bounds) -> list[tuple[float, float]]:
    frame = Frame(copy.position, vectors.rotation(copy.rotation))
    corners = [frame.point(vectors.scale(corner, copy.factor)) for corner in source.corners()]
    return [(x, z) for x, _, z in corners]


def gap_between(one: Copy, other: Copy, source: Bounds) -> float:
    """How far apart both are on the floor along a side of either; below 0 they overlap."""
    corners = [floor_corners(copy, source) for copy in (one, other)]
    gaps = []
    for copy in (one, other):
        turn = math.radians(copy.rotation[1])
        for x, z in ((math.cos(turn), -math.sin(turn)), (math.sin(turn), math.cos(turn))):
            first, second = ([x * at[0] + z * at[1] for at in each] for each in corners)
            gaps.append(max(min(first) - max(second), min(second) - max(first)))
    return max(gaps)


def least_gap(found: Arranged, source: Bounds) -> float:
    pairs = itertools.combinations(found.copies, 2)
    return min((gap_between(*pair, source) for pair in pairs), default=math.inf)


@pytest.mark.parametrize("pattern", get_args(PatternName))
@_some
@given(_counts, _sources, _facing, st.floats(0, 0.5), st.floats(0, 1), _seeds)
def test_copies_never_overlap_and_all_stand_as_high_as_their_source(
    pattern: PatternName,
    count: int,
    source: Bounds,
    facing: Any,
    variation: float,
    gap: float,
    seed: int,
) -> None:
    asked = arrangement(pattern, count, facing=facing, variation=variation, gap=gap, seed=seed)
    found = arranged(asked, source)
    assert (len(found.copies), found.left_out, found.words) == (count, 0, "")
    # Between corners of what is turned the gap is larger than along any side.
    straight = facing is None and pattern != "circle"
    assert least_gap(found, source) >= (gap if straight else 0) - 1e-9
    for copy in found.copies:
        assert 1 - variation <= copy.factor <= 1 + variation
        underside = copy.position[1] + copy.factor * source.low[1]
        assert underside == pytest.approx(source.low[1])
    assert arranged(asked, source) == found


@_some
@given(_counts, _sources, _facing, st.tuples(_lengths, _lengths), st.booleans(), _seeds)
def test_what_is_scattered_stays_within_its_field_and_what_has_no_room_is_counted(
    count: int, source: Bounds, facing: Any, size: tuple[float, float], disk: bool, seed: int
) -> None:
    field: dict[str, Any] = {"radius": size[0]} if disk else {"area": size}
    found = arranged(
        arrangement("scatter", count, facing=facing, seed=seed, variation=0.3, **field), source
    )
    assert len(found.copies) + found.left_out == count
    assert bool(found.words) == bool(found.left_out)
    assert least_gap(found, source) >= -1e-9
    for copy in found.copies:
        for x, z in floor_corners(copy, source):
            if disk:
                assert math.hypot(x, z) <= size[0] + 1e-9
            else:
                assert abs(x) <= size[0] / 2 + 1e-9
                assert abs(z) <= size[1] / 2 + 1e-9


def places(found: Arranged) -> list[Vector]:
    return [
        vectors.vector([round(member, 9) + 0.0 for member in copy.position])
        for copy in found.copies
    ]


def yaws(found: Arranged) -> list[float]:
    return [round(copy.rotation[1]) % 360 for copy in found.copies]


def test_a_row_stands_about_the_origin_along_its_axis() -> None:
    plank = Bounds((-1, 0, -0.5), (1, 3, 0.5))
    rows: list[tuple[dict[str, Any], list[Vector]]] = [
        ({"gap": 0.5}, [(-2.5, 0, 0), (0, 0, 0), (2.5, 0, 0)]),
        ({"spacing": 1}, [(-1, 0, 0), (0, 0, 0), (1, 0, 0)]),
        ({}, [(-2.2, 0, 0), (0, 0, 0), (2.2, 0, 0)]),
        ({"axis": "z", "gap": 1}, [(0, 0, -2), (0, 0, 0), (0, 0, 2)]),
        ({"axis": "y"}, [(0, 0, 0), (0, 3, 0), (0, 6, 0)]),
        ({"axis": "y", "spacing": 4}, [(0, 0, 0), (0, 4, 0), (0, 8, 0)]),
    ]
    for members, expected in rows:
        assert places(arranged(arrangement("row", 3, **members), plank)) == expected


def test_the_middle_of_the_source_counts_not_its_origin() -> None:
    aside = Bounds((0, 1, 0), (2, 2, 2))
    assert places(arranged(arrangement("row", 1), aside)) == [(-1, 0, -1)]


def test_a_row_of_different_sizes_has_even_gaps() -> None:
    row = arranged(arrangement("row", 9, gap=0.5, variation=0.5, seed=3), CUBE)
    assert len({copy.factor for copy in row.copies}) == 9
    for one, other in itertools.pairwise(row.copies):
        assert gap_between(one, other, CUBE) == pytest.approx(0.5)
    ends = [x for copy in (row.copies[0], row.copies[-1]) for x, _ in floor_corners(copy, CUBE)]
    assert min(ends) == pytest.approx(-max(ends))


def test_a_stack_of_different_sizes_has_no_gaps() -> None:
    stack = arranged(arrangement("row", 5, axis="y", variation=0.5), CUBE)
    for one, other in itertools.pairwise(stack.copies):
        assert one.position[1] + one.factor / 2 == pytest.approx(
            other.position[1] - other.factor / 2
        )
    assert stack.copies[0].position[1] - stack.copies[0].factor / 2 == pytest.approx(-0.5)


def test_a_grid_is_filled_from_the_back_left() -> None:
    expected = [(-1, 0, -0.5), (0, 0, -0.5), (1, 0, -0.5), (-1, 0, 0.5), (0, 0, 0.5)]
    assert places(arranged(arrangement("grid", 5, spacing=1), CUBE)) == expected
    assert places(arranged(arrangement("grid", 2, columns=1, gap=1), CUBE)) == [
        (0, 0, -1),
        (0, 0, 1),
    ]


def test_a_circle_goes_from_the_front_to_the_right_and_looks_out_or_in() -> None:
    ring = [(0, 0, 2), (2, 0, 0), (0, 0, -2), (-2, 0, 0)]
    for facing, turned in ((None, [0] * 4), ("out", [0, 90, 180, 270]), ("in", [180, 270, 0, 90])):
        found = arranged(arrangement("circle", 4, radius=2, facing=facing), CUBE)
        assert (places(found), yaws(found)) == (ring, turned)
    spaced = arranged(arrangement("circle", 6, spacing=2), CUBE)
    assert vectors.length(spaced.copies[1].position) == pytest.approx(2)


def test_a_part_of_a_circle_has_its_middle_in_front_and_a_winding_one_rises() -> None:
    half = arranged(arrangement("circle", 3, arc=180, radius=2, facing="in"), CUBE)
    assert (places(half), yaws(half)) == ([(-2, 0, 0), (0, 0, 2), (2, 0, 0)], [90, 180, 270])
    stairs = arranged(arrangement("circle", 8, arc=720, radius=2, rise=0.25), CUBE)
    ring = [(0, 0, 2), (2, 0, 0), (0, 0, -2), (-2, 0, 0)]
    winding = [(x, number / 4, z) for number, (x, _, z) in enumerate([*ring, *ring])]
    assert places(stairs) == winding
    spaced = places(arranged(arrangement("circle", 5, arc=90, spacing=2), CUBE))
    assert {round(math.dist(*pair), 6) for pair in itertools.pairwise(spaced)} == {2}


def test_neighbors_in_a_circle_are_as_far_apart_as_asked() -> None:
    for count in (2, 3, 7):
        found = arranged(arrangement("circle", count, gap=0.5, facing="in"), CUBE)
        inner = [floor_corners(copy, CUBE) for copy in found.copies[:2]]
        nearest = min(math.dist(*pair) for pair in itertools.product(*inner))
        assert nearest == pytest.approx(0.5)


def test_the_same_seed_scatters_alike_and_another_one_otherwise() -> None:
    one, same, other = (
        places(arranged(arrangement("scatter", 12, seed=seed), CUBE)) for seed in (5, 5, 6)
    )
    assert one == same
    assert one != other


def test_the_generator_draws_what_pages_draw() -> None:
    # mulberry32, as published in JavaScript.
    for seed, expected in {
        1: [0.6270739405881613, 0.002735721180215478, 0.5274470399599522],
        -5: [0.48384718922898173, 0.05296749505214393, 0.9390332337934524],
    }.items():
        assert list(itertools.islice(scattering.random_numbers(seed), 3)) == expected


def test_a_full_field_is_given_up_after_a_bounded_number_of_tries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = 0
    generator = scattering.random_numbers

    def counted(seed: int) -> Iterator[float]:
        nonlocal drawn
        for number in generator(seed):
            drawn += 1
            yield number

    monkeypatch.setattr(scattering, "random_numbers", counted)
    found = arranged(arrangement("scatter", MAX_COPIES, area=(5, 5), gap=0.0), CUBE)
    assert 9 <= len(found.copies) <= 25
    assert found.words.startswith(f"{len(found.copies)} of 10000 fit without overlap")
    assert drawn == 2 * (10_000 + 3 * MAX_COPIES)


@_some
@given(_counts, _sources, _facing, st.tuples(_lengths, _lengths), st.booleans(), _seeds)
def test_in_the_field_that_it_tells_all_find_a_place(
    count: int, source: Bounds, facing: Any, size: tuple[float, float], disk: bool, seed: int
) -> None:
    field: dict[str, Any] = {"radius": size[0]} if disk else {"area": size}
    few = arranged(arrangement("scatter", count, facing=facing, seed=seed, **field), source)
    assume(few.left_out)
    told = [float(number) for number in re.findall(r"\d\S*\d|\d", few.enough)]
    field = {"radius": told[0]} if disk else {"area": (told[0], told[1])}
    found = arranged(arrangement("scatter", count, facing=facing, seed=seed, **field), source)
    assert found.left_out == 0


def test_as_many_as_are_possible_find_a_place_by_themselves() -> None:
    found = arranged(arrangement("scatter", MAX_COPIES, variation=0.5), CUBE)
    assert (len(found.copies), found.left_out) == (MAX_COPIES, 0)


@pytest.mark.parametrize(
    ("pattern", "members", "says"),
    [
        ("row", {"count": 0}, "The count 0 is not possible: give 1 to 10000"),
        ("row", {"count": MAX_COPIES + 1}, "count"),
        ("row", {"gap": -1}, "gap"),
        ("row", {"gap": float("nan")}, "gap"),
        ("row", {"spacing": 0}, "spacing"),
        ("row", {"gap": 1, "spacing": 1}, "Give either gap or spacing"),
        ("grid", {"columns": 0}, "columns"),
        ("circle", {"radius": 0}, "radius"),
        ("circle", {"arc": 0}, "arc"),
        ("circle", {"radius": 2, "gap": 1}, "Give either gap or radius"),
        ("scatter", {"area": (1, 0)}, "area"),
        ("scatter", {"area": (1, 1), "radius": 1}, "Give either radius or area"),
        ("scatter", {"spacing": 1}, "give gap"),
        ("scatter", {"variation": 1}, "variation"),
        ("spiral", {}, "row, grid, circle, scatter"),
    ],
)
def test_what_cannot_be_is_refused(pattern: Any, members: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidValueError, match=says):
        arranged(arrangement(pattern, **{"count": 3, **members}), CUBE)
