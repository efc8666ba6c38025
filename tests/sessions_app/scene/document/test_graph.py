"""Parents, levels and ids of a document's objects."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.document.graph import MAX_LEVELS, Graph, NestingError, is_id, next_id


def graph(**parents: str | None) -> Graph:
    return Graph({each: {"name": f"n{each}", "parent": up} for each, up in parents.items()})


def chain(levels: int) -> Graph:
    return graph(**{f"o{level}": f"o{level - 1}" if level > 1 else None
                    for level in range(1, levels + 1)})  # fmt: skip


TREE = graph(o1=None, o2="o1", o3="o2", o4="o1", o5=None)


def test_descendants_come_after_their_parents_and_ancestors_from_the_nearest_up() -> None:
    assert list(TREE.descendants("o1")) == ["o2", "o3", "o4"]
    assert list(TREE.ancestors("o3")) == ["o2", "o1"]
    assert (TREE.children(None), TREE.children("o5")) == (["o1", "o5"], [])
    assert [TREE.level(each) for each in (None, "o1", "o3")] == [0, 1, 3]
    assert (TREE.height("o1"), TREE.height("o5")) == (3, 1)
    assert TREE.outermost(["o3", "o1", "o4", "o5", "o1"]) == ["o1", "o5"]


@pytest.mark.parametrize("parent", ["o1", "o2", "o3"])
def test_nothing_belongs_to_itself_or_to_what_belongs_to_it(parent: str) -> None:
    with pytest.raises(NestingError, match='"no1"'):
        TREE.require_parent("o1", parent)


def test_what_is_not_below_may_be_a_parent() -> None:
    for child, parent in (("o1", "o5"), ("o3", "o4"), ("o3", None), (None, "o3")):
        TREE.require_parent(child, parent)


@settings(deadline=None)
@given(st.integers(1, MAX_LEVELS))
def test_a_subtree_fits_where_its_lowest_is_on_the_last_level(level: int) -> None:
    objects = {**chain(MAX_LEVELS).objects}
    objects |= {f"p{each}": {"parent": f"p{each - 1}" if each > 1 else None}
                for each in range(1, level + 1)}  # fmt: skip
    both, top = Graph(objects), f"p{level}"
    both.require_parent(None, f"o{MAX_LEVELS - 1}")
    both.require_parent("p1", f"o{MAX_LEVELS - level}" if level < MAX_LEVELS else None)
    with pytest.raises(NestingError, match="16"):
        both.require_parent("p1", f"o{MAX_LEVELS - level + 1}")
    assert both.level(top) == level


def test_a_new_object_gets_the_next_number() -> None:
    document: dict[str, Any] = {"next": 18}
    assert next_id(document) == ("o18", 19)
    assert is_id("o18")
    assert not any(map(is_id, ("o", "18", "o1x", "0o1", "o\uff11", "box")))
