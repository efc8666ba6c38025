"""Removing objects, and what becomes of what referred to them."""

from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.document.targets import UnknownTargetError
from sessions_app.scene.errors import InvalidValueError
from tests.support.object_calls import add, id_of, lines, odd_lines, remove, update
from tests.support.scene_documents import object_named

EMPTY = new_document("empty")
TABLE: list[dict[str, Any]] = [
    {"kind": "group", "name": "table", "position": [0, 0, 0]},
    {"kind": "box", "name": "top", "parent": "table", "size": [1, 0.7, 1], "tags": ["part"]},
    {"kind": "box", "name": "drawer", "parent": "top", "size": [0.2, 0.2, 0.2], "tags": ["part"]},
    {"kind": "sphere", "name": "apple", "size": [0.1], "on": "top", "position": [0.4, 0, 0]},
    {"kind": "spot_light", "name": "spot", "aim": "top", "position": [0, 3, 0]},
]


def names(document: Document) -> set[str]:
    return {entity["name"] for entity in document["objects"].values()}


def test_all_that_belongs_to_it_goes_with_it() -> None:
    change = remove(add(EMPTY, *TABLE).after, "table")
    assert names(change.after) == {"key", "fill", "camera", "apple", "spot"}
    assert lines(change)[0] == "Removed table and 2 objects that belong to it."


@pytest.mark.parametrize("targets", [("top",), ("#part",), ("drawer", "top"), ("t*p", "top")])
def test_each_is_removed_once(targets: tuple[str, ...]) -> None:
    change = remove(add(EMPTY, *TABLE).after, *targets)
    assert names(change.after) == {"key", "fill", "camera", "table", "apple", "spot"}


def test_what_referred_to_it_keeps_the_point_and_loses_the_contact() -> None:
    before = add(EMPTY, *TABLE).after
    change = remove(before, "table")
    spot, apple = object_named(change.after, "spot"), object_named(change.after, "apple")
    assert spot["aim"] == pytest.approx([0, 0.45, 0], abs=0.11)
    assert "contact" not in apple
    assert any(line.startswith("spot stays aimed at 0, ") for line in lines(change))
    [odd] = odd_lines(change)
    assert odd.startswith("Odd: apple floats 0.7 above the floor: place_objects ")


def test_another_camera_becomes_active_and_the_last_one_stays() -> None:
    with pytest.raises(InvalidValueError, match="camera is the last camera"):
        remove(EMPTY, "camera")
    two = add(EMPTY, {"kind": "camera", "name": "above", "position": [0, 5, 1]}).after
    change = remove(two, "camera", "key")
    assert change.after["camera"] == id_of(change.after, "above")
    assert "The scene is now seen through above." in lines(change)
    with pytest.raises(InvalidValueError, match="last camera"):
        remove(two, "camera", "above")
    held = update(EMPTY, {"target": "camera", "parent": "key"}).after
    with pytest.raises(InvalidValueError, match="last camera"):
        remove(held, "key")


def test_an_unknown_target_removes_nothing() -> None:
    with pytest.raises(UnknownTargetError, match=r"`targets\[1\]`: \"kay\" is not in this scene"):
        remove(EMPTY, "fill", "kay")
