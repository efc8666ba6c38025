"""A client cannot resume a stream: it is told to call again, and loses nothing else by asking."""

import json

import pytest

from tests.support.raw import HANDSHAKE, RawClient, call_body
from tests.support.servers import ServerProcess
from tests.support.subscribers import get_stream, new_scene, next_uri, paint, post

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N1")]


def call_that_reports(tool: str) -> str:
    params = {"name": tool, "arguments": {}, "_meta": {"progressToken": 1}}
    return json.dumps({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params})


async def test_a_call_whose_progress_is_reported_has_no_event_ids(
    shared_server: ServerProcess,
) -> None:
    async with RawClient(shared_server, HANDSHAKE) as client:
        answer = await client.post(call_that_reports("take_screenshot"))
    names = [line.partition(":")[0] for line in answer.text.splitlines() if line]
    assert names == ["event", "data"]


async def test_a_call_that_has_nothing_to_say_before_its_response_is_answered_as_json(
    shared_server: ServerProcess,
) -> None:
    async with RawClient(shared_server, HANDSHAKE) as client:
        for body in (
            call_body("take_screenshot", "{}", HANDSHAKE),
            call_that_reports("get_browser_connection_url"),
        ):
            answer = await client.post(body)
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["mcp-session-id"] == client.token
            assert json.loads(answer.text)["id"] == 7


@pytest.mark.parametrize("event_id", ["0", "nothing", "-", "9" * 5000])
async def test_who_comes_back_for_the_rest_of_a_stream_is_told_to_call_again(
    shared_server: ServerProcess, event_id: str
) -> None:
    async with RawClient(shared_server, HANDSHAKE) as client:
        refused = await client.send("GET", last_event_id=event_id)
        assert refused.status == 400
        assert "No stream has that Last-Event-ID here: call the tool again" in refused.told
        assert (await client.send("DELETE")).status == 200
        assert (await client.send("GET", last_event_id=event_id)).status == 404


async def test_the_sessions_own_stream_stays_open_beside_it(shared_server: ServerProcess) -> None:
    key = await new_scene(shared_server)
    uri = f"scene://{key}"
    async with RawClient(shared_server, HANDSHAKE) as client:
        assert (await post(client, "resources/subscribe", uri=uri)).code is None
        async with get_stream(shared_server, client.token) as stream:
            assert (await client.send("GET", last_event_id="1")).status == 400
            await paint(shared_server, key, "#000001")
            assert await next_uri(stream.aiter_lines()) == uri
