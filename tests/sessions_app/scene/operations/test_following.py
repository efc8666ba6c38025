"""The rig and the camera follow what a scene shows, until somebody sets them."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document import Document, new_document, require_entities
from sessions_app.scene.document.kinds import FITTED_SIZE_RANGE
from sessions_app.scene.document.rig import BUST_SIZE
from sessions_app.scene.geometry.layout import Bounds, Layout
from sessions_app.scene.geometry.views import view_of, visibility
from sessions_app.scene.operations.change import Change, Report, change_of
from sessions_app.scene.operations.following import ASPECT
from tests.support.object_calls import add
from tests.support.scene_documents import all_entities, object_named

MODEL, KEY, CAMERA = ("objects", "o1"), ("objects", "o2"), ("objects", "o4")


def changed(document: Document, write: Callable[[Edit], Any]) -> Change:
    def operation(edit: Edit) -> Report:
        write(edit)
        return Report(values={}, summary="", words="")

    return change_of(document, operation)


def box(size: list[float], x: float = 0.0) -> dict[str, Any]:
    return {"name": "box", "kind": "box", "position": [x, size[1] / 2, 0.0], "size": size}


def with_box(size: list[float], x: float = 0.0, start: Any = "empty") -> Document:
    return changed(new_document(start), lambda edit: edit.add("/objects", "o9", box(size, x))).after


def distance(entity: dict[str, Any]) -> float:
    return math.dist(entity["position"], entity["aim"])


def is_framed(document: Document, name: str) -> bool:
    camera = document["objects"][document["camera"]]
    view = view_of(camera["position"], camera["aim"], camera["fov"], ASPECT)
    [each] = [key for key, entity in document["objects"].items() if entity["name"] == name]
    bounds = Layout(document["objects"]).extent(each)
    assert isinstance(bounds, Bounds)
    return visibility(view, bounds) == "inside"


def test_around_a_box_as_large_as_the_bust_the_rig_has_the_numbers_of_the_start() -> None:
    for name in ("key", "fill"):
        fitted = object_named(with_box(list(BUST_SIZE)), name)
        assert fitted == object_named(new_document(), name)


@pytest.mark.parametrize("factor", [0.15, 1.5, 8.0, 30.0])
def test_the_rig_grows_with_what_is_shown_and_keeps_its_directions(factor: float) -> None:
    document = with_box([side * factor for side in BUST_SIZE])
    for name in ("key", "fill"):
        light, start = object_named(document, name), object_named(new_document(), name)
        assert distance(light) == pytest.approx(factor * distance(start), rel=1e-4)
        assert light["size"] == pytest.approx([factor * side for side in start["size"]], rel=1e-4)
        assert light["intensity"] == start["intensity"]
        for entity in (light, start):
            entity["way"] = [
                (at - to) / distance(entity)
                for at, to in zip(entity["position"], entity["aim"], strict=True)
            ]
        assert light["way"] == pytest.approx(start["way"], abs=1e-4)
        assert light["aim"] == pytest.approx([0, factor * BUST_SIZE[1] / 2, 0], abs=1e-5)


def test_a_light_that_somebody_has_set_stays() -> None:
    document = new_document("empty")
    for entity in document["objects"].values():
        entity.pop("fitted")
    kept = {name: object_named(document, name) for name in ("key", "fill", "camera")}
    after = changed(document, lambda edit: edit.add("/objects", "o9", box([9, 9, 9]))).after
    assert {name: object_named(after, name) for name in kept} == kept


def test_the_first_object_is_framed_from_a_little_above() -> None:
    document = with_box([2, 1, 2], x=20)
    assert is_framed(document, "box")
    camera = object_named(document, "camera")
    assert camera["position"][1] > camera["aim"][1]
    assert camera["aim"][0] == pytest.approx(20, abs=0.5)  # of a box that is 2 wide
    assert camera["position"][2] > 0  # from the front, as the start has it


def test_what_the_camera_shows_already_leaves_it_where_it_is() -> None:
    document = with_box([2, 1, 2])
    camera = object_named(document, "camera")
    small = {**box([0.1, 0.1, 0.1]), "name": "small"}
    after = changed(document, lambda edit: edit.add("/objects", "o10", small)).after
    assert object_named(after, "camera") == camera


def test_what_lies_outside_of_the_camera_is_framed_with_all_else() -> None:
    document = with_box([2, 1, 2])
    far = {**box([1, 1, 1], x=12), "name": "far"}
    after = changed(document, lambda edit: edit.add("/objects", "o10", far)).after
    assert is_framed(after, "far")
    assert is_framed(after, "box")


def test_the_ground_is_nothing_that_the_lights_follow() -> None:
    document = with_box([0.5, 0.5, 0.5], start="outdoor")
    assert distance(object_named(document, "key")) < 2


def test_the_walls_of_a_room_throw_no_shadow_across_it() -> None:
    # What reaches beyond the walls has the lights follow.
    for document in (new_document("room"), with_box([0.5, 3, 0.5], start="room")):
        x, y, z = object_named(document, "key")["position"]
        assert abs(x) < 2.5
        assert y > 2.7
        assert z > 2


def test_walls_are_seen_and_lit_whole() -> None:
    document = with_box([0.5, 0.5, 0.5], start="room")
    assert distance(object_named(document, "key")) > 3


LOOKS = [("material", {"color": "#ff0000"}), ("name", "bust"), ("tags", ["a"])]


@pytest.mark.parametrize(("member", "value"), LOOKS)
def test_what_moves_nothing_has_nothing_follow(member: str, value: Any) -> None:
    change = changed(new_document(), lambda edit: edit.set(MODEL, member, value))
    assert [step["path"].split("/")[2] for step in change.patch] == ["o1"]


def test_all_that_follows_is_part_of_the_same_change() -> None:
    change = changed(new_document(), lambda edit: edit.set(MODEL, "size", [4.0, 6.0, 3.0]))
    assert change.touched == {MODEL, KEY, ("objects", "o3"), CAMERA}
    assert {step["path"].split("/")[2] for step in change.inverse} == {"o1", "o2", "o3", "o4"}


@pytest.mark.parametrize("size", [0.0005, 9_000.0])
def test_around_the_smallest_and_the_largest_the_rig_stays_in_its_limits(size: float) -> None:
    document = with_box([size] * 3)
    require_entities(document, all_entities(document))
    limit = FITTED_SIZE_RANGE.minimum if size < 1 else FITTED_SIZE_RANGE.maximum
    assert object_named(document, "key")["size"] == [limit, limit]


@pytest.mark.parametrize("x", [-10_000, 10_000])
def test_what_lies_at_the_end_of_the_world_is_lit_and_framed_within_it(x: float) -> None:
    document = with_box([400, 1, 1], x=x)
    require_entities(document, all_entities(document))


def sideways(document: Document) -> float:
    """How far the camera is to the right of what it looks at, in degrees."""
    camera = document["objects"][document["camera"]]
    x, _, z = (at - to for at, to in zip(camera["position"], camera["aim"], strict=True))
    return math.degrees(math.atan2(x, z))


def test_what_takes_the_busts_place_is_seen_a_little_from_the_side_unless_it_is_read() -> None:
    cube, sign = box([0.3, 0.3, 0.3]), {"kind": "text", "text": "HELLO", "size": [1, 0.3, 0.1]}
    assert sideways(new_document()) == pytest.approx(0)
    boxes = add(new_document(), {"kind": "box", "name": "cube", "size": 0.3}).after
    assert sideways(boxes) == pytest.approx(20, abs=0.1)
    assert is_framed(boxes, "cube")
    assert sideways(add(new_document(), sign).after) == pytest.approx(0, abs=0.1)
    # The walls of a room and the edges of a ground are for the start's own view.
    for start in ("room", "outdoor"):
        assert sideways(with_box(cube["size"], start=start)) == pytest.approx(0, abs=0.1)
