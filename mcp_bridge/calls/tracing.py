"""Reports tool calls as spans, by OpenTelemetry's conventions for MCP (semconv, gen-ai/mcp)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import mcp_types as types
from mcp.shared.exceptions import MCPError
from opentelemetry import trace
from opentelemetry.context import Context as TraceContext
from opentelemetry.trace import Link
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from mcp_bridge.calls.results import ERROR_META_KEY
from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.context import Context
from sessions_app.telemetry import log_fields, tracing

Answer: TypeAlias = types.CallToolResult | types.InputRequiredResult
CallHandler: TypeAlias = Callable[[Context, types.CallToolRequestParams], Awaitable[Answer]]

METHOD = "tools/call"
MAX_TRACE_STATE = 512  # characters; W3C Trace Context has vendors propagate at least as many
_W3C = TraceContextTextMapPropagator()


def traced(handler: CallHandler) -> CallHandler:
    """Wrap the handler of `tools/call` in a span per call; return it as is without tracing."""
    if not tracing.is_on():
        return handler

    async def call(context: Context, params: types.CallToolRequestParams) -> Answer:
        parent, links = _callers(context)
        tool = TOOLS.find(params.name)
        name = f"{METHOD} {tool.name}" if tool else METHOD  # any other name is the client's text
        attributes = _attributes(context, tool.name if tool else None)
        with tracing.serving(name, attributes, parent=parent, links=links) as span:
            try:
                answer = await handler(context, params)
            except MCPError as error:
                code = str(error.error.code)
                span.set_attribute("rpc.response.status_code", code)
                tracing.fail(span, code)
                raise
            except asyncio.CancelledError:
                tracing.fail(span, "cancelled")
                raise
            finally:
                if call_id := log_fields.current().get("call"):
                    span.set_attribute("hello3d.call", call_id)
            if isinstance(answer, types.CallToolResult) and answer.is_error:
                tracing.fail(span, (answer.meta or {})[ERROR_META_KEY]["code"])
            return answer

    return call


def _attributes(context: Context, tool: str | None) -> dict[str, str]:
    attributes = {
        "mcp.method.name": METHOD,
        "mcp.protocol.version": context.protocol_version,
        "gen_ai.operation.name": "execute_tool",
        "network.transport": "pipe" if context.request is None else "tcp",
    }
    return attributes | ({"gen_ai.tool.name": tool} if tool else {})


def _callers(context: Context) -> tuple[TraceContext, list[Link]]:
    """Return a span's parent, its message's trace or else its HTTP request's, and its links."""
    of_message = _read(context.meta or {})
    of_request = _read(context.request.headers if context.request is not None else {})
    request = trace.get_current_span(of_request).get_span_context()
    if not trace.get_current_span(of_message).get_span_context().is_valid:
        return of_request, []
    return of_message, [Link(request)] if request.is_valid else []


def _read(carrier: Mapping[str, Any]) -> TraceContext:
    """Read the W3C trace context of a message or of headers; empty if there is none.

    Baggage is ignored: clients put anything there.
    """
    named = {name: carrier.get(name) for name in ("traceparent", "tracestate")}
    texts = {name: text for name, text in named.items() if isinstance(text, str)}
    if len(texts.get("tracestate", "")) > MAX_TRACE_STATE:
        del texts["tracestate"]
    return _W3C.extract(texts, context=TraceContext())
