"""The addresses that are handed out: the page of a scene session, and its MCP endpoint."""

import re
import uuid
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings

_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
MAX_KEY_TEXT_LENGTH = 2000


def is_web_url(text: str) -> bool:
    """Whether a text is an http or https URL with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def browser_url(*, edit_key: uuid.UUID | None, public_origin: str) -> str:
    """The page's address: `BROWSER_URL`, its path, query and fragment kept, else the origin."""
    parts = urlsplit(settings.BROWSER_URL or f"{public_origin}/")
    query = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "sessionId"
    ]
    if edit_key is not None:
        query.append(("sessionId", str(edit_key)))
    return urlunsplit(parts._replace(path=parts.path or "/", query=urlencode(query)))


def with_join_code(url: str, code: str) -> str:
    """The link with a code that signs its person in: in the fragment, which no server is told."""
    parts = urlsplit(url)
    fragment = f"{parts.fragment}&join={code}" if parts.fragment else f"join={code}"
    return urlunsplit(parts._replace(fragment=fragment))


def invitation_url(nonce: str, *, public_origin: str) -> str:
    """The address that asks a person to open a scene, once; it holds no edit key."""
    return f"{public_origin}/open/{nonce}"


def mcp_url(*, edit_key: uuid.UUID | None, public_origin: str) -> str:
    """The address that a person pastes into an MCP client."""
    return f"{public_origin}/mcp" + (f"/{edit_key}" if edit_key else "")


def find_edit_key(text: str) -> uuid.UUID | None:
    """The edit key in a text that is one, or is a link that contains one; else None.

    A link is searched for `sessionId` in its query and for the last part of an `/mcp/` path.
    """
    text = text.strip()
    if len(text) > MAX_KEY_TEXT_LENGTH:
        return None
    if _UUID.fullmatch(text):
        return uuid.UUID(text)
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    candidates = [value for name, value in parse_qsl(parts.query) if name == "sessionId"]
    if "/mcp/" in parts.path:
        candidates.append(parts.path.rstrip("/").rsplit("/", 1)[-1])
    found = [candidate for candidate in candidates if _UUID.fullmatch(candidate)]
    return uuid.UUID(found[0]) if found else None
