"""How a patch makes the next document from the one before."""

import copy
from typing import Any

import pytest

from sessions_app.scene.changes.patches import InvalidPatchError, Patch, PatchOp, apply_patch
from sessions_app.scene.document import Document, new_document


def test_the_steps_of_a_patch_are_applied_in_order() -> None:
    patch: Patch = [
        {"op": "add", "path": "/things", "value": {}},
        {"op": "add", "path": "/things/cube", "value": {"color": "#000000"}},
        {"op": "replace", "path": "/things/cube/color", "value": "#008688"},
        {"op": "add", "path": "/things/ball", "value": {}},
        {"op": "remove", "path": "/things/ball"},
    ]
    assert apply_patch(new_document(), patch) == new_document() | {
        "things": {"cube": {"color": "#008688"}}
    }


def test_adding_what_exists_replaces_it() -> None:
    # RFC 6902 section 4.1
    patched = apply_patch({"a": 1}, [{"op": "add", "path": "/a", "value": 2}])
    assert patched == {"a": 2}


@pytest.mark.parametrize(
    ("path", "member"),
    [("/a~1b", "a/b"), ("/a~0b", "a~b"), ("/~01", "~1"), ("/", ""), ("/é %", "é %"), ("/0", "0")],
)
def test_pointer_escapes_name_any_member(path: str, member: str) -> None:
    # RFC 6901 sections 3 and 4
    assert apply_patch({}, [{"op": "add", "path": path, "value": 1}]) == {member: 1}


def test_an_empty_patch_gives_the_very_same_document() -> None:
    document = new_document()
    assert apply_patch(document, []) is document


def test_only_the_maps_on_the_path_are_copied() -> None:
    before = new_document()
    after = apply_patch(
        before, [{"op": "replace", "path": "/objects/o2/color", "value": "#008688"}]
    )
    assert after["objects"]["o2"] is not before["objects"]["o2"]
    assert after["objects"]["o2"]["size"] is before["objects"]["o2"]["size"]
    assert after["objects"]["o3"] is before["objects"]["o3"]
    assert after["environment"] is before["environment"]


def test_a_map_in_the_patch_is_not_written_in() -> None:
    cube: dict[str, Any] = {"color": "#000000"}
    patch: Patch = [
        {"op": "add", "path": "/cube", "value": cube},
        {"op": "replace", "path": "/cube/color", "value": "#008688"},
    ]
    assert [apply_patch({}, patch) for _ in range(2)] == [{"cube": {"color": "#008688"}}] * 2
    assert cube == {"color": "#000000"}


def test_the_input_is_never_changed() -> None:
    before = new_document()
    kept = copy.deepcopy(before)
    apply_patch(
        before,
        [
            {"op": "replace", "path": "/objects/o2/color", "value": "#008688"},
            {"op": "remove", "path": "/objects/o3"},
            {"op": "add", "path": "/environment/name", "value": "main"},
        ],
    )
    assert before == kept


def test_a_patch_that_fails_half_way_changes_nothing() -> None:
    before = new_document()
    patch: Patch = [
        {"op": "remove", "path": "/environment"},
        {"op": "remove", "path": "/environment"},
    ]
    with pytest.raises(InvalidPatchError):
        apply_patch(before, patch)
    assert before == new_document()


REFUSED: list[tuple[Any, str]] = [
    ({"op": "move", "from": "/environment", "path": "/x"}, "move"),
    ({"op": "copy", "from": "/environment", "path": "/x"}, "copy"),
    ({"op": "test", "path": "/environment", "value": 1}, "test"),
    ({"op": "Replace", "path": "/environment", "value": 1}, "Replace"),
    ({"op": "replace", "path": "/environment/shape", "value": 1}, "/environment/shape"),
    ({"op": "remove", "path": "/environment/shape"}, "/environment/shape"),
    ({"op": "add", "path": "/things/cube", "value": 1}, "/things/cube"),
    ({"op": "replace", "path": "/objects/o1/size/0", "value": 2}, "/objects/o1/size/0"),
    ({"op": "add", "path": "/objects/o1/size/-", "value": 2}, "/objects/o1/size/-"),
    ({"op": "replace", "path": "/objects/o1/name/x", "value": 2}, "/objects/o1/name/x"),
    ({"op": "replace", "path": "", "value": {}}, "JSON Pointer"),
    ({"op": "replace", "path": "model", "value": {}}, "JSON Pointer"),
    ({"op": "add", "path": "/a~2b", "value": {}}, "JSON Pointer"),
    ({"op": "add", "path": "/a~", "value": {}}, "JSON Pointer"),
    ({"op": "add", "path": "/a"}, "value"),
    ({"op": "replace", "path": "/environment"}, "value"),
]


@pytest.mark.parametrize(("step", "named"), REFUSED)
def test_everything_else_is_refused_by_name(step: PatchOp, named: str) -> None:
    document: Document = new_document()
    with pytest.raises(InvalidPatchError) as refused:
        apply_patch(document, [step])
    assert refused.value.code == "invalid_patch"
    assert named in str(refused.value)
