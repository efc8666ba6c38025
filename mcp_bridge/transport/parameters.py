"""Checks the parameters of requests before they are served, and names the member that is wrong.

The SDK checks them as the specification has them, and says of what it refuses only that it does.
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

# Whose arguments are members of an object that some clients send as its JSON text.
_WITH_ARGUMENTS = ("tools/call", "prompts/get")
_MAX_FAULTS = 3
_MAX_FOUND = 100  # to look through, at a hundredth of a millisecond each
_MAX_SHOWN_NAME = 40
_ACTIONS = ("accept", "decline", "cancel")  # of who answers an elicitation
# What the SDK says of a request that comes before the handshake.
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
    """Serve a request whose parameters are sound; a middleware of the server.

    Raises:
        MCPError: they are not (-32602); the members are named by path, at most three.
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
    """Name a wrong `action`, which the SDK would take for the sign of another kind of response."""
    responses = params.get("inputResponses") if params else None
    for name, response in responses.items() if isinstance(responses, dict) else ():
        action = response.get("action", _ACTIONS[0]) if isinstance(response, dict) else _ACTIONS[0]
        if action not in _ACTIONS:
            accepted = " or ".join(f"'{action}'" for action in _ACTIONS)
            path = f"params.inputResponses.{name[:_MAX_SHOWN_NAME]}.action"
            raise MCPError(INVALID_PARAMS, f"{path} must be {accepted}")


def _decoded(given: Any, *, of_prompt: bool) -> Any:
    """The arguments as an object; what is none is left as it is, and refused in its turn.

    Their JSON text is taken for them; "" and "null" say that there are none, and so does a null in
    place of a prompt's argument, which can only be a text.
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
        return f"More than {_MAX_FOUND} members of params are not as they should be"
    found = error.errors(include_url=False, include_input=False)
    accepted: dict[str, dict[str, None]] = {}  # what there may be, by the member's path
    endings: dict[str, str] = {}
    for detail in _of_one_branch(found, params):
        path, _, value = _place(detail, params)
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


def _place(detail: ErrorDetails, params: Mapping[str, Any]) -> tuple[str, tuple[Any, ...], Any]:
    """A member's path, the alternatives that its check went through, and its value.

    What pydantic gives as an error's place holds the names of alternatives, too, among the members.
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
    """The errors without those of alternatives that were not meant: a literal says which was."""
    branches = {id(detail): _place(detail, params)[1] for detail in found}
    unmeant = {branches[id(detail)] for detail in found if detail["type"] == "literal_error"} - {()}
    meant = {branch for branch in branches.values() if branch} - unmeant
    for detail in found:
        branch = branches[id(detail)]
        if branch in meant or not branch or (not meant and detail["type"] == "literal_error"):
            yield detail
