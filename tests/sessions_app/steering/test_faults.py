"""When things go wrong on our side, nothing leaks, every call ends, and its row says how."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator

import httpx2
import pytest
from channels.layers import get_channel_layer

from hello3d.asgi import application, mcp_endpoint
from sessions_app.calls.records import Call
from sessions_app.limits.rates import TooBusyError
from sessions_app.models import SceneRevision, SceneSession, ToolCall
from sessions_app.routing import Rule, Target
from sessions_app.scene.document import Document
from sessions_app.scene.operations import Change
from sessions_app.steering import steering
from sessions_app.storage import database
from sessions_app.web import bodies
from sessions_app.workers import replies, worker
from sessions_app.workers.replies import ReplyDesk
from sessions_app.workers.worker_channel import WorkerChannel
from tests.support.here import post_call
from tests.support.scenes import color, make_call, make_scene_session
from tests.support.waiting import WITHIN_SECONDS, until_true

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]


@pytest.fixture
async def scene() -> AsyncIterator[SceneSession]:
    yield await database.run(make_scene_session)
    await mcp_endpoint.stop()
    await worker.stop()


def _call(scene: SceneSession) -> Call:
    return make_call(Target(Rule.ARGUMENT, scene.edit_key))


async def _row(call: Call) -> ToolCall:
    await (await worker.current()).calls.flush()
    return await database.run(ToolCall.objects.get, pk=call.id)


async def test_our_own_fault_is_told_by_reference_and_detailed_in_the_log_only(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(steering, "steer", broken)
    arguments = {"color": "teal", "scene": str(scene.edit_key)}
    result = (await post_call("change_model_color", arguments))["result"]
    [block] = result["content"]
    assert result["isError"]
    assert result["_meta"]["hello3d/error"] == {"code": "internal"}
    assert "secret" not in json.dumps(result)
    [failed] = [record for record in caplog.records if hasattr(record, "reference")]
    assert failed.reference in block["text"]
    assert "a secret detail" in str(failed.exc_info)
    row = await database.run(ToolCall.objects.get)
    assert (row.status, row.error_code) == ("error", "internal")


@pytest.mark.requirement("A2")
async def test_a_call_that_takes_too_long_ends_and_says_that_it_may_have_worked(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worker.current()  # the first one in a process takes its time
    monkeypatch.setattr(steering, "CALL_TIMEOUT_SECONDS", 0.1)
    finish = threading.Event()

    def slow(document: Document) -> Change:
        finish.wait(WITHIN_SECONDS)
        return color("teal")(document)

    call = _call(scene)
    with pytest.raises(steering.CallTimeoutError):
        await steering.steer(call, slow)
    finish.set()
    await database.run(lambda: None)  # the database thread has done what was before it

    async def has_ended() -> bool:
        return (await _row(call)).status != ToolCall.Status.RUNNING

    await until_true(has_ended)  # the unit goes on by itself, on purpose
    assert (await _row(call)).status == ToolCall.Status.TIMEOUT
    assert await database.run(SceneRevision.objects.count) == 1


@pytest.mark.requirement("E3")
async def test_a_call_cancelled_before_its_transaction_changes_nothing(
    scene: SceneSession,
) -> None:
    await worker.current()
    finish = threading.Event()
    blocking = [database.submit(finish.wait, WITHIN_SECONDS) for _ in range(4)]
    call = _call(scene)
    task = asyncio.create_task(steering.steer(call, color("teal")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    finish.set()
    for work in blocking:
        await asyncio.wrap_future(work)
    assert (await _row(call)).status == ToolCall.Status.CANCELLED
    assert not await database.run(SceneRevision.objects.exists)
    assert (await worker.current()).replies.waiting == 0


@pytest.mark.requirement("N2")
async def test_a_call_is_stored_and_answered_while_the_channel_layer_is_away(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise ConnectionError("the layer is away")

    monkeypatch.setattr(get_channel_layer(), "group_send", away)
    arguments = {"color": "teal", "scene": str(scene.edit_key)}
    result = (await post_call("change_model_color", arguments))["result"]
    assert result["structuredContent"]["revision"] == 1
    arguments["color"] = "blurple"
    result = (await post_call("change_model_color", arguments))["result"]
    assert result["_meta"]["hello3d/error"]["code"] == "invalid_argument"


async def test_waiting_calls_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "MAX_WAITING", 1)
    desk = ReplyDesk(WorkerChannel())
    with desk.expect("one"), pytest.raises(TooBusyError), desk.expect("two"):
        pytest.fail("the second was let in")
    assert desk.waiting == 0


async def test_a_body_that_does_not_come_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "BODY_WITHIN_SECONDS", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    transport = httpx2.ASGITransport(app=application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as http:
        headers = {"content-type": "application/json"}
        answer = await asyncio.wait_for(
            http.post("/mcp", content=slow(), headers=headers), WITHIN_SECONDS
        )
    assert answer.status_code == 408
    await worker.stop()
