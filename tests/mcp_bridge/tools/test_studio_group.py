"""The tools of the group `studio` through the official client, each as its table of values says."""

import re
from typing import Any

import pytest

from tests.support.arguments import STUDIO_GROUP
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.anyio

NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
# What each tool answers as the first call in a studio, with the arguments of the table.
MODEL: dict[str, dict[str, Any]] = {
    "set_model_rotation": {"rotation": [10, 180, 355]},
    "rotate_model_clockwise": {"rotation": [0, 350, 0]},
    "rotate_model_counterclockwise": {"rotation": [0, 20, 0]},
    "nudge_model_pitch_up": {"rotation": [355, 0, 0]},
    "nudge_model_pitch_down": {"rotation": [1, 0, 0]},
    "nudge_model_roll": {"rotation": [0, 0, 355]},
    "get_model_rotation": {"rotation": [0, 0, 0]},
    "get_model_color": {"colors": ["#ffffff"]},
    "get_model_scale": {"scale": [1, 1, 1], "size": [0.428, 0.651, 0.309]},
    "get_background_color": {},
}
LIGHTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "set_{}_light_position_spherical": (
        {"azimuthDegrees": 270, "elevationDegrees": 30, "distance": 0.789},
        {"azimuthDegrees": 270, "elevationDegrees": 30, "distance": 0.75},
    ),
    "set_{}_light_distance": ({"azimuthDegrees": 135, "distance": 2}, {"distance": 2}),
    "swing_{}_light_up": ({"elevationDegrees": 36.33}, {"elevationDegrees": 29.47}),
    "swing_{}_light_down": ({"elevationDegrees": 16.33}, {"elevationDegrees": 9.47}),
    "swing_{}_light_left": ({"azimuthDegrees": 145}, {"azimuthDegrees": 235}),
    "swing_{}_light_right": ({"azimuthDegrees": 125}, {"azimuthDegrees": 215}),
    "walk_{}_light_in": ({"distance": 0.689}, {"distance": 0.65}),
    "walk_{}_light_out": ({"distance": 0.889}, {"distance": 0.85}),
    "rotate_{}_light_clockwise": ({"azimuthDegrees": 145}, {"azimuthDegrees": 235}),
    "rotate_{}_light_counterclockwise": ({"azimuthDegrees": 90}, {"azimuthDegrees": 180}),
    "nudge_{}_light_elevation_up": ({"elevationDegrees": 31.33}, {"elevationDegrees": 24.47}),
    "nudge_{}_light_elevation_down": ({"elevationDegrees": 21.33}, {"elevationDegrees": 14.47}),
    "move_{}_light_toward_direction": (
        {"azimuthDegrees": 145, "movedDegrees": 10},
        {"azimuthDegrees": 215, "movedDegrees": 10},
    ),
    "get_{}_light_position_spherical": (
        {"azimuthDegrees": 135, "elevationDegrees": 26.33, "distance": 0.789},
        {"azimuthDegrees": 225, "elevationDegrees": 19.47, "distance": 0.75},
    ),
    "get_{}_light_intensity": ({"intensity": 2.5}, {"intensity": 0.2}),
    "get_{}_light_color": ({"color": "#ffffff"}, {"color": "#ffffff"}),
    "get_{}_light_size": ({"size": [0.6, 0.6]}, {"size": [0.8, 0.8]}),
}
CAMERA: dict[str, dict[str, Any]] = {
    "dolly_camera": {"distance": 2},
    "dolly_camera_in": {"distance": 2.88},
    "dolly_camera_out": {"distance": 4},
    "set_camera_fov": {"fov": 40},
    "increase_camera_fov": {"fov": 34},
    "decrease_camera_fov": {"fov": 30},
    "get_camera_distance": {"distance": 3.2},
    "get_camera_fov": {"fov": 32},
}
VALUES = MODEL | CAMERA
for name, (of_key, of_fill) in LIGHTS.items():
    VALUES |= {name.format("key"): of_key, name.format("fill"): of_fill}


def test_the_table_has_every_tool_of_the_group() -> None:
    assert set(VALUES) == set(STUDIO_GROUP)


@pytest.mark.parametrize("tool", VALUES)
async def test_a_tool_of_the_group_answers_what_holds_now(
    shared_server: ServerProcess, tool: str
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        result = await client.call_tool(tool, {"scene": key, **STUDIO_GROUP[tool]})
    answer, text = result.structured_content or {}, text_of(result)
    for member, value in VALUES[tool].items():
        assert answer[member] == pytest.approx(value, abs=2e-3), member
        for one in value if isinstance(value, list) else [value]:
            assert says(text, one), (text, member)
    assert answer["revision"] == (0 if tool.startswith("get_") else 1)
    assert answer["message"] == text
    assert ("Stored. " in text) == (answer["revision"] == 1)
    assert f"No browser is open. Give the person its link: {answer['browserUrl']}" in text
    assert text.endswith(f"(pass it as `scene` in every call): {key}")


def says(text: str, value: float | str) -> bool:
    """Whether a model that reads the text alone learns this value."""
    if isinstance(value, str):
        return value in text
    return any(float(number) == pytest.approx(value, abs=0.01) for number in NUMBERS.findall(text))


@pytest.mark.parametrize("era", ERAS)
async def test_what_is_set_is_read(shared_server: ServerProcess, era: str) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        await call(client, "change_model_color", scene=key, color="teal")
        assert (await call(client, "get_model_color", scene=key))["colors"] == ["#008688"]
        await call(client, "change_background_color", scene=key, color="teal")
        assert (await call(client, "get_background_color", scene=key))["colors"] == ["#008688"]
        await call(client, "set_fill_light_size", scene=key, width=1, height=2)
        assert (await call(client, "get_fill_light_size", scene=key))["size"] == [1, 2]
        await call(client, "remove_objects", scene=key, targets=["model", "key"])
        for tool in ("get_model_scale", "get_key_light_color", "rotate_model_clockwise"):
            refused = await client.call_tool(tool, {"scene": key})
            assert error_code(refused) == "invalid_argument"
            assert "no object called" in text_of(refused)


@pytest.mark.parametrize(
    ("tool", "arguments", "word"),
    [
        ("rotate_key_light_clockwise", {"degrees": "1e999"}, "degrees"),
        ("nudge_model_roll", {"degrees": True}, "degrees"),
        ("move_key_light_toward_direction", {"direction": "up"}, "not known"),
        ("move_key_light_toward_direction", {"direction": True}, "direction"),
        ("move_key_light_toward_direction", {"direction": 90, "degrees": -1}, "degrees"),
        ("dolly_camera_in", {"amount": 0}, "amount"),
        ("increase_camera_fov", {"amount": -2}, "amount"),
        ("set_key_light_distance", {"distance": 0}, "distance"),
    ],
)
async def test_what_is_not_accepted_is_refused_by_name(
    shared_server: ServerProcess, tool: str, arguments: dict[str, Any], word: str
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        refused = await client.call_tool(tool, {"scene": key, **arguments})
        assert error_code(refused) == "invalid_argument"
        assert word in text_of(refused)
        assert (await call(client, "get_scene", scene=key))["revision"] == 0
