"""Whatever is sent to the endpoint: no fault of ours, no hang, and nothing is kept."""

import json
from collections.abc import Callable
from typing import Any

import anyio
import httpx2
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_bridge.tools import TOOLS
from tests.conftest import StartServer
from tests.support.counting import counters, settled
from tests.support.raw import HANDSHAKE, META, MODERN
from tests.support.servers import ServerProcess
from tests.support.times import times
from tests.support.waiting import WITHIN_SECONDS

CASES = (200, pytest.param(2000, marks=pytest.mark.long))
WARM_SHARE = 4  # of the cases, until memory is looked at
MAX_GROWTH_BYTES = 5_000_000

_METHODS = (
    "initialize",
    "ping",
    "tools/list",
    "tools/call",
    "resources/list",
    "resources/read",
    "resources/subscribe",
    "prompts/list",
    "prompts/get",
    "completion/complete",
    "logging/setLevel",
    "server/discover",
    "subscriptions/listen",
    "notifications/initialized",
    "notifications/cancelled",
    "tools",
)
_texts = st.text(max_size=30)
_leaves = st.none() | st.booleans() | st.integers() | st.floats() | _texts
_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)
_tool_names = st.sampled_from([tool.name for tool in TOOLS]) | _texts
_params = st.fixed_dictionaries(
    {},
    optional={
        "name": _tool_names,
        "arguments": st.dictionaries(
            st.sampled_from(["color", "size", "x", "y", "z", "scene", "width"]) | _texts,
            _values,
            max_size=4,
        )
        | _values,
        "_meta": st.just(META) | _values,
        "uri": _texts,
        "requestId": _values,
        "requestState": _values,
        "inputResponses": _values,
        "protocolVersion": st.sampled_from([HANDSHAKE, MODERN, "2025-03-26", "1"]) | _values,
        "capabilities": st.just({}) | _values,
        "clientInfo": st.just({"name": "fuzz", "version": "1"}) | _values,
    },
)
_messages = st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.just("2.0") | _values,
        "id": st.integers(0, 9) | _values,
        "method": st.sampled_from(_METHODS) | _values,
        "params": _params | _values,
        "result": _values,
        "error": _values,
    },
)
_bodies = st.one_of(
    _messages.map(lambda message: json.dumps(message).encode()),
    _values.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=200),
    st.integers(1, 100_000).map(lambda depth: b"[" * depth),
    st.integers(1, 2000).map(lambda depth: b'{"a":' * depth + b"1" + b"}" * depth),
)


def _header(*usual: str) -> st.SearchStrategy[str]:
    """A usual value, or anything that a header can hold."""
    visible = st.characters(min_codepoint=33, max_codepoint=126)
    return st.sampled_from(usual) | st.text(visible, max_size=20)


_headers = st.fixed_dictionaries(
    {},
    optional={
        "content-type": _header("application/json", "application/json; charset=utf-8"),
        "accept": _header("application/json, text/event-stream", "*/*"),
        "mcp-protocol-version": _header(MODERN, HANDSHAKE, "2025-03-26"),
        "mcp-method": _header(*_METHODS),
        "mcp-name": _header(*(tool.name for tool in TOOLS)),
        "mcp-session-id": _header("own"),
        "last-event-id": _header("0"),
        "origin": _header("http://127.0.0.1:8000", "null", "https://example.org"),
    },
)
_paths = st.sampled_from(["", "/", "/8ea2b409-dcfe-439b-afc1-20b742c7bfac", "/x", "/x/y"])
_http_methods = st.sampled_from(["POST"] * 8 + ["GET", "DELETE", "PUT", "OPTIONS", "HEAD", "PATCH"])


def _initialize(http: httpx2.Client, server: ServerProcess) -> str:
    info = {"name": "fuzz", "version": "1"}
    params = {"protocolVersion": HANDSHAKE, "capabilities": {}, "clientInfo": info}
    body = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
    headers = {"accept": "application/json, text/event-stream"}
    return str(http.post(server.mcp_url, json=body, headers=headers).headers["mcp-session-id"])


def _fuzz(
    http: httpx2.Client, server: ServerProcess, cases: int, after: Callable[[], None]
) -> None:
    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(_http_methods, _paths, _headers, _bodies)
    def case(method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        if headers.get("mcp-session-id") == "own":
            headers["mcp-session-id"] = _initialize(http, server)
        url = f"{server.mcp_url}{path}"
        with http.stream(method, url, headers=headers, content=body) as answer:
            assert answer.status_code < 500
            streams = method == "GET" and answer.status_code == 200
            # A stream of events may say nothing for as long as it likes.
            part = b"" if streams else next(answer.iter_raw(), b"")
            assert b"Traceback" not in part
        after()

    case()


@pytest.mark.requirement("N3")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("cases", CASES)
def test_anything_may_be_sent_to_the_endpoint(
    start_server: StartServer, database_url: str, cases: int
) -> None:
    short = times({"mcp_bridge.transport.protocol_sessions.TRANSPORT_IDLE_SECONDS": 1.0})
    server = start_server(database_url, environment=short)
    process = psutil.Process(server.pid)
    resident: list[int] = []
    done = 0

    def after() -> None:
        nonlocal done
        done += 1
        if done in (cases // WARM_SHARE, cases):
            resident.append(process.memory_info().rss)

    before = anyio.run(counters, server)
    with httpx2.Client(timeout=WITHIN_SECONDS) as http:
        _fuzz(http, server, cases, after)
        assert done >= cases
        assert _initialize(http, server)
    growth = resident[1] - resident[0]
    assert growth < MAX_GROWTH_BYTES, f"{growth} bytes more after {cases} cases"
    _nothing_is_kept(server, before)


def _nothing_is_kept(server: ServerProcess, before: dict[str, int]) -> None:
    at_rest = {"calls": 0, "requests": 0, "streams": 0, "transports": 0, "sessions": 0}
    at_rest["channels"] = before["channels"]  # the worker's own

    async def look() -> dict[str, Any]:
        return await settled(server, **at_rest)

    counted = anyio.run(look)
    assert at_rest.items() <= counted.items(), counted
