"""What is written in a draft of a document, and the patch and inverse that come of it."""

import copy
import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.scene.changes.edit import Edit, EditError
from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import Document, new_document
from sessions_app.scene.operations import OPERATIONS
from tests.support.examples import examples

MODEL = ("objects", "o1")
KEY = ("objects", "o2")

# Few names, so that writes meet: below one another, and at one place again and again.
_names = st.sampled_from(["a", "b", "a/b", "~1", ""])
_leaves = st.sampled_from([None, True, 1, 1.0, 0, False, "x"]) | st.lists(st.integers(), max_size=2)
_values: st.SearchStrategy[Any] = st.recursive(
    _leaves, lambda inner: st.dictionaries(_names, inner, max_size=3), max_leaves=8
)
_documents = st.dictionaries(_names, _values, max_size=4)

Write: TypeAlias = Callable[[Edit], Any]


def _ways(document: Document, way: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """All maps of the document."""
    below = [(name, value) for name, value in document.items() if isinstance(value, dict)]
    return [way, *(found for name, value in below for found in _ways(value, (*way, name)))]


def _write(edit: Edit, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
    way = draw(st.sampled_from(_ways(edit.document)))
    member = draw(_names)
    if member not in edit.get(way):
        draw(st.sampled_from([edit.add, edit.set]))(way, member, draw(_values))
    elif draw(st.booleans()):
        edit.remove(way, member)
    else:
        edit.set(way, member, draw(_values))


def _text(document: Document) -> str:
    """The document as JSON, in which true is not 1; 1.0 is written as 1."""
    parsed = json.loads(json.dumps(document), parse_float=lambda text: int(float(text)))
    return json.dumps(parsed, sort_keys=True)


@settings(deadline=None, max_examples=examples(500))
@given(_documents, st.integers(0, 8), st.data())
def test_patch_and_inverse_lead_there_and_back(
    before: Document, writes: int, data: st.DataObject
) -> None:
    kept = copy.deepcopy(before)
    edit = Edit(before)
    for _ in range(writes):
        _write(edit, data.draw)
    after, patch, inverse = edit.document, edit.patch, edit.inverse
    assert _text(before) == _text(kept)
    assert _text(apply_patch(before, patch)) == _text(after)
    assert _text(apply_patch(after, inverse)) == _text(before)
    assert _text(apply_patch(apply_patch(after, inverse), patch)) == _text(after)
    assert edit.is_noop == (_text(before) == _text(after)) == (not patch) == (not inverse)
    assert bool(edit.touched) == bool(patch)


@settings(deadline=None, max_examples=examples(200))
@given(_documents, st.lists(st.integers(0, 4), max_size=3), st.data())
def test_what_was_handed_out_is_never_written_in(
    before: Document, rounds: list[int], data: st.DataObject
) -> None:
    edit = Edit(before)
    given_out: list[tuple[Any, str]] = []
    for writes in rounds:
        for _ in range(writes):
            _write(edit, data.draw)
        given_out += [
            (thing, _text({"": thing})) for thing in (edit.document, edit.patch, edit.inverse)
        ]
    assert [_text({"": thing}) for thing, _ in given_out] == [text for _, text in given_out]


@settings(deadline=None, max_examples=examples(200))
@given(_documents, st.integers(0, 6), st.data())
def test_no_step_lies_below_another(before: Document, writes: int, data: st.DataObject) -> None:
    edit = Edit(before)
    for _ in range(writes):
        _write(edit, data.draw)
    paths = [step["path"] for step in edit.patch]
    assert not [(a, b) for a in paths for b in paths if b.startswith(f"{a}/")]
    assert len(set(paths)) == len(paths)


def test_untouched_branches_are_shared() -> None:
    before = new_document()
    edit = Edit(before)
    edit.set(KEY, "color", "#008688")
    after = edit.document
    assert after["objects"]["o2"]["size"] is before["objects"]["o2"]["size"]
    assert after["objects"]["o3"] is before["objects"]["o3"]
    assert after["environment"] is before["environment"]


def test_a_map_is_copied_once_however_much_is_written_in_it() -> None:
    edit = Edit(new_document())
    edit.set(KEY, "color", "#008688")
    copied = edit.get(KEY), edit.get("/objects"), edit.get("")
    for intensity in range(10):
        edit.set(KEY, "intensity", intensity)
        edit.add("/objects", f"o9{intensity}", {})
    assert all(
        map(lambda a, b: a is b, copied, (edit.get(KEY), edit.get("/objects"), edit.get("")))
    )


def test_writing_twice_at_one_place_makes_one_step_and_back_makes_none() -> None:
    edit = Edit(new_document())
    edit.set("/objects/o2", "color", "#111111")
    edit.set("/objects/o2", "color", "#222222")
    assert edit.patch == [{"op": "replace", "path": "/objects/o2/color", "value": "#222222"}]
    assert edit.inverse == [{"op": "replace", "path": "/objects/o2/color", "value": "#ffffff"}]
    edit.set("/objects/o2", "color", "#ffffff")
    assert (edit.patch, edit.inverse, edit.touched, edit.is_noop) == ([], [], frozenset(), True)


def test_what_is_written_below_something_new_is_a_part_of_it() -> None:
    edit = Edit(new_document())
    given_value: dict[str, Any] = {"color": "#000000"}
    edit.add("/objects", "o9", given_value)
    edit.set("/objects/o9", "color", "#111111")
    assert edit.patch == [{"op": "add", "path": "/objects/o9", "value": {"color": "#111111"}}]
    assert edit.inverse == [{"op": "remove", "path": "/objects/o9"}]
    assert given_value == {"color": "#000000"}
    edit.remove("/objects", "o9")
    assert edit.is_noop


def test_what_was_touched_is_named_by_entity() -> None:
    edit = Edit(new_document())
    edit.set("/environment", "exposure", 2)
    edit.set(KEY, "intensity", 3)
    edit.remove("/objects", "o3")
    edit.add((), "note", 1)
    assert edit.touched == {("environment",), KEY, ("objects", "o3"), ("note",)}


def test_a_collection_that_is_replaced_touches_all_that_was_and_is_in_it() -> None:
    edit = Edit(new_document())
    edit.set((), "objects", {"o1": {}, "o9": {}})
    assert edit.touched == {("objects", f"o{number}") for number in (1, 2, 3, 4, 9)}


def test_true_is_another_value_than_1_and_1_is_none_other_than_1_0() -> None:
    edit = Edit({"a": 1, "b": {"c": [1]}})
    assert not edit.set("", "a", 1.0)
    assert edit.set("", "a", True)
    assert edit.set("", "b", {"c": [True]})


REFUSED: list[tuple[str, Write]] = [
    ("/objects/o2 is in the document already", lambda edit: edit.add("/objects", "o2", {})),
    ("/objects/o9 is not in the document", lambda edit: edit.remove("/objects", "o9")),
    ("/objects/o9 is not in the document", lambda edit: edit.set("/objects/o9", "color", 1)),
    ("/objects/o1/name/x is not in", lambda edit: edit.set("/objects/o1/name/x", "y", 1)),
    ("/objects/o1/size is no map", lambda edit: edit.set("/objects/o1/size", "0", 1)),
    ("/a~1b is not in the document", lambda edit: edit.get(("a/b",))),
]


@pytest.mark.parametrize(("message", "write"), REFUSED)
def test_a_write_at_a_place_that_is_not_there_is_refused(message: str, write: Write) -> None:
    edit = Edit(new_document())
    with pytest.raises(EditError, match=message):
        write(edit)
    assert edit.is_noop


def test_several_operations_in_one_edit_make_one_change() -> None:
    before = new_document()
    edit = Edit(before)
    dim, paint = OPERATIONS["set_key_light_intensity"], OPERATIONS["change_model_color"]
    dim.write(edit, dim.arguments.model_validate({"intensity": 7}))
    paint.write(edit, paint.arguments.model_validate({"color": "teal"}))
    report = paint.write(edit, paint.arguments.model_validate({"color": "navy"}))
    assert "now navy (#000080)" in report.summary
    assert edit.touched == {KEY, MODEL}
    assert len([step for step in edit.patch if step["path"].startswith("/objects/o1")]) == 1
    assert apply_patch(apply_patch(before, edit.patch), edit.inverse) == before
