"""Calls under way can be listed and ended by staff's code; long ones tell how they come along."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from mcp.client import Client

from hello3d.asgi import application, mcp_endpoint
from mcp_bridge.tools import progress
from sessions_app.models import SceneSession, ToolCall
from sessions_app.simulation.browsers import SimulatedBrowser
from sessions_app.steering import asking
from sessions_app.steering.active_calls import active_calls, call_cancel
from sessions_app.storage import database
from sessions_app.workers import worker
from tests.conftest import StartServer
from tests.support.calls import call, client_of, error_code, open_scene, text_of
from tests.support.communicating import Communicator
from tests.support.here import post_call
from tests.support.scenes import make_scene_session
from tests.support.times import times
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]


@pytest.fixture
async def scenes() -> AsyncIterator[list[SceneSession]]:
    yield [await database.run(make_scene_session) for _ in range(2)]
    await mcp_endpoint.stop()
    await worker.stop()


async def _silent_page(scene: SceneSession) -> Communicator:
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
    socket = Communicator(application, "/ws/scene/", headers=headers)
    assert (await socket.connect())[0]
    register = {"type": "registerSession", "sessionId": str(scene.edit_key)}
    await socket.send_json_to(register | {"browserId": uuid4().hex})
    return socket


async def _listed(count: int, scene: SceneSession | None = None) -> list[ToolCall]:
    """The active calls, once there are so many."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            found = await database.run(active_calls, scene.pk if scene else None)
            if len(found) == count:
                return found
            await asyncio.sleep(0.05)


@pytest.mark.requirement("E2")
async def test_staff_lists_the_calls_under_way_and_ends_one(scenes: list[SceneSession]) -> None:
    sockets = [await _silent_page(scene) for scene in scenes]
    try:
        calls = [
            asyncio.create_task(post_call("take_screenshot", {"scene": str(scene.edit_key)}))
            for scene in scenes
        ]
        assert {row.tool for row in await _listed(2)} == {"take_screenshot"}
        [first] = await _listed(1, scenes[0])
        await database.run(call_cancel, first.id)
        result = (await asyncio.wait_for(calls[0], WITHIN_SECONDS))["result"]
        assert result["_meta"]["hello3d/error"]["code"] == "cancelled"
        assert "staff" in result["content"][0]["text"]
        [other] = await _listed(1)
        assert other.scene_session_id == scenes[1].pk
        await database.run(call_cancel, other.id)
        await asyncio.wait_for(calls[1], WITHIN_SECONDS)
        await (await worker.current()).calls.flush()
        rows = await database.run(list, ToolCall.objects.all())
        assert [(row.status, row.error_code) for row in rows] == [("cancelled", "cancelled")] * 2
        await database.run(call_cancel, uuid4())  # of a call that is not under way: nothing happens
    finally:
        for socket in sockets:
            await socket.disconnect()


async def _with_progress(client: Client, session: str) -> tuple[Any, list[float]]:
    told: list[float] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        assert total
        assert message
        told.append(progress)

    result = await client.call_tool("take_screenshot", {"scene": session}, progress_callback=note)
    return result, told


@pytest.mark.requirement("E2")
@pytest.mark.parametrize("era", [pytest.param("legacy", marks=pytest.mark.long), "auto"])
async def test_a_silent_page_is_told_of_within_fifteen_seconds_and_progress_on_the_way(
    start_server: StartServer, database_url: str, era: str
) -> None:
    assert (asking.ANSWER_WITHIN_SECONDS, progress.EVERY_SECONDS) == (15, 1)
    short = {"sessions_app.steering.asking.ANSWER_WITHIN_SECONDS": 4.0}
    short["mcp_bridge.tools.progress.EVERY_SECONDS"] = 0.1
    server = start_server(database_url, environment=times(short))
    async with client_of(server, era) as client:
        session = await open_scene(client)
        page = await SimulatedBrowser.open(server.url, session)
        result, told = await asyncio.wait_for(_with_progress(client, session), WITHIN_SECONDS)
        assert error_code(result) == "browser_silent"
        assert "within 4 s" in text_of(result)
        assert len(told) >= 10
        assert told == sorted(set(told))
        shown = await page.receives("toolCall", 2)
        assert [frame["status"] for frame in shown] == ["running", "error"]
        assert json.dumps(shown)
        assert (await call(client, "get_scene", scene=session))["revision"] == 0
        await page.close()
