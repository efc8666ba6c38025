"""Whatever is refused counts: a flood of it ends in 429, and fills neither the log nor the way."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from tests.conftest import StartServer
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, META, MODERN, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import rows

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C6")]

MOST = 3
ENVIRONMENT = {
    "MCP_RATE_PER_CLIENT": f"{MOST}/36000",
    "TRUSTED_PROXIES": "127.0.0.1",
    "RATE_SHARED_ADDRESSES": "198.51.100.0/24",
    "LOG_FORMAT": "json",
}
SHARED = "198.51.100.7"

Ask = Callable[[RawClient, str], Awaitable[Any]]


def posted(body: str | bytes, *, method: str = "ping", **headers: str) -> Ask:
    async def ask(client: RawClient, address: str) -> Any:
        sent = {"x_forwarded_for": address, **headers}
        return await client.post(body, method=method, extra=sent)

    return ask


def asked(method: str, **params: Any) -> Ask:
    async def ask(client: RawClient, address: str) -> Any:
        more = {"_meta": META} if client.era == MODERN else {}
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, **more}}
        return await client.post(
            json.dumps(body), method=method, extra={"x_forwarded_for": address}
        )

    return ask


def sent(method: str, **headers: str) -> Ask:
    async def ask(client: RawClient, address: str) -> Any:
        return await client.send(method, x_forwarded_for=address, **headers)

    return ask


def called(tool: str, **headers: str) -> Ask:
    async def ask(client: RawClient, address: str) -> Any:
        return await client.call(tool, "{}", x_forwarded_for=address, **headers)

    return ask


NOTE = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}'
# era, what is asked, the status while it may come
KINDS: list[tuple[str, Ask, int]] = [
    (HANDSHAKE, posted('"' + "x" * 70_000 + '"'), 400),
    (HANDSHAKE, posted(json.dumps({"jsonrpc": "2.0", "method": "x" * 70_000})), 413),
    (HANDSHAKE, posted("x" * 300_000), 413),
    (HANDSHAKE, posted("[" * 20 + "]" * 20), 400),
    (HANDSHAKE, posted("[" + "1," * 25_000 + "1]"), 400),
    (HANDSHAKE, posted("{"), 400),
    (HANDSHAKE, posted("[]"), 400),
    (HANDSHAKE, posted("{}", content_type="text/plain"), 415),
    (HANDSHAKE, posted("{}", content_encoding="br"), 415),
    (HANDSHAKE, posted("{}", accept="text/html"), 406),
    (HANDSHAKE, posted("{}", origin="https://evil.example"), 403),
    (HANDSHAKE, posted("{}", host="evil.example"), 421),
    (HANDSHAKE, posted('{"jsonrpc":"2.0","id":1,"method":"ping"}', mcp_session_id="no"), 404),
    (HANDSHAKE, posted(NOTE), 202),
    (HANDSHAKE, posted('{"jsonrpc":"2.0","id":1,"result":{}}'), 202),
    (HANDSHAKE, asked("tools/list"), 200),
    (HANDSHAKE, asked("ping"), 200),
    (HANDSHAKE, asked("no/such"), 200),
    (HANDSHAKE, asked("prompts/get"), 200),
    (HANDSHAKE, sent("PUT"), 405),
    (MODERN, sent("GET"), 405),
    (MODERN, posted(NOTE), 202),
    (MODERN, asked("tools/list"), 200),
    (MODERN, asked("server/discover"), 200),
    (MODERN, asked("no/such"), 404),
    (MODERN, called("get_scene", mcp_name="another"), 400),
    (MODERN, called("get_scene", mcp_protocol_version="2099-01-01"), 400),
]


@pytest.fixture
async def server(start_server: StartServer, database_url: str) -> ServerProcess:
    return start_server(database_url, environment=ENVIRONMENT)


async def test_a_flood_of_whatever_is_refused_ends_in_429(server: ServerProcess) -> None:
    clients = {era: RawClient(server, era) for era in (HANDSHAKE, MODERN)}
    async with clients[HANDSHAKE], clients[MODERN]:
        for number, (era, ask, status) in enumerate(KINDS):
            mine, client = f"203.0.113.{number}", clients[era]
            answers = [await ask(client, mine) for _ in range(MOST + 2)]
            statuses = [answer.status for answer in answers]
            assert statuses == [status] * MOST + [429] * 2, (number, statuses)
            assert int(answers[-1].headers["retry-after"]) > 60, number
            assert "Wait " in answers[-1].told
            others = [f"203.0.114.{number}"]
            if status >= 400:  # what has an answer counts for its protocol session there
                others += [SHARED] * (MOST + 2)
            assert {(await ask(client, other)).status for other in others} == {status}, number
    server.stop()
    query = 'SELECT "limit", sum(refusals) FROM sessions_app_refusalcount WHERE "limit" LIKE'
    counted = dict(rows(server.database_url, f"{query} 'r%_per_client' GROUP BY 1"))
    assert sum(counted.values()) == 2 * len(KINDS)
    assert counted["rate_per_client"] == 2 * 6  # what is answered, and not refused


async def test_a_few_mistakes_cost_a_client_nothing(server: ServerProcess) -> None:
    mine = "203.0.113.1"
    async with RawClient(server, MODERN) as client:
        for _ in range(MOST - 1):
            assert (await posted("{")(client, mine)).status == 400
        for _ in range(MOST):
            assert (await called("get_scene")(client, mine)).code == "session_required"
        assert (await posted("{")(client, mine)).status == 400
        assert (await called("get_scene")(client, mine)).status == 429  # whatever comes now


async def test_sockets_that_are_refused_count_too(server: ServerProcess) -> None:
    async def close_code(address: str, *messages: str, origin: str = server.url) -> int | None:
        headers = {"x-forwarded-for": address}
        url = server.socket_url
        async with connect(url, origin=Origin(origin), additional_headers=headers) as socket:
            for message in messages:
                await socket.send(message)
            await socket.wait_closed()
            return socket.close_code

    bad = ("{", "[", "[" * 200_000)
    assert [await close_code("203.0.113.1", *bad) for _ in range(MOST)] == [4400] * MOST
    assert await close_code("203.0.113.1") == 4429
    for _ in range(MOST):
        with pytest.raises(InvalidStatus):
            await close_code("203.0.113.2", origin="https://evil.example")
    assert await close_code("203.0.113.2") == 4429
    assert [await close_code(SHARED, *bad) for _ in range(MOST + 1)] == [4400] * (MOST + 1)


async def _get(
    http: httpx2.AsyncClient, address: str, path: str, *, method: str = "GET", **headers: str
) -> int:
    sent_headers = {"x-forwarded-for": address, **headers}
    return (await http.request(method, path, headers=sent_headers)).status_code


async def test_a_flood_leaves_one_line_a_minute_of_each_kind_and_address(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment={**ENVIRONMENT, "API_RATE": "9/36000"})
    addresses = ("203.0.113.1", "203.0.113.2")
    async with http_client(base_url=server.url) as http:
        for address in addresses:
            for number in range(5):
                long = f"/nothing-{number}{'x' * 3000}"
                assert await _get(http, address, long) == 404
                assert await _get(http, address, "/api/sessions/1/", authorization="Token x") == 401
                assert await _get(http, address, "/open/x", method="DELETE") == 403
                refused = await http.get("/scenes/", headers={"host": "a" * 3000})
                assert refused.status_code == 400
            for _ in range(12):
                await _get(http, address, "/api/statistics/")
    for _ in range(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"NONSENSE\r\n\r\n")
        await reader.read()
        writer.close()
        with pytest.raises(InvalidStatus):
            async with connect(server.socket_url, origin=Origin("https://evil.example")):
                pass
    server.stop()
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line[0] == "{"]
    told = [line for line in lines if line["level"] in ("warning", "error")]

    def about(words: str, among: list[Any] = told) -> int:
        return sum(words in line["event"] and "left out" not in line["event"] for line in among)

    expected = {"Not Found": 2, "Unauthorized": 2, "Forbidden": 2, "Too Many Requests": 2}
    assert {words: about(words) for words in expected} == expected
    assert about("Invalid HTTP request") == 1
    assert about("Invalid HTTP_HOST") <= 1
    assert about("/ws/scene/", lines) == 1
    assert max(len(line["event"]) for line in lines) < 1500
