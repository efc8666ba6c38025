"""Other people's clients do the main job, each with its own transport, checks and handshake."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.clients import EACH_ERA, OTHERS, RealClient, inspect
from tests.support.servers import Kind, ServerProcess
from tests.support.storage import count, recorded_calls, rows

pytestmark = pytest.mark.anyio

BESIDE = (0.1, 0.5)  # the notices are on the right
CLIENTS = [
    *(pytest.param(client, id=name) for name, client in EACH_ERA.items()),
    *(pytest.param(client, id=name, marks=pytest.mark.long) for name, client in OTHERS.items()),
]
KINDS = ["uvicorn", pytest.param("daphne", marks=pytest.mark.long)]


@pytest.mark.requirement("H1")
@pytest.mark.requirement("E1")
@pytest.mark.requirement("N1")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("client", CLIENTS)
async def test_it_steers_the_scene_that_the_page_shows(
    start_server: StartServer,
    database_url: str,
    browser: Browser,
    tmp_path: Path,
    client: RealClient,
    kind: Kind,
) -> None:
    server = start_server(database_url, kind=kind)
    async with client.open(server.mcp_url, tmp_path) as call:
        link = await call("get_browser_connection_url")
        page = await (await ScenePage.open(browser, link["browserUrl"])).connected()
        key = link["sessionId"]
        await call("change_background_color", color="#102030", scene=key)
        result = await call("change_model_color", color="lime", scene=key)
        assert result["browsers"] == {"connected": 1, "acknowledged": 1, "visible": 1}
        await page.shows(2)
        red, green, blue = await page.model_pixel()
        assert green > red > blue
        assert await page.pixel(*BESIDE) == (0x10, 0x20, 0x30)
        assert page.complaints == []
        await page.close()
    said = (client.name, client.version, client.protocol, "success")
    columns = "client_name, client_version, protocol_version, status"
    assert await recorded_calls(database_url, columns) == [said] * 3
    for table in ("toolcall", "pairing"):
        origins = rows(database_url, f"SELECT remote_address, user_agent FROM sessions_app_{table}")
        assert all(address == "127.0.0.1" and agent for address, agent in origins), table
    assert count(database_url, "scenesession") == 1


@pytest.mark.long
@pytest.mark.requirement("H1")
@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_the_inspector_finds_no_fault_in_the_tools_schemas(
    server: ServerProcess, tmp_path: Path, era: str
) -> None:
    """Its `--strict` ends with an error where clients are known to refuse a schema."""
    options = ["--protocol-era", era, "--method", "tools/list", "--strict"]
    told = await inspect(server.mcp_url, tmp_path, *options)
    assert "change_model_color" in told


@pytest.mark.long
async def test_the_inspector_which_opens_a_connection_per_call_makes_one_scene(
    server: ServerProcess, database_url: str, tmp_path: Path
) -> None:
    async with OTHERS["inspector-legacy"].open(server.mcp_url, tmp_path) as call:
        first = await call("change_model_color", color="lime")
        assert first["created"] is True
        with pytest.raises(AssertionError, match="returned isError"):
            await call("change_model_color", color="teal")
        key = first["sessionId"]
        assert (await call("change_model_color", color="teal", scene=key))["sessionId"] == key
    async with OTHERS["inspector-legacy"].open(f"{server.mcp_url}/{key}", tmp_path) as call:
        assert (await call("change_model_color", color="navy"))["sessionId"] == key
    assert count(database_url, "scenesession") == 1
