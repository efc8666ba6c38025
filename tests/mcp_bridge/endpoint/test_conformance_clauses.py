"""Clauses of the specification that the conformance suite leaves out, or looks at in passing."""

import asyncio
import base64
import json
from urllib.parse import urlsplit

import pytest

from tests.conftest import StartServer
from tests.support.raw import HANDSHAKE, META, MODERN, Answer, RawClient
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N1")]

STREAMS = 3


async def _post(server: ServerProcess, name_line: bytes) -> str:
    """The answer to a `tools/list` whose header `Mcp-Method` is written just so."""
    params = {"_meta": META}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params})
    lines = [
        b"POST /mcp HTTP/1.1",
        b"Host: " + urlsplit(server.url).netloc.encode(),
        b"Content-Type: application/json",
        b"Accept: application/json, text/event-stream",
        b"MCP-Protocol-Version: " + MODERN.encode(),
        name_line,
        b"Content-Length: " + str(len(body)).encode(),
        b"Connection: close",
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + body.encode())
    answer = await asyncio.wait_for(reader.read(), WITHIN_SECONDS)
    writer.close()
    await writer.wait_closed()
    return answer.decode()


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
async def test_whitespace_around_a_headers_value_is_no_part_of_it(
    start_server: StartServer, database_url: str, shared_server: ServerProcess, kind: str
) -> None:
    """RFC 9110, section 5.5. The suite writes spaces; tabs count as well."""
    server = shared_server if kind == "uvicorn" else start_server(database_url, kind=kind)
    assert "HTTP/1.1 200" in await _post(server, b"Mcp-Method: \t tools/list \t ")
    assert "HTTP/1.1 400" in await _post(server, b"Mcp-Method: tools list")


async def test_a_name_may_come_as_base64(extended_server: ServerProcess) -> None:
    """2026-07-28, basic/transports/streamable-http, "Standard Request Headers", "Value Encoding".

    The suite encodes the headers of arguments only.
    """
    encoded = {
        name: f"=?base64?{base64.b64encode(name.encode()).decode()}?="
        for name in ("get_browser_connection_url", "get_scene")
    }
    async with RawClient(extended_server, MODERN) as client:
        name, other = encoded
        assert (await client.call(name, "{}", mcp_name=encoded[name])).code is None
        mismatch = await client.call(name, "{}", mcp_name=encoded[other])
    assert (mismatch.status, mismatch.code) == (400, -32020)


@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
async def test_streams_at_once_carry_their_own_messages_only(
    extended_server: ServerProcess, era: str
) -> None:
    """2025-11-25, basic/transports, "Multiple Connections"; 2026-07-28, "Receiving Messages".

    The suite asks for lists, which the newest era answers without streams: it sees none there.
    """
    async with RawClient(extended_server, era) as client:
        answers = await asyncio.gather(
            *(_call_with_progress(client, number) for number in range(STREAMS))
        )
    for number, answer in enumerate(answers):
        assert answer.headers["content-type"].startswith("text/event-stream")
        *notices, response = [
            json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")
        ]
        assert {notice["params"]["progressToken"] for notice in notices} == {f"token {number}"}
        assert response["id"] == number


async def _call_with_progress(client: RawClient, number: int) -> Answer:
    meta = {"progressToken": f"token {number}", **(META if client.era == MODERN else {})}
    params = {"name": "test_tool_with_progress", "arguments": {}, "_meta": meta}
    body = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
    return await client.post(json.dumps(body), name="test_tool_with_progress")


async def test_an_ended_session_is_not_found_by_any_method(extended_server: ServerProcess) -> None:
    """2025-11-25, basic/transports, "Session Management", point 3; the suite asks by POST only."""
    async with RawClient(extended_server, HANDSHAKE) as client:
        assert (await client.send("DELETE")).status == 200
        statuses = [(await client.send(method)).status for method in ("GET", "DELETE")]
        statuses.append((await client.call("get_scene", "{}")).status)
    assert statuses == [404, 404, 404]


async def test_a_notification_is_accepted_without_a_word(extended_server: ServerProcess) -> None:
    """2025-11-25, "Sending Messages to the Server", point 4; 2026-07-28, "Sending Messages", 5."""
    body = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"none"}}'
    for era in (HANDSHAKE, MODERN):
        async with RawClient(extended_server, era) as client:
            answer = await client.post(body, method="notifications/cancelled")
        assert (answer.status, answer.text) == (202, "")
