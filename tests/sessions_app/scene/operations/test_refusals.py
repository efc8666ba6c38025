"""Items of a call that are refused: by path, with what is wrong, and nothing is changed."""

from typing import Any

import pytest

from sessions_app.scene.document import new_document
from sessions_app.scene.document.graph import MAX_LEVELS
from sessions_app.scene.document.targets import UnknownTargetError
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations.limits import MAX_LIGHTS, MAX_OBJECTS
from tests.support.object_calls import add, call, update

BASE = add(
    new_document("empty"),
    {"kind": "box", "name": "table", "size": [1, 1, 1]},
    {"kind": "group", "name": "pair", "position": [5, 0, 0]},
    {"kind": "box", "name": "left", "parent": "pair", "size": [1, 1, 1], "position": [0, 0.5, 0]},
    {"kind": "group", "name": "hollow"},
).after
BOX = {"kind": "box"}

# An item after a good one, and what the refusal says.
ADDED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "bax"}, '`objects[1].kind` cannot be "bax". Accepted: box, sphere,'),
    ({}, "`objects[1].kind` is missing."),
    ({**BOX, "name": "n" * 65}, '`objects[1].name`: The name "nnn'),
    ({**BOX, "size": [1, 2]}, "`objects[1].size` has 2 numbers: give [width, height, depth]"),
    ({**BOX, "size": [1, -2, 1]}, "The value -2 for objects[1].size[1] is not accepted"),
    ({**BOX, "size": ["wide", 2, 1]}, '`objects[1].size[0]` cannot be "wide".'),
    ({**BOX, "size": 1, "width": 2}, "`objects[1].size` and `objects[1].width` contradict"),
    ({**BOX, "radius": 1}, "`objects[1].radius`: a box has no radius: give `size`"),
    ({"kind": "sphere", "radius": "wide"}, '`objects[1].radius` cannot be "wide". Accepted: met'),
    ({"kind": "sphere", "radius": -1}, '`objects[1].radius` cannot be "-1"'),
    ({"kind": "cylinder", "radiusTop": 1, "radiusBottom": 2},
     "`objects[1].radius_top`: there is no shape that narrows"),
    ({"kind": "cylinder", "radiusTop": 0, "radiusBottom": 2}, "For a pointed one: kind cone."),
    ({"kind": "text"}, "`objects[1].text` is missing: what the text says."),
    ({"kind": "text", "text": "x" * 201}, "`objects[1].text` has 201 characters: give 1 to 200."),
    ({"kind": "tube"}, "`objects[1].points` is missing: a tube is made of points [x, y, z]."),
    ({"kind": "tube", "points": 5}, "`objects[1].points` cannot be 5. Accepted: [x, y, z]s that"),
    ({"kind": "tube", "points": [[0, 0, 0], [1, 1]]},
     "`objects[1].points[1]` has 2 numbers: a point of a tube is [x, y, z]."),
    ({"kind": "tube", "points": [[0, 0, 0], [1, float("nan"), 1]]},
     "`objects[1].points[1][1]` cannot be nan. Accepted: [x, y, z]s"),
    ({"kind": "tube", "points": [[1, 0, 0]] * 3},
     "`objects[1].points` has 1 different points: a tube needs 2 or more."),
    ({"kind": "tube", "points": [[1, 0, 0], [2, 0, 0], [1, 0, 0]], "closed": True},
     "`objects[1].points` has 2 different points: a closed tube needs 3 or more."),
    ({"kind": "tube", "points": [[n, 0, 0] for n in range(101)]},
     "`objects[1].points` has 101 points: give at most 100; the curve between them is smooth."),
    ({"kind": "tube", "points": [[0, 0, 0], [1, 0, 0]], "radius": 0},
     "The value 0 for objects[1].radius is not accepted"),
    ({"kind": "tube", "points": [[-9000, 0, 0], [9000, 0, 0]]},
     "`objects[1].points` reach over 18000 m: an object is at most 10000 m long."),
    ({"kind": "lathe", "points": [[1, 0], [-1, 1]]},
     "The value -1 for objects[1].points[1][0] is not accepted"),
    ({"kind": "lathe", "points": [[0, 0], [0, 1]]}, "`objects[1].points` are all on the axis"),
    ({"kind": "lathe", "points": [[1, 0], [1, 1]], "radius": 2}, "a lathe has no radius: give"),
    ({"kind": "extrude", "points": [[n, 0] for n in range(101)]}, "give at most 100."),
    ({"kind": "extrude", "points": [[0, 0], [1, 1], [3, 3]]},
     "`objects[1].points` are on one line, so they enclose nothing"),
    ({"kind": "extrude", "points": [[0, 0], [1, 0], [0, 1]], "bevel": 0.06},
     "`objects[1].bevel` cannot be 0.06: give at most half of the depth, which is 0.1 m."),
    ({**BOX, "points": [[0, 0]]}, "`objects[1].points`: a box has no points; what has one: tube"),
    ({**BOX, "closed": True}, "`objects[1].closed`: a box has no closed; what has one: tube."),
    ({**BOX, "position": [1, 2]}, "`objects[1].position` cannot be a list of 2. Accepted: 3 items"),
    ({**BOX, "on": "tabel"}, '`objects[1].on`: "tabel" is not in this scene. Did you mean "table"'),
    ({**BOX, "on": "*"}, '`objects[1].on`: "*" matches'),
    ({**BOX, "on": "key"}, '`objects[1].on`: Nothing stands on "key", which is an area light'),
    ({**BOX, "name": "it", "on": "it"}, '`objects[1].on`: "it" cannot be placed by itself'),
    ({**BOX, "facing": "nowhere"}, '`objects[1].facing`: "nowhere" is not in this scene.'),
    ({**BOX, "facing": "table", "rotation": [0, 1, 0]},
     "`objects[1].facing` and `objects[1].rotation` contradict each other"),
    ({**BOX, "color": "reddd"}, '`objects[1].color`: The color "reddd" is not known.'),
    ({**BOX, "material": "silk"}, '`objects[1].material` cannot be "silk". Accepted: matte,'),
    ({**BOX, "material": {"shininess": 1, "colour": "red"}},
     'Unknown argument "colour" in `objects[1].material`. Did you mean `color`?'),
    ({**BOX, "color": "red", "material": {"color": "blue"}},
     "`objects[1].material.color` and `color` are the same argument with different values"),
    ({**BOX, "opacity": -1}, "The value -1 for objects[1].opacity is not accepted"),
    ({**BOX, "opacity": "half"}, '`objects[1].opacity` cannot be "half".'),
    ({**BOX, "parent": "nobody"}, '`objects[1].parent`: "nobody" is not in this scene.'),
    ({**BOX, "parent": "later"}, '`objects[1].parent`: "later" is not in this scene.'),
    ({**BOX, "tags": [f"tag {n}" for n in range(17)]}, "`objects[1].tags` cannot be 17 tags"),
    ({**BOX, "tags": ["t" * 201]}, '`objects[1].tags`: the tag "ttt'),
    ({**BOX, "intensity": 3}, "`objects[1].intensity`: a box has no intensity; what has one: dir"),
    ({**BOX, "aim": "table"}, "`objects[1].aim`: a box has no aim; what has one: directional_"),
    ({**BOX, "fov": 30}, "`objects[1].fov`: a box has no fov; what has one: camera."),
    ({**BOX, "active": True}, "`objects[1].active`: a box cannot be looked through"),
    ({"kind": "spot_light", "angle": 0}, "The value 0 for objects[1].angle is not accepted"),
    ({"kind": "spot_light", "rotation": [0, 1, 0]},
     "`objects[1].rotation`: a spot light has no rotation: give `aim`"),
    ({"kind": "spot_light", "aim": "nothing"}, '`objects[1].aim`: "nothing" is not in this'),
    ({"kind": "spot_light", "aim": "table", "facing": "pair"},
     "`objects[1].facing` and `objects[1].aim` contradict each other"),
    ({"kind": "area_light", "on": "table"}, "`objects[1].on`: an area light has no on"),
    ({"kind": "area_light", "size": [0]}, "The value 0 for objects[1].size[0] is not accepted"),
    ({"kind": "point_light", "size": 1}, "`objects[1].size`: a point light has no size: leave"),
    ({"kind": "group", "color": "red"}, "`objects[1].color`: a group has no color: give it to"),
    ({"kind": "group", "size": [1, 1, 1]}, "`objects[1].size`: \"group\" has no size, because"),
    ({**BOX, "colour": "red"}, 'Unknown argument "colour" in `objects[1]`. Did you mean `color`?'),
    ({**BOX, "x": 1}, 'Unknown argument "x" in `objects[1]`. Did you mean `position`?'),
    ({**BOX, "children": []}, 'Unknown argument "children" in `objects[1]`. `objects[]` takes:'),
    ({**BOX, "relation": "under"}, 'Unknown argument "relation" in `objects[1]`.'),
]  # fmt: skip

# A change after a good one, and what the refusal says.
CHANGED: list[tuple[dict[str, Any], str]] = [
    ({}, "`changes[1].target` is missing."),
    ({"target": "tabel"}, '`changes[1].target`: "tabel" is not in this scene. Did you mean "tab'),
    ({"target": "#red"}, '`changes[1].target`: "#red" is not in this scene.'),
    ({"target": "table", "position": [1, 1, 1], "move_by": [1, 1, 1]},
     "`changes[1].position` and `changes[1].move_by` contradict each other"),
    ({"target": "table", "on": "floor", "move_by": [1, 1, 1]}, "`changes[1].move_by` contradict"),
    ({"target": "table", "rotation": [1, 1, 1], "rotate_by": [1, 1, 1]}, "`changes[1].rotate_by`"),
    ({"target": "table", "facing": "pair", "rotate_by": [1, 1, 1]}, "`changes[1].facing` contradi"),
    ({"target": "table", "size": 1, "scale_by": 2}, "`changes[1].size` and `changes[1].scale"),
    ({"target": "table", "scale_by": 0}, "`changes[1].scale_by`: \"table\" cannot become [0, 0"),
    ({"target": "pair", "on": "left"}, '`changes[1].on`: "left" belongs to "pair" and moves with'),
    ({"target": "pair", "parent": "left"}, '`changes[1].parent`: "left" belongs to "pair", so it'),
    ({"target": "table", "parent": "none"}, '`changes[1].parent`: "none" is not in this scene.'),
    ({"target": "key", "rename": "sun"}, '`changes[1].rename`: "key" cannot be renamed'),
    ({"target": "table", "rename": "t" * 65}, '`changes[1].rename`: The name "ttt'),
    ({"target": "key", "rotate_by": [0, 1, 0]}, "`changes[1].rotate_by`: \"key\", an area light"),
    ({"target": "camera", "scale_by": 2}, "`changes[1].scale_by`: \"camera\", a camera, has no"),
    ({"target": "key", "roughness": 1}, "`changes[1].roughness`: an area light has no roughness"),
    ({"target": "hollow", "color": "red"}, '`changes[1].target`: "hollow" is a group with nothing'),
    ({"target": "hollow", "size": [1, 1, 1]}, '`changes[1].size`: "hollow" has no size, because'),
    ({"target": "table", "text": "Hi"}, "`changes[1].text`: a box has no text; what has one: text"),
    ({"target": "table", "kind": "sphere"}, 'Unknown argument "kind" in `changes[1]`.'),
    ({"target": "table", "scale": 2}, 'Unknown argument "scale" in `changes[1]`. Did you mean'),
    ({"target": "table", "name": "desk"}, 'Unknown argument "name" in `changes[1]`. Did you mean'),
    ({"target": "table", "relative": True}, 'Unknown argument "relative" in `changes[1]`.'),
]  # fmt: skip


@pytest.mark.parametrize(("item", "told"), ADDED)
def test_an_item_that_cannot_be_added(item: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        call(BASE, "add_objects", {"objects": [BOX, item]})
    assert told in refused.value.message
    assert refused.value.recorded == refused.value.message == str(refused.value)
    assert isinstance(refused.value, UnknownTargetError) == ("is not in this" in told)


@pytest.mark.parametrize(("item", "told"), CHANGED)
def test_a_change_that_cannot_be_made(item: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        call(BASE, "update_objects", {"changes": [{"target": "left", "color": "red"}, item]})
    assert told in refused.value.message


def test_parts_that_stand_on_each_other_have_no_place() -> None:
    items = [{**BOX, "name": "a", "on": "b"}, {**BOX, "name": "b", "on": "a"}]
    with pytest.raises(InvalidValueError, match="would stand on what stands on it"):
        add(BASE, *items)


class TestLimits:
    """Each limit has a refusal that names it."""

    def test_objects(self) -> None:
        document = BASE
        while len(document["objects"]) + 500 <= MAX_OBJECTS:
            document = add(
                document, *[{**BOX, "position": [0, 0.5, 0], "floating": True}] * 500
            ).after
        left = MAX_OBJECTS - len(document["objects"])
        items = [{"kind": "group", "position": [0, 0, 0]}] * (left + 1)
        with pytest.raises(InvalidValueError, match=f"at most {MAX_OBJECTS} objects, .* make 2001"):
            add(document, *items)
        assert len(add(document, *items[1:]).after["objects"]) == MAX_OBJECTS

    def test_lights(self) -> None:
        lamps = [{"kind": "point_light"}] * (MAX_LIGHTS - 2)
        full = add(BASE, *lamps).after
        with pytest.raises(
            InvalidValueError, match=f"at most {MAX_LIGHTS} lights; this would make"
        ):
            add(full, {"kind": "point_light"})

    def test_levels(self) -> None:
        chain = [
            {"kind": "group", "name": f"g{n}", **({"parent": f"g{n - 1}"} if n else {})}
            for n in range(MAX_LEVELS + 1)
        ]
        add(BASE, *chain[:-1])
        with pytest.raises(InvalidValueError, match=r"`objects\[16\].parent`: .* at most 16"):
            add(BASE, *chain)

    def test_items(self) -> None:
        for tool, name, item in (
            ("add_objects", "objects", BOX),
            ("update_objects", "changes", {"target": "table"}),
            ("remove_objects", "targets", "table"),
        ):
            with pytest.raises(InvalidValueError, match=f"`{name}` cannot be a list of 501"):
                call(BASE, tool, {name: [item] * 501})
            with pytest.raises(InvalidValueError, match=f"`{name}` cannot be a list of 0"):
                call(BASE, tool, {name: []})

    def test_bytes(self) -> None:
        tags = [f"{n}" + "é" * 190 for n in range(16)]
        tagged = [{**BOX, "tags": tags, "position": [0, 0.5, 0]}] * 100
        document = add(BASE, *tagged).after
        with pytest.raises(InvalidValueError, match="A scene takes at most 2000000 bytes"):
            add(document, *tagged[:20])
        longer = [tag + "é" * 7 for tag in tags]
        with pytest.raises(InvalidValueError, match="A scene takes at most 2000000 bytes"):
            update(document, {"target": "*", "tags": longer})
