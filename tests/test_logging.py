"""Log lines: what they carry, and what they never carry."""

import ast
import contextlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from hello3d.log_file import ProcessLogFile
from hello3d.logging import OUR_FIELDS
from sessions_app.checks import NO_HOSTS, check_hosts
from tests.conftest import StartServer
from tests.support.raw import HANDSHAKE, RawClient
from tests.support.sockets import open_browser

NONCE = "a-nonce-that-can-still-be-used"

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("C7")
async def test_lines_name_the_instance_and_the_scene_and_hold_no_secret(
    start_server: StartServer, database_url: str, tmp_path: Path
) -> None:
    environment = {"LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG"}
    server = start_server(database_url, instance="blue", environment=environment)
    async with RawClient(server, HANDSHAKE) as client:
        answer = await client.call("get_browser_connection_url", "{}")
        key = answer.message["result"]["structuredContent"]["sessionId"]
        browser = await open_browser(server, key)
        await browser.close()
        async with httpx2.AsyncClient() as http:
            await http.get(f"{server.url}/nowhere?sessionId={key}")
            await http.get(f"{server.url}/scenes/?sessionId={key}")
            await http.get(f"{server.url}/scene/{key.upper()}")
            await http.post(f"{server.url}/open/{NONCE}")
            with contextlib.suppress(InvalidStatus):  # a path that is mistyped
                await connect(f"{server.socket_url}wrong?sessionId={key}")
        async with RawClient(server, HANDSHAKE, path=f"/{key}") as bound:
            await bound.call("get_scene", "{}")
    server.stop()
    text = (tmp_path / "blue.log").read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert all(line["instance"] == "blue" for line in lines)
    assert any(line["event"] == "browser registered" and line["scene"] == 1 for line in lines)
    assert any("Forbidden" in line["event"] and "/open/…" in line["event"] for line in lines)
    assert NONCE not in text
    assert key not in text.lower()
    assert client.token not in text


@pytest.mark.requirement("X5")
async def test_each_instance_has_a_file_and_each_line_its_name(
    start_server: StartServer, database_url: str, tmp_path: Path
) -> None:
    files = {"LOG_FORMAT": "json", "LOG_FILE": str(tmp_path / "own-{instance}.log")}
    for name in ("green", "red"):
        server = start_server(database_url, instance=name, environment=files)
        async with RawClient(server, HANDSHAKE) as client, httpx2.AsyncClient() as http:
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


def test_two_processes_of_one_name_write_to_two_files(tmp_path: Path) -> None:
    handlers = [ProcessLogFile(str(tmp_path / "web.log")) for _ in range(2)]
    for number, handler in enumerate(handlers):
        handler.emit(logging.LogRecord("x", logging.INFO, "", 0, f"line {number}", None, None))
    for handler in handlers:
        handler.close()
    assert (tmp_path / "web.log").read_text() == "line 0\n"
    assert (tmp_path / "web.2.log").read_text() == "line 1\n"


def test_a_server_without_a_host_name_is_warned_of(settings: Any) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = False, []
    assert [message.id for message in check_hosts(app_configs=None)] == [NO_HOSTS]
    settings.ALLOWED_HOSTS = ["example.org"]
    assert check_hosts(app_configs=None) == []


def logged_fields() -> Iterator[str]:
    """The names in each `extra={...}` of our own log lines."""
    for package in ("hello3d", "mcp_bridge", "sessions_app"):
        for path in (Path(__file__).parent.parent / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.keyword) and node.arg == "extra":
                    keys = node.value.keys if isinstance(node.value, ast.Dict) else []
                    yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))


def test_every_field_that_we_log_is_one_that_lines_show() -> None:
    found = set(logged_fields())
    assert "scene" in found
    assert found <= OUR_FIELDS
