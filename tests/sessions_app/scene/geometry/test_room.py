"""Free room: new objects stand beside what is there, always at the same place."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.geometry.layout import Bounds, Layout
from sessions_app.scene.geometry.relations.room import FloorPlan, nearest_free, row
from sessions_app.scene.geometry.vectors import Vector
from tests.support.small_scenes import box, named, standing

_sizes = st.tuples(*[st.floats(0.05, 3)] * 3)


def around(spot: Vector, size: Vector) -> Bounds:
    x, y, z = spot
    width, height, depth = size
    return Bounds((x - width / 2, y, z - depth / 2), (x + width / 2, y + height, z + depth / 2))


def nothing(_back: float, _front: float) -> list[Bounds]:
    return []


@settings(deadline=None)
@given(st.lists(_sizes, min_size=2, max_size=25))
def test_new_objects_never_overlap_and_stand_where_they_stood_the_last_time(
    sizes: list[Vector],
) -> None:
    def fill() -> list[Bounds]:
        plan, found = FloorPlan(nothing), []
        for size in sizes:
            found.append(around(plan.spot(size), size))
            plan.add(found[-1])
        return found

    places = fill()
    assert places == fill()
    assert list(places[0].base) == [0, 0, 0]
    for one, other in itertools.combinations(places, 2):
        assert min(one.overlap(other)) <= 1e-9


def test_the_ground_takes_no_room_and_what_hangs_higher_neither() -> None:
    there = named({"ground": box((50, 1, 50), (0, -0.5, 0)), "lamp": box((1, 0.3, 1), (0, 2.4, 0))})
    layout = Layout(there)
    plan = FloorPlan(lambda *_: map(layout.solid_extent, there))
    assert plan.spot((1, 2, 1)) == (0, 0, 0)
    assert plan.spot((1, 2.5, 1)) != (0, 0, 0)


def test_hundreds_of_objects_make_a_block_and_not_a_line() -> None:
    plan, size = FloorPlan(nothing), (0.5, 0.5, 0.5)
    spots = []
    for _ in range(400):
        spots.append(plan.spot(size))
        plan.add(around(spots[-1], size))
    assert max(abs(x) for x, _, _ in spots) < 15
    assert max(abs(z) for _, _, z in spots) < 15


def test_a_wide_thing_in_the_way_is_passed_on_the_nearer_side() -> None:
    layout = Layout(named({"wall": standing((8, 2, 8), 1)}))
    plan = FloorPlan(lambda *_: [layout.solid_extent("wall")])
    x, _, z = plan.spot((1, 1, 1))
    assert min(around((x, 0, z), (1, 1, 1)).overlap(layout.solid_extent("wall"))) < 0
    assert x < 0


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-9, 9), st.floats(0, 5)), max_size=12),
    st.floats(-9, 9),
)
def test_the_nearest_free_number_is_free_and_none_is_nearer(
    parts: list[tuple[float, float]], wanted: float
) -> None:
    blocked = [(low, low + width) for low, width in parts]
    found = nearest_free(blocked, wanted)

    def is_free(at: float) -> bool:
        return not any(low < at < high for low, high in blocked)

    assert is_free(found)
    ends = [wanted, *itertools.chain.from_iterable(blocked)]
    assert abs(found - wanted) == min(abs(end - wanted) for end in ends if is_free(end))


def test_a_row_leaves_the_same_space_everywhere_and_touches_where_there_is_none() -> None:
    assert row([1, 2], 0, 6) == [1.5, 4]
    assert row([2, 2], 0, 2) == [0, 2]
