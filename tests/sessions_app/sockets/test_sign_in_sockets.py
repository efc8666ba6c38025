"""Where sign-in is on, a socket shows their own scenes to people, and all to staff."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import AsyncClient
from pytest_django import Settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from sessions_app.models import Identity, Pairing, SceneSession
from sessions_app.people import bearers
from sessions_app.storage import database
from sessions_app.workers import sign_in_keeper
from tests.support.clocks import moved
from tests.support.here import serving
from tests.support.people import SESSION, cookie_of, person, scene_of, switch_on
from tests.support.tokens import ISSUER, token_of

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("X3"),
]

# A sign-in is looked at once a second; nothing else would end a socket as soon as this.
ENDS_WITHIN_SECONDS = 20


@pytest.fixture
async def origin(settings: Settings) -> AsyncIterator[str]:
    switch_on(settings)
    async with serving() as url:
        yield url


class Socket:
    """A socket as a page, or a program, opens it."""

    def __init__(self, url: str, *, origin: str | None = "own", **headers: str) -> None:
        self._connecting = connect(
            f"{url.replace('http', 'ws', 1)}/ws/scene/",
            origin=Origin(url if origin == "own" else origin) if origin else None,
            additional_headers=headers,
            compression=None,
        )
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> "Socket":
        self._socket = await self._connecting
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    @property
    def socket(self) -> ClientConnection:
        assert self._socket is not None
        return self._socket

    async def register(self, scene_session: SceneSession | str) -> dict[str, Any]:
        """Register, and return the answer; where the socket is closed instead, its code."""
        key = scene_session if isinstance(scene_session, str) else str(scene_session.edit_key)
        message = {"type": "registerSession", "sessionId": key, "browserId": uuid4().hex}
        try:
            await self.socket.send(json.dumps(message))
            answer: dict[str, Any] = json.loads(await self.socket.recv())
            if answer["type"] != "error":
                return answer
            return {"code": await self.closed(), "told": answer["message"]}
        except ConnectionClosed:
            return {"code": await self.closed()}

    async def closed(self) -> int | None:
        """Wait until it is closed; the code."""
        async with asyncio.timeout(ENDS_WITHIN_SECONDS):
            await self.socket.wait_closed()
        return self.socket.close_code


async def test_people_join_their_own_scenes_and_staff_all(origin: str) -> None:
    owner, stranger, staff = await person(), await person(), await person(is_staff=True)
    own, ownerless = await scene_of(owner), await scene_of(None)
    for user, scene_session, may in (
        (owner, own, True),
        (staff, own, True),
        (staff, ownerless, True),
        (stranger, own, False),
        (stranger, ownerless, False),
    ):
        async with Socket(origin, cookie=await cookie_of(user)) as socket:
            answer = await socket.register(scene_session)
        if may:
            assert answer["type"] == "sessionRegistered"
        else:
            async with Socket(origin, cookie=await cookie_of(user)) as socket:
                unknown = await socket.register(str(uuid4()))
            assert answer == unknown
            assert answer["code"] == 4404
    users = set(await database.run(list, Pairing.objects.values_list("user_id", flat=True)))
    assert users == {owner.pk, staff.pk}


@pytest.mark.parametrize("cookie", ["", f"{SESSION}=garbage", f"{SESSION}=", "other=1"])
async def test_who_is_not_signed_in_is_told_so(origin: str, cookie: str) -> None:
    scene_session = await scene_of(await person())
    for key in (str(scene_session.edit_key), str(uuid4())):
        async with Socket(origin, **({"cookie": cookie} if cookie else {})) as socket:
            assert (await socket.register(key))["code"] == 4401


async def test_a_program_brings_its_token_and_needs_no_origin(origin: str) -> None:
    async def open_with(token: str, scene_session: SceneSession, **more: Any) -> dict[str, Any]:
        async with Socket(origin, authorization=f"Bearer {token}", **more) as socket:
            return await socket.register(scene_session)

    subject = uuid4().hex
    await open_with(token_of(subject), await scene_of(None), origin=None)  # it gets its user
    identity = await Identity.objects.select_related("user").aget(subject=subject)
    own = await scene_of(identity.user)
    assert (await open_with(token_of(subject), own, origin=None))["type"] == "sessionRegistered"
    assert (await open_with(token_of(subject), own))["type"] == "sessionRegistered"
    assert (await open_with(token_of("other"), own, origin=None))["code"] == 4404
    # A page of elsewhere is refused whatever it brings, and so is a program without a good token.
    for token, page in ((token_of(subject), "https://evil.example"), (token_of("a", exp=1), None)):
        with pytest.raises(InvalidStatus):
            await open_with(token, own, origin=page)
    # A token decides, not the cookie beside it.
    cookie = await cookie_of(identity.user)
    assert (await open_with("garbage", own, cookie=cookie))["code"] == 4401


async def _deactivate(user: User, _: str) -> None:
    await User.objects.filter(pk=user.pk).aupdate(is_active=False)


async def _delete(user: User, _: str) -> None:
    await database.run(user.delete)


async def _change_password(user: User, _: str) -> None:
    user.set_password(uuid4().hex)
    await user.asave()


async def _sign_out(_: User, cookie: str) -> None:
    client = AsyncClient()
    client.cookies[SESSION] = cookie.partition("=")[2]
    assert (await client.post("/accounts/logout/")).status_code == 302


async def _give_away(user: User, _: str) -> None:
    await SceneSession.objects.filter(owner=user).aupdate(owner=None)


@pytest.mark.parametrize("end", [_deactivate, _delete, _change_password, _sign_out, _give_away])
async def test_whatever_ends_a_sign_in_closes_its_sockets_and_no_others(
    origin: str, end: Any
) -> None:
    user, other = await person(), await person()
    cookie = await cookie_of(user)
    scene_session, others_scene = await scene_of(user), await scene_of(other)
    async with (
        Socket(origin, cookie=cookie) as socket,
        Socket(origin, cookie=await cookie_of(other)) as others,
    ):
        await socket.register(scene_session)
        await others.register(others_scene)
        await end(user, cookie)
        assert await socket.closed() == 4401
        assert others.socket.close_code is None


def test_two_looks_at_a_sign_in_are_less_than_two_seconds_apart() -> None:
    """Of a token, what was found is remembered for a while, too."""
    assert sign_in_keeper.LOOK_EVERY_SECONDS + bearers.REMEMBER_SECONDS <= 2


async def _own_scene(subject: str) -> SceneSession:
    user = await person()
    await Identity.objects.acreate(issuer=ISSUER, subject=subject, user=user)
    return await scene_of(user)


async def test_a_socket_ends_when_its_token_does(origin: str) -> None:
    subject = uuid4().hex
    scene_session = await _own_scene(subject)
    short, long = (token_of(subject, exp=int(time.time()) + ends) for ends in (600, 1200))
    async with (
        Socket(origin, origin=None, authorization=f"Bearer {short}") as socket,
        Socket(origin, origin=None, authorization=f"Bearer {long}") as other,
    ):
        for one in (socket, other):
            assert (await one.register(scene_session))["type"] == "sessionRegistered"
        with moved(timedelta(seconds=601)):
            assert await socket.closed() == 4401
        assert other.socket.close_code is None


async def test_a_deactivated_persons_token_keeps_no_socket_open(origin: str) -> None:
    subject = uuid4().hex
    scene_session = await _own_scene(subject)
    async with Socket(origin, origin=None, authorization=f"Bearer {token_of(subject)}") as socket:
        assert (await socket.register(scene_session))["type"] == "sessionRegistered"
        await User.objects.filter(identities__subject=subject).aupdate(is_active=False)
        assert await socket.closed() == 4401


@pytest.mark.parametrize("end", [_deactivate, _sign_out])
async def test_who_signs_out_before_the_page_registers_sees_nothing(origin: str, end: Any) -> None:
    user = await person()
    scene_session, cookie = await scene_of(user), await cookie_of(user)
    async with Socket(origin, cookie=cookie) as socket:
        await end(user, cookie)
        assert (await socket.register(scene_session))["code"] == 4401
    assert await Pairing.objects.acount() == 0


@pytest.mark.requirement("X1")
async def test_a_sixth_page_of_one_person_is_refused_and_anothers_is_not(origin: str) -> None:
    user, other = await person(), await person()
    cookie = await cookie_of(user)
    scenes = [await scene_of(user) for _ in range(2)]
    async with contextlib.AsyncExitStack() as stack:

        async def page(cookie: str, scene_session: SceneSession) -> dict[str, Any]:
            socket = await stack.enter_async_context(Socket(origin, cookie=cookie))
            return await socket.register(scene_session)

        for number in range(5):
            assert (await page(cookie, scenes[number % 2]))["type"] == "sessionRegistered"
        assert (await page(cookie, scenes[0]))["code"] == 4429
        own = await page(await cookie_of(other), await scene_of(other))
        assert own["type"] == "sessionRegistered"


async def test_sign_ins_that_are_over_open_nothing(origin: str) -> None:
    user = await person()
    scene_session, cookie = await scene_of(user), await cookie_of(user)
    await Session.objects.aupdate(expire_date="2020-01-01T00:00:00Z")
    async with Socket(origin, cookie=cookie) as socket:
        assert (await socket.register(scene_session))["code"] == 4401
