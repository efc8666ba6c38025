"""Serves `tools/call`: which scene is meant, what shall change, how the answer is worded."""

import logging
import secrets
from functools import partial
from typing import Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from mcp_bridge import admission, elicitation, results
from mcp_bridge.endpoint import Context, Endpoint, endpoint_of
from mcp_bridge.guarding import session_ended
from mcp_bridge.progress import Progress
from mcp_bridge.resolution import named, resolve
from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.arguments import ToolArguments, parse_arguments
from mcp_bridge.tools.registry import Request, Told, Tool
from sessions_app import steering
from sessions_app.errors import (
    ProtocolSessionEndedError,
    SceneSessionUnknownError,
    TooBusyError,
)
from sessions_app.limits.rates import RateLimitedError
from sessions_app.routing_policy import Target
from sessions_app.scene.errors import SceneError
from sessions_app.selectors.own_scenes import OwnScene
from sessions_app.services.join_codes import join_code_create
from sessions_app.services.scene_sessions import Caller
from sessions_app.services.tool_calls import Call, Performed, RefusedError
from sessions_app.storage import database
from sessions_app.telemetry import log_fields
from sessions_app.web.links import browser_url, with_join_code
from sessions_app.workers import worker

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
    context: Context, params: types.CallToolRequestParams
) -> types.CallToolResult | types.InputRequiredResult:
    """Serve one call, or the retry of one that asked something of the client.

    Raises:
        MCPError: no tool has that name (-32602), or the protocol session has ended.
    """
    endpoint = endpoint_of(context)
    call = None
    try:
        if params.request_state is not None:
            return await _resume(endpoint, params, params.request_state)
        call = await _begin(context, endpoint, params)
        log_fields.begin(call=call.id.hex, principal=call.target.principal.logged_as)
        return await _serve(call, endpoint, context, params.arguments or {})
    except ProtocolSessionEndedError:
        raise session_ended(context) from None
    except MCPError:
        raise
    except steering.CallTimeoutError as late:
        return results.failure(late)
    except Exception:  # the top of a call: our faults are told by reference, never in detail
        error = InternalError(reference := secrets.token_hex(4))
        fields = {"reference": reference, "call": call.id.hex if call else "none"}
        logger.exception("a tool call failed", extra=fields)
        if call is not None:
            await steering.record_failure(call, error)
        return results.failure(error)


async def _resume(
    endpoint: Endpoint, params: types.CallToolRequestParams, state: str
) -> types.CallToolResult:
    session = (params.arguments or {}).get("session")
    try:
        await admission.count_for_client(endpoint)
        target = named(endpoint, session=session if isinstance(session, str) else None)
        await admission.count_for_scene(target)
        place = await admission.enter(endpoint, target)
    except SceneError as error:
        return _failure(endpoint, error)
    with place:
        async with steering.call_limit():
            return await elicitation.resume(endpoint, params, state)


async def _begin(
    context: Context,
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
        client_details=_details(info) if info else {},
    )
    session = endpoint.protocol_session
    target = Target(protocol_session=session.key if session else None, principal=endpoint.principal)
    return Call(params.name, params.name, caller, target, worker_id=here.id)


def _details(info: types.Implementation) -> dict[str, str]:
    told = {
        "title": info.title,
        "description": info.description,
        "websiteUrl": info.website_url,
    }
    return {name: text for name, text in told.items() if text}


async def _find_tool(call: Call) -> Tool:
    tool = TOOLS.find(call.tool)
    if tool is None:
        error = UnknownToolError(TOOLS.nearest(call.tool))
        await steering.refuse(call, error)
        raise MCPError(types.INVALID_PARAMS, error.message)
    return tool


async def _serve(
    call: Call,
    endpoint: Endpoint,
    context: Context,
    arguments: dict[str, Any],
) -> types.CallToolResult | types.InputRequiredResult:
    try:
        await admission.count_for_client(endpoint)
        tool = await _find_tool(call)
        call.title = tool.title
        call.target = _target(tool, endpoint, arguments)
        await admission.count_for_scene(call.target)
        place = await admission.enter(endpoint, call.target)
    except (RateLimitedError, TooBusyError) as error:
        if not error.repeated:  # a flood must not fill the record
            await steering.refuse(call, error)
        return results.failure(error)
    except SceneError as error:
        await steering.refuse(call, error)
        return _failure(endpoint, error)
    with place:
        return await _serve_in_turn(call, tool, endpoint, context, arguments)


async def _serve_in_turn(
    call: Call,
    tool: Tool,
    endpoint: Endpoint,
    context: Context,
    arguments: dict[str, Any],
) -> types.CallToolResult | types.InputRequiredResult:
    try:
        parsed = parse_arguments(tool.arguments, arguments, tool=tool.name)
    except SceneError as error:
        await steering.refuse(call, error)
        return results.failure(error)
    if tool.lists:
        found = await steering.look_up(call)
        if call.target.edit_key is not None and not found:
            admission.count_failure(endpoint)
        return results.listing(found, lambda one: _link(one, endpoint))
    operation = tool.operation(parsed) if tool.operation else None
    follow_up = _follow_up(call, tool, parsed, endpoint, context)
    try:
        steered = await steering.steer(call, operation, follow_up)
    except RefusedError as refused:
        await steering.tell_refusal(call, refused)
        return _failure(endpoint, refused.error)
    except SceneError as error:
        return results.failure(error)
    await admission.learn(call.target, steered.performed.edit_key)
    if isinstance(steered.followed, types.InputRequiredResult):
        return steered.followed
    link = await _own_link(tool, steered.performed, endpoint)
    asked = steered.followed if isinstance(steered.followed, steering.Delivery) else None
    told = _told(tool, steered, link)
    return results.success(steered.performed, asked or steered.delivery, told, link)


def _failure(endpoint: Endpoint, error: SceneError) -> types.CallToolResult:
    if isinstance(error, SceneSessionUnknownError):
        admission.count_failure(endpoint)
    return results.failure(error)


def _target(tool: Tool, endpoint: Endpoint, arguments: dict[str, Any]) -> Target:
    """Resolved first: a refusal of other arguments then shows on the page that it was meant for."""
    session = arguments.get("session")
    return resolve(endpoint, session=session if isinstance(session, str) else None, tool=tool)


def _follow_up(
    call: Call,
    tool: Tool,
    arguments: ToolArguments,
    endpoint: Endpoint,
    context: Context,
) -> steering.FollowUp | None:
    """What the call does besides: the tool's own, or asking the client to open the page."""
    if tool.follow_up is not None:
        session = endpoint.protocol_session
        request = Request(arguments, session.key if session else None, Progress(context))
        return partial(tool.follow_up, request)
    if tool.operation is not None and elicitation.is_offered(context):
        return partial(elicitation.invite, context, endpoint, call)
    return None


def _link(performed: Performed | OwnScene, endpoint: Endpoint) -> str:
    return browser_url(edit_key=performed.edit_key, public_origin=endpoint.public_origin)


async def _own_link(tool: Tool, performed: Performed, endpoint: Endpoint) -> str:
    """The link; where people sign in and the tool is to hand it over, with a join code."""
    link, user_id = _link(performed, endpoint), endpoint.principal.user_id
    if not tool.signs_in or user_id is None:
        return link
    code = await database.run(join_code_create, performed.scene_session_id, user_id=user_id)
    return with_join_code(link, code) if code else link


def _told(tool: Tool, steered: steering.Steered, link: str) -> Told:
    performed = steered.performed
    if performed.change is not None:
        return Told(performed.change.told, performed.change.values)
    if tool.describe is not None:
        return tool.describe(performed, link)
    told: Told = steered.followed
    return told
