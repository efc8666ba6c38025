"""Which protocol version a request over HTTP is of, and which it may be of.

MCP 2026-07-28, basic/versioning, and basic/transports/streamable-http, "Protocol Version Header".
"""

from http import HTTPStatus
from typing import Any

from mcp_types import HEADER_MISMATCH, PROTOCOL_VERSION_META_KEY, UNSUPPORTED_PROTOCOL_VERSION
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from starlette.responses import Response
from starlette.types import Scope

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
        return None
    envelope, request_id = _envelope_version(message or {}), (message or {}).get("id")
    if header is None or header in HANDSHAKE_PROTOCOL_VERSIONS:
        in_session = origins.header(scope["headers"], b"mcp-session-id") is not None
        return None if envelope is None or in_session else _without_header(envelope, request_id)
    if envelope not in (None, header):
        return None  # the SDK says that they differ
    return _unsupported(header, request_id)


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
