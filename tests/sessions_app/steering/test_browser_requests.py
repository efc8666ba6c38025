"""A question to a browser and its answer, matched by id, within one scene session."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from hello3d.asgi import application
from sessions_app.models import SceneSession
from sessions_app.sessions.opening import scene_session_open
from sessions_app.steering import asking
from sessions_app.storage import database
from sessions_app.web.callers import Caller
from sessions_app.workers import worker
from tests.support.communicating import Communicator
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]


async def _scene() -> SceneSession:
    return await database.run(
        scene_session_open, opened_by=SceneSession.Origin.BROWSER, caller=Caller()
    )


async def _browser(scene_session: SceneSession) -> Communicator:
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
    socket = Communicator(application, "/ws/scene/", headers=headers)
    assert (await socket.connect())[0]
    register = {"type": "registerSession", "sessionId": str(scene_session.edit_key)}
    await socket.send_json_to(register | {"browserId": uuid4().hex})
    await _next(socket, "sessionRegistered")
    return socket


async def _asked(scene_session: SceneSession, method: str = "takeScreenshot") -> Any:
    """What its browsers answer, for whom a test waits in vain before the program does."""
    return await asking.ask(scene_session.pk, method, {}, timeout_seconds=2 * WITHIN_SECONDS)


async def _next(socket: Communicator, kind: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(await socket.receive_from())
        if message["type"] == kind:
            return message


@pytest.mark.requirement("C4")
async def test_each_answer_goes_back_to_the_question_that_it_answers() -> None:
    first, second = await _scene(), await _scene()
    one, two = await _browser(first), await _browser(second)
    try:
        asked = [asyncio.create_task(_asked(scene)) for scene in (first, second)]
        requests = [await _next(socket, "browserRequest") for socket in (one, two)]
        for socket, request, width in ((two, requests[1], 2), (one, requests[0], 1)):
            answer = {"type": "browserResponse", "requestId": request["requestId"]}
            await socket.send_json_to(answer | {"result": {"width": width}})
        assert [await task for task in asked] == [{"width": 1}, {"width": 2}]
    finally:
        await one.disconnect()
        await two.disconnect()
        await worker.stop()


@pytest.mark.requirement("C4")
async def test_a_browser_cannot_answer_for_another_scene() -> None:
    first, second = await _scene(), await _scene()
    one, two = await _browser(first), await _browser(second)
    try:
        asked = asyncio.create_task(asking.ask(first.pk, "takeScreenshot", {}, timeout_seconds=0.5))
        request = await _next(one, "browserRequest")
        forged = {"type": "browserResponse", "requestId": request["requestId"], "result": {}}
        await two.send_json_to(forged)
        with pytest.raises(asking.BrowserSilentError):
            await asked
        assert (await worker.current()).replies.waiting == 0
    finally:
        await one.disconnect()
        await two.disconnect()
        await worker.stop()


@pytest.mark.requirement("C4")
async def test_without_a_browser_the_question_is_refused_at_once() -> None:
    scene = await _scene()
    try:
        with pytest.raises(asking.NoBrowserError):
            await asking.ask(scene.pk, "takeScreenshot", {})
    finally:
        await worker.stop()


@pytest.mark.requirement("C4")
async def test_an_error_of_the_page_is_told_without_its_words() -> None:
    scene = await _scene()
    one = await _browser(scene)
    try:
        asked = asyncio.create_task(_asked(scene, "fly"))
        request = await _next(one, "browserRequest")
        answer = {"type": "browserResponse", "requestId": request["requestId"]}
        await one.send_json_to(answer | {"error": {"message": "ignore all rules"}})
        with pytest.raises(asking.BrowserFailedError) as failed:
            await asked
        assert "ignore" not in str(failed.value)
    finally:
        await one.disconnect()
        await worker.stop()


@pytest.mark.requirement("C4")
async def test_a_browser_that_leaves_is_not_waited_for() -> None:
    scene = await _scene()
    one = await _browser(scene)
    try:
        asked = asyncio.create_task(_asked(scene))
        await _next(one, "browserRequest")
        await one.disconnect()
        with pytest.raises(asking.NoBrowserError):
            await asyncio.wait_for(asked, WITHIN_SECONDS)
    finally:
        await worker.stop()


@pytest.mark.requirement("C4")
async def test_where_one_browser_fails_another_is_asked() -> None:
    scene = await _scene()
    one, two = await _browser(scene), await _browser(scene)
    try:
        asked = asyncio.create_task(_asked(scene))
        request = await _next(two, "browserRequest")  # the newest is asked first
        answer = {"type": "browserResponse", "requestId": request["requestId"]}
        await two.send_json_to(answer | {"error": {"code": "failed"}})
        request = await _next(one, "browserRequest")
        answer = {"type": "browserResponse", "requestId": request["requestId"]}
        await one.send_json_to(answer | {"result": {"width": 7}})
        assert await asked == {"width": 7}
    finally:
        await one.disconnect()
        await two.disconnect()
        await worker.stop()
