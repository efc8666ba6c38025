"""The browsers' socket, message by message."""

import asyncio
import json
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from channels.layers import get_channel_layer
from pydantic import ValidationError

from hello3d.asgi import application
from sessions_app.limits import browser_limits
from sessions_app.limits.browser_limits import MessageAllowance, OutgoingBudget, SlowBrowserError
from sessions_app.models import Pairing, SceneRevision, SceneSession
from sessions_app.routing import Rule, Target
from sessions_app.sockets import base, registering
from sessions_app.steering import steering
from sessions_app.storage import database
from sessions_app.wire import page_messages
from sessions_app.wire.events import scene_group
from sessions_app.workers import worker
from tests.support.clocks import moved
from tests.support.communicating import Communicator
from tests.support.layers import losing_changes
from tests.support.scene_documents import model_color
from tests.support.scene_sockets import HEADERS, closed_with, join, receive, register
from tests.support.scenes import color, make_call, make_scene_session, steer

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]


async def send_patched(scene: SceneSession, revision: int) -> None:
    event = {"type": "scene.patched", "revision": revision, "frame": "{}"}
    event |= {"reply_channel": "nowhere", "call_id": "none"}
    await get_channel_layer().group_send(scene_group(scene.pk), event)


@pytest.mark.requirement("H3")
async def test_a_page_that_joins_gets_the_whole_scene_and_one_that_returns_the_patches(
    scene: SceneSession,
) -> None:
    await database.run(steer, scene, color("teal"))
    socket = await join(scene)
    whole = await receive(socket, "sessionRegistered")
    assert (whole["revision"], model_color(whole["scene"])) == (1, "#008688")
    assert (whole["sessionId"], whole["role"]) == (str(scene.edit_key), "owner")
    await database.run(steer, scene, color("lime"))
    back = await join(scene, revision=1)
    again = await receive(back, "sessionRegistered")
    assert [each["revision"] for each in whole["recent"]] == [1]
    assert "scene" not in again
    assert "recent" not in again
    assert [entry["revision"] for entry in again["patches"]] == [2]
    ahead = await join(scene, revision=7)
    assert "scene" in await receive(ahead, "sessionRegistered")
    for one in (socket, back, ahead):
        await one.disconnect()


async def test_a_gap_is_filled_from_the_database_and_what_was_sent_is_not_sent_again(
    scene: SceneSession,
) -> None:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    async with losing_changes():
        for name in ("teal", "lime", "aqua"):
            await database.run(steer, scene, color(name))
    await send_patched(scene, 3)
    revisions = [(await receive(socket, "scenePatch"))["revision"] for _ in range(3)]
    assert revisions == [1, 2, 3]
    await send_patched(scene, 2)
    await database.run(steer, scene, color("snow"))
    assert (await receive(socket, "scenePatch"))["revision"] == 4
    await socket.disconnect()


async def test_a_gap_that_is_no_longer_kept_brings_the_whole_scene(scene: SceneSession) -> None:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    async with losing_changes():
        for name in ("teal", "lime", "aqua"):
            await database.run(steer, scene, color(name))
    await database.run(SceneRevision.objects.filter(revision=1).delete)
    await send_patched(scene, 3)
    whole = await receive(socket, "sessionRegistered")
    assert model_color(whole["scene"]) == "#008cff"
    await socket.disconnect()


@pytest.mark.requirement("N2")
async def test_the_heartbeat_brings_a_page_up_to_date(scene: SceneSession) -> None:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    async with losing_changes():
        await database.run(steer, scene, color("teal"))
    await (await worker.current()).leases.renew()
    assert (await receive(socket, "scenePatch"))["revision"] == 1
    assert (await receive(socket, "heartbeat"))["revision"] == 1
    await socket.disconnect()


async def test_registration_and_heartbeats_bring_the_servers_clock(scene: SceneSession) -> None:
    with moved(timedelta(days=3)):
        socket = await join(scene)
        registered = await receive(socket, "sessionRegistered")
        await (await worker.current()).leases.renew()
        beat = await receive(socket, "heartbeat")
        later = time.time() + 3 * 86_400
    # It is told in whole milliseconds.
    later += 0.001
    assert later - 60 < registered["serverTime"] <= beat["serverTime"] <= later
    await socket.disconnect()


async def test_only_the_connection_that_got_a_patch_can_acknowledge_it(
    scene: SceneSession,
) -> None:
    other = await database.run(make_scene_session)
    stranger = await join(other)
    await receive(stranger, "sessionRegistered")
    applied = {"type": "sceneApplied", "revision": 1, "visible": True}
    await stranger.send_json_to(applied)
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    call = make_call(Target(Rule.ARGUMENT, scene.edit_key))
    call.worker_id = (await worker.current()).id
    steering_task = asyncio.create_task(steering.steer(call, color("teal")))
    await receive(socket, "scenePatch")
    await stranger.send_json_to(applied)
    await socket.send_json_to(applied | {"visible": False})
    delivery = (await steering_task).delivery
    assert (delivery.connected, delivery.acknowledged, delivery.visible) == (1, 1, 0)
    await socket.disconnect()
    await stranger.disconnect()


async def test_a_page_that_cannot_show_it_is_counted_as_that(scene: SceneSession) -> None:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    call = make_call(Target(Rule.ARGUMENT, scene.edit_key))
    task = asyncio.create_task(steering.steer(call, color("teal")))
    await receive(socket, "scenePatch")
    await socket.send_json_to({"type": "sceneFailed", "revision": 1, "message": "no WebGL"})
    delivery = (await task).delivery
    assert (delivery.acknowledged, delivery.failed) == (0, 1)
    await socket.disconnect()


async def test_after_a_silent_call_later_ones_wait_short_until_a_page_answers_again(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "CONFIRM_WITHIN_SECONDS", 0.3)
    socket = await join(scene)
    await receive(socket, "sessionRegistered")

    async def steered(name: str) -> steering.DeliveryReport:
        call = make_call(Target(Rule.ARGUMENT, scene.edit_key))
        delivery = (await steering.steer(call, color(name))).delivery
        await (await worker.current()).calls.flush()
        return delivery

    assert (await steered("teal")).waited_seconds == 0.3
    assert (await steered("lime")).waited_seconds == 0.15
    task = asyncio.create_task(steered("aqua"))
    while (await receive(socket, "scenePatch"))["revision"] < 3:
        pass
    await socket.send_json_to({"type": "sceneApplied", "revision": 3, "visible": True})
    assert (await task).acknowledged == 1
    assert (await steered("snow")).waited_seconds == 0.3
    await socket.disconnect()


async def test_a_page_that_is_sent_too_much_unconfirmed_is_closed_as_slow(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "OutgoingBudget", lambda: OutgoingBudget(100))
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    await database.run(steer, scene, color("teal"))  # whose patch is longer than 100 bytes
    assert await closed_with(socket) == 4413


async def test_a_connection_belongs_to_one_scene(scene: SceneSession) -> None:
    other = await database.run(make_scene_session)
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    await register(socket, other)
    assert (await receive(socket, "error"))["code"] == "bad_message"
    await database.run(steer, other, color("gold"))
    await database.run(steer, scene, color("teal"))
    [step] = (await receive(socket, "scenePatch"))["patch"]
    assert step["value"] == "#008688"
    await socket.disconnect()


async def test_a_page_that_did_not_register_in_time_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registering, "REGISTER_WITHIN_SECONDS", 0.05)
    socket = Communicator(application, "/ws/scene/", headers=HEADERS)
    assert (await socket.connect())[0]
    assert await closed_with(socket) == 4408


async def test_a_closed_session_is_not_joined(scene: SceneSession) -> None:
    closed = SceneSession.objects.filter(pk=scene.pk).update
    await database.run(closed, state=SceneSession.State.CLOSED)
    socket = Communicator(application, "/ws/scene/", headers=HEADERS)
    assert (await socket.connect())[0]
    await register(socket, scene)
    assert await closed_with(socket) == 4410


@pytest.mark.requirement("H3")
async def test_leaving_ends_the_lease_and_tells_the_others(scene: SceneSession) -> None:
    staying, leaving = await join(scene), await join(scene)
    for socket in (staying, leaving):
        await receive(socket, "sessionRegistered")
    assert (await receive(staying, "presence"))["browsers"] == 2
    await leaving.disconnect()
    assert (await receive(staying, "presence"))["browsers"] == 1
    left = await database.run(list, Pairing.objects.exclude(left_at=None))
    assert [pairing.close_code for pairing in left] == [1000]
    await staying.disconnect()


def test_the_budget_counts_what_is_not_confirmed() -> None:
    budget = OutgoingBudget(10)
    budget.add(1, 100)  # a single large one must pass, or its page could never catch up
    with pytest.raises(SlowBrowserError):
        budget.add(2, 1)
    budget.settle(1)
    budget.add(2, 10)


def test_answers_are_never_too_many_and_others_are_past_50_a_second() -> None:
    allowance = MessageAllowance(0)
    for _ in range(200):
        allowance.expect_answer()
    assert all(allowance.take(0) for _ in range(200 + browser_limits.MESSAGES_PER_SECOND))
    assert not allowance.take(0)
    assert allowance.take(1)


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**300])
def test_a_number_that_other_processes_cannot_be_told_is_refused(number: int) -> None:
    answer = {"type": "browserResponse", "requestId": str(uuid4()), "result": {"a": [{"b": 1}]}}
    assert page_messages.parse(json.dumps(answer | {"result": {"a": [2**64 - 1, -(2**63)]}}))
    for part in ({"a": number}, {"a": [{"b": number}]}):
        for member in ("result", "error"):
            with pytest.raises(ValidationError):
                page_messages.parse(json.dumps(answer | {member: part}))
