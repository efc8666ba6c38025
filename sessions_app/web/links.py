"""The addresses that are handed out: the page of a scene session, and its MCP endpoint."""

import re
import uuid
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from django.conf import settings

# Not one that runs on into further letters or digits: that is another id, or half of one.
_UUID = r"(?<![^\W_])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![^\W_])"
# What says most clearly that it means a scene comes first.
_PLACES = tuple(
    re.compile(before + f"({_UUID})")
    for before in (r"(?:^|[?&;#\s])sessionId=[^\w&#]*", r"/mcp/[^\w/?#]*", "")
)
MAX_KEY_TEXT_LENGTH = 2000
_MAX_QUOTINGS = 3  # a link within a link within a link


def is_web_url(text: str) -> bool:
    """Whether a text is an http or https URL with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def home_url(public_origin: str) -> str:
    """The address that all others begin with."""
    return f"{public_origin}{settings.ROOT_PATH}"


def browser_url(*, edit_key: uuid.UUID | None, public_origin: str) -> str:
    """The page's address: `BROWSER_URL`, its path, query and fragment kept, else our own."""
    parts = urlsplit(settings.BROWSER_URL or f"{home_url(public_origin)}/")
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
    return f"{home_url(public_origin)}/open/{nonce}"


def mcp_url(*, edit_key: uuid.UUID | None, public_origin: str) -> str:
    """The address that a person pastes into an MCP client."""
    return f"{home_url(public_origin)}/mcp" + (f"/{edit_key}" if edit_key else "")


def find_edit_key(text: str) -> uuid.UUID | None:
    """The edit key in a text: alone, in a link, or in whatever people and programs put around it.

    A text may hold several UUIDs: the `sessionId` of a query is meant first, then what follows
    `/mcp/`, then the only one that there is. None where there is none, or several alike.
    """
    found = edit_keys_in(text)
    return found[0] if len(found) == 1 else None


def edit_keys_in(text: str) -> list[uuid.UUID]:
    """The edit keys in a text that are alike in how clearly they mean a scene; see above."""
    if len(text) > MAX_KEY_TEXT_LENGTH:
        return []
    for _ in range(_MAX_QUOTINGS):
        text = unquote(before := text)
        if text == before:
            break
    for place in _PLACES:
        if found := dict.fromkeys(uuid.UUID(key) for key in place.findall(text)):
            return list(found)
    return []
