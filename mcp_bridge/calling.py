"""Serves `tools/call`: which scene is meant, what shall change, how the answer is worded."""

import logging
import secrets
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from mcp_bridge import results
from mcp_bridge.endpoint import Endpoint, endpoint_of
from mcp_bridge.resolution import resolve
from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.arguments import ToolArguments, parse_arguments
from mcp_bridge.tools.registry import Tool
from sessions_app import steering, worker
from sessions_app.errors import ProtocolSessionEndedError
from sessions_app.links import browser_url
from sessions_app.routing_policy import Target
from sessions_app.scene.errors import SceneError
from sessions_app.services.scene_sessions import Caller
from sessions_app.services.tool_calls import Call, RefusedError

logger = logging.getLogger(__name__)


class InternalError(SceneError):
    """Our own fault: the person gets a reference, the log the traceback."""

    code = "internal"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Something went wrong (reference {reference}). Call get_scene to see what holds."
        )


class UnknownToolError(SceneError):
    code = "unknown_tool"

    def __init__(self, nearest: list[str]) -> None:
        hint = f"Nearest names: {', '.join(nearest)}." if nearest else "See tools/list."
        super().__init__(f"No tool has that name. {hint}")


async def call_tool(
    context: ServerRequestContext[Any, Any], params: types.CallToolRequestParams
) -> types.CallToolResult:
    """Serve one call.

    Raises:
        MCPError: no tool has that name (-32602), or the protocol session has ended.
    """
    endpoint = endpoint_of(context)
    call = await _begin(context, endpoint, params)
    try:
        return await _serve(call, endpoint, params.arguments or {})
    except ProtocolSessionEndedError:
        endpoint.protocol_session_ended = True
        raise MCPError(types.INVALID_REQUEST, "Session not found") from None
    except MCPError:
        raise
    except Exception:  # the top of a call: our faults are told by reference, never in detail
        reference = secrets.token_hex(4)
        logger.exception("a tool call failed", extra={"reference": reference, "call": call.id.hex})
        error = InternalError(reference)
        await steering.record_failure(call, error)
        return results.failure(error)


async def _begin(
    context: ServerRequestContext[Any, Any],
    endpoint: Endpoint,
    params: types.CallToolRequestParams,
) -> Call:
    client = context.session.client_params
    info = client.client_info if client else None
    here = await worker.current()
    caller = Caller(
        remote_address=endpoint.remote_address,
        user_agent=endpoint.user_agent,
        client_name=info.name if info else "",
        client_version=info.version if info else "",
        protocol_version=context.protocol_version,
    )
    session = endpoint.protocol_session
    target = Target(protocol_session=session.key if session else None)
    return Call(params.name, params.name, caller, target, worker_id=here.id)


async def _find_tool(call: Call) -> Tool:
    tool = TOOLS.find(call.tool)
    if tool is None:
        error = UnknownToolError(TOOLS.nearest(call.tool))
        await steering.refuse(call, error)
        raise MCPError(types.INVALID_PARAMS, error.message)
    return tool


async def _serve(call: Call, endpoint: Endpoint, arguments: dict[str, Any]) -> types.CallToolResult:
    tool = await _find_tool(call)
    call.title = tool.title
    try:
        parsed = _read(tool, call, endpoint, arguments)
    except SceneError as error:
        await steering.refuse(call, error)
        return results.failure(error)
    try:
        steered = await steering.steer(call, tool.operation(parsed) if tool.operation else None)
    except RefusedError as refused:
        await steering.tell_refusal(call, refused)
        return results.failure(refused.error)
    except SceneError as error:
        return results.failure(error)
    return _answer(tool, steered, endpoint)


def _read(tool: Tool, call: Call, endpoint: Endpoint, arguments: dict[str, Any]) -> ToolArguments:
    """Resolve first: a refusal of other arguments then shows on the page that it was meant for."""
    session = arguments.get("session")
    call.target = resolve(
        endpoint,
        session=session if isinstance(session, str) else None,
        writes=tool.operation is not None,
        creates=tool.creates,
    )
    return parse_arguments(tool.arguments, arguments, tool=tool.name)


def _answer(tool: Tool, steered: steering.Steered, endpoint: Endpoint) -> types.CallToolResult:
    performed = steered.performed
    link = browser_url(edit_key=performed.edit_key, public_origin=endpoint.public_origin)
    if performed.change is not None:
        summary, values = performed.change.told, performed.change.values
    else:
        summary, values = tool.describe(performed.document, link)
    return results.success(steered, summary=summary, values=values, link=link)
