"""A scene of version 1 as objects."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.scene.directions import to_cartesian
from sessions_app.scene.document import SCENE_VERSION, require_entities
from sessions_app.scene.document.upgrade import upgraded
from tests.support.scene_documents import all_entities, object_named

FIXTURE = Path(__file__).parents[3] / "fixtures" / "scene_v1.json"

_colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
_factors = st.floats(0.01, 100).map(lambda value: round(value, 6))
_placements = {
    "azimuthDegrees": st.floats(0, 359.999999),
    "elevationDegrees": st.floats(-90, 90),
}
_lights = st.fixed_dictionaries(
    _placements
    | {
        "color": _colors,
        "intensity": st.floats(0, 1000),
        "size": st.lists(st.floats(0.1, 100), min_size=2, max_size=2),
        "distance": st.floats(0.5, 100),
    }
)


def stored() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(FIXTURE.read_text())
    return document


documents = st.fixed_dictionaries({
    "version": st.just(1),
    "model": st.fixed_dictionaries({
        "color": _colors,
        "scale": st.lists(_factors, min_size=3, max_size=3),
        "rotationDegrees": st.lists(st.floats(0, 359.999999), min_size=3, max_size=3),
    }),
    "lights": st.fixed_dictionaries({"key": _lights, "fill": _lights}),
    "ambient": st.fixed_dictionaries({"color": _colors, "intensity": st.floats(0, 1000)}),
    "background": st.fixed_dictionaries({"color": _colors}),
    "camera": st.fixed_dictionaries(
        _placements | {"fovDegrees": st.floats(5, 90), "distance": st.floats(8, 64)}
    ),
})  # fmt: skip


@given(documents)
def test_any_scene_of_version_1_becomes_a_valid_one(document: dict[str, Any]) -> None:
    kept = copy.deepcopy(document)
    new = upgraded(document)
    assert document == kept
    assert new["version"] == SCENE_VERSION
    require_entities(new, all_entities(new))


def test_the_start_scene_of_version_1_keeps_its_numbers_in_meters_and_its_look() -> None:
    old = stored()
    new = upgraded(old)
    model, camera = object_named(new, "model"), object_named(new, "camera")
    assert model["size"] == [0.428, 0.651, 0.309]
    middle = [0, 0.3255, 0]
    assert model["position"] == pytest.approx(middle, abs=0.005)  # its box was a little off
    for name, light in old["lights"].items():
        entity = object_named(new, name)
        way = to_cartesian(
            light["azimuthDegrees"], light["elevationDegrees"], light["distance"] / 10
        )
        away = [at - by for at, by in zip(entity["position"], middle, strict=True)]
        assert away == pytest.approx(way, abs=2e-6)
        assert entity["aim"] == middle
        assert entity["size"] == [side / 10 for side in light["size"]]
        assert (entity["color"], entity["intensity"]) == (light["color"], light["intensity"])
        assert "fitted" not in entity
    assert camera["position"] == pytest.approx([0, 0.3255, 3.2])
    assert (camera["fov"], "fitted" in camera) == (32, False)
    environment = new["environment"]
    assert environment["background"] == [old["background"]["color"]]
    assert environment["ambient"] == old["ambient"]["intensity"]
    assert (environment["tone"], environment["light"]) == ("none", "none")
    assert (environment["shadows"], environment["floor"]) == (False, "none")
