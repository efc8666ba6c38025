"""Stored patches and whole documents written into an edit; the counter of ids only grows."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.changes.replay import write_document, write_patch
from sessions_app.scene.document import Document, new_document
from tests.support.examples import examples

_names = st.sampled_from(["a", "b", "a/b", "~1", ""])
_leaves = st.sampled_from([None, True, 1, 1.0, 0, False, "x"]) | st.lists(st.integers(), max_size=2)
_values: st.SearchStrategy[Any] = st.recursive(
    _leaves, lambda inner: st.dictionaries(_names, inner, max_size=3), max_leaves=8
)
_documents = st.builds(
    lambda members, number: {**members, "next": number},
    st.dictionaries(_names, _values, max_size=4),
    st.integers(1, 9),
)


def _text(document: Document) -> str:
    """The document as JSON, in which true is not 1; 1.0 is written as 1."""
    parsed = json.loads(json.dumps(document), parse_float=lambda text: int(float(text)))
    return json.dumps(parsed, sort_keys=True)


@settings(deadline=None, max_examples=examples(500))
@given(_documents, _documents)
def test_one_document_is_turned_into_another_with_the_larger_counter(
    before: Document, target: Document
) -> None:
    kept = copy.deepcopy((before, target))
    edit = Edit(before)
    write_document(edit, target)
    wanted = target | {"next": max(before["next"], target["next"])}
    assert _text(edit.document) == _text(wanted)
    assert _text(apply_patch(before, edit.patch)) == _text(wanted)
    assert _text(apply_patch(edit.document, edit.inverse)) == _text(before)
    assert (before, target) == kept


@settings(deadline=None, max_examples=examples(300))
@given(_documents, _documents, _documents)
def test_several_changes_are_taken_back_in_one_patch(
    first: Document, second: Document, third: Document
) -> None:
    edits = []
    document = first
    for target in (second, third):
        edit = Edit(document)
        write_document(edit, target)
        edits.append(edit)
        document = edit.document
    back = Edit(document)
    for edit in reversed(edits):
        write_patch(back, edit.inverse)
    assert _text(back.document) == _text(first | {"next": document["next"]})
    assert _text(apply_patch(document, back.patch)) == _text(back.document)
    forth = Edit(back.document)
    for edit in edits:
        write_patch(forth, edit.patch)
    assert _text(forth.document) == _text(document)


def test_the_difference_names_only_the_members_that_differ() -> None:
    before = new_document()
    target = copy.deepcopy(before)
    target["objects"]["o1"]["material"]["color"] = "#008688"
    del target["objects"]["o2"]
    target["objects"]["o9"] = {"name": "box", "kind": "box"}
    edit = Edit(before)
    write_document(edit, target)
    assert sorted(step["path"] for step in edit.patch) == [
        "/objects/o1/material/color",
        "/objects/o2",
        "/objects/o9",
    ]
    assert edit.document["environment"] is before["environment"]
