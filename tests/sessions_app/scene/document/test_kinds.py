"""The table of kinds, what is made of it, and the check of entities by it."""

import copy
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
from sessions_app.scene.document.kinds import ANY, Place
from sessions_app.scene.operations import Report
from sessions_app.scene.operations.change import change_of
from tooling import schema

ALL: tuple[EntityKey, ...] = (
    ("model",),
    ("lights", "key"),
    ("lights", "fill"),
    ("ambient",),
    ("background",),
    ("camera",),
)


def test_the_pages_schema_is_the_one_that_make_schema_writes() -> None:
    assert schema.FILE.read_text() == schema.text()


def test_the_start_scene_is_right_and_has_the_defaults_of_its_kinds() -> None:
    document = new_document()
    require_entities(document, ALL)
    assert document["lights"]["key"] == {
        name: member.default for name, member in KINDS["light"].items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_each_default_is_accepted_and_what_is_of_another_type_is_not(kind: str) -> None:
    for name, member in KINDS[kind].items():
        assert member.accepts(member.default), name
        wrong: list[Any] = [None, True, "red", "#FFFFFF", [], [1.0], [1.0] * 4, {}, float("nan")]
        assert not [value for value in wrong if member.accepts(value)], name


BROKEN: list[tuple[EntityKey, str, Any]] = [
    (("model",), "color", "teal"),
    (("model",), "scale", [1, 1]),
    (("model",), "scale", [1, 1, 0]),
    (("lights", "key"), "intensity", -1),
    (("lights", "fill"), "size", [1, True]),
    (("camera",), "distance", 65),
]


@pytest.mark.parametrize(("key", "member", "value"), BROKEN)
def test_a_broken_member_is_named(key: EntityKey, member: str, value: Any) -> None:
    edit = Edit(new_document())
    edit.set(key, member, value)
    with pytest.raises(BrokenEntityError, match=rf"^{'.'.join((*key, member))} is "):
        require_entities(edit.document, edit.touched)


@pytest.mark.parametrize("key", ALL)
def test_what_is_missing_is_broken(key: EntityKey) -> None:
    document = new_document()
    *parents, name = key
    node = document[parents[0]] if parents else document
    del node[name]
    with pytest.raises(BrokenEntityError, match=f"^{'.'.join(key)}"):
        require_entities(document, [key])


def test_what_was_not_touched_is_not_looked_at() -> None:
    document = new_document()
    document["model"]["color"] = "teal"
    require_entities(document, [key for key in ALL if key != ("model",)])


def test_what_the_table_does_not_name_is_let_through() -> None:
    document: dict[str, Any] = new_document()
    document |= {"note": 1, "later": {"a": 1}}
    document["model"]["shine"] = 1
    document["lights"]["rim"] = "odd"
    require_entities(document, [*ALL, ("note",), ("later",), ("gone",), ("lights", "rim")])


def test_a_collection_of_any_names_has_those_that_must_be_there_and_others_that_may() -> None:
    light = Place("light")
    places = {**PLACES, "lights": {"key": light, ANY: light}}
    document = new_document()
    document["lights"]["rim"] = copy.deepcopy(document["lights"]["key"])
    require_entities(document, [("lights", "rim"), ("lights", "gone")], places)
    document["lights"]["rim"]["distance"] = 0
    with pytest.raises(BrokenEntityError, match=r"lights\.rim\.distance is 0; .* 0\.5 to 100"):
        require_entities(document, [("lights", "rim")], places)


def test_a_place_belongs_to_one_entity_and_a_whole_collection_to_all_in_it() -> None:
    assert [*entities_at(("model", "scale"))] == [("model",)]
    assert [*entities_at(("lights", "key", "color"))] == [("lights", "key")]
    assert [*entities_at(("lights",), {"key": {}}, {"key": {}, "rim": {}})] == [
        ("lights", "key"),
        ("lights", "rim"),
    ]
    assert [*entities_at(("lights",), {}, None)] == [("lights",)]
    assert [*entities_at(("note", "x"))] == [("note",)]


def test_an_operation_that_breaks_an_entity_is_stopped() -> None:
    def dim(edit: Edit) -> Report:
        edit.set("/lights/key", "intensity", -1)
        return Report(values={}, summary="Dimmed.", words="Dimmed.")

    with pytest.raises(BrokenEntityError, match="intensity"):
        change_of(new_document(), dim)


def test_only_what_holds_numbers_has_a_range() -> None:
    assert str(range_of("camera", "distance")) == "8 to 64"
    with pytest.raises(LookupError, match="color of a model"):
        range_of("model", "color")
