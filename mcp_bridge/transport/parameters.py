"""Checks the parameters of requests, and reports which member is wrong.

The SDK validates them against the specification, but reports only that they are invalid.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, INVALID_REQUEST
from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from mcp_bridge.tools.context import Context
from mcp_bridge.transport.messages import MAX_PROTOCOL_VALUES, fault_of_id, is_id, kind_of
from sessions_app.web.json_bounds import MAX_VALUES, excess

# Methods whose `arguments` some clients send as JSON text.
_WITH_ARGUMENTS = ("tools/call", "prompts/get")
_MAX_FAULTS = 3
_MAX_FOUND = 100  # errors to process, at 10 µs each
_MAX_SHOWN_NAME = 40
_ACTIONS = ("accept", "decline", "cancel")  # responses to an elicitation
# The SDK's error for a request before the handshake.
_TOO_SOON = "Invalid request parameters"
_KINDS = {
    "string_type": "a string",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "list_type": "a list",
    "bool_type": "a boolean",
    "bool_parsing": "a boolean",
    "int_type": "an integer",
    "int_parsing": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "float_parsing": "a number",
}


async def check_parameters(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Server middleware that reports invalid parameters in detail.

    Raises:
        MCPError: parameters are invalid (-32602); names at most three members by path.
    """
    if ctx.request_id is None:
        return await call_next(ctx)
    params = ctx.params
    _check_progress_token(params)
    _check_responses(params)
    if ctx.method in _WITH_ARGUMENTS and params and "arguments" in params:
        arguments = _decoded(params["arguments"], of_prompt=ctx.method == "prompts/get")
        if arguments is not params["arguments"]:
            params = {**params, "arguments": arguments}
            ctx = replace(ctx, params=params)
    try:
        return await call_next(ctx)
    except ValidationError as error:
        raise MCPError(INVALID_PARAMS, _described(error, params or {})) from None
    except MCPError as error:
        if error.error.message == _TOO_SOON:
            raise MCPError(INVALID_REQUEST, "Send initialize first, then this request") from None
        raise


def _check_progress_token(params: Mapping[str, Any] | None) -> None:
    meta = params.get("_meta") if params else None
    if not isinstance(meta, dict) or "progressToken" not in meta:
        return
    token = meta["progressToken"]
    if not is_id(token):
        raise MCPError(INVALID_PARAMS, fault_of_id("params._meta.progressToken", token))


def _check_responses(params: Mapping[str, Any] | None) -> None:
    """Report a wrong `action`, which the SDK would mistake for another kind of response."""
    responses = params.get("inputResponses") if params else None
    for name, response in responses.items() if isinstance(responses, dict) else ():
        action = response.get("action", _ACTIONS[0]) if isinstance(response, dict) else _ACTIONS[0]
        if action not in _ACTIONS:
            accepted = " or ".join(f"'{action}'" for action in _ACTIONS)
            path = f"params.inputResponses.{name[:_MAX_SHOWN_NAME]}.action"
            raise MCPError(INVALID_PARAMS, f"{path} must be {accepted}")


def _decoded(given: Any, *, of_prompt: bool) -> Any:
    """Return the arguments as an object; other values are returned unchanged and refused later.

    JSON text is decoded; "" and "null" mean that there are none. A null argument of a prompt, where
    only text is allowed, counts as absent.
    """
    most_values = MAX_PROTOCOL_VALUES if of_prompt else MAX_VALUES
    arguments = _parsed(given, most_values) if isinstance(given, str) else given
    if of_prompt and isinstance(arguments, dict) and None in arguments.values():
        return {name: value for name, value in arguments.items() if value is not None}
    return arguments


def _parsed(text: str, most_values: int) -> Any:
    encoded = text.encode(errors="surrogatepass")
    if not encoded.strip():
        return {}
    if excess(encoded, most_values=most_values):
        return text
    try:
        value = from_json(encoded)
    except ValueError:
        return text
    return {} if value is None else value if isinstance(value, dict) else text


def _described(error: ValidationError, params: Mapping[str, Any]) -> str:
    if error.error_count() > _MAX_FOUND:
        return f"More than {_MAX_FOUND} members of params are invalid"
    found = error.errors(include_url=False, include_input=False)
    accepted: dict[str, dict[str, None]] = {}  # accepted kinds, by the member's path
    endings: dict[str, str] = {}
    for detail in _of_one_branch(found, params):
        path, _, value = _locate(detail, params)
        kind = detail["ctx"]["expected"] if detail["type"] == "literal_error" else None
        kind = kind or _KINDS.get(detail["type"])
        if kind:
            accepted.setdefault(path, {})[kind] = None
            endings[path] = "" if detail["type"] == "literal_error" else f", not {kind_of(value)}"
        else:
            endings[path] = " is missing" if detail["type"] == "missing" else " is not accepted"
    shown = [
        f"{path} must be {' or '.join(accepted[path])}{end}" if path in accepted else path + end
        for path, end in endings.items()
    ]
    return "; ".join(shown[:_MAX_FAULTS])


def _locate(detail: ErrorDetails, params: Mapping[str, Any]) -> tuple[str, tuple[Any, ...], Any]:
    """Return a member's path, the union branches that its validation went through, and its value.

    In pydantic's location of an error, members are mixed with the names of union branches.
    """
    location = detail["loc"] if detail["loc"][:1] == ("params",) else ("params", *detail["loc"])
    value: Any = {"params": params}
    path, branches = "", []
    for position, name in enumerate(location):
        inside = _inside(value, name)
        if inside:
            [value] = inside
        elif detail["type"] != "missing" or position < len(location) - 1:
            branches.append(name)
            continue
        path += f"[{name}]" if isinstance(name, int) else f".{name}" if path else name
    return path, tuple(branches), value


def _inside(value: Any, name: int | str) -> list[Any]:
    if isinstance(value, Mapping) and name in value:
        return [value[name]]
    if isinstance(value, list) and isinstance(name, int) and name < len(value):
        return [value[name]]
    return []


def _of_one_branch(
    found: Sequence[ErrorDetails], params: Mapping[str, Any]
) -> Iterable[ErrorDetails]:
    """Yield the errors of the union branch that was meant, as identified by a literal."""
    branches = {id(detail): _locate(detail, params)[1] for detail in found}
    unmeant = {branches[id(detail)] for detail in found if detail["type"] == "literal_error"} - {()}
    meant = {branch for branch in branches.values() if branch} - unmeant
    for detail in found:
        branch = branches[id(detail)]
        if branch in meant or not branch or (not meant and detail["type"] == "literal_error"):
            yield detail
