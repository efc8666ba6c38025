"""Who guesses ids, tokens and links is slowed down, by whatever way they come."""

import json
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from sessions_app.limits.rates import Buckets, Rate
from tests.conftest import StartServer
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, MODERN, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import rows
from tests.support.tokens import SIGN_IN

pytestmark = pytest.mark.requirement("C6")

MOST = 3
ENVIRONMENT = {
    "MCP_FAILURES_PER_CLIENT": f"{MOST}/36000",
    "TRUSTED_PROXIES": "127.0.0.1",
    "RATE_SHARED_ADDRESSES": "198.51.100.0/24",
    "METRICS_TOKEN": "a-token-for-those-who-watch",
}


def test_looking_into_a_bucket_counts_nothing() -> None:
    buckets, rate = Buckets(), Rate(2, 60)
    assert [buckets.refusal("a", rate) for _ in range(5)] == [None] * 5
    buckets.take("a", rate)
    assert buckets.refusal("a", rate) is None
    buckets.take("a", rate)
    assert buckets.refusal("a", rate) is not None
    assert buckets.refusal("b", rate) is None


async def _guess_tool(server: ServerProcess, address: str) -> int | str | None:
    async with RawClient(server, MODERN) as client:
        arguments = json.dumps({"scene": str(uuid4())})
        answer = await client.call("get_scene", arguments, x_forwarded_for=address)
        return answer.status if answer.status == 429 else answer.code


async def _guess_listing(server: ServerProcess, address: str) -> int | str | None:
    async with RawClient(server, MODERN) as client:
        arguments = json.dumps({"scene": str(uuid4())})
        answer = await client.call("list_sessions", arguments, x_forwarded_for=address)
        return answer.status if answer.status == 429 else answer.code


async def _guess_resource(server: ServerProcess, address: str) -> int | str | None:
    async with RawClient(server, HANDSHAKE) as client:
        params = {"uri": f"scene://{uuid4()}"}
        body = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": params}
        answer = await client.post(json.dumps(body), extra={"x_forwarded_for": address})
        return answer.status if answer.status == 429 else answer.code


async def _guess_protocol_session(server: ServerProcess, address: str) -> int:
    async with RawClient(server, HANDSHAKE) as client:
        client.token = "A" * 100
        return (await client.call("get_scene", "{}", x_forwarded_for=address)).status


async def _guess_socket(server: ServerProcess, address: str) -> int:
    headers = {"x-forwarded-for": address}
    origin = Origin(server.url)
    async with connect(server.socket_url, origin=origin, additional_headers=headers) as socket:
        message = {"type": "registerSession", "sessionId": str(uuid4()), "browserId": "tab"}
        await socket.send(json.dumps(message))
        await socket.wait_closed()
        return socket.close_code or 0


async def _guess_socket_token(server: ServerProcess, address: str) -> int:
    headers = {"x-forwarded-for": address, "authorization": f"Bearer {uuid4().hex}"}
    origin = Origin(server.url)
    async with connect(server.socket_url, origin=origin, additional_headers=headers) as socket:
        await socket.wait_closed()
        return socket.close_code or 0


async def _guess_bearer(server: ServerProcess, address: str) -> int:
    async with RawClient(server, MODERN) as client:
        sent = {"x_forwarded_for": address, "authorization": f"Bearer {uuid4().hex}"}
        return (await client.call("get_scene", "{}", **sent)).status


async def _get(server: ServerProcess, address: str, path: str, **headers: str) -> int:
    async with http_client() as http:
        sent = {"x-forwarded-for": address, **headers}
        return (await http.get(f"{server.url}{path}", headers=sent)).status_code


async def _guess_invitation(server: ServerProcess, address: str) -> int:
    return await _get(server, address, f"/open/{uuid4().hex}")


async def _guess_by_api(server: ServerProcess, address: str) -> int:
    return await _get(server, address, "/api/sessions/1/", authorization=f"Session {uuid4()}")


async def _guess_token(server: ServerProcess, address: str) -> int:
    return await _get(server, address, "/api/sessions/", authorization=f"Token {uuid4().hex}")


async def _guess_metrics_token(server: ServerProcess, address: str) -> int:
    return await _get(server, address, "/metrics", authorization=f"Bearer {uuid4().hex}")


WAYS = [
    (_guess_tool, "session_unknown", 429),
    (_guess_listing, None, 429),
    (_guess_resource, -32002, 429),
    (_guess_protocol_session, 404, 429),
    (_guess_socket, 4404, 4429),
    (_guess_invitation, 404, 429),
    (_guess_by_api, 404, 429),
    (_guess_token, 401, 429),
    (_guess_metrics_token, 403, 429),
]
WAYS_OF_STRANGERS = [
    (_guess_bearer, 401, 429),
    (_guess_socket_token, 4401, 4429),
    (_guess_by_api, 401, 429),
    (_guess_token, 401, 429),
]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("more", "ways"), [({}, WAYS), (SIGN_IN, WAYS_OF_STRANGERS)], ids=["open", "sign-in"]
)
async def test_by_every_way_a_guess_counts_and_one_too_many_is_refused(
    start_server: StartServer, database_url: str, more: dict[str, str], ways: list[Any]
) -> None:
    server = start_server(database_url, environment={**ENVIRONMENT, **more})
    for number, (guess, wrong, _) in enumerate(ways):
        mine = f"203.0.113.{number}"
        assert [await guess(server, mine) for _ in range(MOST)] == [wrong] * MOST, guess
        for other, _, others_refused in ways:
            assert await other(server, mine) == others_refused, (guess, other)
        assert await guess(server, "198.51.100.7") == wrong  # shared by many: not counted
        assert await guess(server, f"203.0.114.{number}") == wrong
    server.stop()
    query = "SELECT sum(refusals) FROM sessions_app_refusalcount"
    counted = rows(database_url, f"{query} WHERE \"limit\" = 'failures_per_client'")
    assert counted == [(len(ways) ** 2,)]
