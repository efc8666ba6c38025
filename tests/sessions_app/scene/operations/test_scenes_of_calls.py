"""Scenes as models build them: recorded calls, what they make, and nothing odd at the end."""

from typing import Any

import pytest

from sessions_app.scene.document import Document, new_document
from sessions_app.scene.operations import Change
from tests.support.object_calls import bounds_of, call, lines, odd_lines
from tests.support.scene_documents import object_named

Calls = list[tuple[str, dict[str, Any]]]

SNOWMAN: Calls = [
    ("add_objects", {"objects": [
        {"kind": "group", "name": "snowman"},
        {"kind": "sphere", "name": "bottom", "parent": "snowman", "size": [1, 1, 1],
         "color": "snow"},
        {"kind": "sphere", "name": "middle", "parent": "snowman", "size": 0.7, "on": "bottom",
         "color": "snow"},
        {"kind": "sphere", "name": "head", "parent": "snowman", "radius": 0.25, "on": "middle",
         "color": "snow"},
    ]}),
    ("add_objects", {"objects": [
        {"kind": "cone", "name": "nose", "parent": "head", "size": [0.08, 0.3, 0.08],
         "position": [0, 0, 0.38], "rotation": [90, 0, 0], "color": "tangerine"},
        {"kind": "sphere", "name": "left eye", "parent": "head", "size": 0.05,
         "position": {"x": -0.09, "y": 0.08, "z": 0.215}, "color": "black"},
        {"kind": "sphere", "name": "right eye", "parent": "head", "size": 0.05,
         "position": "0.09, 0.08, 0.215", "color": "black"},
        {"kind": "group", "name": "hat", "parent": "snowman", "on": "head"},
        {"kind": "cylinder", "name": "brim", "parent": "hat", "size": [0.5, 0.03, 0.5],
         "material": "fabric", "color": "black"},
        {"kind": "cylinder", "name": "crown", "parent": "hat", "size": [0.3, 0.3, 0.3],
         "on": "brim", "material": {"preset": "fabric", "color": "black"}},
    ]}),
    ("set_environment", {"background": ["sky", "white"], "floor": "snow"}),
    ("set_camera", {"view": "three quarter"}),
]  # fmt: skip

RED_CUBE: Calls = [
    ("add_objects", {"objects": [
        {"kind": "group", "name": "table"},
        {"kind": "box", "name": "table top", "parent": "table", "size": [1.2, 0.05, 0.8],
         "position": [0, 0.725, 0], "color": "blue"},
        *({"kind": "box", "name": "table leg", "parent": "table", "size": [0.06, 0.7, 0.06],
           "position": [x, 0.35, z], "color": "blue"}
          for x in (-0.55, 0.55) for z in (-0.35, 0.35)),
        {"kind": "cube", "name": "cube", "size": 0.3, "on": "table", "color": "red"},
    ]}),
    ("update_objects", {"changes": [{"target": "cube", "rotate_by": [0, 30, 0]}]}),
]  # fmt: skip


def build(calls: Calls) -> tuple[Document, list[Change]]:
    document, changes = new_document(), []
    for tool, arguments in calls:
        changes.append(call(document, tool, arguments))
        document = changes[-1].after
    return document, changes


@pytest.mark.parametrize("calls", [SNOWMAN, RED_CUBE])
def test_nothing_odd_is_left_and_the_bust_has_made_way(calls: Calls) -> None:
    document, changes = build(calls)
    assert [odd_lines(change) for change in changes] == [[]] * len(calls)
    assert "The bust of the start, model, made way: it was removed." in lines(changes[0])
    assert all(entity["name"] != "model" for entity in document["objects"].values())


def test_a_snowman() -> None:
    document, changes = build(SNOWMAN)
    bottom, middle, head = (
        bounds_of(changes[0].after, name) for name in ("bottom", "middle", "head")
    )
    assert (bottom.low[1], middle.low[1], head.low[1]) == pytest.approx((0, 1, 1.7))
    for each in (bottom, middle, head, bounds_of(document, "brim"), bounds_of(document, "crown")):
        assert (each.center[0], each.center[2]) == pytest.approx((0, 0))
    assert bounds_of(document, "hat").low[1] == pytest.approx(2.2)
    assert object_named(document, "head")["size"] == [0.5, 0.5, 0.5]
    assert "snowman: group 1 × 2.2 × 1, base at 0, 0, 0, on the floor" in lines(changes[0])
    assert document["environment"]["background"] == ["#6acfff", "#ffffff"]


def test_a_red_cube_on_a_blue_table() -> None:
    document, changes = build(RED_CUBE)
    cube = object_named(document, "cube")
    assert cube["position"] == pytest.approx([0, 0.9, 0])
    assert (cube["rotation"], cube["material"]) == ([0, 30, 0], {"color": "#ff0000"})
    assert "cube: box 0.3 × 0.3 × 0.3 at 0, 0.9, 0, red (#ff0000), on table" in lines(changes[0])
    assert '"table leg" became "table leg 2", "table leg 3", "table leg 4".' in lines(changes[0])
    assert lines(changes[1]) == [
        "Updated 1 object.",
        "cube: box 0.3 × 0.3 × 0.3 at 0, 0.9, 0, turned 30°, red (#ff0000), on table",
    ]
