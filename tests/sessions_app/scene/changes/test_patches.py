"""How a patch makes the next document from the one before."""

import copy
from typing import Any

import pytest

from sessions_app.scene.changes.patches import InvalidPatchError, Patch, PatchOp, apply_patch
from sessions_app.scene.document import Document, new_document


def test_the_steps_of_a_patch_are_applied_in_order() -> None:
    patch: Patch = [
        {"op": "add", "path": "/objects", "value": {}},
        {"op": "add", "path": "/objects/cube", "value": {"color": "#000000"}},
        {"op": "replace", "path": "/objects/cube/color", "value": "#008688"},
        {"op": "add", "path": "/objects/ball", "value": {}},
        {"op": "remove", "path": "/objects/ball"},
    ]
    assert apply_patch(new_document(), patch) == new_document() | {
        "objects": {"cube": {"color": "#008688"}}
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
        before, [{"op": "replace", "path": "/lights/key/color", "value": "#008688"}]
    )
    assert after["lights"]["key"] is not before["lights"]["key"]
    assert after["lights"]["key"]["size"] is before["lights"]["key"]["size"]
    assert after["lights"]["fill"] is before["lights"]["fill"]
    assert all(after[name] is before[name] for name in ("model", "background", "camera"))


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
            {"op": "replace", "path": "/lights/key/color", "value": "#008688"},
            {"op": "remove", "path": "/lights/fill"},
            {"op": "add", "path": "/camera/name", "value": "main"},
        ],
    )
    assert before == kept


def test_a_patch_that_fails_half_way_changes_nothing() -> None:
    before = new_document()
    patch: Patch = [{"op": "remove", "path": "/model"}, {"op": "remove", "path": "/model"}]
    with pytest.raises(InvalidPatchError):
        apply_patch(before, patch)
    assert before == new_document()


REFUSED: list[tuple[Any, str]] = [
    ({"op": "move", "from": "/model", "path": "/x"}, "move"),
    ({"op": "copy", "from": "/model", "path": "/x"}, "copy"),
    ({"op": "test", "path": "/model", "value": 1}, "test"),
    ({"op": "Replace", "path": "/model", "value": 1}, "Replace"),
    ({"op": "replace", "path": "/model/shape", "value": 1}, "/model/shape"),
    ({"op": "remove", "path": "/model/shape"}, "/model/shape"),
    ({"op": "add", "path": "/objects/cube", "value": 1}, "/objects/cube"),
    ({"op": "replace", "path": "/model/scale/0", "value": 2}, "/model/scale/0"),
    ({"op": "add", "path": "/model/scale/-", "value": 2}, "/model/scale/-"),
    ({"op": "replace", "path": "/model/color/x", "value": 2}, "/model/color/x"),
    ({"op": "replace", "path": "", "value": {}}, "JSON Pointer"),
    ({"op": "replace", "path": "model", "value": {}}, "JSON Pointer"),
    ({"op": "add", "path": "/a~2b", "value": {}}, "JSON Pointer"),
    ({"op": "add", "path": "/a~", "value": {}}, "JSON Pointer"),
    ({"op": "add", "path": "/a"}, "value"),
    ({"op": "replace", "path": "/model"}, "value"),
]


@pytest.mark.parametrize(("step", "named"), REFUSED)
def test_everything_else_is_refused_by_name(step: PatchOp, named: str) -> None:
    document: Document = new_document()
    with pytest.raises(InvalidPatchError) as refused:
        apply_patch(document, [step])
    assert refused.value.code == "invalid_patch"
    assert named in str(refused.value)
