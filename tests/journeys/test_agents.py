"""Other people's agents do the main job: what their model is shown is enough to go on."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.support.agents import AGENTS, PER_CALL, SCENE, Agent, model_of
from tests.support.browsers import ScenePage
from tests.support.calls import client_of, open_scene
from tests.support.scripted import Shown
from tests.support.servers import ServerProcess
from tests.support.storage import count, recorded_calls

pytestmark = [pytest.mark.anyio, pytest.mark.long]

COMMAND_LINES = ["claude-code", "codex", "gemini-cli"]
EACH = [pytest.param(agent, id=name) for name, agent in AGENTS.items()]
EACH_PER_CALL = [pytest.param(agent, id=name) for name, agent in PER_CALL.items()]


def key_in(shown: Shown) -> str:
    """The edit key that a model reads in a result, in its text or its structure."""
    keys = set(re.findall(r"sessionId\W{1,6}([0-9a-f]{8}-[0-9a-f-]{27})", shown.text))
    [key] = keys
    return str(key)


@pytest.mark.requirement("H1")
@pytest.mark.requirement("N1")
@pytest.mark.parametrize("agent", EACH)
async def test_an_agent_steers_the_scene_that_its_model_reads_of(
    server: ServerProcess, database_url: str, browser: Browser, tmp_path: Path, agent: Agent
) -> None:
    async with model_of(agent, server, tmp_path) as model:
        link = await model.call("get_browser_connection_url")
        assert link.pictures == []
        key = key_in(link)
        page = await (await ScenePage.open(browser, f"{server.url}/?sessionId={key}")).connected()
        added = dict.fromkeys(agent.adds, True)
        painted = await model.call("change_model_color", color="lime", **{SCENE: key}, **added)
        assert "The model is now lime" in painted.text
        assert "Shown in 1 browser" in painted.text
        assert all(f"does not take it: `{name}`." in painted.text for name in added)
        assert ('"color' in painted.text or "'color'" in painted.text) == (agent.reads != "text")
        await page.shows(1)
        red, green, blue = await page.model_pixel()
        assert green > red > blue
        taken = await model.call("take_screenshot", **{SCENE: key})
        assert [picture.split("/")[0] for picture in taken.pictures] == (
            ["image"] if agent.sees_pictures else []
        )
        refused = await model.call("change_model_color", color="no such color", **{SCENE: key})
        assert "no such color" in refused.text
        assert "#rrggbb" in refused.text
        await page.close()
    said = (*agent.client, agent.protocol)
    columns = "client_name, client_version, protocol_version, status"
    statuses = ["success", "success", "success", "error"]
    recorded = await recorded_calls(database_url, columns)
    assert recorded == [(*said, status) for status in statuses]
    assert count(database_url, "scenesession") == 1


@pytest.mark.parametrize("name", COMMAND_LINES)
async def test_its_own_list_says_that_it_is_connected(
    server: ServerProcess, tmp_path: Path, name: str
) -> None:
    async with model_of(AGENTS[name], server, tmp_path) as model:
        await model.offered()
    listed = (tmp_path / "mcp-list.txt").read_text()
    assert "hello3d" in listed
    assert server.mcp_url in listed
    assert name == "codex" or "Connected" in listed  # Codex lists what is set, and tries nothing


@pytest.mark.parametrize("agent", EACH_PER_CALL)
async def test_a_connection_per_call_at_the_scenes_own_address_steers_that_scene(
    server: ServerProcess, database_url: str, tmp_path: Path, agent: Agent
) -> None:
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
    async with model_of(agent, server, tmp_path, f"/{key}") as model:
        for color in ("lime", "teal", "navy"):
            painted = await model.call("change_model_color", color=color)
            assert f"The model is now {color}" in painted.text
            assert key_in(painted) == key
    assert count(database_url, "scenesession") == 1


@pytest.mark.parametrize("agent", EACH_PER_CALL)
async def test_a_connection_per_call_with_the_scene_passed_steers_that_scene(
    server: ServerProcess, database_url: str, tmp_path: Path, agent: Agent
) -> None:
    async with model_of(agent, server, tmp_path) as model:
        key = key_in(await model.call("get_browser_connection_url"))
        for color in ("lime", "teal"):
            painted = await model.call("change_model_color", color=color, **{SCENE: key})
            assert f"The model is now {color}" in painted.text
            assert key_in(painted) == key
        says_the_way_on(await model.call("change_model_color", color="navy"))
    assert count(database_url, "scenesession") == 1


@pytest.mark.parametrize("agent", EACH_PER_CALL)
async def test_a_connection_per_call_without_the_scene_makes_one_and_then_reads_the_way_on(
    server: ServerProcess, database_url: str, tmp_path: Path, agent: Agent
) -> None:
    async with model_of(agent, server, tmp_path) as model:
        first = await model.call("change_model_color", color="lime")
        assert "A new scene was started. Pass its id as `scene`" in first.text
        says_the_way_on(await model.call("change_model_color", color="teal"))
        key = key_in(first)
        painted = await model.call("change_model_color", color="teal", **{SCENE: key})
        assert "The model is now teal" in painted.text
        assert key_in(painted) == key
    assert await recorded_calls(database_url, "status") == [("success",), ("error",), ("success",)]
    assert count(database_url, "scenesession") == 1


def says_the_way_on(refused: Shown) -> None:
    assert "The model is now" not in refused.text
    assert "Pass the id of your scene as `scene` in every call" in refused.text
    assert "get_browser_connection_url" in refused.text
