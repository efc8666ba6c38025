"""What the endpoint leans on inside the SDK: a version that differs there fails one of these."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp_types import CallToolRequestParams, CallToolResult, TextContent

import mcp_bridge.endpoint.asgi
from mcp_bridge.endpoint.asgi import McpEndpoint
from mcp_bridge.transport import protocol_sessions
from sessions_app.storage import database
from sessions_app.workers import worker
from tests.support.raw import HANDSHAKE
from tests.support.waiting import until

pytestmark = [pytest.mark.anyio, pytest.mark.django_db(transaction=True)]

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {
        "protocolVersion": HANDSHAKE,
        "capabilities": {"elicitation": {}},
        "clientInfo": {"name": "asked", "version": "2"},
    },
}


async def _ask(
    context: ServerRequestContext[Any, Any], params: CallToolRequestParams
) -> CallToolResult:
    """Ask the client something, wait a moment in vain, and tell what is known of it."""
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    with anyio.move_on_after(0.3 if params.name == "slow" else 0.02):
        await context.session.elicit_form("There?", schema, context.request_id)
    client = context.session.client_params
    assert client is not None
    known = {
        "client": client.client_info.name,
        "version": context.protocol_version,
        "asks": client.capabilities.elicitation is not None,
        "roots": client.capabilities.roots is not None,
        "lifespan": context.lifespan_context,
    }
    return CallToolResult(content=[TextContent(type="text", text=json.dumps(known))])


@asynccontextmanager
async def _lifespan(_: Server[Any]) -> AsyncIterator[str]:
    yield "alive"


@pytest.fixture
async def workers(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[McpEndpoint, ...]]:
    """Two endpoints of one server with one tool, as on two workers."""
    server = Server("asking", on_call_tool=_ask, lifespan=_lifespan)
    monkeypatch.setattr(mcp_bridge.endpoint.asgi, "build_server", lambda: server)
    endpoints = (McpEndpoint(), McpEndpoint())
    yield endpoints
    for endpoint in endpoints:
        await endpoint.stop()
    await worker.stop()


async def _send(
    endpoint: McpEndpoint,
    method: str,
    token: str = "",
    message: dict[str, Any] | None = None,
    accept: str = "application/json, text/event-stream",
) -> httpx2.Response:
    headers = {"accept": accept}
    headers |= {"mcp-session-id": token, "mcp-protocol-version": HANDSHAKE} if token else {}
    transport = httpx2.ASGITransport(app=endpoint)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as http:
        return await http.request(method, "/mcp", json=message, headers=headers)


async def _initialize(endpoint: McpEndpoint) -> httpx2.Response:
    return await _send(endpoint, "POST", message=INITIALIZE)


async def _token(endpoint: McpEndpoint) -> str:
    return str((await _initialize(endpoint)).headers["mcp-session-id"])


async def _call(
    endpoint: McpEndpoint, token: str, *, name: str = "ask", request_id: int = 1
) -> httpx2.Response:
    params = {"name": name, "arguments": {}}
    message = {"jsonrpc": "2.0", "id": request_id, "method": "tools/call", "params": params}
    return await _send(endpoint, "POST", token, message)


def _messages(response: httpx2.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    lines = response.text.splitlines()
    return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]


async def _open_transports(endpoint: McpEndpoint, expected: int) -> None:
    manager = await endpoint.started()
    await until(lambda: manager.open_transports == expected)


@pytest.mark.requirement("N1")
async def test_a_worker_that_did_not_see_the_handshake_knows_what_it_left_behind(
    workers: tuple[McpEndpoint, ...],
) -> None:
    token = await _token(workers[0])
    seen, restored = [_messages(await _call(endpoint, token)) for endpoint in workers]
    told = [json.loads(answer[-1]["result"]["content"][0]["text"]) for answer in (seen, restored)]
    assert told[0] == told[1]
    assert told[0] == {
        "client": "asked", "version": HANDSHAKE, "asks": True, "roots": False, "lifespan": "alive"
    }  # fmt: skip


@pytest.mark.requirement("N1")
async def test_two_workers_never_give_two_requests_to_a_client_one_id(
    workers: tuple[McpEndpoint, ...],
) -> None:
    token = await _token(workers[0])
    answers = [_messages(await _call(endpoint, token)) for endpoint in workers]
    ids = [
        next(one["id"] for one in answer if one.get("method") == "elicitation/create")
        for answer in answers
    ]
    assert ids[0] != ids[1]
    assert min(ids) > 1000  # the SDK counts from 1; a random start this low has odds of 1 : 10⁹


async def test_first_requests_at_once_share_a_transport(workers: tuple[McpEndpoint, ...]) -> None:
    token = await _token(workers[0])
    gate = threading.Event()
    database.submit(gate.wait, 5)
    calls = [asyncio.create_task(_call(workers[1], token, name="slow")) for _ in range(4)]
    for _ in range(100):  # now each of them has asked the database whether its session has ended
        await asyncio.sleep(0)
    gate.set()
    database.submit(bool).result(5)  # and has its answer, before any of them goes on
    statuses = sorted(response.status_code for response in await asyncio.gather(*calls))
    assert statuses == [200, 400, 400, 400]  # another transport would not know that the id is taken
    await _open_transports(workers[1], 1)


async def test_an_id_that_is_under_way_is_refused(workers: tuple[McpEndpoint, ...]) -> None:
    token = await _token(workers[0])
    slow = [_call(workers[0], token, name="slow") for _ in range(2)]
    statuses = sorted(response.status_code for response in await asyncio.gather(*slow))
    assert statuses == [200, 400]
    assert (await _call(workers[0], token)).status_code == 200


async def test_a_transport_that_idles_is_given_up_and_its_token_goes_on(
    workers: tuple[McpEndpoint, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol_sessions, "TRANSPORT_IDLE_SECONDS", 0.02)
    token = await _token(workers[0])
    await _open_transports(workers[0], 0)
    assert (await _call(workers[0], token)).status_code == 200


async def test_a_process_that_is_full_gives_up_what_is_idle_and_refuses_only_while_all_are_busy(
    workers: tuple[McpEndpoint, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol_sessions, "MAX_TRANSPORTS", 1)
    token, elsewhere = await _token(workers[0]), await _token(workers[1])
    busy = asyncio.create_task(_call(workers[0], token, name="slow"))
    await asyncio.sleep(0.1)
    assert (await _initialize(workers[0])).status_code == 503
    assert (await _call(workers[0], elsewhere)).status_code == 503
    assert (await busy).status_code == 200
    assert (await _call(workers[0], elsewhere)).status_code == 200
    await _open_transports(workers[0], 1)
    assert (await _call(workers[0], token)).status_code == 200  # its token brought it back


async def test_what_ends_leaves_no_transport_behind(workers: tuple[McpEndpoint, ...]) -> None:
    token = await _token(workers[0])
    await _open_transports(workers[0], 1)
    assert (await _send(workers[0], "DELETE", token)).status_code == 200
    await _open_transports(workers[0], 0)
    refused = await _send(workers[0], "POST", message=INITIALIZE, accept="text/html")
    assert refused.status_code == 406
    await _open_transports(workers[0], 0)
