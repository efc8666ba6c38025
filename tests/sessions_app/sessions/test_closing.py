"""Closing a session, sending its browsers away, replacing its link: who is told what."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from channels.layers import get_channel_layer

from sessions_app.errors import SceneSessionUnknownError
from sessions_app.models import Invitation, SceneSession, SceneSessionEvent, Subscription
from sessions_app.routing import Target
from sessions_app.scene.errors import SceneError
from sessions_app.sessions.closing import (
    browsers_disconnect,
    edit_key_replace,
    scene_session_close,
)
from sessions_app.sessions.invitations import invitation_create
from sessions_app.sessions.subscriptions import subscription_add
from sessions_app.steering.tool_calls import CallEffect, RefusedError, tool_call_perform
from sessions_app.storage import database
from sessions_app.wire import events
from sessions_app.workers import worker
from tests.support.communicating import Communicator
from tests.support.here import serving
from tests.support.http import http_client
from tests.support.scene_sockets import join, receive
from tests.support.scenes import color, make_call, make_scene_session

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

BOUND = Target(protocol_session="b" * 32, may_create=True)
BY_STAFF: dict[str, Any] = {
    "closed_by": SceneSession.Closer.STAFF,
    "because": "It was used for spam.",
}


@pytest.fixture
async def scene() -> AsyncIterator[SceneSession]:
    yield await database.run(make_scene_session)
    await worker.stop()


async def _steer(target: Target) -> CallEffect:
    return await database.run(tool_call_perform, make_call(target), color("teal"))


async def _refused(target: Target) -> SceneError:
    with pytest.raises(RefusedError) as refused:
        await _steer(target)
    return refused.value.error


async def _stored(scene_session_id: int) -> SceneSession:
    return await database.run(SceneSession.objects.get, pk=scene_session_id)


async def _events(scene_session_id: int) -> list[tuple[str, str]]:
    rows = SceneSessionEvent.objects.filter(scene_session=scene_session_id).order_by("pk")
    ended = rows.exclude(kind__in=("made", "joined", "left"))
    return await database.run(lambda: list(ended.values_list("kind", "reason")))


async def _told(socket: Communicator) -> tuple[str, str, int]:
    """The error that a page is sent, and the close code after it."""
    error = await receive(socket, "error")
    output: dict[str, Any] = await socket.receive_output()
    assert output["type"] == "websocket.close"
    return error["code"], error["message"], output["code"]


@pytest.mark.requirement("A3")
async def test_a_browser_and_a_client_are_told_when_by_whom_and_why(scene: SceneSession) -> None:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    assert await database.run(scene_session_close, scene.pk, **BY_STAFF)
    stored = await _stored(scene.pk)
    assert stored.closed_at is not None
    when = f"{stored.closed_at.day} {stored.closed_at:%B %Y at %H:%M} UTC"
    told = f"This scene was closed on {when} by the staff of this server: It was used for spam."
    assert await _told(socket) == ("session_closed", told, 4410)
    error = await _refused(Target(edit_key=scene.edit_key))
    assert error.code == "session_closed"
    assert error.message.startswith(told)
    assert "open_session" in error.message
    late = await join(scene)
    assert await _told(late) == ("session_closed", told, 4410)


async def test_a_session_is_closed_once(scene: SceneSession) -> None:
    assert await database.run(scene_session_close, scene.pk, **BY_STAFF)
    first = await _stored(scene.pk)
    by_user: dict[str, Any] = {
        "closed_by": SceneSession.Closer.USER,
        "because": "No longer needed.",
    }
    assert not await database.run(scene_session_close, scene.pk, **by_user)
    again = await _stored(scene.pk)
    assert (again.closed_at, again.closed_by) == (first.closed_at, "staff")
    assert await _events(scene.pk) == [("closed", "Staff: It was used for spam.")]
    assert not await database.run(scene_session_close, scene.pk + 1000, **BY_STAFF)


@pytest.mark.requirement("C2")
@pytest.mark.usefixtures("scene")
async def test_a_bound_client_is_told_once_and_then_begins_anew() -> None:
    first = await _steer(BOUND)
    await database.run(scene_session_close, first.scene_session_id, **BY_STAFF)
    error = await _refused(BOUND)
    assert error.code == "session_closed"
    assert "spam" in error.message
    second = await _steer(BOUND)
    assert second.created
    assert second.scene_session_id != first.scene_session_id


@pytest.mark.requirement("A5")
async def test_browsers_are_sent_away_and_may_come_back(scene: SceneSession) -> None:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    assert await database.run(browsers_disconnect, scene.pk)
    code, message, close_code = await _told(socket)
    assert (code, close_code) == ("sent_away", 4411)
    assert "Reload" in message
    back = await join(scene)
    await receive(back, "sessionRegistered")
    await back.disconnect()
    assert [kind for kind, _ in await _events(scene.pk)] == ["disconnected"]
    assert not await database.run(browsers_disconnect, scene.pk + 1000)


@pytest.mark.requirement("A5")
@pytest.mark.usefixtures("scene")
async def test_a_replaced_key_ends_what_came_with_the_old_one_and_only_that() -> None:
    bound = await _steer(BOUND)
    old = await _stored(bound.scene_session_id)
    await database.run(
        subscription_add,
        BOUND,
        protocol_session="b" * 32,
        uri=f"scene://{old.edit_key}/objects/model",
    )
    assert await database.run(invitation_create, old.pk)
    socket = await join(old)
    await receive(socket, "sessionRegistered")
    new_key = await database.run(edit_key_replace, old.pk)
    assert new_key not in (None, old.edit_key)
    code, message, close_code = await _told(socket)
    assert (code, close_code) == ("link_replaced", 4412)
    assert str(new_key) not in message
    assert (await _refused(Target(edit_key=old.edit_key))).code == SceneSessionUnknownError.code
    assert (await _steer(BOUND)).edit_key == new_key
    new = await _stored(old.pk)
    assert new.edit_key == new_key
    page = await join(new)
    await receive(page, "sessionRegistered")
    await page.disconnect()
    for model in (Invitation, Subscription):
        assert not await database.run(model.objects.filter(scene_session=old.pk).exists)
    assert await _events(old.pk) == [("key_replaced", "")]


@pytest.mark.requirement("X3")
async def test_an_old_link_never_tells_the_new_key(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the key is replaced between a browser's joining and its reading of the scene."""
    layer = get_channel_layer()

    class ReplacesKey:
        async def group_add(self, group: str, channel: str) -> None:
            await layer.group_add(group, channel)
            await database.run(edit_key_replace, scene.pk)

        def __getattr__(self, name: str) -> Any:
            return getattr(layer, name)

    monkeypatch.setattr(events, "get_channel_layer", ReplacesKey)
    socket = await join(scene)
    code, message, close_code = await _told(socket)
    assert (code, close_code) == ("session_unknown", 4404)
    assert str((await _stored(scene.pk)).edit_key) not in message
    [pairing] = await database.run(lambda: list(scene.pairings.all()))
    assert pairing.left_at is not None


@pytest.mark.requirement("X3")
@pytest.mark.requirement("C2")
async def test_a_browser_that_no_word_reached_is_told_when_its_lease_is_renewed(
    scene: SceneSession,
) -> None:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    await database.run(SceneSession.objects.filter(pk=scene.pk).update, edit_key=uuid4())
    await (await worker.current()).leases.renew()
    assert (await _told(socket))[::2] == ("link_replaced", 4412)


@pytest.mark.requirement("X3")
async def test_of_several_who_replace_one_key_at_once_one_is_served(scene: SceneSession) -> None:
    key = {"authorization": f"Session {scene.edit_key}"}
    async with (
        serving() as origin,
        http_client(base_url=origin, headers=key) as client,
    ):
        path = f"/api/sessions/{scene.pk}/new-link/"
        answers = await asyncio.gather(*(client.post(path) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 7
    [served] = [answer.json() for answer in answers if answer.is_success]
    assert served["sessionId"] == str((await _stored(scene.pk)).edit_key)


async def test_a_closed_session_gets_no_new_key(scene: SceneSession) -> None:
    await database.run(scene_session_close, scene.pk, **BY_STAFF)
    assert await database.run(edit_key_replace, scene.pk) is None
    assert (await _stored(scene.pk)).edit_key == scene.edit_key
