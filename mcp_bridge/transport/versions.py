"""Determines and checks the protocol version of HTTP requests.

MCP 2026-07-28, basic/versioning, and basic/transports/streamable-http, "Protocol Version Header".
"""

from http import HTTPStatus
from typing import Any

from mcp.shared.inbound import NAME_BEARING_METHODS
from mcp_types import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    PROTOCOL_VERSION_META_KEY,
    UNSUPPORTED_PROTOCOL_VERSION,
)
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from starlette.responses import Response
from starlette.types import Scope

from mcp_bridge.transport.messages import kind_of
from mcp_bridge.transport.rejections import reject
from sessions_app.web import origins

HEADER = b"mcp-protocol-version"
SUPPORTED = (*reversed(MODERN_PROTOCOL_VERSIONS), *reversed(HANDSHAKE_PROTOCOL_VERSIONS))
_MAX_SHOWN = 64


def header_version(scope: Scope) -> str | None:
    """Return the version in the header, or None."""
    return origins.header(scope["headers"], HEADER)


def opens_handshake(message: dict[str, Any], scope: Scope) -> bool:
    """Return whether a message starts a handshake, which negotiates the version itself.

    The header is ignored then: some clients send one anyway, even of an unsupported version. An
    `initialize` with the envelope of 2026-07-28 is no handshake.
    """
    if message.get("method") != "initialize" or "id" not in message:
        return False
    header = header_version(scope)
    return header in HANDSHAKE_PROTOCOL_VERSIONS or _envelope_version(message) is None


def refusal(message: dict[str, Any] | None, scope: Scope) -> Response | None:
    """Return the response to a request whose version is unsupported or incompletely given.

    Args:
        message: the request's message, unless it opens a handshake; None without a body.
        scope: the request's ASGI scope.
    """
    header = header_version(scope)
    if header in MODERN_PROTOCOL_VERSIONS:
        return _header_missing(message or {}, scope)
    envelope, request_id = _envelope_version(message or {}), (message or {}).get("id")
    if header is None or header in HANDSHAKE_PROTOCOL_VERSIONS:
        in_session = origins.header(scope["headers"], b"mcp-session-id") is not None
        if in_session:
            return None
        return _wrong_version(message or {}) or (
            _without_header(envelope, request_id) if envelope is not None else None
        )
    if envelope not in (None, header):
        return None  # the SDK reports the difference
    return _unsupported(header, request_id)


def _header_missing(message: dict[str, Any], scope: Scope) -> Response | None:
    """Return the response to a request without a header; the SDK reports different ones."""
    method, params = message.get("method", ""), message.get("params") or {}
    if "id" not in message or _envelope_version(message) is None:
        return None
    expected = {"Mcp-Method": method, "Mcp-Name": params.get(NAME_BEARING_METHODS.get(method, ""))}
    for name, value in expected.items():
        if value is not None and origins.header(scope["headers"], name.lower().encode()) is None:
            text = f"The header {name} is missing: it must say what the body does"
            request_id = message["id"]
            status, code = HTTPStatus.BAD_REQUEST, HEADER_MISMATCH
            return reject(status, text, code=code, request_id=request_id)
    return None


def _wrong_version(message: dict[str, Any]) -> Response | None:
    """Return the response to a request whose version is not a string."""
    meta = (message.get("params") or {}).get("_meta")
    version = meta.get(PROTOCOL_VERSION_META_KEY, "") if isinstance(meta, dict) else ""
    if isinstance(version, str):
        return None
    text = f"params._meta.{PROTOCOL_VERSION_META_KEY} must be a string, not {kind_of(version)}"
    status, request_id = HTTPStatus.BAD_REQUEST, message.get("id")
    return reject(status, text, code=INVALID_PARAMS, request_id=request_id)


def _without_header(envelope: str, request_id: Any) -> Response | None:
    if envelope not in SUPPORTED:
        return _unsupported(envelope, request_id)
    if envelope in HANDSHAKE_PROTOCOL_VERSIONS:
        return None
    text = (
        f"params._meta names the protocol version {envelope}: the header MCP-Protocol-Version must"
        " say the same"
    )
    return reject(HTTPStatus.BAD_REQUEST, text, code=HEADER_MISMATCH, request_id=request_id)


def _unsupported(requested: str, request_id: Any) -> Response:
    requested = requested[:_MAX_SHOWN]
    newest, *others = SUPPORTED
    text = (
        f"Unsupported protocol version {requested}: this server speaks {newest}, and after an"
        f" initialize {', '.join(others)}"
    )
    return reject(
        HTTPStatus.BAD_REQUEST,
        text,
        code=UNSUPPORTED_PROTOCOL_VERSION,
        request_id=request_id,
        # As in `server/discover`: the versions in which this request can be sent again.
        data={"supported": list(MODERN_PROTOCOL_VERSIONS), "requested": requested},
    )


def _envelope_version(message: dict[str, Any]) -> str | None:
    """Return the version in the body, or None."""
    meta = (message.get("params") or {}).get("_meta")
    version = meta.get(PROTOCOL_VERSION_META_KEY) if isinstance(meta, dict) else None
    return version if isinstance(version, str) else None
