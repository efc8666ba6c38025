"""A scene that another process holds is busy, and nothing else waits for it."""

import asyncio
import contextlib
import json
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from http import HTTPStatus

import psycopg
import pytest

from sessions_app.storage.postgresql import LOCK_TIMEOUT_SECONDS
from tests.conftest import StartServer
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, MODERN, Answer, RawClient
from tests.support.readiness import until_ready
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser, refusal
from tests.support.storage import execute, rows
from tests.support.stores import PostgresTemplate, manage
from tests.support.times import times
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N10")]

TEAL = {"color": "teal"}
END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
CONNECTIONS = 4  # each bound to the scene: more than half of the database threads


async def _new_scene(client: RawClient) -> str:
    answer = await client.call("open_session", "{}")
    return str(answer.message["result"]["structuredContent"]["sessionId"])


def _arguments(key: str = "") -> str:
    return json.dumps(TEAL | ({"scene": key} if key else {}))


@contextlib.contextmanager
def _holding(database_url: str, statement: str) -> Iterator[None]:
    """Hold what a statement locks."""
    url = database_url.replace("postgres://", "postgresql://")
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())
        yield


def _held(database_url: str, key: str) -> contextlib.AbstractContextManager[None]:
    """Hold the scene's row, as a process that is frozen in a call does."""
    rows_of_scene = f"sessions_app_scenesession WHERE edit_key = '{key}'"
    return _holding(database_url, f"SELECT id FROM {rows_of_scene} FOR UPDATE")


def _is_busy(answer: Answer) -> bool:
    meta = answer.message["result"]["_meta"]["hello3d/error"]
    return bool(meta["code"] == "busy" and meta["retryAfterSeconds"] > 0)


async def _calls_of_all_kinds(
    stack: AsyncExitStack, server: ServerProcess, key: str
) -> list[RawClient]:
    """Clients that reach the scene by its address and by the bindings of protocol sessions."""
    by_path = await stack.enter_async_context(RawClient(server, MODERN, path=f"/{key}"))
    bound = [
        await stack.enter_async_context(RawClient(server, HANDSHAKE)) for _ in range(CONNECTIONS)
    ]
    for client in bound:
        await client.call("open_session", json.dumps({"scene": key}))
    return [by_path, by_path, *bound]


async def _measured(client: RawClient, key: str) -> list[float]:
    """How long each of a few calls to a scene takes; all succeed."""
    took = []
    for _ in range(9):
        began = time.monotonic()
        answer = await client.call("change_model_color", _arguments(key))
        took.append(time.monotonic() - began)
        assert answer.code is None, answer.text
    return sorted(took)


async def test_a_scene_that_is_held_is_busy_and_all_others_go_on(
    start_server: StartServer, postgres_template: PostgresTemplate
) -> None:
    url = postgres_template.copy()
    server = start_server(url)
    async with AsyncExitStack() as stack, http_client(base_url=server.url) as http:
        client = await stack.enter_async_context(RawClient(server, MODERN))
        held, other = await _new_scene(client), await _new_scene(client)
        others = await _calls_of_all_kinds(stack, server, held)
        authorization = {"authorization": f"Session {held}"}
        [(scene,)] = rows(url, f"SELECT id FROM sessions_app_scenesession WHERE edit_key='{held}'")
        close = f"/api/sessions/{scene}/close/"
        with _held(url, held):
            calls = [
                asyncio.create_task(one.call("change_model_color", _arguments())) for one in others
            ]
            calls += [
                asyncio.create_task(client.call("get_scene", _arguments(held))) for _ in range(4)
            ]
            closings = [
                asyncio.create_task(http.post(close, headers=authorization)) for _ in range(8)
            ]
            page = asyncio.create_task(refusal(server, held))
            took = await _measured(client, other)
            browser = await open_browser(server, other)
            await browser.close()
            shown = await http.get("/api/sessions/", headers={"authorization": "Token none"})
            assert shown.status_code == HTTPStatus.UNAUTHORIZED
            assert (await http.get("/readyz")).text == "ready\n"
            assert all(map(_is_busy, await asyncio.gather(*calls)))
            for answer in await asyncio.gather(*closings):
                assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
                assert int(answer.headers["retry-after"]) > 0
                if answer.headers["content-type"] == "application/problem+json":
                    assert answer.json()["code"] == "busy"
            error, close_code = await page
            assert (error["code"], error["retryAfterSeconds"] > 0) == ("busy", True)
            assert close_code == 1013
        assert took[len(took) // 2] < LOCK_TIMEOUT_SECONDS  # else it waited for a thread
        assert (await client.call("change_model_color", _arguments(held))).code is None
        await _read_only(postgres_template, server, client, held)
    server.stop()
    assert "Traceback" not in server.log.read_text()


async def _read_only(
    template: PostgresTemplate, server: ServerProcess, client: RawClient, key: str
) -> None:
    """A database that takes no writes any more: as a standby, or where its disk is full."""
    name = server.database_url.partition("?")[0].rpartition("/")[2]
    for setting, code in (
        ("SET default_transaction_read_only = on", "unavailable"),
        ("RESET ALL", None),
    ):
        # Connections that are open would go on as they are; those that break are replaced.
        template.server.psql(f"ALTER DATABASE {name} {setting}")
        execute(server.database_url, END_OTHERS)
        answer = await client.call("change_model_color", _arguments(key))
        assert answer.code == code, answer.text
        await until_ready(server, ready=code is None)


def _waits(database_url: str, query: str) -> bool:
    """Whether a statement that begins so waits for a lock."""
    asked = f"wait_event_type = 'Lock' AND query LIKE '{query}%'"
    return bool(rows(database_url, f"SELECT 1 FROM pg_stat_activity WHERE {asked}"))


def _is_idle_in_transaction(database_url: str) -> bool:
    state = "state = 'idle in transaction'"
    return bool(rows(database_url, f"SELECT 1 FROM pg_stat_activity WHERE {state}"))


@contextlib.asynccontextmanager
async def _bound_elsewhere(
    first: ServerProcess, then: ServerProcess, key: str
) -> AsyncIterator[list[RawClient]]:
    """Protocol sessions that are bound to the scene, of which the second server knows nothing."""
    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(CONNECTIONS):
            async with RawClient(first, HANDSHAKE) as client:
                await client.call("open_session", json.dumps({"scene": key}))
            same = RawClient(then, HANDSHAKE)
            same.token = client.token
            stack.push_async_callback(same.__aexit__)
            clients.append(same)
        yield clients


@pytest.mark.long
async def test_a_worker_that_is_frozen_with_a_scene_loses_it_and_answers_once_it_goes_on(
    start_server: StartServer, postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    url = postgres_template.copy()
    patient = times({"sessions_app.storage.postgresql.LOCK_TIMEOUT_SECONDS": WITHIN_SECONDS})
    one = start_server(url, redis_url=valkey_url, instance="one")
    two = start_server(url, redis_url=valkey_url, instance="two", environment=patient)
    async with AsyncExitStack() as stack:
        client, frozen = [
            await stack.enter_async_context(RawClient(server, MODERN)) for server in (one, two)
        ]
        held, other = await _new_scene(client), await _new_scene(client)
        usual = await _measured(client, other)
        bound = await stack.enter_async_context(_bound_elsewhere(two, one, held))
        with _holding(url, "LOCK TABLE sessions_app_scenerevision IN SHARE MODE"):
            cut = asyncio.create_task(frozen.call("change_model_color", _arguments(held)))
            await until(lambda: _waits(url, 'INSERT INTO "sessions_app_scenerevision"'))
            two.send(signal.SIGSTOP)
        try:
            await until(lambda: _is_idle_in_transaction(url))
            calls = [
                asyncio.create_task(client.call("change_model_color", _arguments(held)))
                for _ in range(8)
            ]
            calls += [
                asyncio.create_task(each.call("change_model_color", _arguments())) for each in bound
            ]
            took = await _measured(client, other)
            async with http_client(base_url=one.url) as http:
                assert (await http.get("/readyz")).text == "ready\n"
            assert all(map(_is_busy, await asyncio.gather(*calls)))
            async with asyncio.timeout(WITHIN_SECONDS):  # the server ends what stands idle
                while (
                    await client.call("get_scene", json.dumps({"scene": held}))
                ).code is not None:
                    pass
        finally:
            two.send(signal.SIGCONT)
        assert (await cut).code in ("busy", "unavailable")
        assert (await frozen.call("change_model_color", _arguments(held))).code is None
    median = len(took) // 2
    assert took[median] < max(3 * usual[median], LOCK_TIMEOUT_SECONDS / 2)
    for server in (one, two):
        server.stop()
        assert "Traceback" not in server.log.read_text()


@pytest.mark.long
async def test_a_migration_waits_for_calls_as_long_as_it_must(
    postgres_template: PostgresTemplate,
) -> None:
    url = postgres_template.copy()
    manage(url, "migrate", "sessions_app", "0009")
    with _holding(url, "LOCK TABLE sessions_app_binding IN ACCESS SHARE MODE"):
        migrating = asyncio.create_task(asyncio.to_thread(manage, url, "migrate"))
        await until(lambda: _waits(url, 'ALTER TABLE "sessions_app_binding"'))
        await asyncio.sleep(2 * LOCK_TIMEOUT_SECONDS)  # a call would have given up
        assert not migrating.done()
    await migrating
