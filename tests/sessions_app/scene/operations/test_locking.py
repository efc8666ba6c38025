"""What people lock stays as it is, whatever asks; only people lock and unlock."""

from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.document.locks import with_locks_of
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations import OPERATIONS, Change
from sessions_app.scene.operations.locked import LockedError
from sessions_app.scene.operations.locking import SOMEBODY, LockObjects, lock_objects
from tests.support.object_calls import add, call, id_of, lines, remove, update
from tests.support.operations import step_of
from tests.support.scene_documents import object_named

SCENE = add(
    new_document("empty"),
    {"kind": "group", "name": "kitchen", "position": [2, 0, 0]},
    {"kind": "box", "name": "table", "parent": "kitchen", "position": [0, 0.4, 0], "size": [1]},
    {"kind": "sphere", "name": "vase", "parent": "kitchen", "size": [0.2], "on": "table"},
    {"kind": "box", "name": "box", "position": [-2, 0.5, 0], "size": [1]},
).after


def locked(document: Document, *names: str, by: str = "Anna", on: bool = True) -> Change:
    return lock_objects(document, LockObjects(targets=list(names), locked=on), by)


VASE = locked(SCENE, "vase").after
KITCHEN = locked(SCENE, "kitchen").after
# By what is tried: a tool and its arguments, and what the refusal says that it would do.
OF_VASE: dict[str, tuple[str, dict[str, Any], str]] = {
    "paint it": ("update_objects", {"changes": [{"target": "vase", "color": "red"}]}, "change it"),
    "name it": ("update_objects", {"changes": [{"target": "vase", "rename": "jug"}]}, "change it"),
    "move it": ("update_objects", {"changes": [{"target": "vase", "move_by": [1, 0, 0]}]}, "move"),
    "take it out of its group": (
        "update_objects",
        {"changes": [{"target": "vase", "parent": "world"}]},
        "move it",
    ),
    "move its group": (
        "update_objects",
        {"changes": [{"target": "kitchen", "position": [3, 0, 0]}]},
        "move it",
    ),
    "hide its group": (
        "update_objects",
        {"changes": [{"target": "kitchen", "visible": False}]},
        "move it",
    ),
    "scale its group": (
        "update_objects",
        {"changes": [{"target": "kitchen", "scale_by": 2}]},
        "move it",
    ),
    "paint its group": (
        "update_objects",
        {"changes": [{"target": "kitchen", "color": "red"}]},
        "change it",
    ),
    "remove it": ("remove_objects", {"targets": ["vase"]}, "remove it"),
    "remove its group": ("remove_objects", {"targets": ["kitchen"]}, "remove it"),
    "remove what it stands on": ("remove_objects", {"targets": ["table"]}, "change it"),
    "place it": (
        "place_objects",
        {"placements": [{"targets": ["vase"], "relation": "left_of", "reference": "box"}]},
        "move it",
    ),
    "animate it": ("animate", {"animations": [{"target": "vase", "motion": "spin"}]}, "move it"),
    "animate its group": (
        "animate",
        {"animations": [{"target": "kitchen", "motion": "spin"}]},
        "move it",
    ),
    "repeat it": ("repeat_objects", {"target": "vase", "pattern": "row", "count": 3}, "move it"),
    "put something into it": (
        "add_objects",
        {"objects": [{"kind": "box", "name": "lid", "parent": "vase"}]},
        'put "lid" into it',
    ),
    "hang something below it": (
        "update_objects",
        {"changes": [{"target": "box", "parent": "vase"}]},
        'put "box" into it',
    ),
}


@pytest.mark.parametrize("case", OF_VASE)
def test_a_locked_object_stays_as_it_is(case: str) -> None:
    tool, arguments, verb = OF_VASE[case]
    assert not call(SCENE, tool, arguments).is_noop
    with pytest.raises(LockedError) as refused:
        call(VASE, tool, arguments)
    said = refused.value.message
    assert said.startswith('"vase" is locked by Anna, and this would ')
    assert verb in said
    assert said.endswith("nothing was changed.")
    assert refused.value.page_text.startswith('"vase" is locked by Anna: unlock it first.')


@pytest.mark.parametrize("name", ["kitchen", "table", "vase"])
def test_what_belongs_to_something_locked_is_locked_with_it(name: str) -> None:
    words = r'"kitchen".* locked by Anna'
    with pytest.raises(LockedError, match=words):
        update(KITCHEN, {"target": name, "color": "red"})
    with pytest.raises(LockedError, match=words):
        remove(KITCHEN, name)
    with pytest.raises(LockedError, match=words):
        add(KITCHEN, {"kind": "box", "name": "cup", "parent": name})
    assert not update(KITCHEN, {"target": "box", "color": "red"}).is_noop


def test_the_others_go_on_and_so_do_looks_of_what_it_belongs_to() -> None:
    assert not update(VASE, {"target": "table", "color": "red"}).is_noop
    assert not update(VASE, {"target": "kitchen", "rename": "cuisine"}).is_noop
    assert object_named(VASE, "vase")["locked"] == "Anna"


def test_lights_and_camera_that_are_locked_follow_no_more() -> None:
    far = {"kind": "box", "name": "far", "position": [60, 5, -40], "size": [9]}
    followers = ("key", "fill", "camera")
    loose = add(SCENE, far).after
    held = add(locked(SCENE, *followers).after, far).after
    for name in followers:
        before = object_named(SCENE, name)
        assert object_named(loose, name) != before
        assert object_named(held, name) == before | {"locked": "Anna"}


def test_who_asks_for_it_goes_on_without_what_is_locked() -> None:
    change = step_of(
        "update_objects",
        changes=[{"target": "*", "tags": ["old"]}, {"target": "vase", "rename": "jug"}],
        skip_locked=True,
    )
    tagged = change(VASE)
    for name in ("kitchen", "vase"):
        assert object_named(tagged.after, name) == object_named(VASE, name)
    assert object_named(tagged.after, "table")["tags"] == ["old"]
    assert 'Left out, because of locks: "kitchen", "vase".' in lines(tagged)
    gone = step_of("remove_objects", targets=["vase", "box", "table*"], skip_locked=True)(KITCHEN)
    names = [each["name"] for each in gone.after["objects"].values()]
    assert "box" not in names
    assert {"kitchen", "vase", "table"} <= set(names)
    spun = step_of("animate", animations=[{"target": "*o*", "motion": "spin"}], skip_locked=True)(
        locked(SCENE, "vase", "key", "fill", "camera").after
    )
    assert "animation" in object_named(spun.after, "box")
    placed = step_of(
        "place_objects",
        placements=[{"targets": ["vase", "box"], "relation": "behind", "reference": "table"}],
        skip_locked=True,
    )(VASE)
    assert object_named(placed.after, "box") != object_named(VASE, "box")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("update_objects", {"changes": [{"target": "vase", "color": "red"}]}),
        ("remove_objects", {"targets": ["vase"]}),
        ("animate", {"animations": [{"target": "vase", "motion": "spin"}]}),
        (
            "place_objects",
            {"placements": [{"targets": ["vase"], "relation": "to_floor"}]},
        ),
    ],
)
def test_where_nothing_is_left_it_is_refused_and_the_first_refusal_says_how_to_go_on(
    tool: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(LockedError) as refused:
        call(VASE, tool, arguments)
    assert f"call {tool} again with skip_locked: true" in refused.value.advice
    with pytest.raises(LockedError, match='All that this would change is locked: "vase"') as all_:
        call(VASE, tool, {**arguments, "skip_locked": "true"})
    assert "skip_locked" not in all_.value.advice


def test_only_people_lock_and_unlock() -> None:
    assert "lock_objects" not in OPERATIONS
    with pytest.raises(InvalidValueError, match="locked"):
        call(SCENE, "update_objects", {"changes": [{"target": "vase", "locked": "me"}]})


def test_a_lock_has_the_name_of_who_locked_it_first() -> None:
    change = locked(SCENE, "vase", by="  Anna\n\u202e" + "x" * 99)
    assert change.for_person == "Locked vase."
    assert change.touched == {("objects", id_of(SCENE, "vase"))}
    by = object_named(change.after, "vase")["locked"]
    assert by.startswith("Anna")
    assert by.isprintable()
    assert len(by) == 40
    again = locked(VASE, "vase", "box", by="Ben").after
    assert [object_named(again, name)["locked"] for name in ("vase", "box")] == ["Anna", "Ben"]
    assert object_named(locked(SCENE, "vase", by=" ").after, "vase")["locked"] == SOMEBODY


def test_unlocked_it_is_as_it_was() -> None:
    change = locked(VASE, "vase", on=False)
    assert change.for_person == "Unlocked vase."
    assert change.after == SCENE
    assert locked(SCENE, "vase", on=False).is_noop
    with pytest.raises(InvalidValueError, match='"vase" is locked with "kitchen"'):
        locked(KITCHEN, "vase", on=False)


def test_an_object_in_something_locked_may_have_a_lock_of_its_own() -> None:
    both = locked(KITCHEN, "vase", by="Ben").after
    assert object_named(locked(both, "kitchen", on=False).after, "vase")["locked"] == "Ben"
    assert locked(both, "vase", on=False).after == KITCHEN


def test_a_duplicate_is_not_locked() -> None:
    change = step_of("duplicate_objects", targets=["box"])(locked(SCENE, "box").after)
    assert "locked" not in object_named(change.after, "box 2")


def test_a_document_takes_the_locks_of_another() -> None:
    moved = update(SCENE, {"target": "box", "move_by": [1, 0, 0]}).after
    assert with_locks_of(moved, SCENE) == moved
    taken = with_locks_of(moved, VASE)
    assert object_named(taken, "vase")["locked"] == "Anna"
    assert with_locks_of(taken, SCENE) == moved


def test_the_line_of_an_object_says_that_it_is_locked() -> None:
    assert lines(locked(SCENE, "box"))[-1].endswith(", locked by Anna")
