"""What targets mean."""

import re
from typing import Any

import pytest

from sessions_app.scene.document.index import Index
from sessions_app.scene.document.targets import (
    Target,
    Targets,
    UnknownTargetError,
    find_named,
)
from sessions_app.scene.errors import InvalidValueError

OBJECTS: dict[str, dict[str, Any]] = {
    "o1": {"name": "model", "kind": "bust"},
    "o2": {
        "name": "chair", "kind": "pattern", "tags": ["seat", "Wood"],
        "arrangement": {"pattern": "row", "count": 6},
        "without": {"4": "o3", "5": "o99", "6": None},
    },
    "o3": {"name": "chair 2", "kind": "box", "tags": ["wood", "wood"]},
    "o4": {"name": "Armchair", "kind": "group"},
    "o12": {"name": "big chair leg", "kind": "box", "parent": "o2"},
    "o20": {"name": "rows", "kind": "pattern", "arrangement": {"pattern": "row", "count": 2}},
    "o21": {
        "name": "bench", "kind": "pattern", "parent": "o20",
        "arrangement": {"pattern": "row", "count": 9},
    },
    "o22": {"name": "seat", "kind": "box", "parent": "o21"},
}  # fmt: skip
TARGETS = Targets(Index(OBJECTS))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("chair", ["o2"]),
        (" Chair  2 ", ["o3"]),
        ("ARMCHAIR", ["o4"]),
        ("o3", ["o3"]),
        ("chair*", ["o2", "o3"]),
        ("*chair", ["o2", "o4"]),
        ("*chair*", ["o2", "o3", "o4", "o12"]),
        ("b*ch*leg", ["o12"]),
        ("*", list(OBJECTS)),
        ("#wood", ["o2", "o3"]),
        ("# Seat", ["o2"]),
    ],
)
def test_a_target_is_a_name_an_id_wildcards_or_a_tag(text: str, ids: list[str]) -> None:
    assert TARGETS.find(text) == [Target(each) for each in ids]


@pytest.mark.parametrize("text", ["chair[3]", "Chair [ 3 ]", "o2[3]", "big chair leg[3]"])
def test_a_copy_of_a_pattern_is_named_by_its_index(text: str) -> None:
    assert TARGETS.find(text) == [Target("o2", 3)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("seat[9]", ("o21", 9)),
        ("bench[2]", ("o20", 2)),
        ("rows[2]", ("o20", 2)),
    ],
)
def test_of_rows_of_copies_each_level_has_names(text: str, found: tuple[str, int]) -> None:
    assert TARGETS.find(text) == [Target(*found)]


def test_a_copy_that_was_taken_out_is_still_found_by_its_index() -> None:
    assert TARGETS.find("chair[4]") == [Target("o3")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chair 2[1]", "has no copy 1"),
        ("chair[0]", "the copies are 1 to 6"),
        ("chair[7]", "the copies are 1 to 6"),
        ("chair[5]", "was removed"),
        ("chair[6]", "was removed"),
    ],
)
def test_what_has_no_such_copy_refuses_an_index(text: str, says: str) -> None:
    with pytest.raises(InvalidValueError, match=says):
        TARGETS.find(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chiar", 'Did you mean "chair"?'),
        ("armchairs", 'Did you mean "Armchair"?'),
        ("chiar[2]", 'Did you mean "chair"?'),
        ("modle*", 'Did you mean "model"?'),
        ("#woods", 'Did you mean "#wood"? There is "#seat", "#wood".'),
        ("sofa", 'There is "model", "chair", "chair 2", "Armchair", "big chair leg", "rows"'),
        ("o99", '"o99" is not in this scene.'),
        ("b*leg*x", "is not in this scene"),
        ("ab*ba", "is not in this scene"),
        ("", '"" is not in this scene.'),
        ("#", '"#" is not in this scene.'),
    ],
)
def test_an_unknown_target_is_refused_with_the_nearest_and_what_there_is(
    text: str, says: str
) -> None:
    with pytest.raises(UnknownTargetError, match=re.escape(says)):
        TARGETS.find(text)


def test_an_empty_scene_and_one_without_tags_say_so() -> None:
    with pytest.raises(UnknownTargetError, match="There is nothing in it"):
        Targets(Index({})).find("chair")
    with pytest.raises(UnknownTargetError, match="There is no tag at all"):
        Targets(Index({"o1": {"name": "aba"}})).find("#wood")


@pytest.mark.parametrize("text", ["ab*ba", "*ba*ba*", "*ab*ba"])
def test_parts_between_wildcards_do_not_share_a_letter(text: str) -> None:
    with pytest.raises(UnknownTargetError):
        Targets(Index({"o1": {"name": "aba"}})).find(text)


def test_many_names_are_listed_in_part() -> None:
    many = {f"o{each}": {"name": f"n{each}", "kind": "box"} for each in range(40)}
    with pytest.raises(UnknownTargetError, match='"n11" and 28 more'):
        Targets(Index(many)).find("sofa")


def test_several_objects_are_refused_where_one_is_needed() -> None:
    assert TARGETS.find_one("chair") == Target("o2")
    with pytest.raises(InvalidValueError, match='matches 2 objects: "chair", "chair 2"'):
        TARGETS.find_one("chair*")


def test_what_several_targets_mean_is_found_once() -> None:
    assert TARGETS.find_all(["#wood", "chair*", "o1"]) == [Target("o2"), Target("o3"), Target("o1")]


def test_many_wildcards_take_no_longer_than_few() -> None:
    targets = Targets(Index({"o1": {"name": "a" * 64}}))
    with pytest.raises(UnknownTargetError):
        targets.find("*a" * 39 + "b")


@pytest.mark.parametrize(
    ("name", "found"),
    [("model", "o1"), ("armchair", "o4"), ("CHAIR  2", "o3"), ("chair*", None), ("o1", None)],
)
def test_an_object_is_found_by_its_whole_name(name: str, found: str | None) -> None:
    assert find_named(OBJECTS, name) == found
