"""Duplicating and grouping objects, as people do at a page."""

from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.document.targets import UnknownTargetError
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations import Change
from sessions_app.scene.operations.limits import MAX_LIGHTS
from tests.support.object_calls import add, bounds_of, id_of, update
from tests.support.operations import step_of
from tests.support.scene_documents import object_named

EMPTY = new_document("empty")
TABLE: list[dict[str, Any]] = [
    {"kind": "group", "name": "table", "position": [1, 0, 0], "rotation": [0, 90, 0]},
    {"kind": "box", "name": "top", "parent": "table", "size": [1, 0.7, 2], "color": "red"},
    {"kind": "sphere", "name": "apple", "parent": "table", "size": [0.2], "on": "top"},
    {"kind": "spot_light", "name": "spot", "parent": "table", "aim": "top", "position": [0, 3, 0]},
]
FURNISHED = add(EMPTY, *TABLE, {"kind": "box", "name": "box", "position": [4, 0.5, 0]}).after


def duplicate(document: Document, *targets: str) -> Change:
    return step_of("duplicate_objects", targets=list(targets))(document)


def group(document: Document, *targets: str) -> Change:
    return step_of("group_objects", targets=list(targets))(document)


def test_a_duplicate_has_all_that_belongs_to_it_and_stands_beside_it() -> None:
    change = duplicate(FURNISHED, "table")
    assert change.for_person == "Added table 2."
    before, after = bounds_of(change.after, "table"), bounds_of(change.after, "table 2")
    assert after.size == pytest.approx(before.size)
    assert after.low[0] == pytest.approx(before.high[0] + 0.15 * before.size[0])
    assert after.low[1:] == pytest.approx(before.low[1:])
    copies = {name: object_named(change.after, f"{name} 2") for name in ("top", "apple", "spot")}
    table = id_of(change.after, "table 2")
    assert all(copy["parent"] == table for copy in copies.values())
    top = id_of(change.after, "top 2")
    assert copies["spot"]["aim"] == top
    assert set(copies["apple"]["contact"].values()) == {top}
    assert copies["top"] == object_named(change.after, "top") | {
        "name": "top 2",
        "parent": table,
    }


def test_several_are_duplicated_together_each_once_and_nothing_else_changes() -> None:
    change = duplicate(FURNISHED, "box", "table", "apple")
    new = [each for each in change.after["objects"] if each not in FURNISHED["objects"]]
    assert len(new) == 5
    for name in ("box", "table"):
        [aside] = {
            round(object_named(change.after, f"{name} 2")["position"][0]
                  - object_named(FURNISHED, name)["position"][0], 6)
        }  # fmt: skip
        assert aside == pytest.approx(1.15 * (4.5 - 0))
    kept = {each: change.after["objects"][each] for each in FURNISHED["objects"]}
    followers = {id_of(FURNISHED, name) for name in ("key", "fill", "camera")}
    assert all(kept[each] is FURNISHED["objects"][each] for each in kept if each not in followers)


def test_a_duplicate_of_what_follows_the_objects_follows_no_more() -> None:
    assert "fitted" in object_named(FURNISHED, "key")
    change = duplicate(FURNISHED, "key")
    assert "fitted" not in object_named(change.after, "key 2")
    assert change.after["camera"] == FURNISHED["camera"]


def test_what_is_repeated_is_duplicated_with_its_pattern() -> None:
    row = step_of("repeat_objects", target="box", pattern="row", count=3)(FURNISHED).after
    change = duplicate(row, "box")
    kinds = [each["kind"] for each in change.after["objects"].values()]
    assert kinds.count("pattern") == 2


def test_more_than_a_scene_holds_is_not_duplicated() -> None:
    lights = [{"kind": "point_light"} for _ in range(MAX_LIGHTS - 3)]
    full = add(FURNISHED, *lights).after
    with pytest.raises(InvalidValueError, match=f"at most {MAX_LIGHTS} lights"):
        duplicate(full, "spot")


def test_a_group_is_put_round_objects_in_place() -> None:
    change = group(FURNISHED, "table", "box")
    assert change.for_person == "Put table and box into group."
    new = id_of(change.after, "group")
    base = bounds_of(change.after, "group").base
    assert object_named(change.after, "group")["position"] == pytest.approx(list(base))
    for name in ("table", "box"):
        assert object_named(change.after, name)["parent"] == new
        now, before = bounds_of(change.after, name), bounds_of(FURNISHED, name)
        assert [*now.low, *now.high] == pytest.approx([*before.low, *before.high])


def test_a_group_inside_a_group_stays_in_it() -> None:
    change = group(FURNISHED, "top", "apple")
    new = object_named(change.after, "group")
    assert new["parent"] == id_of(change.after, "table")
    before, after = Layout(FURNISHED["objects"]), Layout(change.after["objects"])
    for name in ("top", "apple", "spot"):
        each = id_of(FURNISHED, name)
        assert after.frame(each).origin == pytest.approx(before.frame(each).origin)


def test_lights_alone_are_grouped_where_they_are() -> None:
    lit = update(FURNISHED, {"target": "spot", "parent": "world"}).after
    change = group(lit, "spot")
    assert object_named(change.after, "group")["position"] == pytest.approx([1, 3, 0])


@pytest.mark.parametrize("act", [duplicate, group])
def test_an_unknown_target_changes_nothing(act: Any) -> None:
    with pytest.raises(UnknownTargetError, match=r"`targets\[1\]`: \"chair\" is not in this scene"):
        act(FURNISHED, "box", "chair")


def test_a_group_that_would_be_nested_too_deeply_is_refused() -> None:
    def deeper(document: Document, levels: int) -> Document:
        return deeper(group(document, "apple").after, levels - 1) if levels else document

    with pytest.raises(InvalidValueError, match=r"`targets\[0\]`"):
        deeper(FURNISHED, 100)
