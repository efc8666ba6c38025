"""Serves `tools/call`: finds the scene, performs the tool, words the answer."""

import contextlib
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

import mcp_types as types
from mcp.shared.exceptions import MCPError

from mcp_bridge.calls import admission, elicitation, results, waiting_pages
from mcp_bridge.calls.protocol_errors import session_ended
from mcp_bridge.calls.resolution import fallbacks, named, resolve
from mcp_bridge.calls.waiting_pages import Proposed
from mcp_bridge.tools import TOOLS, unknown_arguments
from mcp_bridge.tools.arguments import Parsed, ToolArguments, parse_arguments
from mcp_bridge.tools.context import Context, Endpoint, endpoint_of
from mcp_bridge.tools.leniency import SCENE_FALLBACKS, present
from mcp_bridge.tools.progress import Progress
from mcp_bridge.tools.registry import Preparation, Request, Subject, Tool, ToolReply
from mcp_bridge.tools.scene_views import meta_for_view
from mcp_bridge.tools.sessions import OpenArguments
from sessions_app.browsers.scene_codes import scene_code_create
from sessions_app.calls.figures import UNKNOWN_TOOL
from sessions_app.calls.records import Call
from sessions_app.errors import (
    ProtocolSessionEndedError,
    SceneSessionRequiredError,
    SceneSessionUnknownError,
    StoreError,
    UnknownToolError,
)
from sessions_app.limits.call_gate import Permit
from sessions_app.limits.rates import RateLimitedError, TooBusyError
from sessions_app.people.join_codes import join_code_create
from sessions_app.revisions.starting import StartStep
from sessions_app.revisions.stored_steps import StoredStep
from sessions_app.routing import Target
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations import Step
from sessions_app.sessions.own import OwnScene
from sessions_app.steering import steering
from sessions_app.steering.tool_calls import CallEffect, RefusedError
from sessions_app.steering.waiting_pages import Claim
from sessions_app.storage import scene_work
from sessions_app.storage.errors import refused
from sessions_app.telemetry import log_fields
from sessions_app.web.callers import Caller
from sessions_app.web.links import browser_url, with_join_code
from sessions_app.web.pairing_codes import shown
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

# Given the edit key that decided, and the argument that is blamed.
_Note: TypeAlias = Callable[..., str]


class InternalError(SceneError):
    """A fault of ours: the client gets a reference, the log the traceback."""

    code = "internal"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Something went wrong (reference {reference}). Call get_scene to see what holds."
        )


async def call_tool(
    context: Context, params: types.CallToolRequestParams
) -> types.CallToolResult | types.InputRequiredResult:
    """Serve one call, or the retry of a call that asked the client something.

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
        return await _serve(call, endpoint, context, params)
    except ProtocolSessionEndedError:
        raise session_ended(context) from None
    except MCPError:
        raise
    except SceneError as failed:  # it took too long, or a store refused it
        return results.failure(failed)
    except Exception as fault:  # noqa: BLE001 - the top of a call
        error = refused(fault) or internal(fault, call)
        if call is not None:
            steering.record_failure(call, error)
        return results.failure(error)


def internal(fault: Exception, call: Call | None = None) -> InternalError:
    """Log a fault of ours under a reference; the caller gets the reference and no detail."""
    error = InternalError(reference := secrets.token_hex(4))
    fields = {"reference": reference, "call": call.id.hex if call else "none"}
    logger.error("a tool call failed", exc_info=fault, extra=fields)
    return error


async def _resume(
    endpoint: Endpoint, params: types.CallToolRequestParams, state: str
) -> types.CallToolResult:
    scene = present(params.arguments or {}, "scene")
    async with steering.call_limit():
        try:
            await admission.count_for_client(endpoint)
            target = named(endpoint, scene=scene if isinstance(scene, str) else None)
            await admission.count_for_scene(target)
            permit = await admission.enter(endpoint, target)
        except SceneError as error:
            return _failure(endpoint, error)
        with permit:
            return await elicitation.resume(endpoint, params, state, permit)


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
    began = endpoint.began or time.perf_counter()  # the call's time includes what came before
    # Metrics count calls by this name; clients may invent any number of others.
    name = params.name if TOOLS.find(params.name) else UNKNOWN_TOOL
    return Call(name, params.name, caller, target, worker_id=here.id, started=began)


def _details(info: types.Implementation) -> dict[str, str]:
    told = {
        "title": info.title,
        "description": info.description,
        "websiteUrl": info.website_url,
    }
    return {name: text for name, text in told.items() if text}


async def _find_tool(call: Call, name: str) -> Tool:
    tool = TOOLS.find(name)
    if tool is None:
        error = UnknownToolError(TOOLS.nearest(name))
        await steering.refuse(replace(call, tool=name), error)  # the record shows what was sent
        raise MCPError(types.INVALID_PARAMS, error.message)
    return tool


async def _serve(
    call: Call,
    endpoint: Endpoint,
    context: Context,
    params: types.CallToolRequestParams,
) -> types.CallToolResult | types.InputRequiredResult:
    arguments = params.arguments or {}
    try:
        await admission.count_for_client(endpoint)
        tool = await _find_tool(call, params.name)
        call.title, call.looks = tool.title, tool.looks
        # Resolved first, so that a refusal of other arguments shows on the right page.
        call.target = resolve(endpoint, arguments, tool=tool)
        await admission.count_for_scene(call.target)
        permit = await admission.enter(endpoint, call.target)
    except (RateLimitedError, TooBusyError) as error:
        if not error.repeated:  # a flood must not fill the record
            await steering.refuse(call, error)
        return results.failure(error)
    except SceneError as error:
        await steering.refuse(call, error)
        return _failure(endpoint, error)
    with permit:
        return await _serve_in_turn(call, tool, endpoint, context, arguments, permit)


async def _serve_in_turn(
    call: Call,
    tool: Tool,
    endpoint: Endpoint,
    context: Context,
    arguments: dict[str, Any],
    permit: Permit,
) -> types.CallToolResult | types.InputRequiredResult:
    own = {name: value for name, value in arguments.items() if name not in SCENE_FALLBACKS}
    strict = tool.is_final
    try:
        parsed = parse_arguments(
            tool.arguments, own, tool=tool.name, strict=strict, writes=tool.operation is not None
        )
        claimed = await _claim(call, parsed.arguments)
        operation = await _operation(call, tool, parsed.arguments, endpoint, permit)
    except SceneError as error:
        await steering.refuse(call, error)
        return results.failure(error)
    if isinstance(parsed.arguments, OpenArguments) and parsed.arguments.start:
        operation = StartStep(parsed.arguments.start)
    if tool.lists:
        return await _list(call, endpoint, partial(_note, parsed.ignored, arguments))
    note = partial(_note, parsed.ignored, arguments)
    follow_up = _follow_up(call, tool, parsed, note, endpoint, context, permit)
    if claimed is not None:
        follow_up = partial(waiting_pages.propose, claimed, permit)
    try:
        async with waiting_pages.kept(claimed):
            completed = await steering.steer(call, operation, follow_up, permit=permit)
    except RefusedError as refused:
        await steering.tell_refusal(call, refused)
        blamed = refused.error.argument
        return _failure(endpoint, refused.error, note=note(refused.edit_key, blamed))
    except SceneError as error:
        return results.failure(error)
    await admission.share_queue(call.target, completed.effect.edit_key)
    if isinstance(completed.followed, types.InputRequiredResult):
        return completed.followed
    link = await _own_link(tool, completed.effect, endpoint)
    proposed = completed.followed if isinstance(completed.followed, Proposed) else None
    asked = proposed.delivery if proposed else completed.followed
    code = "" if proposed else await _screen_code(tool, completed.effect)
    reply = _reply_of(tool, parsed.arguments, completed, endpoint, link, code)
    scene = results.SceneStatus(
        completed.effect.edit_key,
        completed.effect.revision,
        changed=completed.effect.changed,
        created=completed.effect.created,
        note=note(completed.effect.edit_key),
        last_look=completed.effect.known.looked,
        from_people=completed.effect.from_people,
    )
    delivery = asked if isinstance(asked, steering.DeliveryReport) else completed.delivery
    result = results.standing(scene, delivery, reply, link, pictures=tool.pictures)
    result.meta = meta_for_view(context, tool, completed.effect, link)
    return result


async def _operation(
    call: Call, tool: Tool, arguments: ToolArguments, endpoint: Endpoint, permit: Permit
) -> Step | StoredStep | None:
    """Return the change of the document; a tool that prepares it gets the time of a call."""
    if tool.prepare is None:
        return tool.operation(arguments) if tool.operation else None
    target, origin = call.target, endpoint.public_origin
    names_one = target.edit_key is not None or target.protocol_session is not None
    may_have_scene = names_one or target.principal.user_id is not None
    asked = Preparation(arguments, permit, origin, target.edit_key, may_have_scene)
    async with steering.call_limit(call):
        return await tool.prepare(asked)


async def _claim(call: Call, arguments: ToolArguments) -> Claim | None:
    """Use up the code in the arguments, if there is one."""
    if not isinstance(arguments, OpenArguments):
        return None
    call.target = waiting_pages.opened(call.target, arguments)
    return await waiting_pages.claim(call, arguments)


async def _list(call: Call, endpoint: Endpoint, note: _Note) -> types.CallToolResult:
    listed = await steering.look_up(call)
    refusal = listed.refusal
    if refusal is not None:
        _count_guess(endpoint, refusal.error)
        text = _nothing_listed(call.target, refusal.error)
        return results.nothing_listed(text, note(refusal.edit_key, refusal.error.argument))
    if not listed.scenes:
        return results.nothing_listed(_nothing_listed(call.target), note(None))
    [first, *_] = listed.scenes
    named = first.edit_key if isinstance(first, CallEffect) else None
    return results.listing(listed.scenes, lambda one: _link(one, endpoint), note=note(named))


def _nothing_listed(target: Target, refused: SceneError | None = None) -> str:
    """Say why there is no scene to list for this kind of client, and how to get one."""
    if refused is not None and not isinstance(refused, SceneSessionRequiredError):
        return " ".join(filter(None, [refused.message, refused.advice]))
    if target.principal.user_id is not None:
        none = "You have no open scene."
    elif target.protocol_session is not None:
        none = "This client steers no scene yet."
    else:
        none = "No scene was named: this version of the protocol keeps none for a client."
    return (
        f"{none} Pass the id of yours as `scene`, or call get_browser_connection_url for a new one."
    )


def _note(
    ignored: tuple[str, ...], arguments: dict[str, Any], edit_key: UUID | None, blamed: str = ""
) -> str:
    """Say which arguments were ignored; fallback names of the scene are not, where they named it.

    Args:
        ignored: the names of arguments that the tool does not have.
        arguments: as they came.
        edit_key: the key that decided which scene is meant.
        blamed: the argument that caused the refusal.
    """
    given = [name for name in SCENE_FALLBACKS if present(arguments, name) is not None]
    keys = dict(fallbacks(arguments)) if given else {}
    unused = [name for name in given if edit_key is None or keys.get(name) != edit_key]
    return unknown_arguments.note(name for name in (*unused, *ignored) if name != blamed)


def _failure(endpoint: Endpoint, error: SceneError, *, note: str = "") -> types.CallToolResult:
    _count_guess(endpoint, error)
    return results.failure(error, note=note)


def _count_guess(endpoint: Endpoint, error: SceneError) -> None:
    if isinstance(error, SceneSessionUnknownError) and error.is_guess:
        admission.count_failure(endpoint)


def _follow_up(
    call: Call,
    tool: Tool,
    parsed: Parsed[ToolArguments],
    note: _Note,
    endpoint: Endpoint,
    context: Context,
    permit: Permit,
) -> steering.FollowUp | None:
    """Return what runs after the change: the tool's own follow-up, or asking the client to open."""
    if tool.follow_up is not None:
        session = endpoint.protocol_session
        key = session.key if session else None
        request = Request(parsed.arguments, key, Progress(context), permit, endpoint.public_origin)
        return partial(tool.follow_up, request)
    if tool.operation is not None and elicitation.is_offered(context):
        return partial(elicitation.invite, context, endpoint, call, note, permit)
    return None


def _link(effect: CallEffect | OwnScene, endpoint: Endpoint) -> str:
    return browser_url(edit_key=effect.edit_key, public_origin=endpoint.public_origin)


async def _own_link(tool: Tool, effect: CallEffect, endpoint: Endpoint) -> str:
    """Return the link; with a join code where people sign in and the tool hands it over."""
    link, user_id = _link(effect, endpoint), endpoint.principal.user_id
    if not tool.signs_in or user_id is None:
        return link
    scene = effect.scene_session_id
    code = None
    with contextlib.suppress(StoreError):  # without a code, the person signs in
        code = await scene_work.run_patiently(join_code_create, scene, user_id=user_id)
    return with_join_code(link, code) if code else link


async def _screen_code(tool: Tool, effect: CallEffect) -> str:
    """Return a new code for another screen, if the tool's answer names one."""
    code = None
    if tool.names_code:
        with contextlib.suppress(StoreError):  # without one, there is the link
            code = await scene_work.run_patiently(
                scene_code_create, effect.scene_session_id, edit_key=effect.edit_key
            )
    return shown(code) if code else ""


def _reply_of(
    tool: Tool,
    arguments: ToolArguments,
    completed: steering.CompletedCall,
    endpoint: Endpoint,
    link: str,
    code: str,
) -> ToolReply:
    effect = completed.effect
    if effect.change is not None and tool.operation is not None:
        return ToolReply(effect.change.for_model, effect.change.values)
    if tool.describe is not None:
        at_address = endpoint.path_key is not None
        binds = at_address or endpoint.protocol_session is not None
        subject = Subject(arguments, effect, link, binds, at_address)
        home = browser_url(edit_key=None, public_origin=endpoint.public_origin)
        followed = completed.followed
        consent = followed.consent if isinstance(followed, Proposed) else None
        return tool.describe(replace(subject, home=home, screen_code=code, consent=consent))
    reply: ToolReply = completed.followed
    return reply
