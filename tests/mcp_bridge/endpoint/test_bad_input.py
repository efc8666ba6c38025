"""Bad input gets a clear answer, changes nothing, and tells nothing of the inside."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from tests.conftest import StartServer
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, META, MODERN, Answer, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import count, rows
from tests.support.stores import PostgresTemplate, SqliteTemplate
from tests.support.waiting import WITHIN_SECONDS

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
    """One server with production's settings for all of the table; none of it may be our fault."""
    folder = tmp_path_factory.mktemp("production")
    url = sqlite_template.copy(folder)
    server = ServerProcess(url, log=folder / "log", environment=PRODUCTION)
    yield server.start()
    server.stop()
    assert "Traceback" not in server.log.read_text()


@pytest.fixture
async def key(production: ServerProcess) -> AsyncIterator[str]:
    async with RawClient(production, MODERN) as client:
        answer = await client.call("get_browser_connection_url", "{}")
        yield answer.message["result"]["structuredContent"]["sessionId"]


def _state(server: ServerProcess, key: str) -> list[Any]:
    """The revision of a scene session, and how many scene sessions and revisions there are."""
    compact = key.replace("-", "")
    query = f"SELECT revision FROM sessions_app_scenesession WHERE edit_key = '{compact}'"
    tables = ("scenesession", "scenerevision")
    return [rows(server.database_url, query), *(count(server.database_url, one) for one in tables)]


def _calls(server: ServerProcess) -> int:
    return count(server.database_url, "toolcall")


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
        '{"x": 0, "y": 0.3255, "z": 0, KEY}',
        "invalid_argument",
        ["0, 0.3255, 0"],
    ),
    ("set_fill_light_intensity", '{"intensity": -2, KEY}', "invalid_argument", ["-2"]),
    ("set_fill_light_size", '{"width": 1, "height": 1' + "0" * 400 + ", KEY}", "invalid_argument",
     ["`height`"]),
    ("get_scene", f'{{"scene": "{UNKNOWN}"}}', "session_unknown", ["id"]),
    ("get_scene", '{"scene": "constructor"}', "session_unknown", ["id"]),
    ("change_model_color", '{"color": "teal", "scene": 5}', "invalid_argument", ["`scene`"]),
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
        answer = await client.call(tool, arguments.replace("KEY", f'"scene": "{key}"'))
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


def _nested(levels: int) -> str:
    """A sound request of so many levels, with brackets in a text that are none."""
    inside = "[" * (levels - 2) + '"\\"[[["' + "]" * (levels - 2)
    return f'{{"jsonrpc":"2.0","id":1,"method":"no/such","params":{{"a":{inside}}}}}'


BODIES = [
    ("{", 400, -32700),
    ("", 400, -32700),
    ("[" * 100_000, 400, -32600),
    (_nested(17), 400, -32600),
    ("[]", 400, -32600),
    ('[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 400, -32600),
    ("7", 400, -32600),
    ('{"id":1,"method":"ping"}', 400, -32600),
    ('{"jsonrpc":"2.0","id":null,"method":"ping"}', 400, -32600),
    ('{"jsonrpc":"2.0","id":true,"method":"ping"}', 400, -32600),
    ('{"jsonrpc":"2.0","id":1,"method":7}', 400, -32600),
    ('{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', 400, -32600),
    (b"\xff\xfe", 400, -32700),
    (f'{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":{"[" * 300}}}}}', 400, -32600),
    ('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"clientInfo":{"name":"\\ud800"}}}',
     400, -32700),
    ('"' + "x" * (5 * 1024 * 1024) + '"', 413, -32600),
]  # fmt: skip


@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
@pytest.mark.parametrize(("body", "status", "code"), BODIES)
async def test_what_is_not_one_request_is_refused(
    production: ServerProcess, era: str, body: str | bytes, status: int, code: int
) -> None:
    before = _calls(production)
    async with RawClient(production, era) as client:
        answer = await client.post(body, method="ping")
    assert (answer.status, answer.code) == (status, code)
    _assert_discreet(answer)
    assert _calls(production) == before


async def test_a_body_as_deep_as_is_accepted_is_read(production: ServerProcess) -> None:
    async with RawClient(production, HANDSHAKE) as client:
        assert (await client.post(_nested(16))).code == -32601
        refused = await client.post(_nested(17))
    assert "deeper than 16 levels" in refused.told


HEADERS = [
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"host": "evil.example"}, 421),
    ({"content_type": "text/plain"}, 415),
    ({"accept": "text/html"}, 406),
]


@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
@pytest.mark.parametrize(("headers", "status"), HEADERS)
async def test_strangers_are_turned_away_before_anything_is_read(
    production: ServerProcess, key: str, era: str, headers: dict[str, str], status: int
) -> None:
    async with RawClient(production, era) as client:
        before = [_state(production, key), _calls(production)]
        arguments = f'{{"color": "teal", "scene": "{key}"}}'
        answer = await client.call("change_model_color", arguments, **headers)
    assert answer.status == status
    _assert_discreet(answer)
    assert [_state(production, key), _calls(production)] == before


@pytest.mark.parametrize(
    "headers",
    [
        {"mcp_name": "get_scene"},
        {"mcp_method": "tools/list"},
        {"mcp_protocol_version": "2099-01-01"},
    ],
)
async def test_headers_must_say_what_the_body_says(
    production: ServerProcess, key: str, headers: dict[str, str]
) -> None:
    async with RawClient(production, MODERN) as client:
        before = _state(production, key)
        arguments = f'{{"color": "teal", "scene": "{key}"}}'
        answer = await client.call("change_model_color", arguments, **headers)
    assert (answer.status, answer.code) == (400, -32020)
    assert _state(production, key) == before


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
async def test_the_newest_era_takes_post_only(production: ServerProcess, method: str) -> None:
    async with RawClient(production, MODERN) as client:
        assert (await client.send(method)).status == 405


@pytest.mark.parametrize(("era", "status"), [(HANDSHAKE, 200), (MODERN, 404)])
async def test_an_unknown_method_is_told(production: ServerProcess, era: str, status: int) -> None:
    async with RawClient(production, era) as client:
        body = {"jsonrpc": "2.0", "id": 1, "method": "no/such", "params": {"_meta": META}}
        answer = await client.post(json.dumps(body), method="no/such")
    assert (answer.status, answer.code) == (status, -32601)


@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
async def test_an_unknown_key_in_the_path_is_told_as_a_tool_error(
    production: ServerProcess, era: str
) -> None:
    async with RawClient(production, era, path=f"/{UNKNOWN}") as client:
        answer = await client.call("change_model_color", '{"color": "teal"}')
    assert (answer.status, answer.code) == (200, "session_unknown")


async def test_argument_and_path_that_differ_are_a_conflict(
    production: ServerProcess, key: str
) -> None:
    async with RawClient(production, MODERN, path=f"/{key}") as client:
        answer = await client.call(
            "change_model_color", f'{{"color": "teal", "scene": "{UNKNOWN}"}}'
        )
        assert answer.code == "session_conflict"
        answer = await client.call("change_model_color", '{"color": "teal", "scene": ""}')
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


async def _socket_close(server: ServerProcess, *messages: str | bytes) -> int:
    """The code with which the server closes a socket that sends these; 1006 where it just drops."""
    async with connect(server.socket_url, origin=Origin(server.url), max_size=None) as socket:
        for message in messages:
            await socket.send(message)
        async with asyncio.timeout(WITHIN_SECONDS):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    told = str(await socket.recv())
                    assert not [leak for leak in LEAKS if leak.lower() in told.lower()], told
        return socket.close_code or 1006


# KEY stands for the session
REGISTER = json.dumps({"type": "registerSession", "sessionId": "KEY", "browserId": "a-tab"})
APPLIED = json.dumps({"type": "sceneApplied", "revision": 0, "visible": True})


def _with(message: str, **members: object) -> str:
    return json.dumps(json.loads(message) | members)


SOCKETS = [
    ([APPLIED], 4400),
    (["{", "[]", '{"type":"constructor"}'], 4400),
    ([b"binary", b"binary", b"binary"], 4400),
    (["[" * 100_000, '"\\ud800"', "null"], 4400),
    ([_with(REGISTER, revision=revision) for revision in (-1, True, 2**31)], 4400),
    ([_with(REGISTER, browserId=name) for name in ("", "a b", "x" * 65)], 4400),
    ([REGISTER, _with(APPLIED, role="owner"), _with(APPLIED, revision=1e999), "{}"], 4400),
    ([_with(REGISTER, sessionId=UNKNOWN)], 4404),
    ([_with(REGISTER, sessionId="constructor")], 4404),
    (["x" * 1024 * 1024], 1009),
    ([REGISTER, "x" * 1024 * 1024], 1009),
    ([REGISTER, *[APPLIED] * 400], 4429),
]


@pytest.mark.requirement("H3")
@pytest.mark.parametrize(("messages", "code"), SOCKETS)
async def test_a_socket_that_breaks_the_rules_is_closed_with_the_reason(
    production: ServerProcess, key: str, messages: list[str | bytes], code: int
) -> None:
    before = _state(production, key)
    sent = [one.replace("KEY", key) if isinstance(one, str) else one for one in messages]
    assert await _socket_close(production, *sent) == code
    assert _state(production, key) == before


async def test_cookies_with_nul_are_left_out_on_postgresql(
    start_server: StartServer, postgres_template: PostgresTemplate
) -> None:
    server = start_server(postgres_template.copy(), environment=PRODUCTION)
    cookie = {"cookie": rf'{server.cookie_name}="aaaaaaaa\000bbbbbbbb"'}
    async with http_client(base_url=server.url, headers=cookie) as client:
        assert (await client.get("/")).status_code == 200
        assert (await client.get("/api/me/")).status_code == 401
    url = f"{server.url.replace('http', 'ws')}/ws/staff/"
    async with connect(url, origin=Origin(server.url), additional_headers=cookie) as socket:
        await socket.wait_closed()
        assert socket.close_code == 4401
    server.stop()
    assert "Traceback" not in server.log.read_text()


async def test_a_socket_of_another_path_is_refused(production: ServerProcess) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"{production.socket_url}other/", origin=Origin(production.url)):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1"])
async def test_a_socket_of_another_origin_is_refused(
    production: ServerProcess, origin: Origin | None
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(production.socket_url, origin=origin):
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
    assert await _socket_close(server, _with(REGISTER, sessionId=UNKNOWN)) == 4404
    assert await _socket_close(server, APPLIED) == 4400
    register = _with(REGISTER, sessionId=key)
    assert await _socket_close(server, register, "x" * 1024 * 1024) in (1006, 1009)
