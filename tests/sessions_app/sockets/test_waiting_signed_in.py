"""Where people sign in, a page waits for its own person's clients, while they are signed in."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from pytest_django import Settings

from sessions_app.browsers.waiting_pages import waiting_page_claim
from sessions_app.errors import PairingCodeUnknownError
from sessions_app.people.principals import ANYONE, Principal
from sessions_app.steering.waiting_pages import Claim, Consent, propose_scene
from sessions_app.storage import database
from sessions_app.wire.scene_messages import CloseCode
from sessions_app.workers import worker
from tests.support.pairing_codes import code_at, page_of
from tests.support.people import cookie_of, person, scene_of, switch_on
from tests.support.scene_sockets import closed_with, receive

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("X3"),
]


@pytest.fixture
async def owner(settings: Settings) -> AsyncIterator[User]:
    switch_on(settings)
    yield await person()
    await worker.stop()


async def claim(code: str, principal: Principal) -> int:
    return await database.run(
        waiting_page_claim, code, client_name="Claude Code", principal=principal, networks=()
    )


async def test_a_page_waits_for_clients_of_its_own_person(owner: User) -> None:
    scene, stranger = await scene_of(owner), await person(is_staff=True)
    cookie = (await cookie_of(owner)).encode()
    async with page_of((b"cookie", cookie), waiting=True) as page:
        code = (await code_at(page))["code"]
        for other in (ANYONE, Principal(stranger.pk, is_staff=True)):
            with pytest.raises(PairingCodeUnknownError):
                await claim(code, other)
        page_id = await claim(code, Principal(owner.pk))
        proposed = propose_scene(Claim(page_id, "Claude Code"), scene.pk, waits=True)
        call = asyncio.create_task(proposed)
        await receive(page, "joinRequested")
        await page.send_json_to({"type": "joinAnswer", "accept": True})
        assert (await receive(page, "sessionRegistered"))["sessionId"] == str(scene.edit_key)
        assert await call is Consent.GIVEN


async def test_a_page_ends_its_waiting_with_the_sign_in(owner: User) -> None:
    cookie = (await cookie_of(owner)).encode()
    async with page_of((b"cookie", cookie), waiting=True) as page:
        await code_at(page)
        await Session.objects.all().adelete()
        assert (await receive(page, "error"))["code"] == "not_signed_in"
        assert await closed_with(page) == CloseCode.NOT_SIGNED_IN


@pytest.mark.usefixtures("owner")
async def test_nobody_waits_who_is_not_signed_in() -> None:
    async with page_of(waiting=True) as page:
        assert (await receive(page, "error"))["code"] == "not_signed_in"
        assert await closed_with(page) == CloseCode.NOT_SIGNED_IN
