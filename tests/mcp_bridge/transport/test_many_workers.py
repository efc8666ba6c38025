"""One protocol session of the handshake era on two workers, one of which dies and comes back."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from playwright.async_api import Browser

from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.calls import CLIENT_TIMEOUT, call
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import calls_ended, count, rows
from tests.support.stores import PostgresTemplate
from tests.support.waiting import WITHIN_SECONDS
from tests.support.wire import Wire

pytestmark = [pytest.mark.anyio, pytest.mark.long]

SEED = 20260728
CALLS = 200
AT_ONCE = 4
# Outcomes are written every 0.25 s: those that a worker had not written as it died stay unwritten.
MOST_UNWRITTEN = 60


@dataclass
class Balancer(httpx2.AsyncBaseTransport):
    """Sends each request to a worker at random; to the next one where the first does not listen.

    As load balancers do: a request that reached a worker is never sent again. Where the worker
    dies on it, the answer is 502.
    """

    servers: Sequence[ServerProcess]
    chance: random.Random
    refused: int = 0
    _inner: httpx2.AsyncHTTPTransport = field(default_factory=httpx2.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        first, *others = self.chance.sample(self.servers, len(self.servers))
        for server in (first, *others):
            request.url = request.url.copy_with(port=server.port)
            try:
                return await self._inner.handle_async_request(request)
            except httpx2.ConnectError:
                self.refused += 1
            except httpx2.TransportError:
                break
        return httpx2.Response(HTTPStatus.BAD_GATEWAY, request=request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@asynccontextmanager
async def _balanced(balancer: Balancer, wire: Wire) -> AsyncIterator[Client]:
    url = balancer.servers[0].mcp_url
    async with (
        httpx2.AsyncClient(
            transport=balancer, timeout=CLIENT_TIMEOUT, event_hooks={"request": [wire.note]}
        ) as http,
        Client(streamable_http_client(url, http_client=http), mode="legacy") as client,
    ):
        yield client


async def _paint(client: Client, first: int, last: int) -> None:
    """Paint the model in a color for each revision from `first` to `last`, a few at once."""
    for start in range(first, last + 1, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, last + 1))
        results = await asyncio.gather(
            *(call(client, "change_model_color", color=f"#{number:06x}") for number in numbers)
        )
        assert sorted(result["revision"] for result in results) == list(numbers)


def _worker_ids(database_url: str, instance: str) -> list[str]:
    query = "SELECT DISTINCT worker_id FROM sessions_app_toolcall WHERE instance = "
    return [str(worker) for [worker] in rows(database_url, f"{query}'{instance}'")]


async def _assert_recorded(database_url: str, killed: str) -> None:
    """Each call has its row, and only some of the killed worker's may lack their end."""
    await calls_ended(database_url, f"worker_id <> '{killed}'")
    assert count(database_url, "toolcall") == CALLS + 1
    unended = count(database_url, "toolcall", f"status = 'running' AND worker_id = '{killed}'")
    assert unended <= MOST_UNWRITTEN
    assert count(database_url, "toolcall", "status = 'success'") == CALLS + 1 - unended
    assert len(_worker_ids(database_url, "one")) == 2
    assert len(_worker_ids(database_url, "two")) == 1


@pytest.mark.requirement("N1")
@pytest.mark.requirement("N10")
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
async def test_a_session_spread_over_two_workers_loses_nothing_when_one_is_killed(
    start_server: StartServer,
    database_url: str,
    postgres_template: PostgresTemplate,
    valkey_url: str,
    browser: Browser,
    store: str,
) -> None:
    """The kill comes between calls: none is in flight.

    A call that a worker has taken and not answered as it dies is an error to the client, as it is
    behind any balancer: the test below kills in the middle. Here no call fails, none is done twice,
    and the page that hung on the dead worker catches up.
    """
    url = database_url if store == "sqlite" else postgres_template.copy()
    one, two = (start_server(url, redis_url=valkey_url, instance=name) for name in ("one", "two"))
    balancer, wire = Balancer((one, two), random.Random(SEED)), Wire()
    async with _balanced(balancer, wire) as client:
        link = await call(client, "get_browser_connection_url")
        key = link["sessionId"]
        page = await (await ScenePage.open(browser, f"{one.url}/?sessionId={key}")).connected()
        witness = await open_browser(two, key)
        await _paint(client, 1, 80)
        assert balancer.refused == 0
        [killed] = _worker_ids(url, "one")
        one.kill()
        await _paint(client, 81, 120)
        assert balancer.refused > 0
        one.start()
        await page.connected()
        refused = balancer.refused
        await _paint(client, 121, CALLS - 1)
        result: dict[str, Any] = await call(client, "change_model_color", color="lime")
        assert balancer.refused == refused
    assert (result["sessionId"], result["revision"]) == (key, CALLS)
    assert (result["browsers"]["connected"], result["browsers"]["acknowledged"] >= 1) == (2, True)
    assert len(set(wire.protocol_sessions())) == 1
    await page.shows(CALLS)
    red, green, blue = await page.model_pixel()
    assert green > red > blue
    await witness.reaches(CALLS)
    assert [patch["revision"] for patch in witness.patches()] == list(range(1, CALLS + 1))
    assert count(url, "scenerevision") == CALLS
    assert count(url, "scenesession") == 1
    await _assert_recorded(url, killed)
    await witness.close()
    await page.close()


async def _answered(client: Client, colors: Sequence[str], server: ServerProcess) -> dict[int, str]:
    """Paint in all these colors at once and kill the server in between: answers by revision."""
    answered: dict[int, str] = {}

    async def paint(color: str) -> None:
        with contextlib.suppress(MCPError):  # the worker died on it: nobody knows how far it was
            result = await call(client, "change_model_color", color=color)
            answered[result["revision"]] = color
        if len(answered) == len(colors) // 4:
            server.kill()

    async with asyncio.timeout(WITHIN_SECONDS):
        await asyncio.gather(*(paint(color) for color in colors))
    return answered


@pytest.mark.requirement("N10")
async def test_what_was_answered_holds_when_a_worker_is_killed_in_the_middle_of_calls(
    start_server: StartServer, database_url: str, valkey_url: str
) -> None:
    one, two = (
        start_server(database_url, redis_url=valkey_url, instance=name) for name in ("one", "two")
    )
    colors = [f"#{number:06x}" for number in range(1, CALLS + 1)]
    async with _balanced(Balancer((one, two), random.Random(SEED)), Wire()) as client:
        key = (await call(client, "get_browser_connection_url"))["sessionId"]
        witness = await open_browser(two, key)
        answered = await _answered(client, colors, one)
        assert CALLS // 4 < len(answered) < CALLS
        last = (await call(client, "change_model_color", color="lime"))["revision"]
        await witness.reaches(last)
    stored = {
        revision: json.loads(patch)[0]["value"]
        for revision, patch in rows(
            database_url, "SELECT revision, patch FROM sessions_app_scenerevision"
        )
    }
    assert sorted(stored) == list(range(1, last + 1))
    assert len(set(stored.values())) == last  # nothing was done twice
    assert stored.items() >= answered.items()
    patches = {patch["revision"]: patch["patch"][0]["value"] for patch in witness.patches()}
    assert patches == stored
    await witness.close()
