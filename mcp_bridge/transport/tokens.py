"""The signed token in `Mcp-Session-Id`, valid on any worker and after a restart.

It is a bearer secret (MCP 2025-11-25, basic/transports, session management) and is never logged.
Layout, base64url: version, key id, 16 random bytes, issued-at, index of the negotiated version,
capability bits, digest of the audience, client name and version (cut), HMAC-SHA256.
"""

import base64
import hashlib
import hmac
import secrets
import struct
from collections.abc import Iterator

from django.conf import settings
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from mcp_bridge.tools.context import ProtocolSession
from sessions_app import clock
from sessions_app.sessions.opening import PROTOCOL_SESSION_VALID_FOR

VALID_SECONDS = PROTOCOL_SESSION_VALID_FOR.total_seconds()
MAX_TOKEN_LENGTH = 300
_VERSION = 1
_HEAD = struct.Struct(">BB16sIBB16s")
_SIGNATURE_BYTES = 32
_MAX_NAME_BYTES = 64
_MAX_CLIENT_VERSION_BYTES = 24


def issue(
    *,
    audience: str,
    protocol_version: str,
    capabilities: int,
    client_name: str,
    client_version: str,
) -> str:
    """Mint the token of a new protocol session.

    Args:
        audience: endpoint path and principal; the token is valid for no other.
        protocol_version: the negotiated version, one of the handshake era's.
        capabilities: 0 to 255.
        client_name: the client's own name; cut to 64 bytes.
        client_version: cut to 24 bytes.
    """
    key_id, key = next(_keys())
    head = _HEAD.pack(
        _VERSION,
        key_id,
        secrets.token_bytes(16),
        int(clock.now().timestamp()),
        HANDSHAKE_PROTOCOL_VERSIONS.index(protocol_version),
        capabilities,
        _digest(audience),
    )
    name = _cut(client_name, _MAX_NAME_BYTES)
    version = _cut(client_version, _MAX_CLIENT_VERSION_BYTES)
    body = head + bytes([len(name)]) + name + version
    return _encode(body + _sign(key, body))


def verify(token: str, *, audience: str) -> ProtocolSession | None:
    """Return the token's contents, or None if it is forged, expired or for another audience."""
    if len(token) > MAX_TOKEN_LENGTH:
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
    if _encode(raw) != token or len(body) <= _HEAD.size or not _is_signed(body, signature):
        return None
    return _read(body, audience)


def _read(body: bytes, audience: str) -> ProtocolSession | None:
    version, _, random, issued_at, protocol, capabilities, digest = _HEAD.unpack_from(body)
    age = clock.now().timestamp() - issued_at
    if version != _VERSION or digest != _digest(audience) or not -60 <= age <= VALID_SECONDS:
        return None
    name_end = _HEAD.size + 1 + body[_HEAD.size]
    return ProtocolSession(
        key=random.hex(),
        issued_at=issued_at,
        protocol_version=HANDSHAKE_PROTOCOL_VERSIONS[protocol],
        capabilities=capabilities,
        client_name=body[_HEAD.size + 1 : name_end].decode(),
        client_version=body[name_end:].decode(),
    )


def _keys() -> Iterator[tuple[int, bytes]]:
    """Yield the key id and key of each secret, the newest first."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        key = hashlib.sha256(b"hello3d.protocol-session:" + secret.encode()).digest()
        yield hashlib.sha256(key).digest()[0], key


def _is_signed(body: bytes, signature: bytes) -> bool:
    return any(
        key_id == body[1] and hmac.compare_digest(_sign(key, body), signature)
        for key_id, key in _keys()
    )


def _sign(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")


def _digest(audience: str) -> bytes:
    return hashlib.sha256(audience.encode()).digest()[:16]


def _cut(text: str, limit: int) -> bytes:
    return text.encode()[:limit].decode(errors="ignore").encode()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
