"""What a person changes at a page: stored once, shown to every page, answered to the one."""

import asyncio

import pytest

from sessions_app.errors import StoreBusyError
from sessions_app.models import SceneSession, ToolCall
from sessions_app.revisions.documents import document_rebuild
from sessions_app.routing import Rule, Target
from sessions_app.sessions.timeline import timeline
from sessions_app.steering import edits, steering
from sessions_app.steering.tool_calls import tool_call_perform
from sessions_app.storage import database
from sessions_app.workers import worker
from tests.support.communicating import Communicator
from tests.support.edits import answer_to, causes, joined, scene_edit
from tests.support.scene_documents import model_color
from tests.support.scene_sockets import receive
from tests.support.scenes import color, make_call, make_scene_session, steer

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

TEAL, LIME = "#008688", "#83f902"


async def stored_color(scene: SceneSession) -> str:
    def rebuilt() -> str:
        document = document_rebuild(SceneSession.objects.get(pk=scene.pk))
        return str(model_color(document))

    return await database.run(rebuilt)


async def test_an_edit_is_stored_answered_to_its_page_and_shown_to_all(
    scene: SceneSession, page: Communicator
) -> None:
    other = await joined(scene)
    edit = scene_edit("teal")
    await page.send_json_to(edit)
    messages = [await receive(page, "sceneEdited", "scenePatch") for _ in range(2)]
    by_type = {message.pop("type"): message for message in messages}
    assert by_type["sceneEdited"] == {"editId": edit["editId"], "revision": 1}
    shown = await receive(other, "scenePatch")
    assert shown == {"type": "scenePatch", **by_type["scenePatch"]}
    assert shown["patch"] == [
        {"op": "replace", "path": "/objects/o1/material/color", "value": TEAL}
    ]
    assert shown["cause"] == {
        "editId": edit["editId"],
        "tool": "change_model_color",
        "title": "Edit in the browser",
        "summary": f"The model is now teal ({TEAL}).",
        "by": "person",
    }
    assert await causes(scene) == {1: shown["cause"]}
    assert await stored_color(scene) == TEAL
    assert await database.run(ToolCall.objects.count) == 0
    for socket in (page, other):  # what they confirm is no call's to wait for
        await socket.send_json_to({"type": "sceneApplied", "revision": 1, "visible": True})
    assert (await answer_to(other, scene_edit("lime")))["revision"] == 2
    await other.disconnect()


async def test_an_edit_that_changes_nothing_is_confirmed_at_the_present_revision(
    scene: SceneSession, page: Communicator
) -> None:
    assert (await answer_to(page, scene_edit("teal")))["revision"] == 1
    edit = scene_edit("teal")
    answer = await answer_to(page, edit)
    assert (answer["type"], answer["revision"]) == ("sceneEdited", 1)
    await answer_to(page, scene_edit("lime"))
    assert (await answer_to(page, edit)) == answer  # and the model stays lime
    assert list(await causes(scene)) == [1, 2]
    assert await stored_color(scene) == LIME


async def test_an_edit_that_is_sent_again_gets_the_same_answer_and_changes_nothing(
    scene: SceneSession, page: Communicator
) -> None:
    edit = scene_edit("teal", editId="a_b.c")
    first = await answer_to(page, edit)
    assert (first["type"], first["revision"]) == ("sceneEdited", 1)
    await answer_to(page, scene_edit("lime"))
    assert await answer_to(page, edit) == first
    back = await joined(scene)
    assert await answer_to(back, edit) == first
    assert list(await causes(scene)) == [1, 2]
    assert await stored_color(scene) == LIME
    for alike in ("A_B.C", "axb.c", "a_b", "a_b.cd"):
        assert (await answer_to(back, scene_edit("lime", editId=alike)))["revision"] == 2
    assert (await answer_to(back, scene_edit("teal", editId="A_B.C")))["revision"] == 2
    await back.disconnect()


async def test_an_edit_id_means_an_edit_of_its_own_scene(
    scene: SceneSession, page: Communicator
) -> None:
    other = await database.run(make_scene_session)
    socket = await joined(other)
    edit = scene_edit("teal")
    assert (await answer_to(page, edit))["revision"] == 1
    assert (await answer_to(socket, edit))["revision"] == 1
    assert list(await causes(other)) == list(await causes(scene)) == [1]
    await socket.disconnect()


async def test_what_a_client_calls_itself_is_no_edits_answer(
    scene: SceneSession, page: Communicator
) -> None:
    target = Target(Rule.ARGUMENT, scene.edit_key)
    call = make_call(target, client_name='"editId":"mine"')
    await database.run(tool_call_perform, call, color("teal"))
    answer = await answer_to(page, scene_edit("lime", editId="mine"))
    assert (answer["type"], answer["revision"]) == ("sceneEdited", 2)


async def test_edits_and_calls_at_once_get_a_revision_each(
    scene: SceneSession, page: Communicator
) -> None:
    other = await joined(scene)
    colors = [f"#{number:06x}" for number in range(1, 31)]
    sent = [scene_edit(color) for color in colors[:20]]

    async def called(value: str) -> None:
        call = make_call(Target(Rule.ARGUMENT, scene.edit_key))
        call.worker_id = (await worker.current()).id
        await steering.steer(call, color(value))

    calls = [asyncio.create_task(called(value)) for value in colors[20:]]
    for number, edit in enumerate(sent):
        await (page, other)[number % 2].send_json_to(edit)
    answers: dict[str, int] = {}
    revisions: dict[int, list[int]] = {id(page): [], id(other): []}
    for socket in (page, other):
        while len(revisions[id(socket)]) < 30:
            message = await receive(socket, "scenePatch", "sceneEdited")
            if message["type"] == "sceneEdited":
                answers[message["editId"]] = message["revision"]
                continue
            revisions[id(socket)].append(message["revision"])
            shown = {"revision": message["revision"], "visible": True}
            await socket.send_json_to({"type": "sceneApplied", **shown})
    await asyncio.gather(*calls)
    assert all(found == list(range(1, 31)) for found in revisions.values())
    stored = await causes(scene)
    assert list(stored) == list(range(1, 31))
    by_edit = {cause["editId"]: revision for revision, cause in stored.items() if "editId" in cause}
    assert set(by_edit) == {edit["editId"] for edit in sent}
    assert answers.items() <= by_edit.items()
    for socket, own in ((page, sent[::2]), (other, sent[1::2])):  # each page's in its own order
        order = [by_edit[edit["editId"]] for edit in own]
        assert order == sorted(order), socket
    await other.disconnect()


async def test_a_page_confirms_a_call_while_its_own_edit_waits(
    scene: SceneSession, page: Communicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = asyncio.Event()
    perform = edits.perform

    async def held(here: worker.Worker, edit: edits.Edit) -> int:
        await may_go_on.wait()
        return await perform(here, edit)

    monkeypatch.setattr("sessions_app.sockets.edits.perform", held)
    edit = scene_edit("lime")
    await page.send_json_to(edit)
    call = make_call(Target(Rule.ARGUMENT, scene.edit_key))
    call.worker_id = (await worker.current()).id
    steered = asyncio.create_task(steering.steer(call, color("teal")))
    assert (await receive(page, "scenePatch"))["revision"] == 1
    await page.send_json_to({"type": "sceneApplied", "revision": 1, "visible": True})
    assert (await steered).delivery.acknowledged == 1
    may_go_on.set()
    answer = await receive(page, "sceneEdited", besides=("scenePatch",))
    assert (answer["editId"], answer["revision"]) == (edit["editId"], 2)


async def test_a_copy_of_an_edit_that_still_waits_is_not_performed_after_its_refusal(
    scene: SceneSession, page: Communicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = asyncio.Event()
    perform = edits.perform

    async def held_once(here: worker.Worker, edit: edits.Edit) -> int:
        if not may_go_on.is_set():
            await may_go_on.wait()
            raise StoreBusyError
        return await perform(here, edit)

    monkeypatch.setattr("sessions_app.sockets.edits.perform", held_once)
    edit, other = scene_edit("lime"), scene_edit("teal")
    for message in (edit, edit, other, {"type": "none"}):
        await page.send_json_to(message)
    await receive(page, "error")  # by then it has read them all
    may_go_on.set()
    refused = await receive(page, "sceneEditRefused")
    assert (refused["editId"], refused["code"]) == (edit["editId"], "busy")
    await receive(page, "sceneEdited", besides=("scenePatch",))
    assert [cause["editId"] for cause in (await causes(scene)).values()] == [other["editId"]]
    assert (await answer_to(page, edit))["revision"] == 2  # sent again once it is answered


async def test_an_edit_wakes_a_scene_that_sleeps_and_stands_in_its_timeline(
    scene: SceneSession, page: Communicator
) -> None:
    await database.run(steer, scene, color("lime"))
    asleep = SceneSession.objects.filter(pk=scene.pk).update
    await database.run(asleep, state=SceneSession.State.IDLE)
    assert (await answer_to(page, scene_edit("teal")))["revision"] == 2
    moments = await database.run(timeline, scene.pk, 10)
    edited = next(moment for moment in moments if moment.kind == "edited")
    assert (edited.what, edited.revision) == ("change_model_color", 2)
    assert edited.reason == f"The model is now teal ({TEAL})."
    assert [moment.reason for moment in moments if moment.kind == "woke"] == [
        "A person changed it."
    ]
    assert sum(moment.kind == "edited" for moment in moments) == 1
