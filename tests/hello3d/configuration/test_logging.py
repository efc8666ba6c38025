"""Log lines: what they carry, and what they never carry."""

import ast
import contextlib
import json
import logging
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from hello3d.configuration.log_file import KEPT_FILES, ProcessLogFile
from hello3d.configuration.logging import OUR_FIELDS
from sessions_app.checks import NO_HOSTS, check_hosts
from sessions_app.simulation.servers import PROJECT
from tests.conftest import StartServer
from tests.support.clocks import Clock
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, RawClient
from tests.support.servers import Kind, ServerProcess
from tests.support.sockets import open_browser
from tests.support.storage import count, rows
from tests.support.times import times
from tests.support.tokens import SIGN_IN, token_of
from tests.support.waiting import until

NONCE = "a-nonce-that-can-still-be-used"
EACH_LINE = times({"hello3d.configuration.seldom.AGAIN_AFTER_SECONDS": 0})
"""Of a server that logs what is refused however often it comes."""

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("C7")
async def test_lines_name_the_instance_and_the_scene_and_hold_no_secret(
    start_server: StartServer, database_url: str, tmp_path: Path
) -> None:
    environment = {"LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG"}
    server = start_server(database_url, instance="blue", environment=environment | EACH_LINE)
    async with RawClient(server, HANDSHAKE) as client:
        answer = await client.call("get_browser_connection_url", "{}")
        key = answer.message["result"]["structuredContent"]["sessionId"]
        browser = await open_browser(server, key)
        await browser.close()
        async with http_client() as http:
            await http.get(f"{server.url}/nowhere?sessionId={key}")
            await http.get(f"{server.url}/scenes/?sessionId={key}")
            await http.get(f"{server.url}/scene/{key.upper()}")
            await http.get(f"{server.url}/mcp/{key[:30]}", headers={"accept": "text/html"})
            await http.post(f"{server.url}/open/{NONCE}")
            with contextlib.suppress(InvalidStatus):  # a path that is mistyped
                await connect(f"{server.socket_url}wrong?sessionId={key}")
        async with RawClient(server, HANDSHAKE, path=f"/{key}") as bound:
            await bound.call("get_scene", "{}")
    server.stop()
    text = (tmp_path / "blue.log").read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert all(line["instance"] == "blue" for line in lines)
    [registered] = [line for line in lines if line["event"] == "browser registered"]
    assert (registered["scene"], "close_code" in registered) == (1, False)
    [left] = [line for line in lines if line["event"] == "browser left"]
    assert left["close_code"] == 1000
    assert any("Forbidden" in line["event"] and "/open/…" in line["event"] for line in lines)
    assert NONCE not in text
    assert any("Not Found: /mcp/…" in line["event"] for line in lines)
    assert key[:30] not in text.lower()
    assert client.token not in text


PROBED = (
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/openid-configuration?x=1",
    "/mcp/.well-known/openid-configuration",
    "/register",
    "/favicon.ico",
)


@pytest.mark.requirement("C7")
@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
async def test_who_looks_whether_there_is_something_is_no_warning(
    start_server: StartServer, database_url: str, tmp_path: Path, kind: Kind
) -> None:
    environment = {"LOG_FORMAT": "json"} | EACH_LINE
    server = start_server(database_url, kind=kind, environment=environment)
    async with http_client() as http:
        for path in PROBED:
            assert (await http.get(server.url + path)).status_code == 404
        assert (await http.get(f"{server.url}/nowhere")).status_code == 404
    server.stop()
    text = (tmp_path / "one.log").read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    told = {line["event"]: line["level"] for line in lines}
    assert told["Not Found: /.well-known/oauth-authorization-server"] == "info"
    assert told["Not Found: /register"] == "info"
    assert told["Not Found: /nowhere"] == "warning"
    warnings = [event for event, level in told.items() if level == "warning"]
    assert not [event for event in warnings if any(path in event for path in PROBED)]


@pytest.mark.requirement("X5")
async def test_each_instance_has_a_file_and_each_line_its_name(
    start_server: StartServer, database_url: str, tmp_path: Path
) -> None:
    files = {"LOG_FORMAT": "json", "LOG_FILE": str(tmp_path / "own-{instance}.log")}
    for name in ("green", "red"):
        server = start_server(database_url, instance=name, environment=files)
        async with (
            RawClient(server, HANDSHAKE) as client,
            http_client() as http,
        ):
            answer = await client.call("get_browser_connection_url", "{}")
            key = answer.message["result"]["structuredContent"]["sessionId"]
            stranger = await http.get(f"{server.url}/?sessionId={key}", headers={"host": "evil"})
            assert stranger.status_code == 400
        server.stop()
        text = (tmp_path / f"own-{name}.log").read_text()
        lines = [json.loads(line) for line in text.splitlines()]
        assert {line["instance"] for line in lines} == {name}
        events = [line["event"] for line in lines]
        assert "Finished server process" in " ".join(events)  # uvicorn's own
        [routed] = [line for line in lines if line["event"] == "call routed"]
        assert (routed["scene"] > 0, routed["principal"]) == (True, "anyone")
        assert len(routed["call"]) == 32
        [refused] = [line for line in lines if "Invalid HTTP_HOST" in line["event"]]
        assert "exception" not in refused
        assert key not in text


@contextlib.asynccontextmanager
async def _registered(server: ServerProcess, key: str, token: str) -> AsyncIterator[dict[str, Any]]:
    """A program's socket that brings a bearer token, and what it is answered."""
    headers = {"authorization": f"Bearer {token}"}
    message = {"type": "registerSession", "sessionId": key, "browserId": uuid4().hex}
    async with connect(server.socket_url, additional_headers=headers) as socket:
        await socket.send(json.dumps(message))
        yield json.loads(await socket.recv())


async def _ask_for_secrets(server: ServerProcess, opening: dict[str, str]) -> None:
    """Have each secret come where it does not belong."""
    async with http_client(base_url=server.url) as http:
        for path in ("/nowhere/", "/accounts/join/", "/open/", "/mcp/", "/api/sessions/"):
            for secret in opening.values():
                await http.get(f"{path}{secret}", headers={"authorization": f"Bearer {secret}"})
        for name, secret in opening.items():
            await http.get(f"/?{name}={secret}", headers={"host": f"{secret}.example"})
            await http.post("/accounts/join/", data={"code": secret})
        bad = {"type": "registerSession", "sessionId": "x", **opening}
        with contextlib.suppress(InvalidStatus):
            async with connect(f"{server.socket_url}?{opening['key']}") as socket:
                await socket.send(json.dumps(bad))


@pytest.mark.requirement("C7")
@pytest.mark.requirement("X5")
async def test_the_life_of_a_session_is_told_in_the_file_and_nothing_that_opens_something(
    start_server: StartServer, database_url: str, tmp_path: Path
) -> None:
    clock = Clock(tmp_path)
    environment = clock.environment | SIGN_IN | {
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "DEBUG",
        "LOG_FILE": str(tmp_path / "own-{instance}.log"),
        "MCP_SESSION_CLEANUP_INTERVAL": "1",
        "MCP_MAX_BROWSERS_PER_SESSION": "1",
        "MCP_RATE_PER_SCENE": "5/36000",
    }  # fmt: skip
    server = start_server(database_url, instance="blue", environment=environment)
    token = token_of("reader", exp=int(time.time()) + 24 * 3600)

    def state() -> str:
        return str(rows(database_url, "SELECT state FROM sessions_app_scenesession")[0][0])

    async with RawClient(server, HANDSHAKE, bearer=token) as client:
        opened = await client.call("get_browser_connection_url", "{}")
        told = opened.message["result"]["structuredContent"]
        key, link = told["sessionId"], told["browserUrl"]
        async with _registered(server, key, token) as answer:
            assert answer["type"] == "sessionRegistered"
            async with _registered(server, key, token) as refused:
                assert refused["code"] == "connection_limit"
        bad, good = (f'{{"color":"{color}","scene":"{key}"}}' for color in ("no", "teal"))
        assert (await client.call("change_model_color", bad)).code == "invalid_argument"
        # Else it would be seen to leave an hour later.
        await until(lambda: count(database_url, "pairing", "left_at IS NULL") == 0)
        clock.go_ahead(timedelta(hours=1, minutes=2))
        await until(lambda: state() == "idle")
        codes = [(await client.call("change_model_color", good)).code for _ in range(7)]
        assert codes == [None] * 4 + ["rate_limited"] * 3
        opening = {
            "key": key,
            "nonce": secrets.token_urlsafe(32),
            "join": link.partition("#join=")[2],
            "token": token,
        }
        assert all(opening.values())
        await _ask_for_secrets(server, opening)
        assert (await client.call("close_session", "{}")).code is None
    server.stop()

    text = (tmp_path / "own-blue.log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {line["instance"] for line in lines} == {"blue"}
    [(scene, user)] = rows(database_url, "SELECT id, owner_id FROM sessions_app_scenesession")

    def of_person(event: str) -> list[dict[str, Any]]:
        """The lines of an event, each of which names the scene, the person and, in calls, that."""
        found = [line for line in lines if line["event"] == event]
        assert {(line.get("scene"), line.get("principal")) for line in found} == {(scene, user)}
        return found

    for event in ("browser registered", "browser left"):
        assert len(of_person(event)) == 1
    for event in ("scene session made", "scene session woken", "scene session closed"):
        [line] = of_person(event)
        assert (line["level"], len(line["call"])) == ("info", 32)
    assert [line["rule"] for line in of_person("call routed")][:2] == ["created", "argument"]
    refusals = of_person("call refused")  # of a flood, one line
    assert [(line["level"], line["code"]) for line in refusals] == [
        ("debug", "invalid_argument"),
        ("info", "rate_limited"),
    ]
    others = {
        "browser refused": {"principal": user, "code": "connection_limit"},
        "sessions put to sleep": {"scene": scene},
        "clean-up": {"kind": "sessions put to sleep", "count": 1},
        "a limit refused requests": {"limit": "rate_per_scene", "refused": 3},
    }
    for event, fields in others.items():
        assert any(line.items() >= {"event": event, **fields}.items() for line in lines), event
    assert any("Not Found: /nowhere/…" in line["event"] for line in lines)
    for name, secret in opening.items():
        assert not [part for part in secret.split(".") if part.lower() in text.lower()], name


def test_two_processes_of_one_name_write_to_two_files(tmp_path: Path) -> None:
    handlers = [ProcessLogFile(str(tmp_path / "web.log")) for _ in range(2)]
    for number, handler in enumerate(handlers):
        handler.emit(logging.LogRecord("x", logging.INFO, "", 0, f"line {number}", None, None))
    for handler in handlers:
        handler.close()
    assert (tmp_path / "web.log").read_text() == "line 0\n"
    assert (tmp_path / "web.2.log").read_text() == "line 1\n"


def test_a_second_process_never_takes_the_name_of_an_older_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the name has no extension: older files have a number at their end."""
    monkeypatch.setattr("hello3d.configuration.log_file.MAX_BYTES", 10)
    first, second = (ProcessLogFile(str(tmp_path / "web")) for _ in range(2))
    for handler, lines in ((first, 1), (second, 1), (first, 9)):
        for number in range(lines):
            text = f"{'first' if handler is first else 'second'} {number}"
            handler.emit(logging.LogRecord("x", logging.INFO, "", 0, text, None, None))
    for handler in (first, second):
        handler.close()
    assert (tmp_path / "web-2").read_text() == "second 0\n"
    kept = {path.name for path in tmp_path.iterdir() if path.suffix != ".lock"}
    assert kept == {"web-2", "web", *(f"web.{number}" for number in range(1, KEPT_FILES + 1))}


HOLD = (
    "import logging, sys; from hello3d.configuration.log_file import ProcessLogFile;"
    "handler = ProcessLogFile(sys.argv[1]);"
    "handler.emit(logging.makeLogRecord({'msg': sys.argv[2]}));"
    "print('written', flush=True); sys.stdin.read()"
)


def test_a_name_is_free_again_once_its_process_is_gone_however_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    with contextlib.ExitStack() as stack:

        def write(text: str) -> subprocess.Popen[str]:
            """Have a process write a line, and go on to hold its file."""
            command = [sys.executable, "-c", HOLD, str(path), text]
            pipe = subprocess.PIPE
            process = subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True)
            stack.enter_context(process)
            stack.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline() == "written\n"
            return process

        first = write("first")
        write("second")
        first.kill()
        first.wait()
        write("third")
    assert path.read_text() == "first\nthird\n"
    assert (tmp_path / "web.2.log").read_text() == "second\n"
    assert not (tmp_path / "web.3.log").exists()


def test_a_server_without_a_host_name_is_warned_of(settings: Any) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = False, []
    assert [message.id for message in check_hosts(app_configs=None)] == [NO_HOSTS]
    settings.ALLOWED_HOSTS = ["example.org"]
    assert check_hosts(app_configs=None) == []


def logged_fields() -> Iterator[str]:
    """The names in each `extra={...}` of our own log lines."""
    for package in ("hello3d", "mcp_bridge", "sessions_app"):
        for path in (Path(__file__).parents[3] / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.keyword) and node.arg == "extra":
                    keys = node.value.keys if isinstance(node.value, ast.Dict) else []
                    yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))


def test_every_field_that_we_log_is_one_that_lines_show() -> None:
    found = set(logged_fields())
    assert "scene" in found
    assert found <= OUR_FIELDS
