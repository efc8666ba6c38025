"""A read says what the change just before it has said: how many browsers show it."""

from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack

import pytest
from mcp.client import Client

from tests.support.calls import ERAS, call, client_of, open_scene
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser
from tests.support.stores import PostgresTemplate

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N2")]

TIMES, TIMES_ELSEWHERE = 20, 6
READS = ("get_scene", "get_browser_connection_url", "list_sessions", "set_key_light_intensity")


@pytest.fixture(scope="module")
def workers(
    postgres_template: PostgresTemplate, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[ServerProcess]]:
    """Two of one server, for all tests here: each looks at a scene of its own."""
    folder, url = tmp_path_factory.mktemp("workers"), postgres_template.copy()
    with ExitStack() as stack:
        servers = [
            ServerProcess(url, log=folder / name, redis_url=valkey_url, instance=name)
            for name in ("one", "two")
        ]
        for server in servers:
            stack.callback(server.stop)
            server.start()
        yield servers


async def _read(client: Client, tool: str, key: str) -> dict[str, int]:
    """What this read, or change to what it is, says of the browsers."""
    arguments = {"intensity": 2.5} if tool == "set_key_light_intensity" else {}
    answer = await call(client, tool, scene=key, **arguments)
    counts: dict[str, int] = answer.get("sessions", [answer])[0]["browsers"]
    return counts


async def _assert_reads_say_the_same(
    changer: Client, reader: Client, key: str, *, times: int
) -> None:
    for number in range(times):
        changed = await call(changer, "change_model_color", color=f"#0000{number:02}", scene=key)
        for tool in READS[number % len(READS) :] + READS[: number % len(READS)]:
            read = await _read(reader, tool, key)
            assert read["connected"] == changed["browsers"]["connected"] == 2
            assert read["acknowledged"] >= changed["browsers"]["acknowledged"] >= 1, tool
            assert read["visible"] >= changed["browsers"]["visible"] >= 1, tool


@pytest.mark.parametrize("era", ERAS)
async def test_a_read_right_after_a_change_counts_what_the_change_counted(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
        pages = [await open_browser(shared_server, key) for _ in range(2)]
        await _assert_reads_say_the_same(client, client, key, times=TIMES)
        for page in pages:
            await page.close()


@pytest.mark.requirement("N10")
@pytest.mark.parametrize("pages_at", [(0, 0), (0, 1), (1, 1)])
async def test_so_does_a_read_at_another_worker(
    workers: list[ServerProcess], pages_at: tuple[int, int]
) -> None:
    async with AsyncExitStack() as stack:
        changer, reader = [
            await stack.enter_async_context(client_of(server, "auto")) for server in workers
        ]
        key = await open_scene(changer)
        pages = [await open_browser(workers[number], key) for number in pages_at]
        await _assert_reads_say_the_same(changer, reader, key, times=TIMES_ELSEWHERE)
        for page in pages:
            await page.close()


@pytest.mark.parametrize("pages_at", [0, 1])
async def test_after_a_call_that_no_browser_confirmed_the_next_one_does_not_wait_as_long(
    workers: list[ServerProcess], pages_at: int
) -> None:
    async with client_of(workers[0], "auto") as client, client_of(workers[1], "auto") as other:
        key = await open_scene(client)
        page = await open_browser(workers[pages_at], key)
        page.revision = 1000  # so that it takes no patch for its next, and confirms none
        told = [
            (await call(one, "change_model_color", color=f"#00000{number}", scene=key))["message"]
            for number, one in enumerate((client, other, client))
        ]
        await page.close()
    for message, seconds in zip(told, ("2 s", "0.15 s", "0.15 s"), strict=True):
        assert f"Sent; not confirmed within {seconds}." in message
