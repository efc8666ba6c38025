"""Reads what a client sends as one JSON-RPC message, and says which member is wrong."""

import re
from http import HTTPStatus
from itertools import accumulate
from typing import Any

from mcp_types import INVALID_REQUEST, PARSE_ERROR
from pydantic_core import from_json

MAX_JSON_DEPTH = 64  # of arrays and objects within each other; no tool's arguments need ten

_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # an open one goes to the end
_JSON_BRACKET = re.compile(rb"[\[{\]}]")


class MessageError(Exception):
    """What came is no JSON-RPC message. `request_id` is its id, where that much could be read."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(
        self, text: str, *, code: int = INVALID_REQUEST, request_id: int | str | None = None
    ) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.request_id = request_id


def read_message(text: bytes, *, what: str = "body") -> dict[str, Any]:
    """The one JSON-RPC message in a text (JSON-RPC 2.0, sections 4 and 5).

    A null for `params` counts as absent.

    Args:
        text: what the client sent.
        what: how a client calls that: a body, or a line.

    Raises:
        MessageError: it is none.
    """
    if is_too_deep(text):
        raise MessageError(
            f"The {what} nests arrays and objects deeper than {MAX_JSON_DEPTH} levels"
        )
    try:
        message = from_json(text)  # the SDK's parser: what it refuses is refused here, in our words
    except ValueError:
        raise MessageError(f"The {what} is not JSON", code=PARSE_ERROR) from None
    if not isinstance(message, dict):
        batch = ": batches are not served" if isinstance(message, list) else ""
        raise MessageError(
            f"The {what} must be one JSON-RPC 2.0 request, notification or response, an object, not"
            f" {kind_of(message)}{batch}"
        )
    fault = _fault_of(message)
    if fault:
        # An id means something in JSON-RPC 2.0 only.
        known = message.get("id") if message.get("jsonrpc") == "2.0" else None
        raise MessageError(
            f"The {what} must be one JSON-RPC 2.0 request, notification or response: {fault}",
            request_id=known if is_id(known) else None,
        )
    return message


def is_too_deep(text: bytes) -> bool:
    """Whether arrays and objects nest too deep; of an ordinary body, counting them says enough."""
    if text.count(b"{") + text.count(b"[") <= MAX_JSON_DEPTH:
        return False
    brackets = _JSON_BRACKET.findall(_JSON_STRING.sub(b"", text))
    depths = accumulate(1 if bracket in b"{[" else -1 for bracket in brackets)
    return any(depth > MAX_JSON_DEPTH for depth in depths)


def is_id(value: Any) -> bool:
    """Whether a value can be the id of a request, or a progress token."""
    return isinstance(value, int | str) and not isinstance(value, bool)


def kind_of(value: Any) -> str:
    """What a JSON value is, in words: "a list"."""
    if value is None:
        return "null"
    kinds = {bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    return kinds.get(type(value), "a number")


def _fault_of(message: dict[str, Any]) -> str:
    """What is wrong with the members of a message; empty where nothing is."""
    if message.get("jsonrpc") != "2.0":
        return 'jsonrpc must be "2.0"'
    if not is_id(message.get("id", 0)):
        return f"id must be a string or an integer, not {kind_of(message['id'])}"
    if "method" not in message:
        is_reply = any(isinstance(message.get(name), dict) for name in ("result", "error"))
        return "" if is_reply else "it has no method, and no result or error that is an object"
    if not isinstance(message["method"], str):
        return f"method must be a string, not {kind_of(message['method'])}"
    params = message.get("params")
    if params is not None and not isinstance(params, dict):
        return f"params must be an object, not {kind_of(params)}"
    return ""
