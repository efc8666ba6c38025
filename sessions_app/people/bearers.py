"""Who a bearer token means, remembered for a second."""

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

# So soon does a user who is deactivated, or a key that is withdrawn, count no more.
REMEMBER_SECONDS = 1.0
MAX_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a good token means; `expires_at` is in seconds since 1970."""

    principal: Principal
    identity_id: int
    expires_at: float


class NoTokenError(Exception):
    """The request brings no token."""


def token_in(headers: Headers) -> str:
    """The token of an ASGI request (RFC 6750, section 2.1: in the header, and nowhere else).

    Raises:
        NoTokenError: there is none.
        TokenError: there are several, or it is too long.
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
    """The tokens that one event loop has seen lately, by digest."""

    def __init__(self) -> None:
        self._keys = SigningKeys()
        self._remembered: OrderedDict[bytes, tuple[float, Bearer]] = OrderedDict()
        self._reading: dict[bytes, asyncio.Task[Bearer]] = {}

    async def find(self, token: str) -> Bearer:
        """Who the token means.

        Raises:
            TokenError: it is not good, or its user may not sign in.
            KeysUnavailableError: it cannot be checked at this moment.
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
            task.exception()  # whoever asked may be gone

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
