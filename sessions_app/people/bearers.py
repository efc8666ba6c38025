"""Resolves bearer tokens to principals, cached for a second."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass

from sessions_app import clock
from sessions_app.people.identities import identity_know
from sessions_app.people.principals import Principal
from sessions_app.people.signing_keys import SigningKeys
from sessions_app.people.tokens import MAX_TOKEN_LENGTH, TokenError, verify
from sessions_app.storage import database
from sessions_app.web.origins import Headers

# Upper bound on how long a deactivated user or revoked key is still accepted.
REMEMBER_SECONDS = 1.0
MAX_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Bearer:
    """The holder of a valid token; `expires_at` is in seconds since 1970."""

    principal: Principal
    identity_id: int
    expires_at: float


class NoTokenError(Exception):
    """The request has no token."""


def token_in(headers: Headers) -> str:
    """Return the token of an ASGI request, from its header only (RFC 6750, section 2.1).

    Raises:
        NoTokenError: there is no token.
        TokenError: there are several tokens, or it is too long.
    """
    values = [value for name, value in headers if name == b"authorization"]
    if not values:
        raise NoTokenError
    scheme, _, token = values[0].decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NoTokenError
    if len(values) > 1:
        raise TokenError("There is more than one Authorization header.")
    if len(token) > MAX_TOKEN_LENGTH:
        raise TokenError("The token is too long.")
    return token.strip()


class Bearers:
    """The recently used tokens of one event loop, by digest."""

    def __init__(self) -> None:
        self._keys = SigningKeys()
        self._remembered: OrderedDict[bytes, tuple[float, Bearer]] = OrderedDict()
        self._reading: dict[bytes, asyncio.Task[Bearer]] = {}

    async def find(self, token: str) -> Bearer:
        """Return the holder of a token.

        Raises:
            TokenError: the token is invalid, or its user may not sign in.
            KeysUnavailableError: the token cannot be checked now.
        """
        digest = hashlib.sha256(token.encode()).digest()
        until, bearer = self._remembered.get(digest, (0.0, None))
        if (
            bearer is not None
            and time.monotonic() < until
            and clock.now().timestamp() < bearer.expires_at
        ):
            return bearer
        reading = self._reading.get(digest)
        if reading is None:
            reading = self._reading[digest] = asyncio.create_task(self._read(digest, token))
            reading.add_done_callback(lambda task: self._done(digest, task))
        return await asyncio.shield(reading)

    def _done(self, digest: bytes, task: asyncio.Task[Bearer]) -> None:
        self._reading.pop(digest, None)
        if not task.cancelled():
            task.exception()  # retrieved: the request may be gone

    async def _read(self, digest: bytes, token: str) -> Bearer:
        self._remembered.pop(digest, None)
        until = time.monotonic() + REMEMBER_SECONDS
        claims = await verify(token, self._keys)
        known = await database.run(identity_know, claims.issuer, claims.subject)
        if known.principal is None:
            raise TokenError("The token's user may not sign in.")
        bearer = Bearer(known.principal, known.identity_id, claims.expires_at)
        self._remembered[digest] = (until, bearer)
        if len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)
        return bearer
