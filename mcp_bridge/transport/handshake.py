"""The state of a handshake: stored in the token, and restored on any worker."""

from typing import Any

from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.server.connection import Connection
from mcp_types import ClientCapabilities, Implementation, InitializeRequestParams
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION

from mcp_bridge.tools.context import ProtocolSession

# MCP Apps: the client shows views of the type that ours has.
_VIEWS = ("extensions", EXTENSION_ID)
# The client's capabilities that the token keeps, a bit each, by path.
_CAPABILITIES = (
    ("sampling",),
    ("elicitation",),
    ("roots",),
    ("elicitation", "url"),
    ("elicitation", "form"),
    _VIEWS,
)

_OPENS_LINKS = 1 << _CAPABILITIES.index(("elicitation", "url"))


def kept(params: dict[str, Any]) -> dict[str, Any]:
    """Return the fields for the token from the unchecked parameters of `initialize`."""
    requested = params.get("protocolVersion")
    info = params.get("clientInfo")
    info = info if isinstance(info, dict) else {}
    declared = params.get("capabilities")
    declared = declared if isinstance(declared, dict) else {}
    return {
        "protocol_version": (
            requested if requested in HANDSHAKE_PROTOCOL_VERSIONS else LATEST_HANDSHAKE_VERSION
        ),
        "capabilities": sum(
            1 << bit for bit, path in enumerate(_CAPABILITIES) if _declares(declared, path)
        ),
        "client_name": str(info.get("name", "")),
        "client_version": str(info.get("version", "")),
    }


def opens_links(session: ProtocolSession) -> bool:
    """Whether the client has declared that it opens links for its person when it is asked to."""
    return bool(session.capabilities & _OPENS_LINKS)


def _declares(declared: dict[str, Any], path: tuple[str, ...]) -> bool:
    at: Any = declared
    for name in path:
        at = at.get(name) if isinstance(at, dict) else None
    if path == _VIEWS:
        types = at.get("mimeTypes") if isinstance(at, dict) else None
        return isinstance(types, list) and APP_MIME_TYPE in types
    return at is not None


def restore(connection: Connection, session: ProtocolSession) -> None:
    """Restore a connection to the state after its handshake on another worker."""
    declared: dict[str, Any] = {}
    for bit, path in enumerate(_CAPABILITIES):
        at = declared
        for name in path if session.capabilities & (1 << bit) else ():
            at = at.setdefault(name, {})
        if path == _VIEWS and at is not declared:
            at["mimeTypes"] = [APP_MIME_TYPE]
    connection.protocol_version = session.protocol_version
    connection.client_params = InitializeRequestParams(
        protocol_version=session.protocol_version,
        capabilities=ClientCapabilities.model_validate(declared),
        client_info=Implementation(
            name=session.client_name or "unknown", version=session.client_version
        ),
    )
    connection.initialized.set()
