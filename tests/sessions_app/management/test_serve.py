"""`manage.py serve`, the one way that a server is started."""

import os
import re
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sessions_app.simulation.servers import PROJECT
from tests.support.http import get, is_ready
from tests.support.piped import Piped, start
from tests.support.stores import PostgresTemplate

END_WITHIN_SECONDS = 60


@contextmanager
def _running(
    *command: str, module: Sequence[str] | None, variables: Mapping[str, str]
) -> Iterator[Piped]:
    environment = os.environ | variables
    with start([sys.executable, *command], module, cwd=PROJECT, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def _serving(*arguments: str, **environment: str) -> Iterator[Piped]:
    command = ("serve", *arguments)
    # What is multiprocessing's own process has no children of that kind.
    module = None if "--workers" in arguments else ["manage", *command]
    with _running("manage.py", *command, module=module, variables=environment) as process:
        yield process


def _read_lines(process: Piped, number: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().rstrip("\n") for _ in range(number)]


def _end(process: Piped, how: signal.Signals) -> str:
    process.send_signal(how)
    _, log = process.communicate(timeout=END_WITHIN_SECONDS)
    return log


@pytest.mark.requirement("F1")
@pytest.mark.parametrize(
    "how", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)]
)
def test_a_first_start_makes_its_database_and_says_what_to_do_next(
    tmp_path: Path, how: signal.Signals
) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    command = ("manage.py", "serve", "127.0.0.1:0", "--migrate")
    with _running(*command, module=None, variables={"DATABASE_URL": url}) as process:
        first, second, third = _read_lines(process, 3)
        [origin] = re.findall(r"^Open +(http://127\.0\.0\.1:\d+)/$", first)
        connect = f"claude mcp add --transport http hello3d {origin}/mcp"
        assert re.fullmatch(f"Connect +{connect}", second)
        assert re.fullmatch("Stop +with Ctrl\\+C", third)
        assert is_ready(origin)
        log = _end(process, how)
    assert "Traceback" not in log
    assert process.returncode == 0


def test_a_public_origin_and_a_browser_url_are_what_it_says_to_open(database_url: str) -> None:
    public = {"PUBLIC_ORIGIN": "https://scenes.example", "ROOT_PATH": "/hello3d"}
    environment = {"DATABASE_URL": database_url, **public}
    with _serving("0", "-u", "https://page.example/studio?a=1", **environment) as process:
        first, second, _ = _read_lines(process, 3)
    assert first.endswith(" https://page.example/studio?a=1")
    assert second.endswith(" https://scenes.example/hello3d/mcp")


@pytest.mark.long
@pytest.mark.requirement("N10")
def test_two_workers_share_the_port_and_end_together(
    postgres_template: PostgresTemplate, valkey_url: str
) -> None:
    environment = {"DATABASE_URL": postgres_template.copy(), "REDIS_URL": valkey_url}
    with _serving("127.0.0.1:0", "--workers", "2", **environment) as process:
        first, *_ = _read_lines(process, 3)
        origin = first.split()[1].rstrip("/")
        assert is_ready(origin)
        cookies = [get(origin).headers["set-cookie"] for _ in range(8)]  # each another connection
        log = _end(process, signal.SIGTERM)
    port = origin.rpartition(":")[2]
    assert {cookie.split("=")[0] for cookie in cookies} == {f"hello3d_{port}_csrf"}
    assert log.count("Started server process") == log.count("Finished server process") == 2
    assert "Traceback" not in log
    assert process.returncode == 0


@pytest.mark.long
def test_workers_that_cannot_start_end_the_server(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    with _serving("127.0.0.1:0", "--workers", "2", DATABASE_URL=url) as process:
        told, log = process.communicate(timeout=END_WITHIN_SECONDS)
    assert process.returncode == 3
    assert told == ""
    assert "run manage.py migrate" in log


def test_a_port_that_is_taken_is_said_before_anything_else(tmp_path: Path) -> None:
    database = tmp_path / "new.sqlite3"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arguments = (f"127.0.0.1:{port}", "--migrate")
        with _serving(*arguments, DATABASE_URL=f"sqlite:///{database}") as process:
            told, log = process.communicate(timeout=END_WITHIN_SECONDS)
    assert (told, process.returncode) == ("", 1)
    assert log == (
        f"CommandError: Port {port} of 127.0.0.1 is taken by another program."
        " Give another one, or 0 for a free one.\n"
    )
    assert not database.exists()


def test_a_database_that_cannot_be_is_told_of_in_a_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'missing' / 'new.sqlite3'}"
    for options in ((), ("--migrate",)):
        with _serving("0", *options, DATABASE_URL=url) as process:
            _, log = process.communicate(timeout=END_WITHIN_SECONDS)
        assert process.returncode == 1
        assert log.startswith("CommandError: The database cannot be used: ")
        assert log.count("\n") == 1


def test_it_answers_at_the_address_that_it_was_given(database_url: str) -> None:
    with _serving("127.0.0.2:0", DATABASE_URL=database_url) as process:
        first, *_ = _read_lines(process, 3)
        assert first.startswith("Open     http://127.0.0.2:")
        assert get(first.split()[1]).status_code == 200


@pytest.mark.long
def test_who_does_not_read_what_it_says_is_served_all_the_same(database_url: str) -> None:
    command = ("manage.py", "serve", "0")  # a whole one: its end writes to nobody, too
    with _running(*command, module=None, variables={"DATABASE_URL": database_url}) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert "not bounded" not in _read_start(process)
        process.terminate()
        assert process.wait(END_WITHIN_SECONDS) == 0


def test_uvicorn_by_itself_says_what_to_start_in_its_place(database_url: str) -> None:
    command = ("-m", "uvicorn", "hello3d.asgi:application", "--port", "0")
    with _running(*command, module=None, variables={"DATABASE_URL": database_url}) as process:
        log = _read_start(process)
    [line] = [line for line in log.splitlines() if "not bounded" in line]
    assert "[warning" in line
    assert "start `manage.py serve` in its place" in line


def _read_start(process: Piped) -> str:
    """Its log until it serves."""
    assert process.stderr is not None
    log = ""
    while "Application startup complete" not in log:
        line = process.stderr.readline()
        assert line, log
        log += line
    return log


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["unix:"], "'unix:' is no address."),
        (["unix:missing/http.sock"], "The socket missing/http.sock cannot be used: No such file"),
        (["unix:manage.py"], "The socket manage.py cannot be used: File exists."),
        ([f"unix:{'a' * 200}"], f"The socket {'a' * 200} cannot be used: AF_UNIX path too long"),
        (["8000:127.0.0.1"], "'8000:127.0.0.1' is no address. Give one such as 127.0.0.1:8000"),
        (["127.0.0.1:65536"], "'127.0.0.1:65536' is no address."),
        (["0", "--workers", "0"], "--workers 0: give 1 to 64."),
        (["0", "-u", "ftp://page.example"], "--browser-url 'ftp://page.example' cannot be used."),
        (["192.0.2.1:0"], "Port 0 of 192.0.2.1 cannot be used: "),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_sentence(arguments: list[str], told: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("serve", *arguments)
    assert str(refused.value).startswith(told)


def test_a_database_that_others_use_is_not_migrated(postgres_template: PostgresTemplate) -> None:
    url = postgres_template.empty()
    with _serving("0", "--migrate", DATABASE_URL=url) as process:
        _, log = process.communicate(timeout=END_WITHIN_SECONDS)
    assert process.returncode == 1
    assert log == (
        "CommandError: The database lacks migrations: run manage.py migrate, then start again.\n"
    )
