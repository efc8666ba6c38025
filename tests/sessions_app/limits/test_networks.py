"""Who has a /48 of IPv6 has 65,536 addresses' allowances, but for the /56 and /48 counting too."""

import contextlib
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import islice, product
from typing import Any
from uuid import uuid4

import pytest

from mcp_bridge.resources import subscriptions
from sessions_app.browsers.pairings import Visitor, pairing_join
from sessions_app.errors import TooManyConnectionsError
from sessions_app.limits.call_gate import CallGate
from sessions_app.limits.rates import TooBusyError
from sessions_app.people.access import Access
from sessions_app.web import bodies, origins
from sessions_app.workers import worker
from sessions_app.workers.event_streams import TooManyStreamsError
from tests.conftest import StartServer
from tests.support.forms import press_start
from tests.support.http import http_client
from tests.support.raw import MODERN, RawClient
from tests.support.scenes import make_scene_session
from tests.support.servers import ServerProcess
from tests.support.storage import rows

pytestmark = pytest.mark.requirement("C6")

# Of one that an address has once.
OF_A_56, OF_A_48 = 4, 16
ENVIRONMENT = {
    "MCP_RATE_PER_CLIENT": "1/36000",
    "MCP_FAILURES_PER_CLIENT": "1/36000",
    "SCENE_CREATION_QUOTA": "1/36000",
    "API_RATE": "1/36000",
    "API_TOKEN_RATE": "1/36000",
    "TRUSTED_PROXIES": "127.0.0.1",
}


def site(number: int) -> list[str]:
    """Addresses of a /48: five /64 of each of four /56, one after the other, and one of a fifth."""
    pairs = [*product(range(1, 5), range(5)), (5, 0)]
    return [f"2001:db8:{number:x}:{block:x}{network:02x}::1" for block, network in pairs]


def expected(addresses: list[str]) -> list[str]:
    """Those that are served: four of each /56, and sixteen of all."""
    served = (one for position, one in enumerate(addresses) if position % 5 < OF_A_56)
    return list(islice(served, OF_A_48))


async def _list_tools(server: ServerProcess, address: str) -> bool:
    async with RawClient(server, MODERN) as client:
        note = '{"jsonrpc":"2.0","method":"notifications/nothing"}'
        return (await client.post(note, extra={"x_forwarded_for": address})).status != 429


async def _call(server: ServerProcess, address: str) -> bool:
    async with RawClient(server, MODERN) as client:
        answer = await client.call("get_scene", "{}", x_forwarded_for=address)
        return answer.code == "session_required"


async def _make(server: ServerProcess, address: str) -> bool:
    async with http_client(base_url=server.url, headers={"x-forwarded-for": address}) as http:
        return (await press_start(http)).status_code == 302


async def _ask(server: ServerProcess, address: str, method: str, path: str, **more: Any) -> bool:
    async with http_client(base_url=server.url) as http:
        answer = await http.request(method, path, headers={"x-forwarded-for": address}, **more)
        return answer.status_code != 429


async def _use_api(server: ServerProcess, address: str) -> bool:
    return await _ask(server, address, "GET", "/api/statistics/")


async def _guess_password(server: ServerProcess, address: str) -> bool:
    guess = {"username": uuid4().hex, "password": "x"}
    return await _ask(server, address, "POST", "/api/token/", json=guess)


async def _guess_link(server: ServerProcess, address: str) -> bool:
    return await _ask(server, address, "GET", f"/open/{uuid4().hex}")


WAYS: list[Callable[[ServerProcess, str], Awaitable[bool]]] = [
    _call, _list_tools, _make, _use_api, _guess_password, _guess_link,
]  # fmt: skip


@pytest.mark.long
@pytest.mark.anyio
async def test_by_every_way_a_site_has_sixteen_times_what_an_address_has(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment=ENVIRONMENT)
    for number, way in enumerate(WAYS, start=1):
        addresses = site(number)
        served = [address for address in addresses if await way(server, address)]
        assert served == expected(addresses), way
        assert await way(server, f"2001:db8:{number + 100:x}::1")
    query = "SELECT network, count(*) FROM sessions_app_scenesession GROUP BY 1 ORDER BY 1"
    assert rows(database_url, query) == [("2001:db8:3::/48", OF_A_48), ("2001:db8:67::/48", 1)]


@pytest.mark.django_db
def test_pages_of_a_site_are_counted_together(settings: Any) -> None:
    settings.MCP_MAX_CONNECTIONS_PER_ADDRESS = 1
    settings.MCP_MAX_BROWSERS_PER_SESSION = 1000
    scene, addresses = make_scene_session(), site(1)
    served = []
    for address in addresses:
        visitor = Visitor(uuid4().hex, "", uuid4().hex, address, "")
        with contextlib.suppress(TooManyConnectionsError):
            pairing_join(access=Access(scene.edit_key), visitor=visitor)
            served.append(address)
    assert served == expected(addresses)


@pytest.mark.anyio
@pytest.mark.django_db(transaction=True)
async def test_streams_of_a_site_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "MAX_STREAMS_OF_AN_ADDRESS", 1)
    served, addresses = [], site(1)
    async with AsyncExitStack() as stack:
        for address in addresses:
            with contextlib.suppress(TooManyStreamsError):
                await stack.enter_async_context(subscriptions.stream_of_address(address))
                served.append(address)
        streams = (await worker.current()).streams
        assert streams.open == len(served)
    assert served == expected(addresses)
    assert streams.open == 0
    await worker.stop()


@pytest.mark.anyio
@pytest.mark.parametrize(("index", "calls", "quarters"), [(0, 50, 1), (1, 75, 3), (2, 75, 3)])
async def test_no_network_takes_all_that_there_is(
    settings: Any, index: int, calls: int, quarters: int
) -> None:
    settings.MCP_MAX_CALLS = 100
    network = origins.networks_of("2001:db8::1")[index]
    gate, held = CallGate(), 0
    with contextlib.suppress(TooBusyError):
        while True:
            await gate.enter(f"scene {held}", networks=(network,))
            held += 1
    assert held == calls
    budget = bodies.Budget()
    taken = [budget.take(bodies.MAX_HELD_BYTES // 4, (network,)) for _ in range(4)]
    assert taken.count(None) == quarters


@pytest.mark.anyio
async def test_the_calls_of_a_site_leave_room_for_others(settings: Any) -> None:
    settings.MCP_MAX_CALLS, settings.MCP_MAX_CALLS_PER_SESSION = 8, 1
    gate, places = CallGate(), []
    for number, address in enumerate(site(1)):
        with contextlib.suppress(TooBusyError):
            places.append(await gate.enter(f"{number}", networks=origins.networks_of(address)))
    assert len(places) == 6
    with await gate.enter("another", networks=origins.networks_of("2001:db8:2::1")):
        pass
    for place in places:
        with place:
            pass
    assert gate.is_empty


def test_a_network_is_said_by_the_address_alone() -> None:
    one = [network.name for network in origins.networks_of("2001:db8:1:203:4:5:6:7")]
    assert one == ["2001:db8:1:203::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]
    assert [network.name for network in origins.networks_of("::ffff:203.0.113.9")] == [
        "203.0.113.9"
    ]
    assert json.dumps(origins.networks_of("::1")) == "[]"  # RATE_SHARED_ADDRESSES has it
