"""What no light reaches is said where no light comes from all around."""

from typing import Any

import pytest

from sessions_app.scene.checks import Lighting, Surroundings, find, worst
from sessions_app.scene.geometry.layout import Layout
from tests.sessions_app.scene.scenes import Objects, ball, group, scene, standing, table

DARK = Lighting(is_all_around=False)


def light(kind: str, at: tuple[float, float, float], **members: Any) -> dict[str, Any]:
    return {"kind": kind, "position": list(at), **members}


def unlit(objects: Objects, lighting: Lighting = DARK) -> list[str]:
    around = Surroundings(Layout(objects))
    odd = worst(around, find(around, light=lighting), 100)
    assert all(
        each.fix == {"tool": "set_environment", "arguments": {"ambient": 0.3}}
        for each in odd
        if each.kind == "unlit"
    )
    return [each.sentence for each in odd if each.kind == "unlit"]


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


@pytest.mark.parametrize("name", UNLIT)
def test_what_no_light_reaches_is_said(name: str) -> None:
    objects, sentence = UNLIT[name]
    assert unlit(objects) == [sentence]
    assert unlit(objects, Lighting(is_all_around=True)) == []


LIT: dict[str, Objects] = {
    "a sun": scene(BOTH, sun=light("directional_light", (3, 4, 2))),
    "a bulb": scene(BOTH, bulb=light("point_light", (0, 3, 0))),
    "a sky": scene(BOTH, sky=light("hemisphere_light", (0, 3, 0))),
    "a wide spot": scene(BOTH, spot=light("spot_light", (2, 5, 0), aim=[2, 0, 0], angle=50)),
    "a spot whose edge touches": scene(
        BOTH, spot=light("spot_light", (0, 3, 0), aim=[0, 0, 0], angle=51)
    ),
    "an area light aimed at one of them": scene(
        BOTH, panel=light("area_light", (2, 1, 4), aim="table", size=[1, 1])
    ),
    "things that shine themselves": scene(
        lamp=standing((1, 1, 1), material={"preset": "glow"}),
        sign=standing((1, 1, 1), 3, material={"emissive": "#ff0000"}),
    ),
}


@pytest.mark.parametrize("name", LIT)
def test_what_a_light_reaches_is_right(name: str) -> None:
    assert unlit(LIT[name]) == []


def test_only_what_changed_is_said_unless_the_light_did() -> None:
    around = Surroundings(Layout(BOTH))
    moved = {**BOTH, "ball": {**BOTH["ball"], "position": [5, 0.2, 0]}}
    later = around.after(around.layout.after(moved, ["ball"]), ["ball"])
    assert [each.ids for each in find(later, light=DARK)] == [("ball",)]
    assert [each.ids for each in find(later, light=Lighting(False, has_changed=True))] == [
        ("ball", "table")
    ]
