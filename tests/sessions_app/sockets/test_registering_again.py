"""A page may register again on one socket; whoever does so without end is held like any other."""

import logging
from collections.abc import AsyncIterator

import pytest

from sessions_app.limits import browser_limits
from sessions_app.limits.browser_limits import OutgoingBudget
from sessions_app.models import SceneSession
from sessions_app.sockets import base
from sessions_app.storage import database
from sessions_app.wire.scene_messages import CloseCode
from sessions_app.workers import worker
from tests.support.scene_sockets import closed_with, join, receive, register
from tests.support.scenes import make_scene_session

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("C6"),
]

AGAIN = 30


@pytest.fixture
async def scene() -> AsyncIterator[SceneSession]:
    yield await database.run(make_scene_session)
    await worker.stop()


async def test_registering_earns_no_messages(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_limits, "MESSAGES_PER_SECOND", 2)
    socket = await join(scene, browser_id="tab")
    for _ in range(AGAIN):
        await register(socket, scene, browser_id="tab")
    assert await closed_with(socket) == CloseCode.TOO_MANY


async def test_what_was_sent_before_stays_unconfirmed(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "OutgoingBudget", lambda: OutgoingBudget(10_000))
    socket = await join(scene, browser_id="tab")
    for _ in range(AGAIN):
        await register(socket, scene, browser_id="tab")
    assert await closed_with(socket) == CloseCode.SLOW


async def test_a_page_that_confirms_what_it_gets_registers_again_at_will(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "OutgoingBudget", lambda: OutgoingBudget(10_000))
    monkeypatch.setattr(browser_limits, "MESSAGES_PER_SECOND", 1000)  # it is about bytes
    socket = await join(scene, browser_id="tab")
    for _ in range(AGAIN):
        revision = (await receive(socket, "sessionRegistered"))["revision"]
        await socket.send_json_to({"type": "sceneApplied", "revision": revision, "visible": True})
        await register(socket, scene, browser_id="tab")
    await receive(socket, "sessionRegistered")
    await socket.disconnect()


async def test_the_log_tells_once_what_a_socket_says_again_and_again(
    scene: SceneSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sessions_app.sockets.scene")
    socket = await join(scene, browser_id="tab")
    for _ in range(3):
        await receive(socket, "sessionRegistered")
        await socket.send_json_to({"type": "sceneFailed", "revision": 0, "message": "no picture"})
        await register(socket, scene, browser_id="tab")
    await receive(socket, "sessionRegistered")
    await socket.disconnect()
    told = [record.getMessage() for record in caplog.records]
    assert told.count("browser registered") == 1
    assert told.count("a browser could not show its scene") == 1
