"""Whatever one request or message holds, the event loop is done with it in 20 ms."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest

from hello3d.asgi import application
from mcp_bridge.endpoint.asgi import McpEndpoint
from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.registry import ToolRegistry
from mcp_bridge.transport import messages
from sessions_app.workers import worker
from tests.support.communicating import Communicator
from tests.support.raw import HANDSHAKE, META, MODERN
from tests.support.scene_sockets import HEADERS, closed_with

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("C6"),
]

# Of the processor, as a share of what counting to a million costs it: 20 ms where that takes 40.
MOST = 0.5
KIB = 1024
LONG = "x" * (60 * KIB)
Headers = dict[str, str]


async def ask(
    body: bytes,
    headers: Headers,
    *,
    path: str = "/mcp",
    method: str = "POST",
    asked: Any = application,
) -> tuple[int, Headers, bytes]:
    """The answer to a request: status, headers and body. Nobody's address is counted."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        if not waiting:
            await asyncio.Event().wait()  # until it is answered
        return waiting.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    raw = {"host": "127.0.0.1", "content-type": "application/json", **headers}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in raw.items()],
        "query_string": b"",
        "scheme": "http",
        "client": ("127.0.0.1", 50000),
    }
    await asked(scope, receive, send)
    answered = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(one.get("body", b"") for one in sent[1:])


def message(method: str, params: Any = None, **more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}, **more}


def call(arguments: Any, **more: Any) -> dict[str, Any]:
    return message("tools/call", {"name": "change_model_color", "arguments": arguments, **more})


INFO = {"name": "costly", "version": "1"}
OPENING = {"protocolVersion": HANDSHAKE, "capabilities": {}, "clientInfo": INFO}


def opening(**more: Any) -> dict[str, Any]:
    return message("initialize", {**OPENING, **more})


def numbered(count: int, value: Any = 1) -> dict[str, Any]:
    return {str(number): value for number in range(count)}


MANY = 19_900
# By what they are: whole bodies, or messages that get the envelope of their era.
BODIES: dict[str, Any] = {
    "empty arrays": b"[" + b"[]," * (80 * KIB) + b"[]]",
    "never closed": b"[" * (256 * KIB),
    "escapes": b'"' + rb"\u005b" * (40 * KIB) + b'"',
    "digits": b'{"jsonrpc":"2.0","method":"ping","id":' + b"9" * (60 * KIB) + b"}",
    "256 KiB of an unknown tool": call({"a": "x" * (250 * KIB)}),
    "icons": opening(clientInfo={**INFO, "icons": [{}] * MANY}),
    "sound icons": opening(clientInfo={**INFO, "icons": [{"src": ""}] * 5000}),
    "title": opening(clientInfo={**INFO, "title": LONG}),
    "description": opening(clientInfo={**INFO, "description": LONG}),
    "name": opening(clientInfo={"name": LONG, "version": "1"}),
    "version": opening(protocolVersion=LONG),
    "capabilities": opening(capabilities={"experimental": numbered(5000)}),
    "arguments": call({"color": "teal", "scene": "", "many": [1] * MANY}),
    "nested arguments": call({"color": [[[[{}]]]] * 4000}),
    "unknown arguments": call(numbered(6000)),
    "near arguments": call({f"colo{number}": 1 for number in range(4000)}),
    "color": call({"color": LONG}),
    "number": call({"x": "9" * (60 * KIB), "y": "1e" + "9" * 100, "z": 0}),
    "scene": call({"color": "teal", "scene": LONG}),
    "guesses": call({"color": "teal", "session": LONG[: 30 * KIB], "sessionId": LONG[:30000]}),
    "arguments as text": call("[" + "[]," * 19_000 + "[]]"),
    "tool": message("tools/call", {"name": LONG, "arguments": {}}),
    "input responses": call({}, requestState="x", inputResponses=numbered(6000, {})),
    "an input response": call(
        {}, requestState="x", inputResponses={"a": {"content": [{"type": "text"}] * 3000}}
    ),
    "state": call({}, requestState=LONG),
    "beside the arguments": call({}, others=[1] * MANY),
    "meta": message("tools/list", {"_meta": numbered(5000)}),
    "trace": call({"color": "teal"}, _meta={"traceparent": LONG[:30000], "baggage": LONG[:30000]}),
    "progress token": call({"color": "teal"}, _meta={"progressToken": LONG}),
    "cursor": message("tools/list", {"cursor": LONG}),
    "id": message("tools/list", id=LONG),
    "method": message(LONG),
    "uri": message("resources/read", {"uri": LONG}),
    "uris": message(
        "subscriptions/listen", {"notifications": {"resourceSubscriptions": [""] * MANY}}
    ),
    "prompt": message("prompts/get", {"name": LONG[:30000], "arguments": {"a": LONG[:30000]}}),
    "arguments of a prompt": message("prompts/get", {"name": "x", "arguments": numbered(6000)}),
    "arguments of a prompt as text": message(
        "prompts/get", {"name": "x", "arguments": json.dumps(numbered(4000))}
    ),
    "completion": message(
        "completion/complete",
        {"ref": {"type": "ref/prompt", "name": "x"}, "argument": {"name": "a", "value": LONG}},
    ),
    "reply": {"jsonrpc": "2.0", "id": 1, "result": {"content": numbered(6000)}},
    "error": {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": LONG}},
    "cancelled": message("notifications/cancelled", {"requestId": [1] * MANY}),
}  # fmt: skip
HEADERS_OF_A_CALL: dict[str, Headers] = {
    "accept": {"accept": "a/b;q=0.1," * (6 * KIB)},
    "accept of one": {"accept": "*/*" + ";q=1" * (15 * KIB)},
    "version": {"mcp-protocol-version": LONG},
    "method": {"mcp-method": LONG},
    "name": {"mcp-name": f"=?base64?{LONG}?="},
    "session": {"mcp-session-id": LONG},
    "forwarded": {"x-forwarded-for": "127.0.0.1," * (6 * KIB)},
    "host": {"host": LONG},
    "origin": {"origin": f"http://{LONG}"},
    "content type": {"content-type": "application/json;" + "a=b;" * (15 * KIB)},
    "content encoding": {"content-encoding": LONG},
    "token": {"authorization": f"Bearer {LONG}"},
    "cookie": {"cookie": "a=b;" * (15 * KIB)},
    "trace": {"traceparent": LONG[:30000], "tracestate": LONG[:30000]},
    "user agent": {"user-agent": LONG},
    "event": {"last-event-id": LONG},
    "thousands": {f"a{number}": "" for number in range(8 * KIB)},
    "parameters": {f"mcp-param-{number}": "a" for number in range(3 * KIB)},
}


@pytest.fixture(params=[HANDSHAKE, MODERN])
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def _era_headers(era: str, method: str, name: str) -> Headers:
    if era == MODERN:
        named = {"mcp-name": name} if name.isascii() and len(name) < 100 else {}
        return {"mcp-protocol-version": MODERN, "mcp-method": method[:100], **named}
    _, headers, _ = await ask(json.dumps(opening()).encode(), {})
    return {"mcp-protocol-version": HANDSHAKE, "mcp-session-id": headers["mcp-session-id"]}


def _enveloped(body: dict[str, Any], era: str) -> bytes:
    params = body.get("params")
    if era == MODERN and isinstance(params, dict) and "id" in body:
        body = {**body, "params": {**params, "_meta": META | params.get("_meta", {})}}
    return json.dumps(body, separators=(",", ":")).encode()


def _counted() -> float:
    """The processor time of counting to a million, which says how fast this machine is just now."""
    began = time.thread_time()
    for number in range(100_000):
        number + 1
    return 10 * (time.thread_time() - began)


async def _cost(act: Callable[[], Awaitable[Any]]) -> float:
    """The least of three: the event loop's own processor time, as a share of `_counted`."""
    shares = []
    for _ in range(3):
        began = time.thread_time()
        await act()
        shares.append((time.thread_time() - began) / _counted())
    return min(shares)


async def test_no_body_keeps_the_loop_busy(era: str) -> None:
    took: dict[str, float] = {}
    for name, body in BODIES.items():
        given: Any = body if isinstance(body, dict) else {}
        params = given.get("params") or {}
        headers = await _era_headers(era, given.get("method", "ping"), params.get("name", ""))
        if given.get("method") == "initialize":
            headers = {} if era == HANDSHAKE else headers
        sent = body if isinstance(body, bytes) else _enveloped(body, era)

        async def act(sent: bytes = sent, headers: Headers = headers) -> None:
            await ask(sent, headers)

        took[name] = await _cost(act)
    await worker.stop()
    assert {name: round(share, 2) for name, share in took.items() if share > MOST} == {}


async def test_no_header_keeps_the_loop_busy(era: str) -> None:
    took: dict[str, float] = {}
    body = _enveloped(call({"color": "teal"}), era)
    sound = await _era_headers(era, "tools/call", "change_model_color")
    for name, headers in HEADERS_OF_A_CALL.items():

        async def act(headers: Headers = headers) -> None:
            await ask(body, {**sound, **headers})

        async def look(headers: Headers = headers) -> None:
            await ask(b"", {"accept": "text/html", **headers}, path="/", method="GET")

        took[name] = await _cost(act)
        took[f"{name}, of a page"] = await _cost(look)

    async def wander() -> None:
        await ask(body, sound, path=f"/mcp/{LONG}")

    took["path"] = await _cost(wander)
    await worker.stop()
    assert {name: round(share, 2) for name, share in took.items() if share > MOST} == {}


@pytest.mark.parametrize("path", ["/ws/scene/", "/ws/staff/"])
async def test_no_message_of_a_page_keeps_the_loop_busy(path: str) -> None:
    answer = {"type": "browserResponse", "requestId": "7f3a" * 8}
    texts = [
        "[" * (250 * KIB),
        "[" + "[]," * (80 * KIB) + "[]]",
        json.dumps({**answer, "result": {"a": [[]] * 40_000}}),
        json.dumps({**answer, "error": numbered(20_000)}),
        json.dumps({**answer, "result": {"a": "x" * (240 * KIB)}}),
        json.dumps({"type": "sceneFailed", "revision": 0, "message": "x" * (250 * KIB)}),
    ]
    took = []
    for text in texts:
        socket = Communicator(application, path, headers=HEADERS)
        assert (await socket.connect())[0]
        began = time.thread_time()
        for _ in range(3):
            await socket.send_to(text_data=text)
        assert await closed_with(socket) in (4400, 4401)
        took.append((time.thread_time() - began) / 3 / _counted())
    await worker.stop()
    assert [share for share in took if share > MOST] == []


def _sized(tool: str, size: int) -> bytes:
    """A call of so many bytes."""
    text = json.dumps(message("tools/call", {"name": tool, "arguments": {"pad": ""}}))
    return text.replace('"pad": ""', f'"pad": "{"x" * (size - len(text))}"').encode()


async def test_only_a_tool_of_many_items_takes_large_calls() -> None:
    many = replace(next(iter(TOOLS)), name="add_many", takes_many_items=True)
    endpoint = McpEndpoint(ToolRegistry(tuple(TOOLS), (many,)))
    most, of_many = messages.MAX_BYTES, messages.MAX_BYTES_OF_MANY_ITEMS
    headers = await _era_headers(HANDSHAKE, "", "")
    statuses = {}
    for tool, size in (
        ("add_many", most + 1),
        ("add_many", of_many),
        ("add_many", of_many + 1),
        ("get_scene", most),
        ("get_scene", most + 1),
        ("no_such_tool", most + 1),
    ):
        answer = await ask(_sized(tool, size), headers, asked=endpoint)
        statuses[tool, size] = answer[0]
        if answer[0] != HTTPStatus.OK:
            told = json.loads(answer[2])["error"]["message"]
            limit = of_many if size > of_many else most
            assert told == f"The body is larger than {limit} bytes"
    await endpoint.stop()
    await worker.stop()
    assert statuses == {
        ("add_many", most + 1): HTTPStatus.OK,
        ("add_many", of_many): HTTPStatus.OK,
        ("add_many", of_many + 1): HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ("get_scene", most): HTTPStatus.OK,
        ("get_scene", most + 1): HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ("no_such_tool", most + 1): HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    }


async def test_a_call_may_bring_as_many_values_as_its_arguments_may_have() -> None:
    headers = await _era_headers(HANDSHAKE, "", "")
    free = 20_000 - 9  # what is around the list
    fits, too_many = [
        await ask(json.dumps(call({"color": "teal", "many": [1] * number})).encode(), headers)
        for number in (free, free + 1)
    ]
    beside = await ask(json.dumps(call({}, others=[1] * 600)).encode(), headers)
    await worker.stop()
    assert fits[0] == HTTPStatus.OK
    assert [one[0] for one in (too_many, beside)] == [HTTPStatus.BAD_REQUEST] * 2
    assert "has more than 20000 values" in too_many[2].decode()
    assert "has more than 500 values beside the arguments" in beside[2].decode()
