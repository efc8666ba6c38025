"""The scene's view inside chats, as its host speaks for it: who is told of it, and what it gets."""

import asyncio
import json
import signal
from typing import Any

import pytest
from mcp.client import Client
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextResourceContents, Tool

from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.scene_views import SCENE_CHANGES, VIEW_META_KEY, VIEW_URI
from tests.conftest import StartServer
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.chat_host import SHOWS_VIEWS
from tests.support.counting import settled
from tests.support.servers import ServerProcess
from tests.support.stores import PostgresTemplate
from tests.support.times import LONGER_THAN_A_TEST, times

pytestmark = pytest.mark.anyio

SHOWN_WITH = {"get_browser_connection_url", "take_screenshot"}
WAITS_LONG = {"mcp_bridge.calls.scene_changes.WAIT_SECONDS": LONGER_THAN_A_TEST}
UUID = "00000000-0000-4000-8000-000000000000"
MOST_BYTES = 900_000


def token_of(result: CallToolResult) -> str:
    return str((result.meta or {})[VIEW_META_KEY]["token"])


async def changes(client: Client, token: str, since: int | None = None) -> CallToolResult:
    result = await client.call_tool("scene_changes", {"view_token": token, "since": since})
    assert not result.is_error, text_of(result)
    return result


def shown(tool: Tool) -> dict[str, Any]:
    return tool.model_dump(exclude_none=True)


def told(result: CallToolResult) -> dict[str, Any]:
    return result.structured_content or {}


@pytest.mark.parametrize("era", ERAS)
async def test_only_clients_that_show_views_are_told_of_ours(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        plain = await client.list_tools()
        resources = await client.list_resources()
        opened = await client.call_tool("get_browser_connection_url", {})
        capabilities = client.server_capabilities
        with pytest.raises(MCPError, match="No tool has that name"):
            await client.call_tool("scene_change", {})
    assert [shown(tool) for tool in plain.tools] == [shown(t.definition) for t in TOOLS.listed()]
    assert VIEW_META_KEY not in (opened.meta or {})
    assert VIEW_URI not in {str(each.uri) for each in resources.resources}
    assert not capabilities.extensions
    async with client_of(shared_server, era, extensions=SHOWS_VIEWS) as client:
        listed = await client.list_tools()
        resources = await client.list_resources()
        capabilities = client.server_capabilities
    *tools, follows = listed.tools
    assert follows == SCENE_CHANGES
    assert (follows.meta or {})["ui"]["visibility"] == ["app"]
    without = [tool.model_copy(update={"meta": None}) for tool in tools]
    assert without == plain.tools
    assert {tool.name for tool in tools if tool.meta} == SHOWN_WITH
    assert VIEW_URI in {str(each.uri) for each in resources.resources}
    if era == "auto":  # the versions before have neither
        assert (plain.cache_scope, listed.cache_scope) == ("public", "private")
        assert EXTENSION_ID in (capabilities.extensions or {})


async def test_the_view_is_one_small_file_that_asks_for_no_other(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto", extensions=SHOWS_VIEWS) as client:
        [content] = (await client.read_resource(VIEW_URI)).contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == APP_MIME_TYPE
    assert len(content.text.encode()) <= MOST_BYTES
    csp = (content.meta or {})["ui"]["csp"]
    assert csp
    assert not any(csp.values())
    for asks in ("<link", "src=", "import(", "importScripts", "new Worker(", "WebSocket("):
        assert asks not in content.text


@pytest.mark.parametrize("era", ERAS)
async def test_the_token_is_for_the_view_and_shows_it_the_scene_without_keys(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era, extensions=SHOWS_VIEWS) as client:
        opened = await client.call_tool("get_browser_connection_url", {})
        token, key = token_of(opened), told(opened)["sessionId"]
        assert token not in json.dumps([text_of(opened), opened.structured_content])
        first = await changes(client, token)
        assert json.loads(told(first)["scene"])["objects"]["o1"]["name"] == "model"
        box = {"kind": "box", "name": UUID}
        added = await call(client, "add_objects", scene=key, objects=[box])
        later = await changes(client, token_of(first), told(first)["revision"])
        assert told(later)["revision"] == added["revision"]
        [patch] = told(later)["patches"]
        assert json.loads(patch["patch"])
        whole = await changes(client, token_of(later))
        for answer in (first, later, whole):
            assert key not in answer.model_dump_json()
            assert UUID not in answer.model_dump_json()
        refused = await client.call_tool("scene_changes", {"view_token": f"{token}x"})
        assert error_code(refused) == "view_expired"
        refused = await client.call_tool("scene_changes", {"since": 0})
        assert error_code(refused) == "invalid_argument"
    log = shared_server.log.read_text()
    assert token not in log
    assert token.rpartition(":")[2] not in log


async def test_a_view_waits_for_a_change_of_any_worker(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    """A protocol session of the handshake era shows views on each of them as well."""
    url = postgres_template.copy()
    one, two = (
        start_server(url, redis_url=valkey_url, instance=name, environment=times(WAITS_LONG))
        for name in ("one", "two")
    )
    async with (
        client_of(one, "legacy", extensions=SHOWS_VIEWS) as client,
        client_of(two, "legacy") as other,
    ):
        opened = await client.call_tool("get_browser_connection_url", {})
        waiting = asyncio.create_task(changes(client, token_of(opened), 0))
        color = {"scene": told(opened)["sessionId"], "color": "teal"}
        await call(other, "change_background_color", **color)
        answer = await waiting
        assert told(answer)["revision"] == 1
        assert len(told(answer)["patches"]) == 1
        again = await changes(other, token_of(answer))
        assert told(again)["revision"] == 1


async def test_a_server_that_ends_answers_the_views_that_wait(
    start_server: StartServer, database_url: str
) -> None:
    finish = {"hello3d.server.draining.FINISH_WITHIN_SECONDS": LONGER_THAN_A_TEST}
    server = start_server(database_url, environment=times(WAITS_LONG | finish))
    async with client_of(server, "auto", extensions=SHOWS_VIEWS) as client:
        opened = await client.call_tool("get_browser_connection_url", {})
        waiting = asyncio.create_task(changes(client, token_of(opened), 0))
        assert (await settled(server, views=1))["views"] == 1
        server.send(signal.SIGTERM)
        assert told(await waiting)["patches"] == []


async def test_without_a_change_a_view_is_answered_with_a_new_token(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(
        database_url, environment=times({"mcp_bridge.calls.scene_changes.WAIT_SECONDS": 0.01})
    )
    async with client_of(server, "auto", extensions=SHOWS_VIEWS) as client:
        key = await open_scene(client)
        opened = await client.call_tool("get_browser_connection_url", {"scene": key})
        answer = await changes(client, token_of(opened), 0)
    assert (told(answer)["revision"], told(answer)["patches"]) == (0, [])
    assert token_of(answer) != token_of(opened)
