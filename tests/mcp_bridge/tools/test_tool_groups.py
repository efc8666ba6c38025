"""The groups of tools that are listed for those who ask for them."""

from collections.abc import Callable
from typing import Any

import pytest

from mcp_bridge.tool_groups import GROUPS
from mcp_bridge.tools import TOOLS
from tests.support.calls import ERAS, call, client_of, open_scene
from tests.support.endpoint import ERAS as RAW_ERAS
from tests.support.endpoint import Client
from tests.support.requests import open_session
from tests.support.servers import ServerProcess
from tests.support.stdio import stdio_client_of

LISTED = [tool.name for tool in TOOLS.listed()]
EVERY = [tool.name for tool in TOOLS]

StartServer = Callable[..., ServerProcess]


async def names_of(client: Any) -> list[str]:
    return [tool.name for tool in (await client.list_tools()).tools]


def test_each_group_has_tools_and_each_grouped_tool_a_group_that_is_known() -> None:
    assert {tool.group for tool in TOOLS} == {"", *GROUPS}


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_the_address_says_which_groups_are_listed(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        assert await names_of(client) == LISTED
    for query in ("?tools=studio", "?tools=,Studio,", f"/{key}?tools=studio", "?x=1&tools=studio"):
        async with client_of(shared_server, era, query) as client:
            listed = await client.list_tools()
            assert [tool.name for tool in listed.tools] == EVERY
            if era == "auto":
                assert listed.ttl_ms is not None
                assert listed.ttl_ms > 0
    for query in ("?tools=", "?other=studio"):
        async with client_of(shared_server, era, query) as client:
            assert await names_of(client) == LISTED


@pytest.mark.anyio
@pytest.mark.parametrize("era", ERAS)
async def test_what_is_not_listed_is_called_by_name_all_the_same(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        assert "set_camera_fov" not in await names_of(client)
        assert (await call(client, "set_camera_fov", scene=key, fov=40))["fov"] == 40


@pytest.mark.parametrize("era", RAW_ERAS)
def test_a_group_that_is_not_known_is_refused_by_name(served: ServerProcess, era: str) -> None:
    token = open_session(served).headers["mcp-session-id"]
    for query in ("?tools=studios", "?tools=studio,lights%00", "?tools=studio&tools=x"):
        reply = Client(served, era, token).call("get_scene", {}, path=f"/mcp{query}")
        assert (reply.status, reply.error["code"]) == (400, -32600)
        assert "only: studio" in reply.error["message"]
    assert open_session(served, path="/mcp?tools=x").status == 400


@pytest.mark.anyio
async def test_the_setting_lists_a_group_for_all(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment={"HELLO3D_TOOL_GROUPS": "studio"})
    async with client_of(server, "auto") as client:
        assert await names_of(client) == EVERY


@pytest.mark.anyio
async def test_a_program_that_a_client_starts_lists_what_its_own_setting_says(
    database_url: str,
) -> None:
    """Also where another process serves it, which lists no group."""
    async with stdio_client_of(database_url, "auto", "--share") as first:
        assert await names_of(first) == LISTED
        async with stdio_client_of(
            database_url, "auto", "--share", HELLO3D_TOOL_GROUPS="studio"
        ) as second:
            assert await names_of(second) == EVERY
