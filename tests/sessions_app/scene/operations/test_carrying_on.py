"""What is carried on from one document to the next is what a fresh look finds."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.patches import Patch
from sessions_app.scene.changes.replay import write_document, write_patch
from sessions_app.scene.checks import Surroundings, find
from sessions_app.scene.checks.known import is_known, surroundings_of
from sessions_app.scene.checks.leaves import Leaf
from sessions_app.scene.document import Document, new_document
from sessions_app.scene.document.index import Index
from sessions_app.scene.document.naming import Names
from sessions_app.scene.document.upgrade import upgraded
from sessions_app.scene.geometry import carried, layout
from sessions_app.scene.geometry.layout import Bounds, Layout
from sessions_app.scene.operations.answers import present_report
from sessions_app.scene.operations.change import change_in
from tests.sessions_app.scene.object_steps import called, coordinates, lengths, sequences
from tests.support.examples import examples
from tests.support.object_calls import add

_OLD = Path(__file__).parents[3] / "fixtures" / "scene_v1.json"
_EVERYWHERE = Bounds((-1e9, -1e9, -1e9), (1e9, 1e9, 1e9))


def old() -> Document:
    document: Document = upgraded(json.loads(_OLD.read_text()))
    return document


def furnished(start: Document) -> Document:
    """A scene with much that touches: a leg, a top on it, and things on that."""
    objects: list[dict[str, Any]] = [
        {"kind": "group", "name": "table"},
        {"kind": "box", "name": "leg", "parent": "table", "size": 0.4, "position": [0, 0.2, 0]},
        {"kind": "box", "name": "top", "parent": "table", "size": [1.6, 0.1, 0.6],
         "position": [0, 0.45, 0]},
        {"kind": "cylinder", "name": "lamp", "size": 0.3, "on": "top", "tags": ["red"]},
        {"kind": "sphere", "name": "it", "size": 0.3, "on": "lamp", "tags": ["red", "blue"]},
        {"kind": "spot_light", "name": "spot", "position": [0, 3, 1], "aim": "lamp"},
    ]  # fmt: skip
    return add(start, *objects).after


starts = st.builds(
    furnished, st.builds(old) | st.builds(new_document) | st.builds(new_document, st.just("room"))
)
# Mostly the next call follows at once.
_history: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.sampled_from(
    [*[("", {})] * 5, ("undo", {}), ("undo", {}), ("restore", {})]
)
_sequences = st.builds(
    lambda calls, moves: [each for pair in zip(calls, moves, strict=False) for each in pair],
    sequences(coordinates, lengths, least=3),
    st.lists(_history, min_size=8, max_size=8),
)


def later_of(edit: Edit) -> Document:
    report = present_report(edit, "", list(edit.document["objects"]), words="")
    return change_in(edit, report).after


def boxes(leaf: Leaf) -> Any:
    """A leaf with what a pattern draws as plain values."""
    drawn = sorted(map(repr, leaf.copies.near(leaf.bounds, 1.0))) if leaf.copies else None
    return leaf._replace(copies=None), drawn


def require_as_fresh(document: Document) -> None:
    around = surroundings_of(document["objects"])
    fresh = Surroundings(Layout(copy.deepcopy(document["objects"])))
    assert set(around.leaves) == set(fresh.leaves)
    for name, leaf in fresh.leaves.items():
        assert boxes(around.leaves[name]) == boxes(leaf)
    assert {name: near for name, near in around.contacts.items() if near} == fresh.contacts
    assert {top: sorted(names) for top, names in around.tops.items()} == {
        top: sorted(names) for top, names in fresh.tops.items()
    }
    assert around.outermost.by_size == fresh.outermost.by_size
    assert (around.subject, around.drawn) == (fresh.subject, fresh.drawn)
    for name in fresh.leaves:
        assert around.clusters.of(name) == fresh.clusters.of(name)
    assert find(around.whole()) == find(fresh)
    require_index_as_fresh(around.layout.index, fresh.layout.index)
    assert sorted(around.layout.near(_EVERYWHERE)) == sorted(fresh.layout.every_solid())
    for id_ in document["objects"]:
        assert around.layout.frame(id_) == fresh.layout.frame(id_)
        assert around.layout.extent(id_) == fresh.layout.extent(id_)
    for leaf in fresh.leaves.values():
        assert sorted(around.near(leaf.bounds)) == sorted(fresh.near(leaf.bounds))


def require_index_as_fresh(index: Index, fresh: Index) -> None:
    assert index.names == fresh.names
    assert index.signs == fresh.signs
    for own, its in (
        (index.tags, fresh.tags),
        (index.roles, fresh.roles),
        (index.referring, fresh.referring),
    ):
        assert {key: sorted(own[key]) for key in own} == {key: sorted(its[key]) for key in its}
    for parent in (None, *fresh.objects):
        assert sorted(index.graph.children(parent)) == sorted(fresh.graph.children(parent))
    for name in ("leg", "leg 2", "it", "table 12"):
        assert Names(index).give(name, "box") == Names(fresh).give(name, "box")


@pytest.mark.parametrize("few", [64, 2])
@settings(deadline=None, max_examples=examples(30))
@example(
    furnished(old()),
    [
        ("add_objects", {"objects": [{"kind": "box", "name": "table"}]}),
        ("add_objects", {"objects": [{"kind": "box", "name": "table"}]}),
        (
            "repeat_objects",
            {"target": "lamp", "pattern": "row", "count": 3, "gap": 0.2, "variation": 0.4},
        ),
    ],
)
@example(  # not each part of the chairs that is deep in the box has one of the box deep in it
    furnished(old()),
    [
        ("add_objects", {"objects": [{"kind": "box", "name": "table"}]}),
        ("", {}),
        ("add_objects", {"objects": [{"kind": "prop", "prop": "chair", "name": "table"}]}),
        ("", {}),
        (
            "repeat_objects",
            {"target": "table", "pattern": "row", "count": 4, "gap": 0.0, "variation": 0.4},
        ),
        ("", {}),
    ],
)
@given(starts, _sequences)
def test_what_is_carried_on_is_what_a_fresh_look_finds(
    few: int, start: Document, sequence: list[tuple[str, dict[str, Any]]]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(carried, "MOST_OTHERS", few)
        patched.setattr(layout, "MOST_MOVED", few)
        document, done = start, list[Patch]()
        surroundings_of(start["objects"])
        for tool, arguments in sequence:
            before, edit = document, Edit(document)
            if tool == "undo":
                for inverse in [done.pop()] if done else []:
                    write_patch(edit, inverse)
                document = later_of(edit)
            elif tool == "restore":
                write_document(edit, start)
                done.append(edit.inverse)
                document = later_of(edit)
            elif tool and (change := called(document, tool, arguments)):
                done.append(change.inverse)
                document = change.after
            assert is_known(document["objects"])
            require_as_fresh(document)
            require_as_fresh(before)
