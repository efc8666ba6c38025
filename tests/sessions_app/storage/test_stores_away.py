"""A database that is held, full, read-only or away: every interface and /readyz say so."""

import asyncio
import json
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from django.db import OperationalError, connection
from playwright.async_api import Browser, expect
from psycopg_pool import PoolTimeout
from redis.exceptions import ConnectionError as RedisConnectionError

from sessions_app import clock
from sessions_app.models import Worker
from sessions_app.storage.errors import LockedError, store_error
from sessions_app.storage.write_check import write_try
from sessions_app.web.cookies import OLD_SESSION
from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.http import http_client
from tests.support.raw import META, MODERN, RawClient
from tests.support.readiness import until_ready
from tests.support.servers import ServerProcess
from tests.support.sockets import open_browser, refusal
from tests.support.stores import PASSWORD, PostgresTemplate, add_staff
from tests.support.times import FORGETFUL
from tests.support.waiting import WITHIN_SECONDS

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("N10")]

TEAL = {"color": "teal"}
HOLD = (
    "import sqlite3, sys; file = sqlite3.connect(sys.argv[1], isolation_level=None);"
    "file.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read();"
    "file.execute('ROLLBACK')"
)


def _options(**options: Any) -> dict[str, str]:
    """The environment of a server whose SQLite takes these options."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings_stores"}
    return FORGETFUL | settings | {"OPTIONS_OF_THE_TEST": json.dumps(options)}


def _path(database_url: str) -> str:
    return database_url.removeprefix("sqlite:///")


async def _new_scene(client: RawClient) -> str:
    answer = await client.call("open_session", "{}")
    assert answer.code is None, answer.text
    return str(answer.message["result"]["structuredContent"]["sessionId"])


def _csrf_of(page: httpx2.Response) -> tuple[str, str]:
    """A form's token, and the cookie that holds it."""
    [(name, value)] = [pair for pair in page.cookies.items() if pair[0].endswith("_csrf")]
    return value, name


async def _refused(server: ServerProcess, client: RawClient, key: str, code: str) -> None:
    """Each interface says this code, and when to come back; none logs a traceback."""
    answers = await asyncio.gather(
        client.call("change_model_color", json.dumps(TEAL | {"scene": key})),
        client.call("close_session", json.dumps({"scene": key})),
        client.call("open_session", "{}"),
    )
    for answer in answers:
        assert answer.message["result"]["_meta"]["hello3d/error"] == {
            "code": code,
            "retryAfterSeconds": {"busy": 5, "unavailable": 10}[code],
        }
    async with http_client(base_url=server.url) as http:
        made = await http.post("/api/sessions/")
        assert (made.status_code, made.json()["code"]) == (503, code)
        assert int(made.headers["retry-after"]) == made.json()["retryAfterSeconds"]
        token, _ = _csrf_of(await http.get("/"))
        pressed = await http.post(
            "/scenes/", data={"csrfmiddlewaretoken": token}, headers={"origin": server.url}
        )
        assert pressed.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert int(pressed.headers["retry-after"]) > 0
        assert "Try again" in pressed.text
        assert "no-store" in pressed.headers["cache-control"]
    error, close_code = await refusal(server, key)
    assert (error["code"], error["retryAfterSeconds"] > 0, close_code) == (code, True, 1013)
    assert "Traceback" not in server.log.read_text()


@contextmanager
def _frozen_writer(database_url: str) -> Iterator[None]:
    """Another process that is stopped in the middle of a transaction."""
    command = [sys.executable, "-c", HOLD, _path(database_url)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)
            assert process.stdin is not None
            process.stdin.close()
            process.wait(WITHIN_SECONDS)


async def test_a_process_that_is_frozen_with_the_lock_of_sqlite_makes_it_busy(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment=_options(timeout=1.5))
    async with RawClient(server, MODERN) as client:
        key = await _new_scene(client)
        with _frozen_writer(database_url):
            await _refused(server, client, key, "busy")
            assert "the database" in await until_ready(server, ready=False)
        await until_ready(server)
        changed = await client.call("change_model_color", json.dumps(TEAL | {"scene": key}))
        assert changed.code is None
        await (await open_browser(server, key)).close()


@pytest.mark.long
async def test_a_page_that_opens_meanwhile_waits_and_comes_by_itself(
    start_server: StartServer, database_url: str, browser: Browser
) -> None:
    server = start_server(database_url, environment=_options(timeout=1.5))
    async with RawClient(server, MODERN) as client:
        key = await _new_scene(client)
        with _frozen_writer(database_url):
            page = await ScenePage.open(browser, f"{server.url}/?sessionId={key}")
            await expect(page.page.locator("#connection-text")).to_have_text(
                "Waiting for the server…"
            )
            assert await page.page.locator("#refusal").is_hidden()
        await page.connected()
        await page.close()


@contextmanager
def _full(server: ServerProcess) -> Iterator[None]:
    """No file of the process may grow beyond what the journal has now, as on a full disk."""
    journal = Path(f"{_path(server.database_url)}-wal").stat().st_size
    assert server.log.stat().st_size < journal / 2  # it must go on
    _, most = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (journal, most))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (most, most))


async def test_a_disk_that_is_full_makes_it_unavailable_and_what_only_reads_goes_on(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment=FORGETFUL)
    async with RawClient(server, MODERN) as client:
        key = await _new_scene(client)
        assert await until_ready(server) == "ready\n"
        with _full(server):
            await _refused(server, client, key, "unavailable")
            assert "the database cannot be written" in await until_ready(server, ready=False)
            read = {"uri": f"scene://{key}", "_meta": META}
            body = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": read}
            shown = await client.post(
                json.dumps(body), method="resources/read", name=f"scene://{key}"
            )
            assert json.loads(shown.message["result"]["contents"][0]["text"])["revision"] == 0
        await until_ready(server)
        changed = await client.call("change_model_color", json.dumps(TEAL | {"scene": key}))
        assert changed.code is None


@pytest.mark.long
async def test_a_database_that_is_away_is_unavailable_and_all_is_well_once_it_is_back(
    start_server: StartServer, postgres_template: PostgresTemplate
) -> None:
    url = postgres_template.copy()
    add_staff(url)
    server = start_server(url, environment=FORGETFUL)
    name = url.partition("?")[0].rpartition("/")[2]
    async with RawClient(server, MODERN) as client:
        key = await _new_scene(client)
        page = await open_browser(server, key)
        postgres_template.server.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        postgres_template.server.psql(ended)
        try:
            await _refused(server, client, key, "unavailable")
            await _reads_refused(server, client, key)
            assert "the database" in await until_ready(server, ready=False)
        finally:
            postgres_template.server.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await until_ready(server)
        changed = await client.call("change_model_color", json.dumps(TEAL | {"scene": key}))
        assert changed.code is None
        await page.reaches(1)
        await page.close()


async def _reads_refused(server: ServerProcess, client: RawClient, key: str) -> None:
    """What only reads needs the database too, where that is away."""
    uri = f"scene://{key}"
    body = {"jsonrpc": "2.0", "id": 1, "method": "resources/read"}
    text = json.dumps(body | {"params": {"uri": uri, "_meta": META}})
    answer = await client.post(text, method="resources/read", name=uri)
    assert answer.message["error"]["data"] == {"code": "unavailable", "retryAfterSeconds": 10}
    async with http_client(base_url=server.url) as http:
        session = {"authorization": f"Session {key}"}
        for headers in (session, {"authorization": "Token 0123456789"}):
            listed = await http.get("/api/sessions/1/", headers=headers)
            assert (listed.status_code, listed.json()["code"]) == (503, "unavailable")
        token, cookie = _csrf_of(await http.get("/admin/login/"))
        signed_in = {"csrfmiddlewaretoken": token, "username": "person", "password": PASSWORD}
        headers = {"origin": server.url}
        for path in ("/admin/login/", f"/open/{key}"):
            answered = await http.post(path, data=signed_in, headers=headers)
            assert answered.status_code == HTTPStatus.SERVICE_UNAVAILABLE, path
            assert "Try again" in answered.text
        for name in (cookie.removesuffix("_csrf"), OLD_SESSION):
            old = await http.get("/admin/", headers={"cookie": f"{name}=abcdefghij"})
            assert old.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "hello3d_database_up 0.0" in (await http.get("/metrics")).text


@pytest.mark.django_db(transaction=True)
def test_a_file_that_may_not_grow_is_not_ready_though_a_small_write_fits() -> None:
    worker = Worker.objects.create(pk=uuid4(), instance="one", lease_until=clock.now())
    with connection.cursor() as cursor:
        [most] = cursor.execute("PRAGMA max_page_count").fetchone()
        [pages] = cursor.execute("PRAGMA page_count").fetchone()
        [free] = cursor.execute("PRAGMA freelist_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count={pages}")
        try:
            if not free:
                with pytest.raises(OperationalError, match="full"):
                    write_try(worker.pk)
        finally:
            cursor.execute(f"PRAGMA max_page_count={most}")
    write_try(worker.pk)
    assert not Worker.objects.exclude(instance="one").exists()


def _of_postgresql(state: str) -> OperationalError:
    cause = psycopg.errors.lookup(state)("in the driver's words")
    return _wrapped(OperationalError("in the driver's words"), cause)


def _of_sqlite(name: str) -> OperationalError:
    cause: Any = sqlite3.OperationalError("in the driver's words")
    cause.sqlite_errorcode = getattr(sqlite3, name)
    return _wrapped(OperationalError("in the driver's words"), cause)


def _wrapped(error: OperationalError, cause: BaseException) -> OperationalError:
    error.__cause__ = cause
    return error


BUSY = ("55P03", "40P01", "40001", "57014", "25P03")
AWAY = (
    *("53100", "53200", "53300", "57P01", "57P02", "57P03", "58030", "25006"),
    *("08006", "08001", "28P01", "3D000"),
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        *((_of_postgresql(state), "busy") for state in BUSY),
        *((_of_postgresql(state), "unavailable") for state in AWAY),
        *((_of_sqlite(name), "busy") for name in ("SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED")),
        *(
            (_of_sqlite(name), "unavailable")
            for name in ("SQLITE_FULL", "SQLITE_READONLY_DBMOVED", "SQLITE_IOERR_WRITE")
        ),
        (_of_sqlite("SQLITE_CANTOPEN"), "unavailable"),
        (_wrapped(OperationalError(), PoolTimeout("no connection")), "unavailable"),
        (_wrapped(OperationalError(), psycopg.OperationalError("lost")), "unavailable"),
        (LockedError(), "busy"),
        (RedisConnectionError("refused"), "unavailable"),
        (_of_postgresql("23505"), None),
        (_of_sqlite("SQLITE_CONSTRAINT"), None),
        (ValueError("our own"), None),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_each_refusal_of_a_driver_has_its_code(error: Exception, code: str | None) -> None:
    given = store_error(error)
    assert (given.code if given else None) == code
    if given is not None:
        assert given.retry_after_seconds is not None
        assert "driver" not in given.message
