"""Arguments that a tool does not have: slips are refused, what clients add is ignored and named."""

import json
from typing import Any

import pytest

from mcp_bridge.tools.arguments import ToolArguments, parse_arguments
from sessions_app.scene.errors import InvalidValueError
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.servers import ServerProcess

# tool, its own arguments, one that it does not have, what the refusal says
SLIPS: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("change_model_color", {}, "colour", "Did you mean `color`?"),
    ("change_model_color", {"color": "teal"}, "Color", "Did you mean `color`?"),
    ("change_model_color", {"color": "teal"}, "color_name", "Did you mean `color`?"),
    ("change_model_color", {"color": "teal"}, "clr", "Did you mean `color`?"),
    ("change_model_color", {"color": "teal"}, "hex", "Did you mean `color`?"),
    ("change_model_color", {"color": "teal"}, "scene_id", "Did you mean `scene`?"),
    ("change_model_color", {"color": "teal"}, "scenes", "Did you mean `scene`?"),
    ("change_model_color", {"color": "teal"}, "dry_run", "takes: color, scene"),
    ("change_model_color", {"color": "teal"}, "dryRun", "takes: color, scene"),
    ("change_model_color", {"color": "teal"}, "preview", "takes: color, scene"),
    ("change_model_color", {"color": "teal"}, "confirm", "takes: color, scene"),
    ("change_model_color", {"color": "teal"}, "only_if", "takes: color, scene"),
    ("change_model_color", {"color": "teal"}, "baseRevision", "takes: color, scene"),
    ("change_model_size", {"size": 2}, "factor", "Did you mean `size`?"),
    ("scale_model", {"x": 1, "y": 1, "z": 1}, "X", "Did you mean `x`?"),
    ("set_key_light_position", {"x": 1, "y": 1, "z": 1}, "z_position", "Did you mean `z`?"),
    ("set_key_light_size", {"width": 1, "height": 2}, "w", "Did you mean `width`?"),
    ("set_key_light_intensity", {"intensity": 2}, "brightness", "Did you mean `intensity`?"),
    ("close_session", {}, "wait_for_previous", "takes: scene"),
    ("change_model_size", {"size": 2}, "scale", "Did you mean `size`?"),
    ("scale_model", {}, "scale", "Did you mean `x`, `y`, `z`?"),
    ("set_key_light_position", {}, "position", "Did you mean `x`, `y`, `z`?"),
    ("set_key_light_size", {"width": 1, "height": 2}, "heigth", "Did you mean `height`?"),
    ("dolly_camera", {"distance": 20}, "distnace", "Did you mean `distance`?"),
    ("get_browser_connection_url", {}, "qrCode", "Did you mean `qr`?"),
    *(("change_model_color", {"color": "teal"}, name, "takes: color, scene") for name in (
        "is_dry_run", "DRY_RUN", "dry_run_only", "dry", "preview_only", "noop", "no_op", "test",
        "what_if", "whatif", "require_confirm", "needsApproval", "if_match", "ifMatch", "If-Match",
        "only-when", "when", "condition", "temporary", "rollback", "expected_revision", "opacity",
        "duration_ms",
    )),
    *(("set_model_rotation", {"x": 0, "y": 1, "z": 0}, name, "takes: x, y, z, scene") for name in (
        "units", "mode", "absolute", "incremental", "radians", "isRelative", "in_radians", "axis",
    )),
    *(("dolly_camera", {"distance": 20}, name, "takes: distance, scene") for name in (
        "by", "delta", "moveBy", "offset",
    )),
    *(("set_key_light_intensity", {"intensity": 5}, name, "takes: intensity, scene") for name in (
        "light", "which_light", "target", "percent",
    )),
)  # fmt: skip
# The same of tools that take no value and set one.
SLIPS_OF_STEPS: tuple[tuple[str, dict[str, Any], str, str], ...] = tuple(
    (tool, {}, name, "takes: scene")
    for tool in ("walk_key_light_in", "swing_fill_light_left", "swing_key_light_up")
    for name in ("by", "degrees", "delta", "distance", "swingDegrees", "axis")
)
ADDED = ("wait_for_previous", "toolCallId", "chatInput", "action", "id", "ui", "tools", "_reason")
# What is near no argument of the tool, though its letters are few.
OTHER_WORDS: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    ("get_browser_connection_url", {}, ("id", "ts", "v", "to", "url", "q", "")),
    ("change_model_color", {"color": "teal"}, ("scope", "sense", "security_risk", "_meta")),
    ("dolly_camera", {"distance": 20}, ("instance", "model", "timeout")),
    ("set_camera_fov", {"fov": 40}, ("env", "now", "loc", "for", "foo")),
    ("change_model_size", {"size": 2}, ("time", "explanation")),
)


@pytest.mark.anyio
@pytest.mark.requirement("H4")
@pytest.mark.parametrize("era", ERAS)
async def test_a_slip_is_refused_and_changes_nothing(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        for tool, own, name, told in (*SLIPS, *SLIPS_OF_STEPS):
            result = await client.call_tool(tool, {**own, name: "x", "scene": key})
            assert error_code(result) == "invalid_argument", name
            assert f'Unknown argument "{name}".' in text_of(result)
            assert told in text_of(result)
        assert (await call(client, "get_scene", scene=key))["revision"] == 0


@pytest.mark.anyio
@pytest.mark.requirement("H4")
@pytest.mark.parametrize("era", ERAS)
async def test_what_a_client_adds_by_itself_is_ignored_and_named(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        for name in ADDED:
            for tool, own in (("change_model_size", {"size": 2}), ("get_scene", {})):
                result = await call(client, tool, **own, **{name: "a secret"}, scene=key)
                assert (
                    f"Ignored, because this tool does not take it: `{name}`." in result["message"]
                )
                assert "a secret" not in result["message"]
        many = {f"extra_{number}_{'n' * 60}": 1 for number in range(7)}
        told = (await call(client, "get_scene", **many, scene=key))["message"]
        shown = [f"`extra_{number}_{'n' * 32}…`" for number in range(5)]
        assert f"does not take it: {', '.join(shown)} and 2 more." in told
        listed = await call(client, "list_sessions", wait_for_previous=True, scene=key)
        assert "`wait_for_previous`" in listed["message"]
        nothing = await call(client, "get_scene", wait_for_previous=None, scene=key)
        assert "Ignored" not in nothing["message"]


@pytest.mark.anyio
@pytest.mark.requirement("H4")
async def test_another_word_is_no_slip_however_short_the_arguments_name(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        for tool, own, names in OTHER_WORDS:
            told = (await call(client, tool, **own, **dict.fromkeys(names, "x"), scene=key))[
                "message"
            ]
            assert f"does not take it: {', '.join(f'`{name}`' for name in names[:5])}" in told


class _Placing(ToolArguments):
    """Of a tool as later ones are: with an array and an object."""

    position: list[float]
    options: dict[str, int] | None = None


def test_arrays_and_objects_may_come_as_json_text() -> None:
    given = {"position": "[1, 2.5, 3]", "options": '{"a": 1}', "scene": ""}
    parsed = parse_arguments(_Placing, given, tool="place").arguments
    assert (parsed.position, parsed.options) == ([1, 2.5, 3], {"a": 1})
    for wrong in ("1, 2", "{}", "[1", '"[1]"'):
        with pytest.raises(InvalidValueError, match="`position`"):
            parse_arguments(_Placing, {"position": wrong}, tool="place")


class _Drawing(ToolArguments):
    lines: list[list[int]]


def test_all_json_texts_of_a_call_together_hold_as_many_values_as_a_call() -> None:
    line = json.dumps([1] * 6000)
    parsed = parse_arguments(_Drawing, {"lines": [line] * 3}, tool="draw").arguments
    assert parsed.lines == [[1] * 6000] * 3
    with pytest.raises(InvalidValueError, match=r"`lines\[3\]` cannot be"):
        parse_arguments(_Drawing, {"lines": [line] * 4}, tool="draw")
