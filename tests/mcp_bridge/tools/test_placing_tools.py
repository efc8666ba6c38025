"""place_objects and check_scene through the official client, as models call them."""

import json
from typing import Any

import pytest
from mcp.client import Client

from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.anyio

THINGS: list[dict[str, Any]] = [
    {"kind": "box", "name": "table", "size": [1.2, 0.75, 0.8], "position": [0, 0.375, 0]},
    {"kind": "sphere", "name": "ball", "size": 0.3, "position": [0.2, 1.4, 0]},
    {"kind": "box", "name": "wall", "size": [4, 2.5, 0.1], "position": [0, 1.25, -2]},
    {"kind": "box", "name": "cat", "size": [0.3, 0.3, 0.5], "position": [0.5, 0.15, -4]},
]


async def with_things(client: Client) -> str:
    """The id of a new scene with these things."""
    key = await open_scene(client)
    await call(client, "add_objects", scene=key, objects=THINGS)
    return key


@pytest.mark.parametrize("era", ERAS)
async def test_what_is_odd_is_mended_by_sending_its_calls_as_they_stand(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await with_things(client)
        first = await call(client, "check_scene", scene=key)
        assert [each["what"] for each in first["odd"]] == [
            "ball floats 0.5 above table",
            "cat is hidden behind wall for the camera",
        ]
        for odd in first["odd"]:
            fix = odd["fix"]
            assert (
                f"{fix['tool']} {json.dumps(fix['arguments'], separators=(',', ':'))}"
                in (first["message"])
            )
            await call(client, fix["tool"], scene=key, **fix["arguments"])
        after = await call(client, "check_scene", scene=key)
        assert after["odd"] == []
        assert "Nothing is odd about 4 objects." in after["message"]
        assert after["revision"] == first["revision"] + 2


async def test_a_call_is_placed_at_once_or_not_at_all(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await with_things(client)
        before = await call(client, "check_scene", scene=key, targets=["ball"])
        placements = [
            {"targets": ["ball"], "relation": "on", "reference": "table"},
            {"targets": ["ball"], "relation": "on", "reference": "tabel"},
        ]
        result = await client.call_tool("place_objects", {"scene": key, "placements": placements})
        assert error_code(result) == "invalid_argument"
        assert text_of(result).startswith(
            '`placements[1].reference`: "tabel" is not in this scene. Did you mean "table"?'
        )
        assert await call(client, "check_scene", scene=key, targets=["ball"]) == before
        placed = await call(client, "place_objects", scene=key, placements=placements[:1])
        assert placed["message"].startswith("Placed ball on table.\nball: sphere 0.3 × 0.3 × 0.3")
        assert placed["objects"][0]["name"] == "ball"
        again = await call(client, "place_objects", scene=key, placements=placements[:1])
        assert again["revision"] == placed["revision"]


FORMS: list[dict[str, Any]] = [
    {"placements": json.dumps([{"targets": ["cat"], "relation": "on", "reference": "table"}])},
    {"placements": [{"target": "cat", "relation": "On top of", "relativeTo": "table"}]},
    {"placements": [{"targets": '["cat"]', "relation": "on", "reference": "TABLE", "gap": "0"}]},
    {"placements": [{"targets": "c*t", "relation": "on", "reference": [0, 0.75, 0]}]},
    {"placements": [{"targets": ["cat"], "relation": "on", "reference": "0, 0.75, 0"}]},
    {
        "placements": [
            {
                "targets": ["cat"],
                "relation": "above",
                "reference": {"x": 0, "y": 0.75, "z": 0},
                "ofObject": False,
            }
        ]
    },
]


@pytest.mark.parametrize("given", FORMS, ids=str)
async def test_placements_are_taken_in_the_forms_that_models_use(
    shared_server: ServerProcess, given: dict[str, Any]
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await with_things(client)
        await call(client, "place_objects", scene=key, **given)
        [cat] = (await call(client, "check_scene", scene=key, targets=["cat"]))["objects"]
        assert cat["base"] == pytest.approx(0.75, abs=0.001)
        assert cat["center"][0] == pytest.approx(0, abs=0.5)
        assert cat["on"] == "table"


@pytest.mark.parametrize("era", ERAS)
async def test_why_something_cannot_be_seen(shared_server: ServerProcess, era: str) -> None:
    async with client_of(shared_server, era) as client:
        key = await with_things(client)
        told = await call(client, "check_scene", scene=key, targets=["cat"])
        assert "hidden behind wall" in told["message"]
        assert told["objects"][0]["hiddenBy"][0] == "wall"
        [ray] = (await call(client, "check_scene", scene=key, ray="camera", toward="cat"))["rays"]
        assert "wall" in [hit["name"] for hit in ray["hits"]][:2]
        far = await call(client, "check_scene", scene=key, targets="cat", distanceTo="wall")
        [distance] = far["distances"]
        assert distance["gaps"] == pytest.approx([-0.3, -0.3, 1.7], abs=0.001)


async def test_a_plan_comes_as_text_and_changes_nothing(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await with_things(client)
        drawn = await call(client, "check_scene", scene=key, plan="top")
        lines = drawn["message"].splitlines()
        assert lines[0].startswith("Plan from the top, the front below: 4 m wide, ")
        assert any(line.startswith("B wall: x -2 to 2, ") for line in lines)
        assert drawn["revision"] == 1
        result = await client.call_tool("check_scene", {"scene": key, "plan": "inside"})
        assert error_code(result) == "invalid_argument"
        assert text_of(result).startswith('`plan` cannot be "inside". Accepted: top, front, side.')


async def test_an_unknown_target_is_refused_by_its_place(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await with_things(client)
        result = await client.call_tool("check_scene", {"scene": key, "targets": ["ball", "bal"]})
        assert error_code(result) == "invalid_argument"
        assert text_of(result).startswith('`targets[1]`: "bal" is not in this scene.')
