"""Surroundings after a change: the same as of a fresh look, and only what it affects is said."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.checks import MOST, Surroundings, find, worst
from sessions_app.scene.checks import surroundings as module
from sessions_app.scene.geometry.layout import Layout
from tests.support.examples import examples
from tests.support.small_scenes import Objects, chair, group, named, standing, table

_spots = st.tuples(st.floats(-2, 2), st.floats(-0.5, 1.5), st.floats(-2, 2))


def look(objects: Mapping[str, Mapping[str, Any]]) -> Surroundings:
    return Surroundings(Layout(objects))


def changed(around: Surroundings, **now: Mapping[str, Any] | None) -> Surroundings:
    """The surroundings after objects were set or, where None, removed."""
    objects = {**around.layout.objects, **{name: new for name, new in now.items() if new}}
    for name, new in now.items():
        if new is None:
            del objects[name]
    return around.after(around.layout.after(objects, now), now)


def crowd() -> Objects:
    boxes = {f"b{n}": standing((0.6, 0.5, 0.6), n * 0.5, base=0.1 * n) for n in range(3)}
    return {**table(), **chair(1), **named(boxes)}


@pytest.mark.parametrize("few", [64, 0])
@settings(deadline=None, max_examples=examples(60))
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(sorted(crowd())),
            _spots,
            st.sampled_from(["move", "turn", "drop", "hide"]),
        ),
        max_size=4,
    )
)
def test_looking_again_finds_what_a_fresh_look_finds(
    few: int, steps: list[tuple[str, tuple[float, float, float], str]]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "FEW", few)
        around = look(crowd())
        for name, spot, how in steps:
            if name not in around.layout.objects:
                continue
            find(around)
            before = {leaf: dict(near) for leaf, near in around.contacts.items()}
            entity = dict(around.layout.objects[name])
            if how == "drop" and not around.layout.children(name):
                later = changed(around, **{name: None})
            elif how == "hide":
                later = changed(around, **{name: {**entity, "visible": False}})
            elif how == "turn":
                later = changed(around, **{name: {**entity, "rotation": [0, 30 * spot[0], 0]}})
            else:
                later = changed(around, **{name: {**entity, "position": list(spot)}})
            assert around.contacts == before
            around = later
        fresh = look(around.layout.objects)
        assert around.leaves == fresh.leaves
        assert {n: c for n, c in around.contacts.items() if c} == fresh.contacts
        assert {top: sorted(of) for top, of in around.tops.items()} == {
            top: sorted(of) for top, of in fresh.tops.items()
        }
        assert around.outermost.by_size == fresh.outermost.by_size
        around.affected = set(around.leaves)
        assert find(around) == find(fresh)


def test_only_what_a_change_affects_is_said() -> None:
    objects = named(
        {
            "far": standing((1, 1, 1), 9, base=2),
            "table": standing((2, 1, 2)),
            "vase": standing((0.2, 0.3, 0.2), base=1),
            "rose": standing((0.05, 0.3, 0.05), base=1.3),
        }
    )
    around = look(objects)
    assert [each.ids for each in find(around)] == [("far",)]
    still = changed(around, vase={**objects["vase"], "material": {"color": "#ff0000"}})
    assert find(still) == []
    moved = changed(around, table=standing((2, 1, 2), 5))
    assert [(each.kind, each.ids) for each in find(moved)] == [("floats", ("vase", "rose"))]
    gone = changed(around, table=None)
    assert [(each.kind, each.ids) for each in find(gone)] == [("floats", ("vase", "rose"))]


def test_a_moved_group_takes_its_parts_along() -> None:
    around = look({**table(), **chair(3)})
    later = changed(around, table=group((3, 0, 0), name="table"))
    assert later.affected >= {name for name in later.leaves if name.startswith("table")}
    assert "overlap" in {each.kind for each in find(later)} or later.contacts["chair_leg"]


def test_a_heap_of_thousands_is_bounded_and_says_eight() -> None:
    heap = named({f"b{n}": standing((1, 1, 1), base=1 + n / 1e6) for n in range(400)})
    around = look(heap)
    assert not around.is_complete
    found = find(around)
    assert len(found) <= 200
    oddities = worst(around, found)
    assert len(oddities) == MOST == 8
    assert [odd.severity for odd in oddities] == sorted(
        (odd.severity for odd in oddities), reverse=True
    )


def test_the_worst_comes_first() -> None:
    objects = named(
        {
            "a": standing((1, 1, 1), material={"opacity": 0}),
            "b": standing((1, 1, 1), 3, base=-0.5),
            "c": standing((1, 1, 1), 6, base=0.2),
            "d": standing((1, 1, 1), 9, base=3),
        }
    )
    around = look(objects)
    assert [each.ids[0] for each in find(around)] == ["a", "b", "d", "c"]
    assert [odd.ids[0] for odd in worst(around, find(around), most=2)] == ["a", "b"]


def test_in_space_nothing_floats_and_nothing_is_buried() -> None:
    space = named({"sun": standing((1, 1, 1), base=-0.5), "earth": standing((1, 1, 1), 5, base=3)})
    assert find(look(space), has_floor=False) == []
    assert [each.kind for each in find(look(space))] == ["buried", "floats"]
