"""Who is at a scene, as its pages know each other: by names, numbers and ids that open nothing."""

from typing import Any

import pytest

from sessions_app.models import Pairing, SceneSession
from sessions_app.sockets import together
from sessions_app.storage import database
from tests.support.communicating import Communicator
from tests.support.edits import answer_to, joined, scene_edit
from tests.support.scene_sockets import join, receive
from tests.support.scenes import make_scene_session
from tests.support.shares import page_of

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

People = list[tuple[int, str]]


async def name(page: Communicator, text: str) -> None:
    await page.send_json_to({"type": "setName", "name": text})


async def people(page: Communicator, *expected: tuple[int, str]) -> list[dict[str, Any]]:
    """Wait until the page hears that these are here, by number and name."""
    while True:
        here: list[dict[str, Any]] = (await receive(page, "presence"))["people"]
        if [(person["number"], person["name"]) for person in here] == list(expected):
            return here


async def test_every_page_hears_who_is_there_and_what_they_are_called_now(
    scene: SceneSession, page: Communicator
) -> None:
    viewer, came = await page_of(scene, "viewer")
    for looking in (page, viewer):
        await people(looking, (1, ""), (2, ""))
    await name(viewer, "  Ada\n\u202eLove\x00lace" + "z" * 60)
    for looking in (page, viewer):
        here = await people(looking, (1, ""), (2, "Ada Lovelace" + "z" * 28))
        assert here[1]["id"] == came["personId"]
    await viewer.disconnect()
    await people(page, (1, ""))
    later = await joined(scene)  # the smallest number that is free, not the next one
    await people(page, (1, ""), (2, ""))
    await later.disconnect()


async def test_a_page_that_comes_back_is_the_same_person_and_takes_no_others_number(
    scene: SceneSession, page: Communicator
) -> None:
    ids = []
    for _ in range(2):
        back = await join(scene, browser_id="a-tab")
        ids.append((await receive(back, "sessionRegistered"))["personId"])
        await people(page, (1, ""), (2, ""))
        await back.disconnect()
        await people(page, (1, ""))
    other = await joined(scene)
    back = await join(scene, browser_id="a-tab")
    ids.append((await receive(back, "sessionRegistered"))["personId"])
    assert len(set(ids)) == 1
    here = await people(page, (1, ""), (2, ""), (3, ""))
    assert here[2]["id"] == ids[0]
    elsewhere = await join(await database.run(make_scene_session), browser_id="a-tab")
    assert (await receive(elsewhere, "sessionRegistered"))["personId"] not in ids
    for socket in (other, back, elsewhere):
        await socket.disconnect()


async def test_of_others_a_page_hears_nothing_that_the_server_knows_them_by(
    scene: SceneSession, page: Communicator
) -> None:
    viewer, _ = await page_of(scene, "viewer")
    await name(page, f"I am {scene.edit_key}"[:40])  # as long as a page's field lets it be
    here = await people(viewer, (1, "I am …"), (2, ""))
    assert [set(person) for person in here] == [{"id", "number", "name"}] * 2
    known = Pairing.objects.filter(scene_session=scene.pk)
    columns = ("browser_id", "channel_name", "remote_address", "user_agent")
    told = {str(value) for person in here for value in person.values()}
    for secrets in await database.run(list, known.values_list(*columns)):
        assert not told & {str(secret) for secret in secrets if secret}
    await viewer.disconnect()


async def test_of_many_names_the_last_is_stored_when_its_turn_comes(
    scene: SceneSession, page: Communicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "NAME_EVERY_SECONDS", 3600.0)
    await name(page, "first")
    await people(page, (1, "first"))
    for text in ("second", "third"):
        await name(page, text)
    stored = Pairing.objects.filter(scene_session=scene.pk).values_list("name", flat=True)
    assert (await answer_to(page, scene_edit("teal")))["revision"] == 1  # both were read by now
    assert await database.run(list, stored) == ["first"]


async def test_a_name_that_is_too_long_is_refused(page: Communicator) -> None:
    await name(page, "n" * 81)
    assert (await receive(page, "error"))["code"] == "bad_message"
