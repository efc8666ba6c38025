"""What no light reaches is said where no light comes from all around."""

import pytest

from sessions_app.scene.checks import Lighting, Surroundings, find, worst
from sessions_app.scene.geometry.layout import Layout
from tests.support.odd_scenes import BOTH, UNLIT, light
from tests.support.small_scenes import Objects, scene, standing

DARK = Lighting(is_all_around=False)


def unlit(objects: Objects, lighting: Lighting = DARK) -> list[str]:
    around = Surroundings(Layout(objects))
    odd = worst(around, find(around, light=lighting), 100)
    assert all(
        each.fix == {"tool": "set_environment", "arguments": {"ambient": 0.3}}
        for each in odd
        if each.kind == "unlit"
    )
    return [each.sentence for each in odd if each.kind == "unlit"]


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
