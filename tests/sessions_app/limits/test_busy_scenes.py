"""Calls beyond what may be under way, over the wire: what is refused, and who goes on."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
from mcp.client import Client
from mcp_types import CallToolResult

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.conftest import StartServer
from tests.support.calls import call, client_of, error_code, open_scene, text_of
from tests.support.raw import MODERN, Answer, RawClient
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import rows
from tests.support.times import LONGER_THAN_A_TEST, times

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C6")]


@dataclass(frozen=True)
class Busy:
    """A scene with as many calls under way as may be: pictures that a silent page never sends."""

    client: Client
    scene: str
    page: SimulatedBrowser
    pictures: list[asyncio.Task[CallToolResult]]

    @classmethod
    @asynccontextmanager
    async def scene_of(cls, server: ServerProcess) -> AsyncIterator["Busy"]:
        async with client_of(server, "auto") as client:
            scene = await open_scene(client)
            page = await open_browser(server, scene)
            asked = {"scene": scene}
            pictures = [
                asyncio.create_task(client.call_tool("take_screenshot", asked)) for _ in range(2)
            ]
            await page.receives("browserRequest", len(pictures))
            yield cls(client, scene, page, pictures)
            await page.close()

    async def end(self) -> None:
        for picture in self.pictures:
            picture.cancel()
        await asyncio.gather(*self.pictures, return_exceptions=True)


TWO_OF_A_SCENE = {"MCP_MAX_CALLS_PER_SESSION": "2"}


async def test_over_the_wire_a_scene_that_is_busy_says_so(
    start_server: StartServer, database_url: str
) -> None:
    short = times({"sessions_app.limits.call_gate.WAIT_SECONDS": 0.2})
    server = start_server(database_url, environment=TWO_OF_A_SCENE | short)
    async with Busy.scene_of(server) as busy:
        teal = {"scene": busy.scene, "color": "teal"}
        refused = await busy.client.call_tool("change_model_color", teal)
        assert error_code(refused) == "busy"
        assert "2 calls to this scene are in flight" in text_of(refused)
        await busy.end()
        await call(busy.client, "change_model_color", **teal)
    server.stop()
    query = 'SELECT "limit", refusals FROM sessions_app_refusalcount'
    assert rows(database_url, query) == [("calls_per_session", 1)]


async def test_over_the_wire_others_go_on_while_a_call_waits_for_its_scene(
    start_server: StartServer, database_url: str
) -> None:
    long = times({
        "sessions_app.limits.call_gate.WAIT_SECONDS": LONGER_THAN_A_TEST,
        "sessions_app.steering.steering.CALL_TIMEOUT_SECONDS": 2 * LONGER_THAN_A_TEST,
    })  # fmt: skip
    server = start_server(database_url, environment=TWO_OF_A_SCENE | long)
    async with Busy.scene_of(server) as busy, client_of(server, "auto") as client:
        free = await open_scene(client)
        waits = asyncio.create_task(
            call(busy.client, "change_model_color", scene=busy.scene, color="teal")
        )
        for color in ("teal", "lime", "aqua"):
            await call(client, "change_model_color", scene=free, color=color)
        assert not waits.done()
        await busy.end()
        assert (await waits)["revision"] == 1


async def test_silent_pages_of_two_addresses_keep_nobody_waiting(
    start_server: StartServer, database_url: str
) -> None:
    most, of_a_scene = 4, 2
    few = {"MCP_MAX_CALLS": f"{most}", "MCP_MAX_CALLS_PER_SESSION": f"{of_a_scene}"}
    server = start_server(database_url, environment=few | {"TRUSTED_PROXIES": "127.0.0.1"})
    attackers, victim = ("203.0.113.1", "203.0.113.2"), "203.0.113.3"
    async with RawClient(server, MODERN) as client, AsyncExitStack() as ends:

        async def ask(address: str, tool: str, **arguments: str) -> Answer:
            return await client.call(tool, json.dumps(arguments), x_forwarded_for=address)

        async def scene_of(address: str) -> str:
            answer = await ask(address, "get_browser_connection_url")
            return str(answer.message["result"]["structuredContent"]["sessionId"])

        pictures = []
        for address in attackers:
            for _ in range(most // of_a_scene):
                scene = await scene_of(address)
                page = await open_browser(server, scene)  # which never answers
                ends.push_async_callback(page.close)
                asked = [ask(address, "take_screenshot", scene=scene) for _ in range(of_a_scene)]
                pictures += [asyncio.create_task(one) for one in asked]
                await page.receives("browserRequest", of_a_scene)
        for one in pictures:
            ends.callback(one.cancel)
        for color in ("teal", "lime", "aqua"):
            scene = await scene_of(victim)
            changed = await ask(victim, "change_model_color", scene=scene, color=color)
            assert changed.code is None, changed.told
        scene = await scene_of(attackers[0])
        ends.push_async_callback((await open_browser(server, scene)).close)
        refused = await ask(attackers[0], "take_screenshot", scene=scene)
        assert refused.code == "busy"
        assert "Too many calls of your client are waiting for a browser" in refused.told
        changed = await ask(attackers[0], "change_model_color", scene=scene, color="teal")
        assert changed.code is None  # it is not confirmed, and not refused
        assert not [one for one in pictures if one.done()]
