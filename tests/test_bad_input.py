"""Bad input gets a clear answer, changes nothing, and tells nothing of the inside."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.conftest import StartServer
from tests.support.raw import HANDSHAKE, META, MODERN, Answer, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import count, rows
from tests.support.stores import SqliteTemplate

pytestmark = pytest.mark.anyio

UNKNOWN = "00000000-0000-4000-8000-000000000000"
LEAKS = ("Traceback", "pydantic", "Exception", "/site-packages", "sqlite", "django", "validation e")
PRODUCTION = {
    "DJANGO_DEBUG": "false",
    "DJANGO_SECRET_KEY": "a-key-of-the-tests-that-is-long-enough-for-production",
    "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
}


@pytest.fixture(scope="module")
def production(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """One server with production's settings for all of the table."""
    folder = tmp_path_factory.mktemp("production")
    url = sqlite_template.copy(folder)
    server = ServerProcess(url, log=folder / "log", environment=PRODUCTION)
    yield server.start()
    server.stop()


@pytest.fixture
async def key(production: ServerProcess) -> AsyncIterator[str]:
    async with RawClient(production, MODERN) as client:
        answer = await client.call("get_browser_connection_url", "{}")
        yield answer.message["result"]["structuredContent"]["sessionId"]


def _state(server: ServerProcess, key: str) -> list[Any]:
    compact = key.replace("-", "")
    query = f"SELECT revision FROM sessions_app_scenesession WHERE edit_key = '{compact}'"
    return [rows(server.database_url, query), count(server.database_url, "scenesession")]


def _assert_discreet(answer: Answer) -> None:
    assert not [leak for leak in LEAKS if leak.lower() in answer.text.lower()], answer.text


# tool, arguments as JSON text (KEY stands for the session), code, words that the answer must hold
CALLS = [
    ("change_model_colour", '{"color": "teal"}', -32602, ["change_model_color"]),
    ("constructor", "{}", -32602, ["No tool"]),
    ("change_model_color", '{"colour": "teal", KEY}', "invalid_argument", ['"colour"', "`color`"]),
    ("change_model_color", "{KEY}", "invalid_argument", ["`color` is missing"]),
    ("change_model_color", '{"color": "blurple", KEY}', "invalid_argument", ["blurple", "purple"]),
    ("change_model_color", '{"color": 7, KEY}', "invalid_argument", ["`color`", "7"]),
    ("change_model_color", '{"color": null, KEY}', "invalid_argument", ["`color`", "null"]),
    ("change_model_size", '{"size": 1e999, KEY}', "invalid_argument", ["`size`", "inf"]),
    ("change_model_size", '{"size": NaN, KEY}', "invalid_argument", ["`size`", "nan"]),
    ("change_model_size", '{"size": true, KEY}', "invalid_argument", ["`size`", "true"]),
    ("change_model_size", '{"size": "big", KEY}', "invalid_argument", ["`size`", "big"]),
    ("change_model_size", '{"size": [], KEY}', "invalid_argument", ["`size`", "a list"]),
    ("change_model_size", '{"size": -1, KEY}', "invalid_argument", ["-1", "size", "0.01"]),
    ("change_model_size", '{"size": 0, KEY}', "invalid_argument", ["size"]),
    (
        "set_key_light_position",
        '{"x": 0, "y": 0, "z": 0, KEY}',
        "invalid_argument",
        ["0, 0, 0"],
    ),
    ("set_fill_light_intensity", '{"intensity": -2, KEY}', "invalid_argument", ["-2"]),
    ("set_fill_light_size", '{"width": 1, "height": 1' + "0" * 400 + ", KEY}", "invalid_argument",
     ["`height`"]),
    ("get_scene", f'{{"session": "{UNKNOWN}"}}', "session_unknown", ["id"]),
    ("get_scene", '{"session": "constructor"}', "session_unknown", ["id"]),
    ("change_model_color", '{"color": "teal", "session": 5}', "invalid_argument", ["`session`"]),
]  # fmt: skip


@pytest.mark.requirement("H4")
@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
@pytest.mark.parametrize(("tool", "arguments", "code", "words"), CALLS)
async def test_a_refused_call_names_the_fault_and_changes_nothing(
    production: ServerProcess,
    key: str,
    era: str,
    tool: str,
    arguments: str,
    code: int | str,
    words: list[str],
) -> None:
    async with RawClient(production, era) as client:
        before = _state(production, key)
        recorded = count(production.database_url, "toolcall", "status = 'error'")
        answer = await client.call(tool, arguments.replace("KEY", f'"session": "{key}"'))
    unknown_tool = isinstance(code, int)
    assert answer.status == (400 if unknown_tool and era == MODERN else 200)
    assert answer.code == code
    if not unknown_tool:
        assert "structuredContent" not in answer.message["result"]
    for word in words:
        assert word in answer.told
    _assert_discreet(answer)
    assert _state(production, key) == before
    assert count(production.database_url, "toolcall", "status = 'error'") == recorded + 1


BODIES = [
    ("{", 400, -32700),
    ("", 400, -32700),
    ("[" * 100_000, 400, -32700),
    ("[]", 400, -32600),
    ('[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 400, -32600),
    ("7", 400, -32600),
    ('{"id":1,"method":"ping"}', 400, -32600),
    ('{"jsonrpc":"2.0","id":null,"method":"ping"}', 400, -32600),
    ('{"jsonrpc":"2.0","id":true,"method":"ping"}', 400, -32600),
    ('{"jsonrpc":"2.0","id":1,"method":7}', 400, -32600),
    ('{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', 400, -32600),
    (b"\xff\xfe", 400, -32700),
    ('"' + "x" * (5 * 1024 * 1024) + '"', 413, -32600),
]


@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
@pytest.mark.parametrize(("body", "status", "code"), BODIES)
async def test_what_is_not_one_request_is_refused(
    production: ServerProcess, era: str, body: str | bytes, status: int, code: int
) -> None:
    async with RawClient(production, era) as client:
        answer = await client.post(body, method="ping")
    assert (answer.status, answer.code) == (status, code)
    _assert_discreet(answer)


HEADERS = [
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"host": "evil.example"}, 421),
    ({"content_type": "text/plain"}, 415),
]


@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
@pytest.mark.parametrize(("headers", "status"), HEADERS)
async def test_strangers_are_turned_away_before_anything_is_read(
    production: ServerProcess, key: str, era: str, headers: dict[str, str], status: int
) -> None:
    async with RawClient(production, era) as client:
        before = _state(production, key)
        arguments = f'{{"color": "teal", "session": "{key}"}}'
        answer = await client.call("change_model_color", arguments, **headers)
    assert answer.status == status
    _assert_discreet(answer)
    assert _state(production, key) == before


async def test_headers_must_say_what_the_body_says(production: ServerProcess, key: str) -> None:
    async with RawClient(production, MODERN) as client:
        arguments = f'{{"color": "teal", "session": "{key}"}}'
        answer = await client.call("change_model_color", arguments, mcp_name="get_scene")
        assert (answer.status, answer.code) == (400, -32020)
        body = {"jsonrpc": "2.0", "id": 1, "method": "no/such", "params": {"_meta": META}}
        answer = await client.post(json.dumps(body), method="no/such")
        assert (answer.status, answer.code) == (404, -32601)
        for method in ("GET", "DELETE"):
            assert (await client.send(method)).status == 405


@pytest.mark.parametrize("path", [f"/{UNKNOWN}", "/constructor"])
@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
async def test_an_unknown_key_in_the_path_is_told_as_a_tool_error(
    production: ServerProcess, era: str, path: str
) -> None:
    async with RawClient(production, era, path=path) as client:
        answer = await client.call("change_model_color", '{"color": "teal"}')
    assert (answer.status, answer.code) == (200, "session_unknown")


async def test_argument_and_path_that_differ_are_a_conflict(
    production: ServerProcess, key: str
) -> None:
    async with RawClient(production, MODERN, path=f"/{key}") as client:
        answer = await client.call(
            "change_model_color", f'{{"color": "teal", "session": "{UNKNOWN}"}}'
        )
        assert answer.code == "session_conflict"
        answer = await client.call("change_model_color", '{"color": "teal", "session": ""}')
        assert answer.code is None


@pytest.mark.parametrize("token", ["constructor", "", "x" * 5000, "AAAA"])
async def test_a_forged_protocol_session_is_not_found(
    production: ServerProcess, token: str
) -> None:
    async with RawClient(production, HANDSHAKE) as client:
        client.token = token
        answer = await client.call("change_model_color", '{"color": "teal"}')
    assert answer.status == 404
    _assert_discreet(answer)


async def _socket_close(server: ServerProcess, *messages: str | bytes, wait: float = 15) -> int:
    """The code with which the server closes a socket that sends these; 1006 where it just drops."""
    async with connect(server.socket_url, origin=server.url, max_size=None) as socket:  # type: ignore[arg-type]
        for message in messages:
            await socket.send(message)
        async with asyncio.timeout(wait):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await socket.recv()
        return socket.close_code or 1006


def _register(key: str) -> str:
    return json.dumps({"type": "registerSession", "sessionId": key, "browserId": uuid4().hex})


APPLIED = json.dumps({"type": "sceneApplied", "revision": 0, "visible": True})


@pytest.mark.requirement("H3")
async def test_a_socket_that_breaks_the_rules_is_closed_with_the_reason(
    production: ServerProcess, key: str
) -> None:
    assert await _socket_close(production, APPLIED) == 4400
    assert await _socket_close(production, "{", "[]", '{"type":"constructor"}') == 4400
    assert await _socket_close(production, b"binary", b"binary", b"binary") == 4400
    assert await _socket_close(production, _register(UNKNOWN)) == 4404
    assert await _socket_close(production, _register("constructor")) == 4404
    assert await _socket_close(production, "x" * 1024 * 1024) == 1009
    assert await _socket_close(production, _register(key), *[APPLIED] * 400) == 4429
    assert await _socket_close(production) == 4408


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1"])
async def test_a_socket_of_another_origin_is_refused(
    production: ServerProcess, origin: str | None
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(production.socket_url, origin=origin):  # type: ignore[arg-type]
            pass
    assert refused.value.response.status_code == 403


async def test_daphne_gives_the_same_answers(start_server: StartServer, database_url: str) -> None:
    server = start_server(database_url, kind="daphne")
    async with RawClient(server, MODERN) as client:
        assert (await client.post("{")).code == -32700
        answer = await client.post('"' + "x" * (2 * 1024 * 1024) + '"')
        assert answer.status == 413
        assert (await client.call("nothing", "{}", origin="https://evil.example")).status == 403
        answer = await client.call("get_browser_connection_url", "{}")
        key = answer.message["result"]["structuredContent"]["sessionId"]
    assert await _socket_close(server, _register(UNKNOWN)) == 4404
    assert await _socket_close(server, APPLIED) == 4400
    assert await _socket_close(server, _register(key), "x" * 1024 * 1024) in (1006, 1009)
