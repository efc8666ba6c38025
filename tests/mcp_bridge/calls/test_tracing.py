"""OpenTelemetry: what spans of tool calls tell, what they never tell, and that it is off else."""

import json
import signal
import socket
from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.conftest import StartServer
from tests.support.collecting import collector, values
from tests.support.counting import counters
from tests.support.raw import HANDSHAKE, META, MODERN, Answer, RawClient
from tests.support.sockets import open_browser
from tests.support.storage import rows

pytestmark = pytest.mark.anyio

OF_REQUEST = "00-11111111111111111111111111111111-2222222222222222-01"
OF_MESSAGE = "00-33333333333333333333333333333333-4444444444444444-01"
UNKNOWN_KEY = str(uuid4())
SECRET_TEXT = "a text that only the client knows"


async def _call(
    client: RawClient, tool: str, meta: Mapping[str, object], **arguments: str
) -> Answer:
    params = {"name": tool, "arguments": arguments, "_meta": {**META, **meta}}
    message = {"jsonrpc": "2.0", "id": SECRET_TEXT, "method": "tools/call", "params": params}
    return await client.post(json.dumps(message), name=tool, extra={"traceparent": OF_REQUEST})


def _code(span: Span) -> str | None:
    """The error code of a span that failed, which says so in its status, without words."""
    code: str | None = values(span.attributes).get("error.type")
    assert (span.status.code == Status.STATUS_CODE_ERROR) == (code is not None)
    assert (span.status.message, list(span.events)) == ("", [])
    return code


@pytest.mark.requirement("C7")
async def test_each_tool_call_is_a_span_in_its_callers_trace_and_tells_no_secret(
    start_server: StartServer, database_url: str
) -> None:
    with collector() as collected:
        # All comes with the end: what is left is sent before the process is gone.
        late = {"OTEL_EXPORTER_OTLP_ENDPOINT": collected.url, "OTEL_BSP_SCHEDULE_DELAY": "600000"}
        server = start_server(database_url, instance="blue", environment=late)
        async with RawClient(server, HANDSHAKE) as client:
            opened = await client.call("get_browser_connection_url", "{}", traceparent=OF_REQUEST)
            key = opened.message["result"]["structuredContent"]["sessionId"]
        page = await open_browser(server, key)
        async with RawClient(server, MODERN) as client:
            asked = {"traceparent": OF_MESSAGE, "tracestate": "vendor=state"}
            changed = await _call(client, "change_model_color", asked, color="teal", scene=key)
            assert changed.code is None
            broken = {"traceparent": 7, "tracestate": "vendor=state"}
            color = {"color": SECRET_TEXT, "scene": key}
            assert (await _call(client, "change_model_color", broken, **color)).code
            lost = {"color": "teal", "scene": UNKNOWN_KEY}
            long = asked | {"tracestate": f"a={'x' * 250},b={'x' * 250},c=1234567890"}
            assert (await _call(client, "change_model_color", long, **lost)).code
            assert (await _call(client, key, asked)).code == -32602
        await page.close()
        server.stop()

    assert collected.paths == {"/v1/traces"}
    assert collected.scopes() == {"hello3d"}
    resource = collected.resource()
    assert (resource["service.name"], resource["service.instance.id"]) == ("hello3d", "blue")
    served = [span for span in collected.spans() if span.kind == Span.SPAN_KIND_SERVER]
    first, second, refused, unknown, no_tool = served

    call_ids = [UUID(str(row[0])).hex for row in rows(
        database_url, "SELECT id FROM sessions_app_toolcall ORDER BY started_at"
    )]  # fmt: skip
    assert [values(span.attributes)["hello3d.call"] for span in served] == call_ids
    assert first.name == "tools/call get_browser_connection_url"
    assert (first.trace_id.hex(), first.parent_span_id.hex()) == ("1" * 32, "2" * 16)
    assert values(second.attributes) == {
        "mcp.method.name": "tools/call",
        "mcp.protocol.version": MODERN,
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "change_model_color",
        "network.transport": "tcp",
        "hello3d.call": call_ids[1],
        "hello3d.scene": values(first.attributes)["hello3d.scene"],
        "hello3d.rule": "argument",
        "hello3d.revision": 1,
    }
    assert (second.trace_id.hex(), second.parent_span_id.hex()) == ("3" * 32, "4" * 16)
    assert second.trace_state == "vendor=state"
    assert [link.trace_id.hex() for link in second.links] == ["1" * 32]
    assert (refused.trace_id.hex(), refused.trace_state) == ("1" * 32, "")
    assert (unknown.trace_id.hex(), unknown.trace_state) == ("3" * 32, "")
    assert [_code(span) for span in served] == [
        None, None, "invalid_argument", "session_unknown", "-32602",
    ]  # fmt: skip
    assert values(refused.attributes)["hello3d.scene"] == values(first.attributes)["hello3d.scene"]
    assert no_tool.name == "tools/call"
    assert "gen_ai.tool.name" not in values(no_tool.attributes)
    steps = {
        one.span_id: [span.name for span in collected.spans() if span.parent_span_id == one.span_id]
        for one in served
    }
    assert steps[second.span_id] == ["database", "acknowledgement"]
    assert all("database" in names for names in steps.values())

    sent = b"".join(collected.bodies).lower()
    for secret in (key, UUID(key).hex, UNKNOWN_KEY, SECRET_TEXT, "no scene session has"):
        assert secret.encode() not in sent
    assert unknown.name == "tools/call change_model_color"


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "TRUE"},
    ],
    ids=["not configured", "disabled"],
)
async def test_else_the_sdk_is_not_even_imported(
    start_server: StartServer, database_url: str, environment: dict[str, str]
) -> None:
    counting = {"DJANGO_SETTINGS_MODULE": "tests.settings_counting"}
    server = start_server(database_url, environment=counting | environment)
    async with RawClient(server, HANDSHAKE) as client:
        assert (await client.call("get_browser_connection_url", "{}")).code is None
    assert (await counters(server))["tracing"] == 0


@pytest.mark.long
async def test_a_collector_that_does_not_answer_keeps_no_process_from_its_end(
    start_server: StartServer, database_url: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = {
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}/",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "600",
        }
        server = start_server(database_url, environment=environment, preloaded=False)
        async with RawClient(server, HANDSHAKE) as client:
            assert (await client.call("get_browser_connection_url", "{}")).code is None
        server.send(signal.SIGTERM)
        assert server.exit_code() == 0
