"""What a page or a client may say that is none of what it should."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from mcp.client import Client
from mcp_types import CallToolResult
from PIL import Image
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from sessions_app.errors import UnknownToolError
from sessions_app.models import Pairing, SceneRevision, SceneSession
from sessions_app.routing import Rule, Target
from sessions_app.steering import steering
from sessions_app.steering.tool_calls import RefusedError, tool_call_perform
from sessions_app.storage import database
from sessions_app.workers import worker
from tests.support.calls import call, client_of, error_code, open_scene
from tests.support.jpegs import INJECTED, jpeg, segment, with_segments
from tests.support.scene_sockets import closed_with, join, receive, register
from tests.support.scenes import color, make_call, make_scene_session
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

SIZE = {"width": 320, "height": 180}


@pytest.fixture
async def scene() -> AsyncIterator[SceneSession]:
    yield await database.run(make_scene_session)
    await worker.stop()


async def test_one_connection_is_one_browser(scene: SceneSession) -> None:
    socket = await join(scene, browser_id="one")
    await receive(socket, "sessionRegistered")
    await register(socket, scene, browser_id="two")
    assert (await receive(socket, "error"))["code"] == "bad_message"
    await register(socket, scene, browser_id="one")
    await receive(socket, "sessionRegistered")
    assert await database.run(Pairing.objects.count) == 1
    await socket.disconnect()


async def test_what_a_client_calls_itself_is_kept_and_shown_cut(scene: SceneSession) -> None:
    call = make_call(Target(Rule.ARGUMENT, scene.edit_key), client_name="N" * 100_000)
    await database.run(tool_call_perform, call, color("teal"))
    [cause] = await database.run(lambda: list(SceneRevision.objects.values_list("cause")))
    assert len(json.loads(cause[0])["by"]) == 60


async def test_a_tool_that_nobody_has_is_told_to_the_page_cut(scene: SceneSession) -> None:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    call = make_call(Target(Rule.ARGUMENT, scene.edit_key))
    call.tool = call.title = "x" * 100_000
    refused = RefusedError(UnknownToolError([]), scene.pk)
    await asyncio.wait_for(steering.tell_refusal(call, refused), WITHIN_SECONDS)
    assert len((await receive(socket, "toolCall"))["name"]) == 100
    await socket.disconnect()


class FalsePage:
    """A page's socket whose answers a test makes up."""

    def __init__(self, socket: ClientConnection, client: Client, key: str) -> None:
        self._socket = socket
        self._client = client
        self._key = key

    async def says(self, asked_for: Any = None, **answer: Any) -> CallToolResult:
        """What the tool returns where the page answers so, by default to the plainest call."""
        arguments = SIZE | {"scene": self._key} | (asked_for or {})
        calling = asyncio.create_task(self._client.call_tool("take_screenshot", arguments))
        asked = await self.next("browserRequest")
        answer |= {"type": "browserResponse", "requestId": asked["requestId"]}
        await self._socket.send(json.dumps(answer))
        return await asyncio.wait_for(calling, WITHIN_SECONDS)

    async def next(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(WITHIN_SECONDS):
            while True:
                message: dict[str, Any] = json.loads(await self._socket.recv())
                if message["type"] == kind:
                    return message


@asynccontextmanager
async def false_page(server: ServerProcess, client: Client, key: str) -> AsyncIterator[FalsePage]:
    url, origin = server.socket_url, Origin(server.url)
    async with connect(url, origin=origin, compression=None, max_size=None) as socket:
        page = FalsePage(socket, client, key)
        joining = {"type": "registerSession", "sessionId": key, "browserId": uuid4().hex}
        await socket.send(json.dumps(joining))
        await page.next("sessionRegistered")
        yield page


def picture(image: bytes, **members: Any) -> dict[str, Any]:
    data = base64.b64encode(image).decode()
    return {"revision": 1, **SIZE, "mimeType": "image/jpeg", "data": data} | members


PICTURE = jpeg()
NO_PICTURES: dict[str, dict[str, Any]] = {
    "no base64": picture(PICTURE, data="\u00e9"),
    "start and end": picture(b"\xff\xd8\xff\xd9"),
    "words": picture(b"\xff\xd8\xff" + INJECTED * 100 + b"\xff\xd9"),
    "a PNG": picture(b"\x89PNG\r\n\x1a\n"),
    "words after it": picture(PICTURE + INJECTED),
    "cut": picture(PICTURE[:-2]),
    "another size than it says": picture(jpeg(321, 180)),
    "another shape than was asked": picture(jpeg(180, 320), width=180, height=320),
    "larger than was asked": picture(jpeg(640, 360), width=640, height=360),
    "a size beyond all bounds": picture(PICTURE, width=2**31),
    "an older revision": picture(PICTURE, revision=0),
    "the next revision": picture(PICTURE, revision=2),
    "a revision that will never be": picture(PICTURE, revision=2**31 - 1),
    "a revision beyond all bounds": picture(PICTURE, revision=10**18),
    "no number": picture(PICTURE, revision="1"),
    "nothing": {},
}
# Of these each is an error of ours, or none; the page can say none of them.
NO_CODES = ("gone", "cancelled", "session_unknown", "internal", "", "x" * 10_000, 7, None, ["gone"])


async def test_what_a_page_answers_is_taken_as_it_was_asked_for_or_not_at_all(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        await call(client, "change_model_color", color="teal", scene=key)
        async with false_page(shared_server, client, key) as page:
            for name, answer in NO_PICTURES.items():
                assert error_code(await page.says(result=answer)) == "browser_failed", name
            for code in NO_CODES:
                result = await page.says(error={"code": code, "message": INJECTED.decode()})
                assert error_code(result) == "browser_failed", code
                assert INJECTED.decode() not in str(result)
            known = {"no_webgl": "no_webgl", "behind": "browser_behind"}
            for code, ours in (known | {"no_readback": "no_readback"}).items():
                assert error_code(await page.says(error={"code": code})) == ours
            for image in (PICTURE, jpeg(progressive=True), jpeg(mode="L")):
                assert not (await page.says(result=picture(image))).is_error
            smaller = picture(jpeg(135, 76), width=135, height=76)  # what did not fit
            assert not (await page.says(result=smaller)).is_error
            two = {"views": ["front", "top"]}
            too_many = await page.says(two, result=picture(PICTURE, views=3))
            assert error_code(too_many) == "browser_failed"
            slow = await page.says(two, result=picture(PICTURE, views=1))
            assert "too slow for the views top" in str(slow.content[0])
            old = {"code": "unknown_method"}
            assert error_code(await page.says(error=old)) == "browser_failed"
            assert error_code(await page.says(two, error=old)) == "page_outdated"
            await call(client, "change_model_color", color="lime", scene=key)
            assert error_code(await page.says(result=picture(PICTURE))) == "browser_failed"
            assert not (await page.says(result=picture(PICTURE, revision=2))).is_error


async def test_a_picture_brings_the_model_no_words(shared_server: ServerProcess) -> None:
    hidden = [segment(marker, INJECTED) for marker in (0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE)]
    image = with_segments(jpeg(comment=INJECTED, icc_profile=INJECTED), *hidden)
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        async with false_page(shared_server, client, key) as page:
            result = await page.says(result=picture(image, revision=0, note=INJECTED.decode()))
    [shown] = [block for block in result.content if block.type == "image"]
    received = base64.b64decode(shown.data)
    assert INJECTED not in received
    assert INJECTED.decode() not in str(result)
    both = [Image.open(io.BytesIO(one)).convert("RGB").tobytes() for one in (received, image)]
    assert both[0] == both[1]


async def test_where_one_page_answers_with_none_another_is_asked(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        async with (
            false_page(shared_server, client, key) as honest,
            false_page(shared_server, client, key) as false,  # the newest is asked first
        ):
            asked = asyncio.create_task(false.says(result={}))
            request = await honest.next("browserRequest")
            right = {"type": "browserResponse", "requestId": request["requestId"]}
            await honest._socket.send(json.dumps(right | {"result": picture(PICTURE, revision=0)}))
            assert not (await asked).is_error


@pytest.mark.parametrize("kind", ["sceneApplied", "sceneFailed", "heartbeat"])
async def test_a_page_cannot_have_what_it_was_not_sent(scene: SceneSession, kind: str) -> None:
    members: dict[str, dict[str, Any]] = {
        "sceneApplied": {"visible": True},
        "sceneFailed": {"message": "\u202eno"},
        "heartbeat": {},
    }
    claim = {"type": kind, **members[kind]}
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    call = make_call(Target(Rule.ARGUMENT, scene.edit_key))
    call.worker_id = (await worker.current()).id
    steered = asyncio.create_task(steering.steer(call, color("teal")))
    await receive(socket, "scenePatch")
    for _ in range(2):
        await socket.send_json_to(claim | {"revision": 2**31 - 1})
        assert "was not sent" in (await receive(socket, "error"))["message"]
    assert not steered.done()  # the claim was no answer to what was sent
    await socket.send_json_to({"type": "sceneApplied", "revision": 1, "visible": True})
    assert (await steered).delivery.acknowledged == 1
    await socket.send_json_to(claim | {"revision": 2})
    assert await closed_with(socket) == 4400


@pytest.mark.parametrize("visible", ["yes", 1, 0, "on", None, [True]])
async def test_whether_a_page_is_in_sight_is_true_or_false(
    scene: SceneSession, visible: Any
) -> None:
    socket = await join(scene)
    await receive(socket, "sessionRegistered")
    await socket.send_json_to({"type": "sceneApplied", "revision": 0, "visible": visible})
    assert (await receive(socket, "error"))["code"] == "bad_message"
    await socket.disconnect()
