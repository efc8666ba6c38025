"""What a handshake leaves behind: kept in the token, and put back on whatever worker comes next."""

from typing import Any

from mcp.server.connection import Connection
from mcp_types import ClientCapabilities, Implementation, InitializeRequestParams
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION

from mcp_bridge.tools.context import ProtocolSession

# What the token keeps of the client's capabilities, a bit each: paths into what it declared.
_CAPABILITIES = (
    ("sampling",),
    ("elicitation",),
    ("roots",),
    ("elicitation", "url"),
    ("elicitation", "form"),
)

_OPENS_LINKS = 1 << _CAPABILITIES.index(("elicitation", "url"))


def kept(params: dict[str, Any]) -> dict[str, Any]:
    """What the token keeps of the parameters of `initialize`, which may be anything."""
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
    return at is not None


def restore(connection: Connection, session: ProtocolSession) -> None:
    """Put a connection into the state that the handshake left on the worker that saw it."""
    declared: dict[str, Any] = {}
    for bit, path in enumerate(_CAPABILITIES):
        at = declared
        for name in path if session.capabilities & (1 << bit) else ():
            at = at.setdefault(name, {})
    connection.protocol_version = session.protocol_version
    connection.client_params = InitializeRequestParams(
        protocol_version=session.protocol_version,
        capabilities=ClientCapabilities.model_validate(declared),
        client_info=Implementation(
            name=session.client_name or "unknown", version=session.client_version
        ),
    )
    connection.initialized.set()
