"""What the pages of a scene show each other: what is selected, and from where somebody looks."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from sessions_app.models import SceneSession
from sessions_app.sockets import together
from tests.conftest import StartServer
from tests.support.communicating import Communicator
from tests.support.edits import answer_to, joined, scene_edit
from tests.support.forms import start_scene
from tests.support.scene_sockets import join, receive
from tests.support.shares import page_of
from tests.support.sockets import next_of, registered
from tests.support.stores import PostgresTemplate
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

VIEW = {"position": [1.0, 2.0, 3.0], "aim": [0.0, 0.5, 0.0]}
NOBODY = "0" * 16


async def say(page: Communicator, kind: str, **members: Any) -> None:
    await page.send_json_to({"type": kind, **members})


async def arrived(scene: SceneSession, browser_id: str = "") -> tuple[Communicator, str]:
    """A page that has joined, and its person's id."""
    page = await join(scene, browser_id=browser_id)
    return page, (await receive(page, "sessionRegistered"))["personId"]


async def hears_only_its_own_answer(page: Communicator) -> None:
    """Whatever else came would come before: events of the scene keep their order."""
    assert (await answer_to(page, scene_edit("teal")))["type"] == "sceneEdited"


async def test_what_is_selected_is_shown_to_the_others_until_the_page_is_gone(
    scene: SceneSession, page: Communicator
) -> None:
    viewer, came = await page_of(scene, "viewer")
    await say(viewer, "showSelection", objects=["o1", "o2"])
    shown = {"type": "othersSelection", "person": came["personId"]}
    assert await receive(page, "othersSelection") == shown | {"objects": ["o1", "o2"]}
    late = await joined(scene)
    assert await receive(late, "othersSelection") == shown | {"objects": ["o1", "o2"]}
    await viewer.disconnect()
    for other in (page, late):
        assert await receive(other, "othersSelection") == shown | {"objects": []}
    await late.disconnect()


async def test_of_many_selections_the_last_is_shown_when_its_turn_comes(
    scene: SceneSession, page: Communicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "SELECTION_EVERY_SECONDS", 1.0)
    other = await joined(scene)
    for objects in (["o1"], ["o2"], ["o3"], ["o4"]):
        await say(page, "showSelection", objects=objects)
    heard = [(await receive(other, "othersSelection"))["objects"]]
    while heard[-1] != ["o4"]:
        heard.append((await receive(other, "othersSelection"))["objects"])
    assert len(heard) <= 2
    await other.disconnect()


async def test_a_view_goes_to_those_who_asked_and_only_while_they_want_it(
    scene: SceneSession, page: Communicator
) -> None:
    shown, person = await arrived(scene)
    viewer, _ = await page_of(scene, "viewer")
    await say(shown, "showView", **VIEW)  # nobody has asked
    assert await receive(shown, "viewWanted") == {"type": "viewWanted", "wanted": "none"}
    await say(viewer, "askView", person=person)
    assert (await receive(shown, "viewWanted"))["wanted"] == "once"
    await say(page, "askView", person=person, follows=True)
    assert (await receive(shown, "viewWanted"))["wanted"] == "follow"
    await say(shown, "showView", **VIEW)
    for looking in (viewer, page):
        assert await receive(looking, "othersView") == {
            "type": "othersView",
            "person": person,
            **VIEW,
        }
    moved = VIEW | {"position": [4.0, 2.0, 3.0]}
    await say(shown, "showView", **moved)
    assert (await receive(page, "othersView"))["position"] == [4.0, 2.0, 3.0]
    await say(page, "askView", person=None)
    assert (await receive(shown, "viewWanted"))["wanted"] == "none"
    await shown.disconnect()
    await say(viewer, "askView", person=NOBODY)
    await say(viewer, "askView", person=person)
    assert (await answer_to(page, scene_edit("red")))["type"] == "sceneEdited"
    await receive(viewer, "scenePatch")  # and nothing of a view
    await viewer.disconnect()


async def test_who_follows_goes_on_when_the_followed_page_comes_back_and_ends_by_leaving(
    scene: SceneSession, page: Communicator
) -> None:
    shown, person = await arrived(scene, "a-tab")
    follower = await joined(scene)
    await say(follower, "askView", person=person, follows=True)
    assert (await receive(shown, "viewWanted"))["wanted"] == "follow"
    await shown.disconnect()
    back, same = await arrived(scene, "a-tab")
    assert same == person
    assert (await receive(back, "viewWanted"))["wanted"] == "follow"
    await say(back, "showView", **VIEW)
    assert (await receive(follower, "othersView"))["person"] == person
    await follower.disconnect()
    assert (await receive(back, "viewWanted"))["wanted"] == "none"
    await back.disconnect()
    await hears_only_its_own_answer(page)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "showSelection", "objects": [f"o{index}" for index in range(51)]},
        {"type": "showSelection", "objects": ["<b>"]},
        {"type": "showSelection"},
        {"type": "askView", "person": "1"},
        {"type": "askView", "person": None, "follows": "yes"},
        {"type": "showView", **VIEW, "aim": [0, 0]},
        {"type": "showView", **VIEW, "aim": [0, 0, 1e9]},
        {"type": "showView", **VIEW, "fov": 30},
    ],
    ids=json.dumps,
)
async def test_what_is_malformed_is_refused(page: Communicator, message: dict[str, Any]) -> None:
    await page.send_json_to(message)
    assert (await receive(page, "error"))["code"] == "bad_message"


async def heard(socket: ClientConnection, kind: str, **members: Any) -> dict[str, Any]:
    """Wait until a page hears this."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            message = await next_of(socket, kind)
            if message.items() >= members.items():
                return message


async def tell(socket: ClientConnection, kind: str, **members: Any) -> None:
    await socket.send(json.dumps({"type": kind, **members}))


@pytest.mark.requirement("N10")
async def test_all_of_it_comes_to_the_pages_of_another_process(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    url = postgres_template.copy()
    one, two = (start_server(url, redis_url=valkey_url, instance=name) for name in ("one", "two"))
    key = await start_scene(one)
    ada, first = await registered(one, sessionId=key)
    bob, second = await registered(two, sessionId=key)
    await tell(ada, "setName", name="Ada")
    known = [{"id": first["personId"], "number": 1, "name": "Ada"}]
    known += [{"id": second["personId"], "number": 2, "name": ""}]
    for socket in (ada, bob):
        await heard(socket, "presence", people=known)
    await tell(ada, "showSelection", objects=["o1"])
    await heard(bob, "othersSelection", person=first["personId"], objects=["o1"])
    await tell(bob, "askView", person=first["personId"], follows=True)
    await heard(ada, "viewWanted", wanted="follow")
    await tell(ada, "showView", **VIEW)
    await heard(bob, "othersView", person=first["personId"], **VIEW)
    await bob.close()
    await heard(ada, "viewWanted", wanted="none")
    await heard(ada, "presence", people=known[:1])
    await ada.close()
