"""Small scenes with something odd in them, each with what is said of it."""

from typing import Any

from tests.support.small_scenes import (
    Objects,
    ball,
    box,
    chair,
    group,
    lamp,
    scene,
    solid,
    standing,
    table,
)


def light(kind: str, at: tuple[float, float, float], **members: Any) -> dict[str, Any]:
    return {"kind": kind, "position": list(at), **members}


ROOM = scene(
    ground=box((50, 0.5, 50), (0, -0.25, 0)),
    wall=box((5, 2.7, 0.1), (0, 1.35, -2.05)),
    ceiling=box((5, 0.1, 4.1), (0, 2.75, 0)),
)

ODD: dict[str, tuple[str, Objects, str, str]] = {
    "a lamp above a table": (
        "floats",
        scene(table(), lamp(1.05)),
        "lamp floats 0.3 above table",
        "place_objects lamp on table",
    ),
    "a ball in the air": (
        "floats",
        scene(ball=ball(1, (3, 2, 0))),
        "ball floats 1.5 above the floor",
        "place_objects ball to_floor",
    ),
    "a table with a cup on it in the air": (
        "floats",
        scene(box=standing((1, 1, 1), base=1), cup=standing((0.1, 0.1, 0.1), base=2)),
        "box and cup float 1 above the floor",
        "update_objects box cup",
    ),
    "a thing above a turned plank": (
        "floats",
        scene(
            plank=box((2, 0.1, 0.4), (0, 1, 0), rotation=[0, 0, 20], contact={"on": "rock"}),
            rock=standing((0.5, 0.95, 0.5)),
            cup=box((0.1, 0.1, 0.1), (0.4, 2, 0)),
        ),
        "cup floats 0.73 above plank",
        "update_objects cup",
    ),
    "a chair in the ground": (
        "buried",
        scene(chair=standing((0.5, 0.9, 0.5), base=-0.2)),
        "chair is 0.2 below the floor",
        "place_objects chair to_floor",
    ),
    "a vase sunk into a table": (
        "overlap",
        scene(table(), vase=standing((0.1, 0.3, 0.1), base=0.71)),
        "vase is 0.04 deep in table",
        "place_objects vase on table",
    ),
    "a sofa in a wall": (
        "overlap",
        scene(ROOM, sofa=standing((2, 0.8, 0.9), z=-1.7)),
        "sofa is 0.15 deep in wall",
        "place_objects sofa against wall",
    ),
    "two balls in one another": (
        "overlap",
        scene(a=ball(1, (0, 0.5, 0)), b=ball(1.2, (0.6, 0.6, 0.6))),
        "a is 0.25 deep in b",
        "place_objects a against b",
    ),
    "a turned crate in another": (
        "overlap",
        scene(a=standing((1, 1, 1), rotation=[0, 45, 0]), b=standing((1, 1.1, 1), 1.1)),
        "b is 0.11 deep in a",
        "place_objects b right_of a",
    ),
    "a shade beside its pole": (
        "loose",
        scene(lamp()) | {"shade": {**lamp()["shade"], "position": [0, 0.8, 0]}},
        "shade of lamp touches nothing: 0.28 from pole",
        "place_objects shade on pole",
    ),
    "a turned arm off its body": (
        "loose",
        scene(
            robot=group((1, 0, 1), rotation=[0, 30, 0]),
            body=standing((0.5, 1, 0.5), parent="robot"),
            arm=box((0.4, 0.1, 0.1), (0.8, 0.8, 0), rotation=[0, 0, 20], parent="robot"),
        ),
        "arm of robot touches nothing: 0.37 from body",
        "update_objects arm",
    ),
    "two parts that hang together but on nothing": (
        "loose",
        scene(
            robot=group(),
            body=standing((0.5, 1, 0.5), parent="robot"),
            hand=box((0.2, 0.2, 0.2), (1, 0.8, 0), parent="robot"),
            finger=box((0.2, 0.05, 0.05), (1.2, 0.8, 0), parent="robot"),
        ),
        "hand and finger of robot touch nothing: 0.65 from body",
        "update_objects hand finger",
    ),
    "a key in a closed chest": (
        "hidden",
        scene(chest=standing((1, 1, 1)), key=box((0.1, 0.1, 0.1), (0.2, 0.5, 0))),
        "key is hidden inside chest",
        "place_objects key against chest",
    ),
    "glass without opacity": (
        "invisible",
        scene(pane=standing((1, 1, 0.1), material={"opacity": 0})),
        "pane is invisible: its opacity is 0",
        "update_objects pane",
    ),
    "a thing without a size": (
        "invisible",
        scene(dot=box((0, 0.5, 0.0002), (0, 0.25, 0))),
        "dot is invisible: its size is 0 by 0.5 by 0.0002",
        "update_objects dot",
    ),
    "the same thing twice": (
        "doubled",
        scene(chair(name="chair"), chair(name="chair2")),
        "chair2 has the same place and size as chair",
        "place_objects chair2 right_of chair",
    ),
    "the same part twice": (
        "doubled",
        scene(lamp(), shade2=solid("cone", (0.3, 0.2, 0.3), (0, 0.5, 0), parent="lamp")),
        "shade2 has the same place and size as shade",
        "remove_objects shade2",
    ),
    "a cup in centimeters": (
        "size",
        scene(table(), chair(2), cup=standing((8, 100, 8), 60)),
        "cup is 62 times as large as anything else",
        "update_objects cup",
    ),
    "a cup in kilometers": (
        "size",
        scene(table(), chair(2), cup=standing((0.008, 0.01, 0.008), 5)),
        "everything else is at least 55 times as large as cup",
        "update_objects cup",
    ),
}

BOTH = scene(table(), ball=ball(0.4, (4, 0.2, 0)))
UNLIT: dict[str, tuple[Objects, str]] = {
    "no light at all": (BOTH, "ball and table are in the dark: no light reaches them"),
    "a light that is off": (
        scene(BOTH, sun=light("directional_light", (3, 4, 2), intensity=0)),
        "ball and table are in the dark: no light reaches them",
    ),
    "a light in a group that is not shown": (
        scene(
            BOTH,
            lamps=group(visible=False),
            bulb=light("point_light", (0, 3, 0), parent="lamps"),
        ),
        "ball and table are in the dark: no light reaches them",
    ),
    "a spot on something else": (
        scene(BOTH, spot=light("spot_light", (0, 3, 0), aim=[0, 0, 0], angle=20)),
        "ball is in the dark: no light reaches it",
    ),
    "an area light that looks away": (
        scene(BOTH, panel=light("area_light", (0, 1, -2), aim=[0, 1, -9], size=[1, 1])),
        "ball and table are in the dark: no light reaches them",
    ),
}

WALL = scene(wall=standing((3, 2, 0.1), 0, 1))
HIDDEN: dict[str, tuple[Objects, str]] = {
    "a ball behind a wall": (
        scene(WALL, ball=ball(0.5, (0, 0.25, 0))),
        "ball is hidden behind wall",
    ),
    "a table behind a wall": (scene(WALL, table()), "table is hidden behind wall"),
    "a cube behind a big ball": (
        scene(moon=ball(2, (0, 1, 1.5)), cube=standing((0.3, 0.3, 0.3))),
        "cube is hidden behind moon",
    ),
    "two things behind a turned crate": (
        scene(
            crate=standing((2, 2, 2), 0, 2, rotation=[0, 30, 0]),
            a=standing((0.3, 0.3, 0.3), -0.2),
            b=standing((0.3, 0.3, 0.3), 0.3),
        ),
        "a and b are hidden behind crate",
    ),
    "what each of two walls hides": (
        scene(
            left=standing((1.5, 2, 0.1), -0.75, 1),
            right=standing((1.5, 2, 0.1), 0.75, 1),
            pair=group(),
            one=standing((0.2, 0.2, 0.2), -0.5, parent="pair"),
            rod=standing((0.9, 0.1, 0.1), 0, parent="pair", material={"opacity": 1}),
            two=standing((0.2, 0.2, 0.2), 0.5, parent="pair"),
        )
        | scene(front=standing((1.5, 1.5, 0.1), 0, 1.5)),
        "pair is hidden behind others",
    ),
}
