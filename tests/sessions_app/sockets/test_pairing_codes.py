"""Pages that join by a code, that make one for another screen, and that wait for a client."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from sessions_app.browsers import waiting_pages
from sessions_app.browsers.scene_codes import scene_code_create
from sessions_app.browsers.waiting_pages import WaitingPage, waiting_page_open
from sessions_app.errors import PairingCodeUnknownError, TooManyConnectionsError
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.models import Pairing, PairingCode, PairingCodeFailure, SceneSession
from sessions_app.sockets import pairing_codes
from sessions_app.steering import waiting_pages as proposing
from sessions_app.steering.waiting_pages import Claim, Consent, propose_scene
from sessions_app.storage import database
from sessions_app.web import origins
from sessions_app.wire.scene_messages import CloseCode
from tests.support.clocks import moved
from tests.support.communicating import Communicator
from tests.support.pages import UNKNOWN
from tests.support.pairing_codes import claimed, code_at, page_of, register_by
from tests.support.scene_sockets import closed_with, receive

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("H7"),
]


async def error_at(socket: Communicator, close_code: int) -> dict[str, Any]:
    refusal = await receive(socket, "error")
    assert await closed_with(socket) == close_code
    return refusal


async def code_for(scene: SceneSession) -> str:
    code = await database.run(scene_code_create, scene.pk, edit_key=scene.edit_key)
    assert code is not None
    return code


def proposing_to(page_id: int, scene: SceneSession) -> "asyncio.Task[Consent]":
    proposed = propose_scene(Claim(page_id, "Claude Code"), scene.pk, waits=True)
    return asyncio.create_task(proposed)


# Joining by a code


async def test_a_page_joins_the_scene_whose_code_it_sends(scene: SceneSession) -> None:
    async with page_of(code=await code_for(scene)) as page:
        joined = await receive(page, "sessionRegistered")
        assert joined["sessionId"] == str(scene.edit_key)
        assert joined["role"] == "owner"
        assert joined["scene"]["version"] == 2
        edit = {"type": "sceneEdit", "editId": "1", "baseRevision": 0}
        paint = {"name": "change_model_color", "arguments": {"color": "teal"}}
        await page.send_json_to(edit | paint)
        assert (await receive(page, "sceneEdited", besides=("scenePatch",)))["revision"] == 1


async def test_of_two_pages_that_send_a_code_at_once_one_joins(scene: SceneSession) -> None:
    code = await code_for(scene)
    async with page_of(code=code) as one, page_of(code=code) as two:
        answers = await asyncio.gather(
            *(receive(page, "sessionRegistered", "error") for page in (one, two))
        )
        refusals = [answer for answer in answers if answer["type"] == "error"]
        assert [refusal["code"] for refusal in refusals] == ["code_unknown"]
        assert await Pairing.objects.acount() == 1


async def test_a_code_that_is_none_is_refused_in_words_for_the_person(scene: SceneSession) -> None:
    code = await code_for(scene)
    refusals = []
    with moved(timedelta(minutes=11)):
        async with page_of(code=code) as page:
            refusals.append(await error_at(page, CloseCode.NO_SUCH_SESSION))
    for wrong in ("ZZZZZZ", "", "hello"):
        async with page_of(code=wrong) as page:
            refusals.append(await error_at(page, CloseCode.NO_SUCH_SESSION))
    assert all(refusal == refusals[0] for refusal in refusals)
    assert refusals[0]["code"] == "code_unknown"
    assert "check it, or get a new one" in refusals[0]["message"]


async def test_after_too_many_wrong_codes_the_page_says_how_long_to_wait(
    scene: SceneSession,
) -> None:
    code = await code_for(scene)
    await PairingCodeFailure.objects.abulk_create([PairingCodeFailure() for _ in range(5000)])
    async with page_of(code=code) as page:
        refusal = await error_at(page, CloseCode.TOO_MANY)
    assert refusal["code"] == "rate_limited"
    assert "Wait 10 minutes" in refusal["message"]


@pytest.mark.parametrize(
    "ways_in",
    [
        {},
        {"code": "K7M2PQ", "waiting": True},
        {"sessionId": UNKNOWN, "code": "K7M2PQ"},
        {"sessionId": UNKNOWN, "waiting": True},
        {"waiting": False},
        {"sessionId": None, "code": None, "waiting": None},
    ],
    ids=str,
)
async def test_a_registration_has_exactly_one_way_in(
    scene: SceneSession, ways_in: dict[str, Any]
) -> None:
    async with page_of(**ways_in) as page:
        assert (await receive(page, "error"))["code"] == "bad_message"
        await register_by(page, sessionId=str(scene.edit_key))
        await receive(page, "sessionRegistered")


# A code for another screen


async def test_a_page_gets_a_code_for_another_screen_when_it_asks(
    scene: SceneSession, page: Communicator
) -> None:
    await page.send_json_to({"type": "requestPairingCode"})
    made = await code_at(page)
    assert made.keys() == {"type", "code", "validForSeconds"}
    assert made["validForSeconds"] == 600
    async with page_of(code=made["code"]) as other:
        assert (await receive(other, "sessionRegistered"))["sessionId"] == str(scene.edit_key)


async def test_asking_for_codes_counts_toward_the_scenes_limit(
    settings: Settings, scene: SceneSession
) -> None:
    settings.MCP_RATE_PER_SCENE = None
    async with page_of(sessionId=str(scene.edit_key)) as page:
        await receive(page, "sessionRegistered")
        for _ in range(7):
            await page.send_json_to({"type": "requestPairingCode"})
            await code_at(page)
    assert await PairingCode.objects.acount() == 5


@pytest.mark.usefixtures("scene")
async def test_a_page_without_a_scene_gets_no_code_for_one() -> None:
    async with page_of(waiting=True) as page:
        await code_at(page)
        await page.send_json_to({"type": "requestPairingCode"})
        assert (await error_at(page, CloseCode.BAD_MESSAGE))["code"] == "not_registered"


# A page that waits


async def test_a_waiting_page_joins_the_scene_once_its_person_agrees(scene: SceneSession) -> None:
    async with page_of(waiting=True) as page:
        waiting = await code_at(page)
        assert waiting["validForSeconds"] == 600
        assert len(waiting["ticket"]) > 40
        assert await SceneSession.objects.acount() == 1  # nothing is made for it
        assert not await Pairing.objects.aexists()
        page_id = await claimed(waiting["code"])
        call = proposing_to(page_id, scene)
        assert (await receive(page, "joinRequested"))["client"] == "Claude Code"
        assert not await Pairing.objects.aexists()
        await page.send_json_to({"type": "joinAnswer", "accept": True})
        assert (await receive(page, "sessionRegistered"))["sessionId"] == str(scene.edit_key)
        assert await call is Consent.GIVEN
        # From now on it is a page like any other.
        await page.send_json_to({"type": "joinAnswer", "accept": True})
        await page.send_json_to({"type": "requestPairingCode"})
        await code_at(page)
        assert await PairingCode.objects.acount() == 1  # that of the waiting page is gone


async def test_a_waiting_pages_code_is_used_once_and_opens_no_scene_itself(
    scene: SceneSession,
) -> None:
    async with page_of(waiting=True) as page:
        code = (await code_at(page))["code"]
        async with page_of(code=code) as other:
            assert (await error_at(other, CloseCode.NO_SUCH_SESSION))["code"] == "code_unknown"
        both = await asyncio.gather(claimed(code), claimed(code), return_exceptions=True)
        assert sorted(type(each) is int for each in both) == [False, True]
        with pytest.raises(PairingCodeUnknownError):
            await claimed(await code_for(scene))


async def test_a_person_who_refuses_gets_another_code(scene: SceneSession) -> None:
    async with page_of(waiting=True) as page:
        first = await code_at(page)
        call = proposing_to(await claimed(first["code"]), scene)
        await receive(page, "joinRequested")
        await page.send_json_to({"type": "joinAnswer", "accept": False})
        second = await code_at(page)
        assert second["code"] != first["code"]
        assert await call is Consent.REFUSED
        with pytest.raises(PairingCodeUnknownError):
            await claimed(first["code"])
        call = proposing_to(await claimed(second["code"]), scene)
        await receive(page, "joinRequested")
        await page.send_json_to({"type": "joinAnswer", "accept": True})
        await receive(page, "sessionRegistered")
        assert await call is Consent.GIVEN


@pytest.mark.usefixtures("scene")
async def test_an_answer_to_no_question_changes_nothing() -> None:
    async with page_of(waiting=True) as page:
        code = (await code_at(page))["code"]
        await page.send_json_to({"type": "joinAnswer", "accept": True})
        await page.send_json_to({"type": "joinAnswer", "accept": False})
        await page.send_json_to({"type": "heartbeat", "revision": 0})
        page_id = await claimed(code)
        await page.send_json_to({"type": "joinAnswer", "accept": True})  # no scene is proposed yet
        await page.send_json_to({"type": "heartbeat", "revision": 0})
        assert await database.run(waiting_pages.waiting_page_find, page_id)


async def test_the_call_goes_on_without_an_answer_and_the_question_stays(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "AGREE_WITHIN_SECONDS", 0.2)
    async with page_of(waiting=True) as page:
        call = proposing_to(await claimed((await code_at(page))["code"]), scene)
        await receive(page, "joinRequested")
        assert await call is Consent.OPEN
        await page.send_json_to({"type": "joinAnswer", "accept": True})
        await receive(page, "sessionRegistered")


async def test_a_page_whose_connection_broke_comes_back_with_its_ticket(
    scene: SceneSession,
) -> None:
    async with page_of(waiting=True) as page:
        waiting = await code_at(page)
        await page.disconnect(1006)
        await page.wait()
    call = proposing_to(await claimed(waiting["code"]), scene)
    async with page_of(waiting=True, ticket=waiting["code"]) as stranger:
        assert (await code_at(stranger))["ticket"] != waiting["ticket"]
    async with page_of(waiting=True, ticket=waiting["ticket"]) as page:
        back = await code_at(page)
        assert back.keys() == {"type", "validForSeconds"}
        assert (await receive(page, "joinRequested"))["client"] == "Claude Code"
        await page.send_json_to({"type": "joinAnswer", "accept": True})
        await receive(page, "sessionRegistered")
    call.cancel()


async def test_a_proposal_that_is_lost_on_the_way_is_found_with_the_next_heartbeat(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing_codes, "BEAT_EVERY_SECONDS", 0.1)
    async with page_of(waiting=True) as page:
        page_id = await claimed((await code_at(page))["code"])
        assert (await page.receive_json_from())["type"] == "heartbeat"
        await database.run(waiting_pages.waiting_page_propose, page_id, scene.pk)
        await receive(page, "joinRequested")


async def test_a_page_that_is_closed_ends_its_code_and_the_call_hears_it(
    scene: SceneSession,
) -> None:
    async with page_of(waiting=True) as page:
        call = proposing_to(await claimed((await code_at(page))["code"]), scene)
        await receive(page, "joinRequested")
        await page.disconnect(1001)
        await page.wait()
        assert await call is Consent.OPEN
        assert not await PairingCode.objects.aexists()
    assert await propose_scene(Claim(1, "Claude Code"), scene.pk, waits=True) is Consent.LATE


@pytest.mark.usefixtures("scene")
async def test_a_code_that_nobody_used_in_time_ends_the_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pairing_codes, "BEAT_EVERY_SECONDS", 0.1)
    async with page_of(waiting=True) as page:
        code = (await code_at(page))["code"]
        with moved(timedelta(minutes=10)):
            refusal = await error_at(page, CloseCode.CODE_EXPIRED)
            assert refusal["code"] == "code_expired"
            with pytest.raises(PairingCodeUnknownError):
                await claimed(code)


async def test_a_scene_that_was_closed_before_the_person_agrees_is_said_to_be(
    scene: SceneSession,
) -> None:
    async with page_of(waiting=True) as page:
        call = proposing_to(await claimed((await code_at(page))["code"]), scene)
        await receive(page, "joinRequested")
        await SceneSession.objects.aupdate(state=SceneSession.State.CLOSED)
        await page.send_json_to({"type": "joinAnswer", "accept": True})
        refusal = await error_at(page, CloseCode.SESSION_CLOSED)
        assert refusal["code"] == "session_closed"
        assert await call is Consent.OPEN


@pytest.mark.usefixtures("scene")
async def test_so_many_pages_wait_in_all_and_one_that_comes_back_has_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert waiting_pages.MOST_IN_ALL == 500
    monkeypatch.setattr(waiting_pages, "MOST_IN_ALL", 2)
    async with page_of(waiting=True) as one, page_of(waiting=True) as two:
        tickets = [(await code_at(page))["ticket"] for page in (one, two)]
        async with page_of(waiting=True) as third:
            refusal = await error_at(third, CloseCode.TOO_MANY)
        assert refusal["code"] == "connection_limit"
        assert "wait for an AI" in refusal["message"]
        async with page_of(waiting=True, ticket=tickets[0]) as back:
            assert "code" not in await code_at(back)


def wait_from(address: str) -> WaitingPage:
    networks = origins.networks_of(address)
    return waiting_page_open(channel_name="a channel", networks=networks, user_id=None)


def test_so_many_pages_wait_at_one_address_and_in_its_networks() -> None:
    refusals.take()
    for number in range(5):
        wait_from("198.51.100.7")
        wait_from(f"2001:db8:1:10{number}::1")
    with pytest.raises(TooManyConnectionsError) as caught:
        wait_from("198.51.100.7")
    assert caught.value.limit is Limit.WAITING_PAGES_PER_ADDRESS
    assert [limit for limit, _ in refusals.take()] == [Limit.WAITING_PAGES_PER_ADDRESS]
    wait_from("198.51.100.8")
    for number in range(15):
        wait_from(f"2001:db8:1:11{number:x}::1")
    with pytest.raises(TooManyConnectionsError):
        wait_from("2001:db8:1:1ff::1")  # twenty of its /56 wait
    with moved(timedelta(minutes=10)):
        wait_from("198.51.100.7")
