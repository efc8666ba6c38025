"""More than one process: nothing may depend on meeting in the same one."""

import asyncio

import pytest

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.conftest import StartServer
from tests.support.calls import call, client_of, open_scene
from tests.support.scene_documents import model_color
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import count, rows
from tests.support.stores import PostgresTemplate

pytestmark = pytest.mark.anyio

IDLE_SECONDS = 12
WRITES = 40
SESSIONS = 1000


def _pair(start_server: StartServer, database_url: str, redis_url: str) -> list[ServerProcess]:
    return [
        start_server(database_url, redis_url=redis_url, instance=name) for name in ("one", "two")
    ]


async def _call_there_browser_here(here: ServerProcess, there: ServerProcess) -> None:
    async with client_of(there, "auto") as client:
        key = await open_scene(client)
        page = await open_browser(here, key)
        result = await call(client, "change_model_color", color="teal", scene=key)
        assert result["browsers"] == {"connected": 1, "acknowledged": 1, "visible": 1}
        assert model_color(page.document) == "#008688"
        await page.close()
    query = (
        "SELECT c.instance, p.instance FROM sessions_app_toolcall c JOIN sessions_app_pairing p"
        " ON p.scene_session_id = c.scene_session_id JOIN sessions_app_scenesession s"
        f" ON s.id = p.scene_session_id WHERE c.tool = 'change_model_color' AND c.revision = 1"
        f" AND p.browser_id = '{page.browser_id}'"
    )
    assert rows(here.database_url, query) == [(there.instance, here.instance)]


@pytest.mark.requirement("N10")
async def test_call_and_browser_meet_across_processes_and_a_killed_one_comes_back(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    one, two = _pair(start_server, postgres_template.copy(), valkey_url)
    await _call_there_browser_here(one, two)
    await _call_there_browser_here(two, one)
    two.kill()
    two.start()
    await _call_there_browser_here(one, two)
    await _call_there_browser_here(two, one)


@pytest.mark.requirement("N10")
async def test_a_protocol_session_goes_on_at_another_process_and_after_a_kill(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    one, two = _pair(start_server, postgres_template.copy(), valkey_url)
    async with client_of(one, "legacy") as client:
        first = await call(client, "change_model_color", color="teal")
        one.kill()
        # As a balancer would send the next call elsewhere.
        one.reserved_port, two.reserved_port = two.reserved_port, one.reserved_port
        two.kill()
        two.start()
        second = await call(client, "change_model_color", color="lime")
    assert (second["sessionId"], second["revision"]) == (first["sessionId"], 2)
    calls = rows(two.database_url, "SELECT instance, client_name FROM sessions_app_toolcall")
    assert sorted(calls) == [("one", "test client"), ("two", "test client")]


@pytest.mark.requirement("N10")
@pytest.mark.parametrize("store", [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"])
async def test_two_writers_at_once_get_a_revision_each_and_lose_nothing(
    start_server: StartServer,
    database_url: str,
    postgres_template: PostgresTemplate,
    valkey_url: str,
    store: str,
) -> None:
    url = database_url if store == "sqlite" else postgres_template.copy()
    one, two = _pair(start_server, url, valkey_url)

    async def write(server: ServerProcess, key: str, first: int) -> list[int]:
        async with client_of(server, "auto") as client:
            return [
                (await call(client, "change_model_color", color=f"#{color:06x}", scene=key))[
                    "revision"
                ]
                for color in range(first, first + WRITES)
            ]

    async with client_of(one, "auto") as client:
        key = await open_scene(client)
    page = await open_browser(one, key)
    revisions = await asyncio.gather(write(one, key, 1), write(two, key, 1000))
    assert sorted(revisions[0] + revisions[1]) == list(range(1, 2 * WRITES + 1))
    assert count(url, "scenerevision") == 2 * WRITES
    await page.reaches(2 * WRITES)
    assert [patch["revision"] for patch in page.patches()] == list(range(1, 2 * WRITES + 1))
    await page.close()


@pytest.mark.requirement("H3")
async def test_an_idle_socket_stays_open_on_each_layer(
    start_server: StartServer, database_url: str, valkey_url: str
) -> None:
    servers = [
        start_server(database_url, instance="local"),
        start_server(database_url, instance="valkey", redis_url=valkey_url),
    ]
    pages = []
    for server in servers:
        async with client_of(server, "auto") as client:
            pages.append(await open_browser(server, await open_scene(client)))
    await asyncio.sleep(IDLE_SECONDS)  # being left alone is what is tested
    for server, page in zip(servers, pages, strict=True):
        assert page.is_open
        async with client_of(server, "auto") as client:
            key = page.session_id
            result = await call(client, "change_model_color", color="teal", scene=key)
        assert result["browsers"]["acknowledged"] == 1
        await page.close()


@pytest.mark.requirement("H1")
@pytest.mark.long
@pytest.mark.parametrize("layer", ["local", "valkey"])
async def test_a_thousand_sessions_on_one_worker_get_one_message_each(
    start_server: StartServer, database_url: str, valkey_url: str, layer: str
) -> None:
    server = start_server(
        database_url,
        redis_url=valkey_url if layer == "valkey" else "",
        environment={"MCP_MAX_SESSIONS": str(2 * SESSIONS)},  # nobody here is signed in
    )
    slots = asyncio.Semaphore(20)
    async with client_of(server, "auto") as client:

        async def scene() -> SimulatedBrowser:
            async with slots:
                return await open_browser(server, await open_scene(client))

        async def steer(number: int, page: SimulatedBrowser) -> None:
            async with slots:
                color = f"#{number:06x}"
                key = page.session_id
                await call(client, "change_model_color", color=color, scene=key)

        pages = await asyncio.gather(*(scene() for _ in range(SESSIONS)))
        await asyncio.gather(*(steer(number, page) for number, page in enumerate(pages)))
    for number, page in enumerate(pages):
        await page.reaches(1)
        [patch] = page.patches()
        assert patch["patch"][0]["value"] == f"#{number:06x}"
    await asyncio.gather(*(page.close() for page in pages))
