"""The socket of the staff's overview: who may open it, what it tells, and when it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from hello3d.asgi import application
from sessions_app.calls.overview import MAX_PAGE
from sessions_app.limits.browser_limits import OutgoingBudget
from sessions_app.models import SceneSession, ToolCall
from sessions_app.sockets import base
from sessions_app.storage import database
from sessions_app.wire.scene_messages import CloseCode
from sessions_app.workers import staff_feed, worker
from tests.support.communicating import Communicator
from tests.support.scenes import make_scene_session
from tests.support.stores import PASSWORD
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("A5"),
]

ORIGIN = (b"origin", b"http://testserver")
HOST = (b"host", b"testserver")

PERSON = User.objects.filter(username="person")

Message = dict[str, Any]


@pytest.fixture(autouse=True)
async def workers_end() -> AsyncIterator[None]:
    yield
    await worker.stop()


def make_user(name: str = "person", *, staff: bool = True) -> User:
    return User.objects.create_user(name, password=PASSWORD, is_staff=staff)


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def cookie_of(client: Client) -> tuple[bytes, bytes]:
    name = settings.SESSION_COOKIE_NAME
    return (b"cookie", f"{name}={client.cookies[name].value}".encode())


async def signed_in(*, staff: bool = True) -> Client:
    return await database.run(lambda: sign_in(make_user(staff=staff)))


def socket_of(*headers: tuple[bytes, bytes]) -> Communicator:
    return Communicator(application, "/ws/staff/", headers=[HOST, *headers])


async def open_overview(client: Client) -> Communicator:
    socket = socket_of(ORIGIN, cookie_of(client))
    assert (await socket.connect())[0]
    return socket


async def receive(socket: Communicator, kind: str) -> Message:
    """The next message of a kind."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            message: Message = json.loads(await socket.receive_from())
            if message["type"] == kind:
                return message


async def closed_with(socket: Communicator) -> int:
    """The close code with which the server ends the socket."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            event: Message = await socket.receive_output()
            if event["type"] == "websocket.close":
                return int(event["code"])


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="no origin"),
        pytest.param([(b"origin", b"null")], id="null"),
        pytest.param([(b"origin", b"https://testserver")], id="another scheme"),
        pytest.param([(b"origin", b"http://testserver:81")], id="another port"),
        pytest.param([(b"origin", b"http://evil.example")], id="another host"),
    ],
)
async def test_a_page_of_another_origin_opens_no_socket(headers: list[tuple[bytes, bytes]]) -> None:
    client = await signed_in()
    assert await socket_of(*headers, cookie_of(client)).connect() == (False, CloseCode.NOT_ALLOWED)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("nobody", CloseCode.NOT_SIGNED_IN),
        ("forged", CloseCode.NOT_SIGNED_IN),
        ("signed out", CloseCode.NOT_SIGNED_IN),
        ("deactivated", CloseCode.NOT_SIGNED_IN),
        ("not staff", CloseCode.NOT_ALLOWED),
    ],
)
async def test_who_is_not_signed_in_as_staff_is_told_nothing(who: str, code: int) -> None:
    client = await signed_in(staff=who != "not staff")
    cookie = [cookie_of(client)]
    if who == "nobody":
        cookie = []
    elif who == "forged":
        cookie = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}=".encode() + b"a" * 32)]
    elif who == "signed out":
        await database.run(client.logout)
    elif who == "deactivated":
        await database.run(User.objects.update, is_active=False)
    socket = socket_of(ORIGIN, *cookie)
    await socket.connect()
    assert json.loads(await socket.receive_from())["type"] == "error"
    assert await closed_with(socket) == code
    assert not (await worker.current()).staff.is_running


def password_changes(_: Client) -> None:
    user = User.objects.get(username="person")
    user.set_password("another one")
    user.save()


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda client: client.logout(), id="sign-out"),
        pytest.param(lambda _: PERSON.update(is_staff=False), id="no longer staff"),
        pytest.param(lambda _: PERSON.update(is_active=False), id="deactivated"),
        pytest.param(password_changes, id="password changed"),
    ],
)
async def test_the_end_of_a_sign_in_ends_its_sockets_and_no_others(end: Any) -> None:
    client = await signed_in()
    ending = await open_overview(client)
    await receive(ending, "overview")
    other = await database.run(lambda: sign_in(make_user("other")))
    kept = await open_overview(other)
    await database.run(end, client)
    assert await closed_with(ending) == CloseCode.NOT_SIGNED_IN
    await receive(kept, "overview")
    await kept.disconnect()


async def test_an_overview_hears_of_calls_sessions_and_figures_as_they_change() -> None:
    scene = await database.run(make_scene_session)
    socket = await open_overview(await signed_in())
    first = await receive(socket, "overview")
    assert first["statistics"]["sessionsByState"]["open"] == 1
    [row] = (await receive(socket, "sessions"))["sessions"]
    assert (row["id"], row["state"], row["calls"]) == (scene.pk, "open", 0)
    call = await database.run(
        lambda: ToolCall.objects.create(scene_session=scene, tool="get_scene", instance="two")
    )
    [told] = (await receive(socket, "toolCalls"))["calls"]
    assert (told["id"], told["status"]) == (str(call.pk), "running")
    assert (await receive(socket, "sessions"))["sessions"][0]["calls"] == 1
    ended = ToolCall.objects.filter(pk=call.pk)
    await database.run(ended.update, status="error", error_code="limit", duration_ms=12.5)
    [told] = (await receive(socket, "toolCalls"))["calls"]
    assert (told["status"], told["errorCode"], told["durationMs"]) == ("error", "limit", 12.5)
    figures = (await receive(socket, "overview"))["figures"]
    assert (figures["errors"], figures["errorLevel"]) == (1, "bad")
    await socket.disconnect()


async def test_the_sessions_that_are_shown_are_those_that_were_asked_for() -> None:
    def make_sessions() -> list[int]:
        sessions = [make_scene_session() for _ in range(3)]
        SceneSession.objects.filter(pk=sessions[0].pk).update(state="closed")
        owner = make_user("someone", staff=False)
        SceneSession.objects.filter(pk=sessions[1].pk).update(owner=owner)
        return [session.pk for session in sessions]

    closed, owned, other = await database.run(make_sessions)
    socket = await open_overview(await signed_in())

    async def shown(**view: Any) -> list[int]:
        await socket.send_json_to({"type": "showSessions", **view})
        while True:
            answer = await receive(socket, "sessions")
            if all(answer[name] == value for name, value in view.items()):
                return [row["id"] for row in answer["sessions"]]

    assert await shown(state="closed") == [closed]
    assert await shown(state="live") == [other, owned]
    assert await shown(state="live", search="SOME") == [owned]
    assert await shown(state="live", search=str(other)) == [other]
    assert await shown(state="live", page=1) == []
    await socket.disconnect()


@pytest.mark.parametrize(
    "text",
    [
        "[]", "{", '{"type":"heartbeat","revision":1}', '{"type":"shown","look":-1}',
        '{"type":"shown","look":9007199254740991}',
        '{"type":"shown","look":"1"}', '{"type":"showSessions","state":"all"}',
        '{"type":"showSessions","page":-1}', f'{{"type":"showSessions","page":{MAX_PAGE + 1}}}',
        '{"type":"showSessions","search":1}', '{"type":"showSessions","edit":true}',
        json.dumps({"type": "showSessions", "search": "a" * 201}),
        json.dumps({"type": "showSessions", "search": "\0"}),
    ],
)  # fmt: skip
async def test_the_third_malformed_message_ends_the_socket(text: str) -> None:
    socket = await open_overview(await signed_in())
    for _ in range(3):
        await socket.send_to(text_data=text)
        assert (await receive(socket, "error"))["code"] == "bad_message"
    assert await closed_with(socket) == CloseCode.BAD_MESSAGE


async def test_too_many_and_too_large_messages_end_the_socket() -> None:
    client = await signed_in()
    flooding, large = await open_overview(client), await open_overview(client)
    await large.send_to(text_data=" " * (256 * 1024 + 1))
    assert await closed_with(large) == CloseCode.TOO_LARGE
    for _ in range(200):
        await flooding.send_json_to({"type": "shown", "look": 0})
    assert await closed_with(flooding) == CloseCode.TOO_MANY


async def test_an_overview_that_does_not_confirm_what_it_is_sent_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(staff_feed, "LOOK_EVERY_SECONDS", 0.3)
    monkeypatch.setattr(base, "OutgoingBudget", lambda: OutgoingBudget(30_000))
    client = await signed_in()
    slow, good = await open_overview(client), await open_overview(client)
    for _ in range(8):
        message = await receive(good, "overview")
        await good.send_json_to({"type": "shown", "look": message["look"]})
    assert await closed_with(slow) == CloseCode.SLOW
    await good.disconnect()


async def test_the_feed_rests_while_nobody_looks_and_one_user_opens_so_many() -> None:
    client = await signed_in()
    feed = (await worker.current()).staff
    sockets = [await open_overview(client) for _ in range(staff_feed.MAX_OVERVIEWS_PER_USER)]
    await receive(sockets[-1], "overview")
    assert feed.is_running
    assert await closed_with(await open_overview(client)) == CloseCode.TOO_MANY
    for socket in sockets:
        await socket.disconnect()
    await until(lambda: not feed.is_running)
