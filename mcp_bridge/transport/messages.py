"""Parses a client's JSON-RPC message, and reports which member is wrong.

Parsing takes at most a few milliseconds; messages that the SDK would validate slowly are refused
first.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from mcp_types import INVALID_REQUEST, PARSE_ERROR
from pydantic_core import from_json

from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.registry import ToolRegistry
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.web.json_bounds import excess

MAX_BYTES = 64 * 1024
MAX_BYTES_OF_MANY_ITEMS = 256 * 1024  # for calls of tools that take many items
# Values other than tool arguments; the SDK validates each, some in a dozen ways.
MAX_PROTOCOL_VALUES = 500
# Of ids and progress tokens, which are sent back, and of methods.
MAX_NAME_LENGTH = 1000


class MessageError(Exception):
    """The input is not a JSON-RPC message. `request_id` is its id, if it could be read."""

    def __init__(
        self,
        text: str,
        *,
        code: int = INVALID_REQUEST,
        request_id: int | str | None = None,
        status: HTTPStatus = HTTPStatus.BAD_REQUEST,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.request_id = request_id
        self.status = status


def read_message(text: bytes, *, what: str = "body", tools: ToolRegistry = TOOLS) -> dict[str, Any]:
    """Parse one JSON-RPC message (JSON-RPC 2.0, sections 4 and 5).

    A null `params` counts as absent.

    Args:
        text: the client's input, cut shortly after `MAX_BYTES_OF_MANY_ITEMS`.
        what: how error messages refer to the input: a body, or a line.
        tools: the tools, some of which may take many items.

    Raises:
        MessageError: it is not a message, or too large.
    """
    if len(text) > MAX_BYTES_OF_MANY_ITEMS:  # cut by the caller
        raise _too_large(what, MAX_BYTES_OF_MANY_ITEMS, code=PARSE_ERROR)
    if too_much := excess(text):
        refusals.note(Limit.REQUEST_SIZE)
        raise MessageError(f"The {what} {too_much}")
    message = _parse(text, what)
    _check_size(message, text, what, tools)
    fault = _fault_of(message)
    if fault:
        # An id has a meaning only in JSON-RPC 2.0.
        known = message.get("id") if message.get("jsonrpc") == "2.0" else None
        raise MessageError(
            f"The {what} must be one JSON-RPC 2.0 request, notification or response: {fault}",
            request_id=known if is_id(known) else None,
        )
    return message


def _parse(text: bytes, what: str) -> dict[str, Any]:
    try:
        message = from_json(text)  # the SDK's parser, so that we refuse what it would
    except ValueError:
        raise MessageError(f"The {what} is not JSON", code=PARSE_ERROR) from None
    if not isinstance(message, dict):
        batch = ": batches are not served" if isinstance(message, list) else ""
        raise MessageError(
            f"The {what} must be one JSON-RPC 2.0 request, notification or response, an object, not"
            f" {kind_of(message)}{batch}"
        )
    return message


def _check_size(message: dict[str, Any], text: bytes, what: str, tools: ToolRegistry) -> None:
    """Refuse a message that is too large for its kind."""
    if len(text) > MAX_BYTES and not _takes_many_items(message, tools):
        raise _too_large(what, MAX_BYTES)
    # A value takes at least two bytes with its separator, so short texts need no count.
    if len(text) > 2 * MAX_PROTOCOL_VALUES and _has_many_protocol_values(message):
        refusals.note(Limit.REQUEST_SIZE)
        but = "" if _arguments_of(message) is None else " beside the arguments"
        raise MessageError(f"The {what} has more than {MAX_PROTOCOL_VALUES} values{but}")


def _too_large(what: str, most: int, *, code: int = INVALID_REQUEST) -> MessageError:
    refusals.note(Limit.REQUEST_SIZE)
    text = f"The {what} is larger than {most} bytes"
    return MessageError(text, code=code, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _takes_many_items(message: dict[str, Any], tools: ToolRegistry) -> bool:
    params = message.get("params")
    if message.get("method") != "tools/call" or not isinstance(params, dict):
        return False
    name = params.get("name")
    tool = tools.find(name) if isinstance(name, str) else None
    return tool is not None and tool.takes_many_items


def _has_many_protocol_values(message: dict[str, Any]) -> bool:
    arguments, count = _arguments_of(message), 0
    waiting: list[Any] = [message]
    while waiting and count <= MAX_PROTOCOL_VALUES:
        value = waiting.pop()
        if value is arguments:
            continue
        inner: Iterable[Any] = value.values() if isinstance(value, dict) else value
        count += len(value)
        waiting += [value for value in inner if isinstance(value, dict | list)]
    return count > MAX_PROTOCOL_VALUES


def _arguments_of(message: dict[str, Any]) -> dict[str, Any] | None:
    """Return the arguments of a tool call; validating these costs little per value."""
    params = message.get("params")
    if message.get("method") != "tools/call" or not isinstance(params, dict):
        return None
    arguments = params.get("arguments")
    return arguments if isinstance(arguments, dict) else None


def is_id(value: Any) -> bool:
    """Return whether a value is valid as a request id or progress token."""
    if isinstance(value, str):
        return len(value) <= MAX_NAME_LENGTH
    return isinstance(value, int) and not isinstance(value, bool)


def fault_of_id(name: str, value: Any) -> str:
    """Describe what is wrong with an invalid id."""
    if isinstance(value, str):
        return f"{name} has more than {MAX_NAME_LENGTH} characters"
    return f"{name} must be a string or an integer, not {kind_of(value)}"


def kind_of(value: Any) -> str:
    """Describe the type of a JSON value: "a list"."""
    if value is None:
        return "null"
    kinds = {bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    return kinds.get(type(value), "a number")


def _fault_of(message: dict[str, Any]) -> str:
    """Describe the first wrong member of a message; empty if there is none."""
    if message.get("jsonrpc") != "2.0":
        return 'jsonrpc must be "2.0"'
    if not is_id(message.get("id", 0)):
        return fault_of_id("id", message["id"])
    if "method" not in message:
        is_reply = any(isinstance(message.get(name), dict) for name in ("result", "error"))
        return "" if is_reply else "it has no method, and no result or error that is an object"
    if not isinstance(message["method"], str):
        return f"method must be a string, not {kind_of(message['method'])}"
    if len(message["method"]) > MAX_NAME_LENGTH:
        return f"method has more than {MAX_NAME_LENGTH} characters"
    params = message.get("params")
    if params is not None and not isinstance(params, dict):
        return f"params must be an object, not {kind_of(params)}"
    return ""
