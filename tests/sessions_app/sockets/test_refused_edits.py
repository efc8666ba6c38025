"""What is no edit, or none that can be done: the page is told why, and nothing is changed."""

import asyncio
import json
from typing import Any

import pytest
from django.conf import settings as configured

from hello3d.asgi import application
from sessions_app.limits.rates import Rate
from sessions_app.models import SceneSession
from sessions_app.sessions.closing import edit_key_replace, scene_session_close
from sessions_app.steering import edits
from sessions_app.storage import database
from sessions_app.wire.scene_messages import CloseCode
from sessions_app.workers import worker
from tests.support.communicating import Communicator
from tests.support.edits import answer_to, causes, joined, scene_edit
from tests.support.scene_sockets import HEADERS, closed_with, receive

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("C6"),
]


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "a name that nothing has": ({"name": "explode"}, "unknown_operation", '"explode"'),
    "a tool that is no operation": ({"name": "close_session"}, "unknown_operation", "close"),
    "no argument": ({"arguments": {}}, "invalid_argument", "`color` is missing"),
    "an unknown argument": (
        {"arguments": {"color": "teal", "scene": "x"}},
        "invalid_argument",
        'Unknown argument "scene". change_model_color takes: color.',
    ),
    "a wrong name": (
        {"arguments": {"colour": "teal"}},
        "invalid_argument",
        'Unknown argument "colour". change_model_color takes: color.',
    ),
    "another kind": ({"arguments": {"color": 7}}, "invalid_argument", "`color` cannot be 7."),
    "an object": ({"arguments": {"color": {"a": [1]}}}, "invalid_argument", "cannot be an object"),
    "a color that nobody knows": (
        {"arguments": {"color": "no color\u202e"}},
        "invalid_argument",
        "no color",
    ),
    "a text beyond all bounds": (
        {"arguments": {"color": "x" * 200_000}},
        "invalid_argument",
        "`color` cannot be",
    ),
    "a size of nothing": (
        {"name": "change_model_size", "arguments": {"size": 0}},
        "invalid_argument",
        "The value 0 for size is not accepted",
    ),
    "a number that is none": (
        {"name": "change_model_size", "arguments": {"size": "NaN"}},
        "invalid_argument",
        "`size` cannot be",
    ),
    "a revision that is not yet": ({"baseRevision": 1}, "invalid_argument", "`baseRevision`"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_an_edit_that_cannot_be_done_is_refused_in_words(
    scene: SceneSession, page: Communicator, case: str
) -> None:
    members, code, text = REFUSED[case]
    edit = scene_edit(**members)
    answer = await answer_to(page, edit)
    assert answer["type"] == "sceneEditRefused"
    assert (answer["editId"], answer["code"]) == (edit["editId"], code)
    assert text in answer["message"]
    assert len(answer["message"]) < 600
    assert "\u202e" not in answer["message"]
    assert await causes(scene) == {}
    assert (await answer_to(page, scene_edit("teal")))["revision"] == 1  # the page goes on


NO_EDITS: dict[str, dict[str, Any]] = {
    "no id": {"editId": ""},
    "a long id": {"editId": "x" * 65},
    "an id of other signs": {"editId": 'x" or "1'},
    "an id of many lines": {"editId": "x\n"},
    "a number as its id": {"editId": 7},
    "no revision": {"baseRevision": -1},
    "a revision as text": {"baseRevision": "0"},
    "a revision beyond all bounds": {"baseRevision": 2**31},
    "a long name": {"name": "x" * 101},
    "a list of arguments": {"arguments": ["teal"]},
    "arguments as text": {"arguments": '{"color": "teal"}'},
    "a number of more than 64 bits": {"arguments": {"color": 2**64}},
    "deep arguments": {"arguments": {"color": json.loads("[" * 17 + "]" * 17)}},
    "many arguments": {"arguments": {str(number): 1 for number in range(1001)}},
    "a member that is not listed": {"callId": "x"},
}


@pytest.mark.parametrize("case", NO_EDITS)
async def test_what_is_no_edit_is_a_bad_message(
    scene: SceneSession, page: Communicator, case: str
) -> None:
    await page.send_json_to(scene_edit(**NO_EDITS[case]))
    assert (await receive(page, "error"))["code"] == "bad_message"
    assert await causes(scene) == {}


async def test_an_edit_before_the_page_has_registered_ends_the_connection(
    scene: SceneSession,
) -> None:
    socket = Communicator(application, "/ws/scene/", headers=HEADERS)
    assert (await socket.connect())[0]
    await socket.send_json_to(scene_edit())
    assert await closed_with(socket) == CloseCode.BAD_MESSAGE
    assert await causes(scene) == {}


async def test_an_edit_of_a_closed_scene_is_refused_and_its_page_sent_away(
    scene: SceneSession, page: Communicator
) -> None:
    # As where the event of the closing was lost.
    closed = SceneSession.objects.filter(pk=scene.pk).update
    await database.run(closed, state=SceneSession.State.CLOSED)
    answer = await answer_to(page, scene_edit())
    assert (answer["type"], answer["code"]) == ("sceneEditRefused", "session_closed")
    assert "call open_session" not in answer["message"].lower()  # which is a client's
    assert await closed_with(page) == CloseCode.SESSION_CLOSED
    assert await causes(scene) == {}


async def test_an_edit_by_a_link_that_was_replaced_is_refused_and_its_page_sent_away(
    scene: SceneSession, page: Communicator
) -> None:
    replaced = SceneSession.objects.filter(pk=scene.pk).update
    await database.run(replaced, edit_key="00000000-0000-4000-8000-000000000001")
    answer = await answer_to(page, scene_edit())
    assert (answer["type"], answer["code"]) == ("sceneEditRefused", "session_unknown")
    assert "replaced" in answer["message"]
    assert await closed_with(page) == CloseCode.LINK_REPLACED
    assert await causes(scene) == {}


@pytest.mark.parametrize("end", ["close", "replace"])
async def test_no_edit_is_done_once_its_scene_or_link_has_ended(
    scene: SceneSession, page: Communicator, end: str
) -> None:
    if end == "close":
        closer = SceneSession.Closer.USER
        await database.run(scene_session_close, scene.pk, closed_by=closer, because="Done.")
    else:
        await database.run(edit_key_replace, scene.pk)
    await page.send_json_to(scene_edit())
    codes = {"close": CloseCode.SESSION_CLOSED, "replace": CloseCode.LINK_REPLACED}
    assert await closed_with(page) == codes[end]
    assert await causes(scene) == {}


async def test_edits_count_toward_the_scenes_limit_as_calls_do(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configured, "MCP_RATE_PER_SCENE", Rate(2, 60))
    page = await joined(scene)
    for number, name in enumerate(("teal", "lime"), start=1):
        assert (await answer_to(page, scene_edit(name)))["revision"] == number
    answer = await answer_to(page, scene_edit("snow"))
    assert (answer["type"], answer["code"]) == ("sceneEditRefused", "rate_limited")
    assert answer["retryAfterSeconds"] > 0
    assert list(await causes(scene)) == [1, 2]
    await page.disconnect()


async def test_answers_to_edits_earn_no_messages(
    scene: SceneSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sessions_app.limits.browser_limits.MESSAGES_PER_SECOND", 2)
    page = await joined(scene)
    for _ in range(30):
        await page.send_json_to(scene_edit(name="explode"))
    assert await closed_with(page) == CloseCode.TOO_MANY


@pytest.mark.parametrize(("limit", "most"), [("MAX_WAITING", 2), ("MAX_WAITING_BYTES", 60)])
async def test_a_page_that_has_too_many_edits_waiting_is_refused_more(
    page: Communicator, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(f"sessions_app.sockets.edits.{limit}", most)
    may_go_on = asyncio.Event()
    perform = edits.perform

    async def held(here: worker.Worker, edit: edits.Edit) -> int:
        await may_go_on.wait()
        return await perform(here, edit)

    monkeypatch.setattr("sessions_app.sockets.edits.perform", held)
    sent = [scene_edit(f"#00000{number}") for number in range(1, 6)]
    for edit in sent:
        await page.send_json_to(edit)
    refused = await receive(page, "sceneEditRefused")
    assert refused["code"] == "busy"
    assert refused["retryAfterSeconds"] > 0
    may_go_on.set()
    done: list[str] = []
    while len(done) < 3:
        message = await receive(page, "sceneEdited", besides=("scenePatch", "sceneEditRefused"))
        done.append(message["editId"])
    assert done == [edit["editId"] for edit in sent if edit["editId"] in done]


async def test_a_fault_of_ours_is_answered_and_the_next_edit_performed(
    page: Communicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(edits, "scene_edit_perform", broken)
        answer = await answer_to(page, scene_edit())
    assert (answer["type"], answer["code"]) == ("sceneEditRefused", "internal")
    assert "broken" not in answer["message"]
    assert (await answer_to(page, scene_edit()))["revision"] == 1
