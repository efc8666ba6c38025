"""What each role may do at a scene's socket, message by message."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from hello3d.asgi import application
from sessions_app import clock
from sessions_app.models import Pairing, SceneSession, Share
from sessions_app.models.roles import RIGHTS, Right, Role
from sessions_app.scene.operations import OPERATIONS
from sessions_app.sessions.closing import edit_key_replace
from sessions_app.sessions.finding import browser_counts, likely_browsers
from sessions_app.sessions.shares import share_change, share_revoke
from sessions_app.steering import asking
from sessions_app.storage import database
from sessions_app.workers import worker
from tests.support.clocks import moved
from tests.support.communicating import Communicator
from tests.support.edits import answer_to, causes, scene_edit
from tests.support.people import person, scene_of, switch_on
from tests.support.scene_sockets import HEADERS, closed_with, join, join_by_share, receive
from tests.support.scenes import color, steer
from tests.support.shares import page_of, share_request, shared

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

ROLES = [role.value for role in Role]
# Each changes something, or is read by others: a viewer may do none of them.
EDITS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in OPERATIONS),
    ("lock_objects", {"targets": ["model"]}),
    ("history", {"action": "undo"}),
    ("history", {"action": "save", "name": "mine"}),
    ("history", {"action": "restore", "name": "mine"}),
    ("say", {"text": "Make it red"}),
]


def batches(edits: list[tuple[str, dict[str, Any]]]) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """So many as a page may send in a second."""
    for start in range(0, len(edits), 40):
        yield edits[start : start + 40]


@pytest.mark.parametrize("role", ROLES)
async def test_a_page_is_told_its_role_and_only_the_owners_the_edit_key(
    scene: SceneSession, role: str
) -> None:
    socket, registered = await page_of(scene, role)
    assert registered["role"] == role
    assert ("sessionId" in registered) == (role == Role.OWNER)
    pairing = await database.run(Pairing.objects.get, scene_session=scene.pk)
    assert pairing.role == role
    await socket.disconnect()


async def test_a_viewer_changes_nothing_whatever_the_edit(scene: SceneSession) -> None:
    for batch in batches(EDITS):
        socket, _ = await page_of(scene, "viewer")
        for name, arguments in batch:
            edit = scene_edit() | {"name": name, "arguments": arguments}
            answer = await answer_to(socket, edit)
            assert (answer["type"], answer["code"]) == ("sceneEditRefused", "not_allowed"), name
        await socket.disconnect()
    assert await causes(scene) == {}
    words = await database.run(SceneSession.objects.get, pk=scene.pk)
    assert words.persons_words == ""


@pytest.mark.parametrize("role", ["owner", "editor"])
async def test_owners_and_editors_change_the_scene_and_talk(scene: SceneSession, role: str) -> None:
    socket, _ = await page_of(scene, role)
    assert (await answer_to(socket, scene_edit()))["type"] == "sceneEdited"
    undo = scene_edit() | {"name": "history", "arguments": {"action": "undo"}}
    assert (await answer_to(socket, undo))["revision"] == 2
    say = scene_edit() | {"name": "say", "arguments": {"text": "Hello"}}
    await socket.send_json_to(say)
    said = await receive(socket, "personsWords", besides=("scenePatch", "sceneEdited"))
    assert said["words"][0]["text"] == "Hello"
    await socket.disconnect()


@pytest.mark.parametrize("role", ["editor", "viewer"])
@pytest.mark.parametrize("action", ["list", "make", "change", "revoke"])
async def test_only_the_owners_page_shares(scene: SceneSession, role: str, action: str) -> None:
    other, _ = await shared(scene, "viewer")
    socket, _ = await page_of(scene, role)
    members: dict[str, dict[str, Any]] = {
        "make": {"role": "viewer"},
        "change": {"id": other},
        "revoke": {"id": other},
    }
    answer = await share_request(socket, action, **members.get(action, {}))
    assert (answer["type"], answer["code"]) == ("shareRefused", "not_allowed")
    assert await database.run(Share.objects.filter(revoked_at=None).count) == 2
    await socket.disconnect()


async def test_the_owners_page_makes_lists_changes_and_revokes(scene: SceneSession) -> None:
    socket, _ = await page_of(scene, "owner")
    made = (await share_request(socket, "make", role="viewer", name="Ann"))["made"]
    assert made["url"].startswith("http://testserver/?share=")
    changed = await share_request(
        socket, "change", id=made["id"], name="Anna", role="editor", expiresInSeconds=600
    )
    [listed] = changed["shares"]
    assert (listed["name"], listed["role"], listed["usedAt"]) == ("Anna", "editor", None)
    assert listed["expiresAt"] is not None
    visitor = await join_by_share(made["url"].split("share=")[1])
    assert (await receive(visitor, "sessionRegistered"))["role"] == "editor"
    [listed] = (await share_request(socket, "list"))["shares"]
    assert listed["usedAt"] is not None
    assert "url" not in listed
    never = await share_request(socket, "change", id=made["id"], expiresInSeconds=None)
    assert never["shares"][0]["expiresAt"] is None
    assert (await share_request(socket, "revoke", id=made["id"]))["shares"] == []
    assert await closed_with(visitor) == 4404
    gone = await share_request(socket, "revoke", id=made["id"])
    assert (gone["type"], gone["code"]) == ("shareRefused", "not_found")
    await socket.disconnect()


async def test_a_scene_has_at_most_twenty_shares(scene: SceneSession) -> None:
    for _ in range(20):
        await shared(scene, "viewer")
    socket, _ = await page_of(scene, "owner")
    refused = await share_request(socket, "make", role="viewer")
    assert refused["code"] == "share_limit"
    [first, *_] = (await share_request(socket, "list"))["shares"]
    await share_request(socket, "revoke", id=first["id"])
    assert "made" in await share_request(socket, "make", role="viewer")
    await socket.disconnect()


async def test_another_scenes_shares_are_out_of_reach(scene: SceneSession) -> None:
    other = await scene_of(None)
    share_id, _ = await shared(other, "viewer")
    socket, _ = await page_of(scene, "owner")
    for action in ("change", "revoke"):
        assert (await share_request(socket, action, id=share_id))["code"] == "not_found"
    assert (await share_request(socket, "list"))["shares"] == []
    await socket.disconnect()


@pytest.mark.parametrize(
    "ways",
    [{}, {"sessionId": str(uuid4()), "share": "x"}, {"share": "x" * 201}, {"sessionId": None}],
)
async def test_a_registration_has_exactly_one_way_in(ways: dict[str, Any]) -> None:
    socket = Communicator(application, "/ws/scene/", headers=HEADERS)
    assert (await socket.connect())[0]
    message = {"type": "registerSession", "browserId": "b"} | ways
    await socket.send_json_to(message)
    assert (await receive(socket, "error"))["code"] == "bad_message"
    await socket.disconnect()


async def test_an_unknown_a_revoked_and_an_expired_share_read_alike(scene: SceneSession) -> None:
    share_id, revoked = await shared(scene, "viewer")
    await database.run(share_revoke, scene.pk, share_id)
    _, expired = await shared(scene, "editor", expires_at=clock.now() + timedelta(seconds=5))
    seen: set[tuple[str, int]] = set()
    with moved(timedelta(minutes=1)):
        for token in (revoked, expired, "x" * 43, "", str(scene.edit_key)):
            socket = await join_by_share(token)
            answer = await receive(socket, "error")
            seen.add((json.dumps(answer), await closed_with(socket)))
    [(words, code)] = seen
    assert (json.loads(words)["code"], code) == ("share_unknown", 4404)


async def test_a_share_is_no_session_id(scene: SceneSession) -> None:
    _, token = await shared(scene, "editor")
    socket = Communicator(application, "/ws/scene/", headers=HEADERS)
    assert (await socket.connect())[0]
    message = {"type": "registerSession", "sessionId": token, "browserId": "b"}
    await socket.send_json_to(message)
    assert await closed_with(socket) == 4404


async def test_the_role_is_that_of_the_share_whatever_the_browser_id(scene: SceneSession) -> None:
    owner = await join(scene, browser_id="same")
    await receive(owner, "sessionRegistered")
    _, token = await shared(scene, "viewer")
    viewer = await join_by_share(token, browser_id="same")
    assert (await receive(viewer, "sessionRegistered"))["role"] == "viewer"
    assert (await answer_to(viewer, scene_edit()))["code"] == "not_allowed"
    await viewer.disconnect()


async def test_a_connection_takes_no_other_way_in_later(scene: SceneSession) -> None:
    socket, _ = await page_of(scene, "viewer")
    message = {"type": "registerSession", "sessionId": str(scene.edit_key), "browserId": "b"}
    await socket.send_json_to(message)
    assert (await receive(socket, "error"))["code"] == "bad_message"
    assert (await answer_to(socket, scene_edit()))["code"] == "not_allowed"
    await socket.disconnect()


async def test_a_change_of_role_has_the_page_come_back_as_what_it_is(scene: SceneSession) -> None:
    share_id, token = await shared(scene, "editor")
    socket = await join_by_share(token)
    await receive(socket, "sessionRegistered")
    await database.run(share_change, scene.pk, share_id, {"role": Role.VIEWER})
    assert (await receive(socket, "error"))["code"] == "come_back"
    assert await closed_with(socket) == 1013
    again = await join_by_share(token)
    assert (await receive(again, "sessionRegistered"))["role"] == "viewer"
    await again.disconnect()


async def test_a_new_name_or_a_later_end_leaves_the_page_alone(scene: SceneSession) -> None:
    share_id, token = await shared(scene, "editor")
    socket = await join_by_share(token)
    await receive(socket, "sessionRegistered")
    later = clock.now() + timedelta(days=1)
    changed = {"name": "Ann", "expires_at": later}
    await database.run(share_change, scene.pk, share_id, changed)
    assert (await answer_to(socket, scene_edit()))["type"] == "sceneEdited"
    await socket.disconnect()


async def test_an_expired_share_ends_its_page_by_itself(scene: SceneSession) -> None:
    for seconds in (0.5, 4, 16):  # longer where it is over before the page has joined
        ends = clock.now() + timedelta(seconds=seconds)
        _, token = await shared(scene, "viewer", expires_at=ends)
        socket = await join_by_share(token)
        if (await receive(socket, "sessionRegistered", "error"))["type"] == "sessionRegistered":
            break
    assert (await receive(socket, "error"))["code"] == "share_unknown"
    assert await closed_with(socket) == 4404


@pytest.mark.parametrize("how", ["revoked", "expired", "another role"])
async def test_the_leases_renewal_finds_what_the_event_did_not_bring(
    scene: SceneSession, how: str
) -> None:
    share_id, token = await shared(scene, "editor")
    socket = await join_by_share(token)
    await receive(socket, "sessionRegistered")
    changes: dict[str, dict[str, Any]] = {
        "revoked": {"revoked_at": clock.now()},
        "expired": {"expires_at": clock.now()},
        "another role": {"role": "viewer"},
    }
    await database.run(Share.objects.filter(pk=share_id).update, **changes[how])  # and no event
    await (await worker.current()).leases.renew()
    expected = 1013 if how == "another role" else 4404
    assert await closed_with(socket) == expected


async def test_an_edit_is_judged_anew_where_it_is_stored(scene: SceneSession) -> None:
    share_id, token = await shared(scene, "editor")
    socket = await join_by_share(token)
    await receive(socket, "sessionRegistered")
    await database.run(Share.objects.filter(pk=share_id).update, revoked_at=clock.now())
    answer = await answer_to(socket, scene_edit())
    assert (answer["type"], answer["code"]) == ("sceneEditRefused", "share_unknown")
    assert await closed_with(socket) == 4404
    assert await causes(scene) == {}


async def test_a_new_link_leaves_shares_as_they_are(scene: SceneSession) -> None:
    owner, _ = await page_of(scene, "owner")
    editor, _ = await page_of(scene, "editor")
    assert await database.run(edit_key_replace, scene.pk) is not None
    assert await closed_with(owner) == 4412
    assert (await answer_to(editor, scene_edit()))["type"] == "sceneEdited"
    await (await worker.current()).leases.renew()
    assert (await answer_to(editor, scene_edit("red")))["type"] == "sceneEdited"
    await editor.disconnect()


async def test_viewers_are_asked_for_no_pictures_and_owners_first(scene: SceneSession) -> None:
    pages = {}
    for role in ("owner", "editor", "viewer"):  # the newest would be asked first
        pages[role], registered = await page_of(scene, role)
        pairing = await database.run(
            Pairing.objects.get, scene_session=scene.pk, browser_id=registered["browserId"]
        )
        pages[pairing.channel_name] = pages[role]
    drawing = await database.run(likely_browsers, scene.pk, 9)
    assert [pages[name] for name in drawing] == [pages["owner"], pages["editor"]]
    uploading = await database.run(likely_browsers, scene.pk, 9, Right.UPLOAD)
    assert [pages[name] for name in uploading] == [pages["owner"]]
    for role in ROLES:
        await pages[role].disconnect()


async def test_where_only_a_viewer_looks_nobody_is_asked(scene: SceneSession) -> None:
    viewer, _ = await page_of(scene, "viewer")
    with pytest.raises(asking.NoBrowserError):
        await asking.ask(scene.pk, "takeScreenshot", {}, timeout_seconds=5)
    forged = {"type": "browserResponse", "requestId": str(uuid4()), "result": {"data": "x"}}
    await viewer.send_json_to(forged)
    assert (await receive(viewer, "error"))["code"] == "bad_message"
    await viewer.disconnect()


async def test_what_a_viewer_acknowledges_does_not_count_as_shown(scene: SceneSession) -> None:
    viewer, _ = await page_of(scene, "viewer")
    effect = await database.run(steer, scene, color("teal"))
    assert effect.browsers.connected == 0
    patch = await receive(viewer, "scenePatch")
    applied = {"type": "sceneApplied", "revision": patch["revision"], "visible": True}
    await viewer.send_json_to(applied)
    editor, _ = await page_of(scene, "editor")
    await (await worker.current()).calls.flush()
    counts = await database.run(browser_counts, scene.pk, patch["revision"])
    assert (counts.connected, counts.acknowledged) == (1, 0)
    await viewer.disconnect()
    await editor.disconnect()


async def test_a_viewer_reads_nothing_of_what_is_said_to_the_ai(scene: SceneSession) -> None:
    viewer, registered = await page_of(scene, "viewer")
    owner, _ = await page_of(scene, "owner")
    say = scene_edit() | {"name": "say", "arguments": {"text": "Our plan"}}
    await owner.send_json_to(say)
    await receive(owner, "sceneEdited", besides=("personsWords",))
    again, later = await page_of(scene, "viewer")
    assert "words" not in registered
    assert "words" not in later
    await owner.send_json_to(scene_edit("red"))
    await receive(viewer, "scenePatch")  # and no `personsWords` before it
    for socket in (viewer, owner, again):
        await socket.disconnect()


async def test_shares_leave_places_for_the_owner(scene: SceneSession, settings: Settings) -> None:
    settings.MCP_MAX_BROWSERS_PER_SESSION = 4
    viewers = [await page_of(scene, "viewer") for _ in range(3)]
    _, token = await shared(scene, "viewer")
    fourth = await join_by_share(token)
    assert (await receive(fourth, "error"))["code"] == "connection_limit"
    assert await closed_with(fourth) == 4429
    owner, _ = await page_of(scene, "owner")
    await asyncio.gather(*(socket.disconnect() for socket, _ in viewers), owner.disconnect())


async def test_a_share_opens_its_scene_without_a_sign_in(settings: Settings) -> None:
    switch_on(settings)
    scene = await scene_of(await person())
    _, token = await shared(scene, "viewer")
    viewer = await join_by_share(token)
    assert (await receive(viewer, "sessionRegistered"))["role"] == "viewer"
    stranger = await join(scene)
    assert (await receive(stranger, "error"))["code"] == "not_signed_in"
    assert await closed_with(stranger) == 4401
    await viewer.disconnect()
    await worker.stop()


def test_a_viewer_may_nothing_and_only_the_owner_may_share() -> None:
    assert RIGHTS[Role.VIEWER] == frozenset()
    assert [role for role in Role if Right.SHARE in RIGHTS[role]] == [Role.OWNER]
