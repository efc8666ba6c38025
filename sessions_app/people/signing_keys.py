"""The signing keys of tokens, as published by their issuer (RFC 7517)."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeAlias

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.conf import settings

from sessions_app.people.fetching import WITHIN_SECONDS, FetchError, fetch

logger = logging.getLogger(__name__)

FRESH_SECONDS = 300.0
# Anyone can send a token with an unknown key id; that must not trigger fetches at will.
ASK_AGAIN_AFTER_SECONDS = 10.0
# How long known keys stay valid while their issuer is down.
KEEP_SECONDS = 24 * 3600.0
MAX_KEYS = 100
MIN_RSA_BITS = 2048
_CURVE = "secp256r1"

SigningKey: TypeAlias = RSAPublicKey | EllipticCurvePublicKey


class KeysUnavailableError(Exception):
    """The issuer's keys were never fetched, or too long ago, so tokens cannot be checked."""


class SigningKeys:
    """The keys at MCP_JWKS_URL, in one event loop; `now` is a monotonic clock in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._keys: dict[str | None, SigningKey] = {}
        self._got_at: float | None = None
        self._asked_at: float | None = None
        self._asking: asyncio.Task[None] | None = None
        # Its own thread, because a slow name server may block it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="signing keys")

    async def find(self, kid: str | None) -> SigningKey | None:
        """Return the key with this id, or the only key if the token names none; None if unknown.

        Known keys are used while newer ones are fetched.

        Raises:
            KeysUnavailableError: there are no keys.
        """
        if self._age() > KEEP_SECONDS:
            self._keys = {}
        key = self._find(kid)
        if self._may_ask() and (key is None or self._age() > FRESH_SECONDS):
            self._ask()
        if key is None and self._asking is not None:
            await asyncio.shield(self._asking)
            key = self._find(kid)
        if not self._keys:
            raise KeysUnavailableError
        return key

    def _find(self, kid: str | None) -> SigningKey | None:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid)

    def _age(self) -> float:
        return 0.0 if self._got_at is None else self._now() - self._got_at

    def _may_ask(self) -> bool:
        if self._asking is not None:
            return False
        return self._asked_at is None or self._now() - self._asked_at >= ASK_AGAIN_AFTER_SECONDS

    def _ask(self) -> None:
        self._asked_at = self._now()
        self._asking = asyncio.create_task(self._fetch(), name="signing keys")

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(WITHIN_SECONDS + 1):
                url, own = str(settings.MCP_JWKS_URL), bool(settings.DEBUG)
                fetching = partial(fetch, url, loopback_allowed=own)
                loop = asyncio.get_running_loop()
                body = await loop.run_in_executor(self._thread, fetching)
            keys = read_keys(json.loads(body))
        except (FetchError, TimeoutError, ValueError, RecursionError) as error:
            logger.warning("the signing keys of tokens cannot be fetched: %s", error)
        else:
            self._keys, self._got_at = keys, self._now()
        finally:
            self._asking = None


def read_keys(document: Any) -> dict[str | None, SigningKey]:
    """Return the keys of a key set that fit MCP_JWT_ALGORITHM, by id.

    Raises:
        ValueError: there are none.
    """
    listed = document.get("keys") if isinstance(document, dict) else None
    keys: dict[str | None, SigningKey] = {}
    for entry in listed[:MAX_KEYS] if isinstance(listed, list) else ():
        key = _read_key(entry) if isinstance(entry, dict) else None
        kid = entry.get("kid") if key is not None else None
        if key is not None and (kid is None or isinstance(kid, str)):
            keys[kid] = key
    if not keys:
        raise ValueError(f"the key set holds no key for {settings.MCP_JWT_ALGORITHM}")
    return keys


def _read_key(entry: Mapping[str, Any]) -> SigningKey | None:
    algorithm = settings.MCP_JWT_ALGORITHM
    if entry.get("use", "sig") != "sig" or entry.get("alg", algorithm) != algorithm:
        return None
    try:
        key = jwt.PyJWK.from_dict(dict(entry), algorithm=algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if isinstance(key, RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
        return key
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name == _CURVE:
        return key
    return None
