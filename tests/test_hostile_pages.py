"""What a page or a client may say that is none of what it should."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mcp_bridge.tools import screenshots
from sessions_app import steering
from sessions_app.browsers import BrowserFailedError
from sessions_app.models import Pairing, SceneRevision, SceneSession
from sessions_app.routing_policy import Rule, Target
from sessions_app.services.tool_calls import tool_call_perform
from sessions_app.storage import database
from sessions_app.workers import worker
from tests.support.waiting import WITHIN_SECONDS
from tests.test_consumers import join, receive, register
from tests.test_storage import color, make_call, make_scene_session

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

_JPEG = base64.b64encode(b"\xff\xd8\xff\xd9").decode()


@pytest.fixture
async def scene() -> AsyncIterator[SceneSession]:
    yield await database.run(make_scene_session)
    await worker.stop()


@pytest.mark.parametrize(
    "wrong", [{"data": "\u00e9"}, {"data": "a"}, {"revision": 10**30}, {"revision": 2**31}]
)
def test_a_picture_that_is_none_is_refused_as_the_browsers_fault(wrong: dict[str, Any]) -> None:
    right = {"revision": 1, "width": 20, "height": 20, "data": _JPEG}
    assert screenshots._read(right, 1).revision == 1
    with pytest.raises(BrowserFailedError):
        screenshots._read(right | wrong, 1)


async def test_one_connection_is_one_browser(scene: SceneSession) -> None:
    socket = await join(scene, browser_id="one")
    await receive(socket, "sessionRegistered")
    await register(socket, scene, browser_id="two")
    assert (await receive(socket, "error"))["code"] == "bad_message"
    await register(socket, scene, browser_id="one")
    await receive(socket, "sessionRegistered")
    assert await database.run(Pairing.objects.count) == 1
    await socket.disconnect()


async def test_what_a_client_calls_itself_is_kept_and_shown_cut(scene: SceneSession) -> None:
    call = make_call(Target(Rule.ARGUMENT, scene.edit_key), client_name="N" * 100_000)
    await database.run(tool_call_perform, call, color("teal"))
    [cause] = await database.run(lambda: list(SceneRevision.objects.values_list("cause")))
    assert len(json.loads(cause[0])["by"]) == 100


async def test_a_tool_that_nobody_has_is_told_to_the_page_cut(scene: SceneSession) -> None:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    call = make_call(Target(Rule.ARGUMENT, scene.edit_key))
    call.tool = call.title = "x" * 100_000
    await asyncio.wait_for(
        steering._show(call, scene.pk, status="error", summary=""), WITHIN_SECONDS
    )
    assert len((await receive(socket, "toolCall"))["name"]) == 100
    await socket.disconnect()
