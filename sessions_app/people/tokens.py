"""Verifies bearer tokens: JSON Web Tokens (RFC 7519) of the configured issuers.

The algorithm comes from the settings, never from the token (RFC 8725, section 3.1).
"""

import math
from dataclasses import dataclass
from typing import Any

import jwt
from django.conf import settings
from jwt.types import Options

from sessions_app import clock
from sessions_app.models import Identity
from sessions_app.people.signing_keys import SigningKey, SigningKeys

MAX_TOKEN_LENGTH = 8192
_MAX_SUBJECT = Identity._meta.get_field("subject").max_length or 0
# Times are checked below, by our own clock.
_OPTIONS: Options = {
    "require": ["exp", "iss", "aud", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_sub": False,
}
# Raised by parsers of untrusted tokens.
_FAULTS = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)


class TokenError(Exception):
    """The token is invalid; the message tells its sender why."""


@dataclass(frozen=True, slots=True)
class Claims:
    """A token's subject; `expires_at` is in seconds since 1970, including the leeway."""

    issuer: str
    subject: str
    expires_at: float


async def verify(token: str, keys: SigningKeys) -> Claims:
    """Verify a token's signature, issuer, audience and times, and return its claims.

    Raises:
        TokenError: the token is invalid.
        KeysUnavailableError: the issuer's keys cannot be fetched.
    """
    if len(token) > MAX_TOKEN_LENGTH:
        raise TokenError("The token is too long.")
    key = await _key(token, keys)
    try:
        claims = jwt.decode(
            token,
            key=key,
            algorithms=[settings.MCP_JWT_ALGORITHM],
            audience=settings.MCP_JWT_AUDIENCE,
            issuer=settings.MCP_JWT_ISSUERS,
            options=_OPTIONS,
        )
    except _FAULTS:
        raise TokenError("The token is not one for this server.") from None
    return Claims(str(claims["iss"]), _subject(claims["sub"]), _expiry(claims))


async def _key(token: str, keys: SigningKeys) -> SigningKey | str:
    try:
        header = jwt.get_unverified_header(token)
    except _FAULTS:
        raise TokenError("The token is not a JSON Web Token.") from None
    if header.get("alg") != settings.MCP_JWT_ALGORITHM:
        raise TokenError("The token is signed in another way than this server takes.")
    if settings.MCP_JWT_ALGORITHM == "HS256":
        return str(settings.MCP_JWT_SECRET)
    kid = header.get("kid")
    key = await keys.find(kid) if kid is None or isinstance(kid, str) else None
    if key is None:
        raise TokenError("The token is signed with a key that is not known.")
    return key


def _subject(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_SUBJECT or not value.isprintable():
        raise TokenError("The token names nobody that can be stored.")
    return value


def _expiry(claims: dict[str, Any]) -> float:
    """Return when the token expires; check that it is valid now."""
    now, leeway = clock.now().timestamp(), settings.MCP_JWT_LEEWAY_SECONDS
    expires_at = _moment(claims, "exp") + leeway
    if now >= expires_at:
        raise TokenError("The token has expired.")
    if any(name in claims and _moment(claims, name) > now + leeway for name in ("nbf", "iat")):
        raise TokenError("The token is not good yet.")
    return expires_at


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenError(f"The token's {name} is no time.")
    try:
        moment = float(value)
    except OverflowError:
        moment = math.inf
    if not math.isfinite(moment):
        raise TokenError(f"The token's {name} is no time.")
    return moment
