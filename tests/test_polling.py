"""A tool may close the connection of its call (`test_reconnection`); the client comes back."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import anyio
import httpx2
import pytest
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    JSONRPCMessage,
    JSONRPCNotification,
    JSONRPCResponse,
)

import mcp_bridge.asgi
from mcp_bridge.asgi import McpEndpoint
from mcp_bridge.transport import polling
from mcp_bridge.transport.polling import ClosedStreams
from sessions_app.workers import worker
from tests.support.raw import HANDSHAKE, RawClient
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N1")]

OLDER = "2025-06-18"
URL = "http://testserver/mcp"
WORDS = 20  # more than the SDK's streams buffer


@dataclass
class Events:
    """The events of an answer, in order: their ids, their messages, and the time to wait."""

    ids: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    retry: int | None = None


def _events(text: str) -> Events:
    events = Events()
    for line in text.splitlines():
        name, _, value = line.partition(": ")
        if name == "id":
            events.ids.append(value)
        elif name == "retry":
            events.retry = int(value)
        elif name == "data" and value:
            events.messages.append(json.loads(value))
    return events


async def _resume(client: RawClient, event_id: str) -> httpx2.Response:
    """Go on after an event; the answer is read to its end, which the server has to make."""
    answer = await client.send("GET", last_event_id=event_id)
    return httpx2.Response(answer.status, text=answer.text)


async def test_an_ordinary_call_has_no_event_ids(extended_server: ServerProcess) -> None:
    async with RawClient(extended_server, HANDSHAKE) as client:
        events = _events((await client.call("get_browser_connection_url", "{}")).text)
    assert (events.ids, events.retry, len(events.messages)) == ([], None, 1)


async def test_a_closed_connection_is_primed_and_resumed_to_the_answer(
    extended_server: ServerProcess,
) -> None:
    async with RawClient(extended_server, HANDSHAKE) as client:
        primed = _events((await client.call("test_reconnection", "{}")).text)
        assert (len(primed.ids), primed.messages) == (1, [])
        assert primed.retry == polling.RETRY_MILLISECONDS
        rest = _events((await _resume(client, primed.ids[0])).text)
        assert [message.get("method") for message in rest.messages] == [
            "notifications/message", None
        ]  # fmt: skip
        assert rest.messages[-1]["id"] == 7
        assert len({*primed.ids, *rest.ids}) == 3
        again = _events((await _resume(client, rest.ids[0])).text)
        assert (again.ids, again.messages) == (rest.ids[1:], rest.messages[1:])


async def test_a_call_is_resumed_beside_the_sessions_own_stream(
    extended_server: ServerProcess,
) -> None:
    async with RawClient(extended_server, HANDSHAKE) as client:
        standing = asyncio.create_task(client.send("GET"))
        await asyncio.sleep(0.1)
        assert not standing.done()
        primed = _events((await client.call("test_reconnection", "{}")).text)
        rest = _events((await _resume(client, primed.ids[0])).text)
        assert rest.messages[-1]["id"] == 7
        assert not standing.done()
        standing.cancel()


async def test_an_older_client_keeps_its_connection(extended_server: ServerProcess) -> None:
    async with RawClient(extended_server, HANDSHAKE) as client:
        version = {"mcp_protocol_version": OLDER}
        events = _events((await client.call("test_reconnection", "{}", **version)).text)
    assert (events.ids, events.retry) == ([], None)
    assert events.messages[-1]["id"] == 7


async def test_an_id_stays_taken_while_its_connection_is_closed(
    extended_server: ServerProcess,
) -> None:
    async with RawClient(extended_server, HANDSHAKE) as client:
        primed = _events((await client.call("test_reconnection", "{}")).text)
        assert (await client.call("get_scene", "{}")).status == 400
        await _resume(client, primed.ids[0])
        assert (await client.call("get_browser_connection_url", "{}")).status == 200


async def test_a_stream_is_its_own_sessions(extended_server: ServerProcess) -> None:
    async with (
        RawClient(extended_server, HANDSHAKE) as client,
        RawClient(extended_server, HANDSHAKE) as other,
    ):
        [event_id] = _events((await client.call("test_reconnection", "{}")).text).ids
        refused = await _resume(other, event_id)
        assert refused.status_code == 400
        assert "No stream has that Last-Event-ID here" in refused.text
        for wrong in ("nothing", f"{event_id}x", "-", f"{event_id[:-1]}{'9' * 5000}"):
            assert (await _resume(client, wrong)).status_code == 400


async def test_a_session_that_ends_ends_who_waits_for_its_answers(
    extended_server: ServerProcess,
) -> None:
    async with RawClient(extended_server, HANDSHAKE) as client:
        [event_id] = _events((await client.call("test_reconnection", "{}")).text).ids
        waiting = asyncio.create_task(_resume(client, event_id))
        await asyncio.sleep(0.02)
        assert (await client.send("DELETE")).status == 200
        assert (await asyncio.wait_for(waiting, WITHIN_SECONDS)).status_code in {200, 404}
        assert (await _resume(client, event_id)).status_code == 404


@pytest.mark.django_db(transaction=True)
async def test_nothing_that_was_said_before_is_lost_or_told_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resumed = asyncio.Event()

    async def talk(
        context: ServerRequestContext[Any, Any], _: CallToolRequestParams
    ) -> CallToolResult:
        assert context.close_sse_stream is not None
        for step in range(WORDS):
            await context.session.report_progress(step)
        await context.close_sse_stream()
        await context.close_sse_stream()  # once is enough
        await context.session.report_progress(WORDS)
        await resumed.wait()
        await context.close_sse_stream()
        return CallToolResult(content=[])

    monkeypatch.setattr(mcp_bridge.asgi, "build_server", lambda: Server("t", on_call_tool=talk))
    endpoint = McpEndpoint()
    transport = httpx2.ASGITransport(app=endpoint)
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": HANDSHAKE}
    async with httpx2.AsyncClient(transport=transport, headers=headers) as http:
        opening = {"protocolVersion": HANDSHAKE, "capabilities": {}}
        opening |= {"clientInfo": {"name": "t", "version": "1"}}
        opened = await http.post(URL, json=_request(0, "initialize", opening))
        http.headers["mcp-session-id"] = opened.headers["mcp-session-id"]
        params = {"name": "talk", "arguments": {}, "_meta": {"progressToken": "t"}}
        before = _events((await http.post(URL, json=_request(1, "tools/call", params))).text)
        resumption = http.get(URL, headers={"last-event-id": before.ids[-1]})
        resuming = asyncio.create_task(resumption)
        await asyncio.sleep(0.1)
        resumed.set()
        after = _events((await resuming).text)
        last = _events((await http.get(URL, headers={"last-event-id": after.ids[-1]})).text)
    await endpoint.stop()
    await worker.stop()
    assert (before.retry, len(before.ids)) == (polling.RETRY_MILLISECONDS, 1)
    *told, answer = before.messages + after.messages + last.messages
    assert [message["params"]["progress"] for message in told] == list(range(WORDS + 1))
    assert answer["id"] == 1


def _request(request_id: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}


def _notice(number: int) -> JSONRPCMessage:
    return JSONRPCNotification(jsonrpc="2.0", method=f"notifications/{number}")


RESPONSE = JSONRPCResponse(jsonrpc="2.0", id=1, result={})


async def _read(streams: ClosedStreams, event_id: str) -> list[JSONRPCMessage]:
    following = streams.after(event_id)
    assert following is not None
    with anyio.fail_after(WITHIN_SECONDS):
        return [event.message async for event in following]


async def test_a_stream_keeps_its_newest_messages_and_its_answer() -> None:
    streams = ClosedStreams()
    stream = streams.open("1")
    for number in range(polling.MAX_EVENTS_OF_A_STREAM * 2):
        await streams.store_event("1", _notice(number))
    await streams.store_event("1", RESPONSE)
    assert await streams.store_event("1", _notice(0)) == ""  # after the end
    assert await streams.store_event("2", RESPONSE) == ""  # never closed
    kept = await _read(streams, f"{stream.name}-0")
    assert len(kept) == polling.MAX_EVENTS_OF_A_STREAM
    assert kept[-1] == RESPONSE


async def test_a_session_keeps_its_newest_streams() -> None:
    streams = ClosedStreams()
    opened = [streams.open(str(number)) for number in range(polling.MAX_STREAMS_OF_A_SESSION + 1)]
    assert not streams.has_running("0")
    assert opened[0].is_ended
    assert streams.has_running("1")


async def test_a_process_that_holds_too_many_closes_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = ClosedStreams()
    elsewhere.open("1")
    monkeypatch.setattr(polling, "MAX_STREAMS", len(polling._streams))
    assert not ClosedStreams().has_room
    elsewhere.end()
    assert ClosedStreams().has_room


async def test_the_newest_reader_of_a_stream_is_its_only_one() -> None:
    streams = ClosedStreams()
    stream = streams.open("1")
    first = asyncio.create_task(_read(streams, f"{stream.name}-0"))
    await asyncio.sleep(0)
    second = asyncio.create_task(_read(streams, f"{stream.name}-0"))
    await asyncio.sleep(0)
    await streams.store_event("1", RESPONSE)
    assert (await first, await second) == ([], [RESPONSE])
