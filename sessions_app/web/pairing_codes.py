"""The six characters of a pairing code: drawn, read as people type them, kept as a keyed digest."""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from django.conf import settings

# Without 0 and O, 1, I and L, which look alike.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 6
VALID_FOR = timedelta(minutes=10)
# How long a wrong code counts toward the limits of tries.
FAILURES_COUNT_FOR = timedelta(minutes=10)
MAX_TYPED_LENGTH = 40
_SEPARATORS = re.compile(r"[\s\u2010-\u2015-]+")
_PURPOSE = b"hello3d pairing code"


def new_code() -> str:
    """Draw a code: one of 31⁶, about 887 million."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """Return a code as people read it: in two groups of three."""
    return f"{code[:3]}-{code[3:]}"


def read_code(text: str) -> str | None:
    """Return the code in a text, in whatever case, spaces and hyphens ignored; else None."""
    if len(text) > MAX_TYPED_LENGTH:
        return None
    typed = _SEPARATORS.sub("", text)
    if len(typed) != LENGTH or not typed.isascii():
        return None
    return code if set(code := typed.upper()) <= set(ALPHABET) else None


def code_digest(code: str) -> str:
    """Return the digest to store: without the server's key, a code cannot be found from it."""
    return _digest(settings.SECRET_KEY, code)


def code_digests(code: str) -> list[str]:
    """Return the digests that a stored code may have: under the current key and its fallbacks.

    Stored codes are found by digest, so the time that this takes depends on a value which only the
    server can compute, and tells nothing of the codes.
    """
    return [_digest(key, code) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _digest(secret: str, code: str) -> str:
    key = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()
