"""The table of kinds, what is made of it, and the check of entities by it."""

from typing import Any

import pytest

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document import (
    KINDS,
    PLACES,
    BrokenEntityError,
    EntityKey,
    entities_at,
    new_document,
    range_of,
    require_entities,
)
from sessions_app.scene.document.kinds import OBJECT_KINDS, SOLID_KINDS
from sessions_app.scene.geometry.shapes import REACHES
from sessions_app.scene.operations import Report
from sessions_app.scene.operations.change import change_of
from tests.support.scene_documents import all_entities
from tooling import schema

MODEL, KEY, CAMERA = ("objects", "o1"), ("objects", "o2"), ("objects", "o4")
ENVIRONMENT = ("environment",)


def test_the_pages_schema_is_the_one_that_make_schema_writes() -> None:
    assert schema.FILE.read_text() == schema.text()
    assert schema.FIELDS_FILE.read_text() == schema.fields_text()


def test_each_kind_of_solid_has_a_shape() -> None:
    assert set(SOLID_KINDS) == set(REACHES)


def _wrong_values(kind: str) -> list[tuple[str, Any]]:
    wrong: list[Any] = [None, True, 1e12, "red", "#FFFFFF", "", [], [1.0], [1.0] * 4, {"a": 1}]
    wrong += [float("nan"), ["#fff"], [1.0, True, 1.0], "o", "x" * 201]
    return [(name, value) for name in KINDS[kind] for value in wrong]


# By type, those of the values above that it takes.
_TAKEN: dict[str, list[Any]] = {
    "animation": [{"a": 1}],
    "arrangement": [{"a": 1}],
    "contact": [],
    "flag": [True],
    "fog": [None],
    "id": [None],
    "material": [{"a": 1}],
    "motion": [{"a": 1}],
    "frames": [[]],
    "points": [[]],
    "tags": [[], ["#fff"]],
    "text": ["red", "#FFFFFF", "o"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_default_is_accepted_and_what_is_of_another_type_is_not(kind: str) -> None:
    for name, member in KINDS[kind].items():
        assert member.default in ("", None, []) or member.accepts(member.default), name
    for name, value in _wrong_values(kind):
        member = KINDS[kind][name]
        taken = any(value is each or value == each for each in _TAKEN.get(member.type, ()))
        assert member.accepts(value) == taken, (name, value)


BROKEN: list[tuple[EntityKey, str, Any]] = [
    (MODEL, "name", ""),
    (MODEL, "size", [1, 1]),
    (MODEL, "size", [1, 1, -1]),
    (MODEL, "rotation", [0, 361, 0]),
    (MODEL, "parent", "o77"),
    (MODEL, "tags", "wheel"),
    (MODEL, "visible", 1),
    (KEY, "intensity", -1),
    (KEY, "size", [1, True]),
    (KEY, "aim", "o77"),
    (KEY, "aim", [0, 0]),
    (CAMERA, "fov", 91),
    (ENVIRONMENT, "background", []),
    (ENVIRONMENT, "background", ["#000000"] * 3),
    (ENVIRONMENT, "floor", "grass"),
    (ENVIRONMENT, "fog", {"color": "#ffffff", "near": 2, "far": 1}),
    (ENVIRONMENT, "light", "disco"),
]


@pytest.mark.parametrize(("key", "member", "value"), BROKEN)
def test_a_broken_member_is_named(key: EntityKey, member: str, value: Any) -> None:
    edit = Edit(new_document())
    edit.set(key, member, value)
    with pytest.raises(BrokenEntityError, match=rf"^{'.'.join((*key, member))} is "):
        require_entities(edit.document, edit.touched)


PATTERN = {
    "name": "row", "kind": "pattern", "position": [0, 0, 0], "bounds": [0, 0, 0, 1, 1, 1],
    "arrangement": {"pattern": "row", "count": 3},
}  # fmt: skip


@pytest.mark.parametrize(
    ("member", "value", "path"),
    [
        ("bounds", [0, 0, 0, 1, 1], "bounds"),
        ("arrangement", {"pattern": "row", "count": 0}, "arrangement.count"),
        ("arrangement", {"pattern": "row", "count": 2.5}, "arrangement.count"),
        ("arrangement", {"pattern": "heap", "count": 3}, "arrangement.pattern"),
        ("arrangement", {"pattern": "row"}, "arrangement.count"),
        ("without", {"0": None}, "without"),
        ("without", {"3": "chair"}, "without"),
    ],
)
def test_a_broken_pattern_is_named_by_its_member(member: str, value: Any, path: str) -> None:
    edit = Edit(new_document())
    edit.add("/objects", "o9", {**PATTERN, "without": {"2": "o7", "3": None}})
    require_entities(edit.document, edit.touched)
    edit.set("/objects/o9", member, value)
    with pytest.raises(BrokenEntityError, match=rf"^objects\.o9\.{path} is "):
        require_entities(edit.document, edit.touched)


def test_a_broken_material_is_named_by_its_member() -> None:
    edit = Edit(new_document())
    edit.set(MODEL, "material", {"color": "#123456", "roughness": 2})
    with pytest.raises(BrokenEntityError, match=r"^objects\.o1\.material\.roughness is 2; .* 0 to"):
        require_entities(edit.document, edit.touched)


@pytest.mark.parametrize("kind", ["", "teapot", "material", "environment", None, 7])
def test_an_object_is_of_a_known_kind(kind: object) -> None:
    edit = Edit(new_document())
    edit.set(MODEL, "kind", kind)
    with pytest.raises(BrokenEntityError, match="is of the kind"):
        require_entities(edit.document, edit.touched)


def test_what_is_missing_at_the_top_is_broken() -> None:
    for name in ("start", "next", "environment"):
        document = new_document()
        del document[name]
        with pytest.raises(BrokenEntityError, match=f"^{name}"):
            require_entities(document, [(name,)])


@pytest.mark.parametrize("member", ["name", "position", "size"])
def test_what_every_solid_has_may_not_be_missing(member: str) -> None:
    edit = Edit(new_document())
    edit.remove(MODEL, member)
    with pytest.raises(BrokenEntityError, match=f"^objects.o1.{member} is None"):
        require_entities(edit.document, edit.touched)


def test_what_has_a_default_may_be_missing() -> None:
    document = new_document()
    document["objects"]["o2"] = {"name": "key", "kind": "area_light", "position": [0, 1, 0]}
    require_entities(document, [KEY])


def test_what_was_not_touched_is_not_looked_at() -> None:
    document = new_document()
    document["objects"]["o1"]["size"] = "large"
    require_entities(document, [key for key in all_entities(document) if key != MODEL])


def test_what_the_table_does_not_name_is_let_through() -> None:
    document: dict[str, Any] = new_document()
    document |= {"note": 1, "later": {"a": 1}}
    document["objects"]["o1"]["shine"] = 1
    keys = [*all_entities(document), ("note",), ("later",), ("gone",), ("objects", "o99")]
    require_entities(document, keys)


REMOVED = [("parent", "o5"), ("aim", "o5")]


@pytest.mark.parametrize(("member", "reference"), REMOVED)
def test_what_others_refer_to_may_not_be_removed(member: str, reference: str) -> None:
    document = new_document()
    document["objects"]["o5"] = {"name": "group", "kind": "group", "position": [0, 0, 0]}
    document["objects"]["o2"][member] = reference
    require_entities(document, all_entities(document))
    edit = Edit(document)
    edit.remove("/objects", "o5")
    with pytest.raises(BrokenEntityError, match=rf"^objects\.o2\.{member} is 'o5', which is no"):
        require_entities(edit.document, edit.touched)


def test_the_active_camera_may_not_be_removed() -> None:
    edit = Edit(new_document())
    edit.remove("/objects", "o4")
    with pytest.raises(BrokenEntityError, match=r"^camera is 'o4'"):
        require_entities(edit.document, edit.touched)


def test_a_place_belongs_to_one_entity_and_a_whole_collection_to_all_in_it() -> None:
    assert [*entities_at(("environment", "fog"))] == [ENVIRONMENT]
    assert [*entities_at(("objects", "o1", "size"))] == [MODEL]
    assert [*entities_at(("objects",), {"o1": {}}, {"o1": {}, "o2": {}})] == [MODEL, KEY]
    assert [*entities_at(("objects",), {}, None)] == [("objects",)]
    assert [*entities_at(("note", "x"))] == [("note",)]


def test_an_operation_that_breaks_an_entity_is_stopped() -> None:
    def dim(edit: Edit) -> Report:
        edit.set("/objects/o2", "intensity", -1)
        return Report(values={}, summary="Dimmed.", words="Dimmed.")

    with pytest.raises(BrokenEntityError, match="intensity"):
        change_of(new_document(), dim)


def test_only_what_holds_numbers_has_a_range() -> None:
    assert str(range_of("camera", "fov")) == "5 to 90"
    with pytest.raises(LookupError, match="material of a box"):
        range_of("box", "material")


def test_each_place_of_the_document_is_described_by_the_table() -> None:
    document = new_document()
    assert {"version", *PLACES} - {"name"} == document.keys()
    edit = Edit(document)
    edit.set((), "name", "Harbor")
    require_entities(edit.document, edit.touched)
    for wrong in ("", 7, "x" * 201):
        edit.set((), "name", wrong)
        with pytest.raises(BrokenEntityError, match="name is"):
            require_entities(edit.document, edit.touched)
    assert {entity["kind"] for entity in document["objects"].values()} <= set(OBJECT_KINDS)
