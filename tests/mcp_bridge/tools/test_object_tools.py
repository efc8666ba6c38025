"""Adding, changing and removing objects through the official client, in the forms models use."""

import json
from typing import Any

import pytest

from mcp_bridge.tools import TOOLS
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.servers import ServerProcess

BOX: dict[str, Any] = {"kind": "box", "name": "box", "size": [1, 2, 3], "position": [0, 1, 0]}
LINE = "box: box 1 × 2 × 3 at 0, 1, 0, on the floor"

# One object in the forms that models write it, each with its line in the answer.
FORMS: list[tuple[Any, str]] = [
    (BOX, LINE),
    (json.dumps(BOX), LINE),
    ({**BOX, "size": "[1, 2, 3]", "position": "0, 1, 0"}, LINE),
    ({**BOX, "size": {"x": 1, "y": 2, "z": 3}, "position": {"x": 0, "y": "1", "z": 0}}, LINE),
    ({**BOX, "size": '{"width": 1, "height": 2, "depth": 3}'}, LINE),
    ({**BOX, "size": ["1", 2.0, " 3 "]}, LINE),
    ({"kind": "box", "name": "box", "width": 1, "height": 2, "depth": 3, "position": [0, 1, 0]},
     LINE),
    ({**BOX, "size": 1, "position": [0, 0.5, 0]}, "box: box 1 × 1 × 1 at 0, 0.5, 0, on the floor"),
    ({**BOX, "kind": "Cube"}, LINE),
    ({**BOX, "kind": None, "type": "cuboid"}, LINE),
    ({**BOX, "color": None, "rotation": "", "visible": "true", "tags": "red"}, LINE),
    ({**BOX, "material": {"color": "red", "emissiveIntensity": 2}},
     "box: box 1 × 2 × 3 at 0, 1, 0, red (#ff0000), on the floor"),
    ({**BOX, "material": '{"preset": "brushed metal", "roughness": 0.2}'},
     "box: box 1 × 2 × 3 at 0, 1, 0, brushed metal, on the floor"),
    ({**BOX, "rotation": {"pitch": 0, "yaw": 90, "roll": 0}},
     "box: box 1 × 2 × 3 at 0, 1, 0, turned 90°, on the floor"),
    ({**BOX, "lookAt": "1, 1, 0"}, "box: box 1 × 2 × 3 at 0, 1, 0, turned 90°, on the floor"),
    ({"kind": "sphere", "name": "box", "radius": 0.5},
     "box: sphere 1 × 1 × 1 at 0, 0.5, 0, on the floor"),
    ({"kind": "pointLight", "name": "box", "position": [0, 1, 0]},
     "box: point light at 0, 1, 0, intensity 2"),
    ({"kind": "spot light", "name": "box", "position": [0, 1, 0],
      "target": {"x": 1, "y": 0, "z": 0}},
     "box: spot light at 0, 1, 0, intensity 10, aimed at 1, 0, 0"),
]  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_an_object_is_taken_in_the_forms_that_models_write(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        for given, line in FORMS:
            key = str((await call(client, "open_session", start="empty"))["sessionId"])
            told = await call(client, "add_objects", objects=[given], scene=key)
            assert line in told["message"].split("\n"), given
            assert "Ignored" not in told["message"]


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_an_answer_has_a_line_for_each_object_and_the_same_as_a_structure(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        told = await call(
            client,
            "add_objects",
            objects=[{**BOX, "position": [0, 3, 0]}, {"kind": "sphere", "size": 0.2, "on": "box"}],
            scene=key,
        )
        lines = told["message"].split("\n")
        assert lines[:4] == [
            "Added 2 objects.",
            "The bust of the start, model, made way: it was removed.",
            "box: box 1 × 2 × 3 at 0, 3, 0",
            "sphere: sphere 0.2 × 0.2 × 0.2 at 0, 4.1, 0, on box",
        ]
        assert told["objects"] == [
            {"name": "box", "id": "o5", "kind": "box"},
            {"name": "sphere", "id": "o6", "kind": "sphere"},
        ]
        [odd] = told["odd"]
        assert odd["what"] == "box and sphere float 2 above the floor"
        assert lines[4].startswith(f"Odd: {odd['what']}: {odd['fix']['tool']} ")
        assert lines[5].startswith("Stored. No browser is open.")
        assert len(lines) == 6
        mended = await call(client, odd["fix"]["tool"], **odd["fix"]["arguments"], scene=key)
        assert mended["odd"] == []
        gone = await call(client, "remove_objects", targets="box", scene=key)
        assert gone["message"].startswith("Removed box.\n")


@pytest.mark.anyio
async def test_what_clients_add_is_ignored_at_each_level_and_slips_change_nothing(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        told = await call(
            client, "add_objects", objects=[{**BOX, "note": "1"}], toolCallId=7, scene=key
        )
        assert "does not take it: `toolCallId`, `objects[].note`." in told["message"]
        for tool, own in (("set_camera", {}), ("remove_objects", {"targets": ["box"]})):
            ignored = await call(client, tool, **own, wait_for_previous=True, scene=key)
            assert "`wait_for_previous`" in ignored["message"]
        revision = ignored["revision"]
        for slip in ("colour", "dry_run", "x", "children"):
            refused = await client.call_tool(
                "add_objects", {"objects": [{**BOX, slip: 1}], "scene": key}
            )
            assert error_code(refused) == "invalid_argument"
            assert f'Unknown argument "{slip}" in `objects[0]`.' in text_of(refused)
        assert (await call(client, "get_scene", scene=key))["revision"] == revision


@pytest.mark.anyio
async def test_five_hundred_objects_come_in_one_call(shared_server: ServerProcess) -> None:
    items = [{**BOX, "name": f"box {n}", "position": [2 * (n % 25), 1, 4 * (n // 25)],
              "material": {"color": "teal"}} for n in range(500)]  # fmt: skip
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        told = await call(client, "add_objects", objects=items, scene=key)
        assert told["message"].startswith("Added 500 objects.\n")
        assert told["revision"] == 1
        assert len(told["objects"]) == 20


def test_the_hints_say_what_repeats_and_what_destroys() -> None:
    hints = {tool.name: tool.definition.annotations for tool in TOOLS}
    for name in ("add_objects", "update_objects", "remove_objects", "set_environment"):
        hint = hints[name]
        assert hint is not None
        assert hint.read_only_hint is False
        assert hint.destructive_hint == (name == "remove_objects")
        assert hint.idempotent_hint == (name not in ("add_objects", "update_objects"))
