"""Which protocol version a request over HTTP is of, and which it may be of.

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
    """The version that the header names, if there is one."""
    return origins.header(scope["headers"], HEADER)


def opens_handshake(message: dict[str, Any], scope: Scope) -> bool:
    """Whether a message begins a handshake, which settles the version in its own way.

    The header means nothing yet: some clients send one all the same, and one of a version that this
    server does not speak. An `initialize` that brings the envelope of 2026-07-28 is no handshake.
    """
    if message.get("method") != "initialize" or "id" not in message:
        return False
    header = header_version(scope)
    return header in HANDSHAKE_PROTOCOL_VERSIONS or _envelope_version(message) is None


def refusal(message: dict[str, Any] | None, scope: Scope) -> Response | None:
    """The answer to a request whose version is not served, or is said in one place only.

    Args:
        message: what the request brings, unless it opens a handshake; None where it brings nothing.
        scope: the request's.
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
        return None  # the SDK says that they differ
    return _unsupported(header, request_id)


def _header_missing(message: dict[str, Any], scope: Scope) -> Response | None:
    """The answer to a request that lacks a header; of one that differs, the SDK says so."""
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
    """The answer to a request that names a version which is no text."""
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
        # As `server/discover` has it: the versions in which this very request can be sent again.
        data={"supported": list(MODERN_PROTOCOL_VERSIONS), "requested": requested},
    )


def _envelope_version(message: dict[str, Any]) -> str | None:
    """The version that the body names, if there is one."""
    meta = (message.get("params") or {}).get("_meta")
    version = meta.get(PROTOCOL_VERSION_META_KEY) if isinstance(meta, dict) else None
    return version if isinstance(version, str) else None
