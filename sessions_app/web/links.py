"""Builds and parses links to a scene session's page and its MCP endpoint."""

import re
import uuid
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from django.conf import settings

# Not part of a longer run of letters or digits, which is another id, or half of one.
_UUID = r"(?<![^\W_])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![^\W_])"
_BARE = re.compile(_UUID)
# The clearest references to a scene come first.
_PLACES = tuple(
    re.compile(before + f"({_UUID})")
    for before in (r"(?:^|[?&;#\s])sessionId=[^\w&#]*", r"/mcp/[^\w/?#]*", "")
)
MAX_KEY_TEXT_LENGTH = 2000
_MAX_QUOTINGS = 3  # a link within a link within a link


def is_web_url(text: str) -> bool:
    """Return whether a text is an http or https URL with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def home_url(public_origin: str) -> str:
    """Return the URL that all other URLs start with."""
    return f"{public_origin}{settings.ROOT_PATH}"


def browser_url(*, edit_key: uuid.UUID | None, public_origin: str) -> str:
    """Return the page's URL: `BROWSER_URL` with its path, query and fragment, or our own."""
    return _page_url(f"sessionId={edit_key}" if edit_key else "", public_origin)


def share_url(token: str, *, public_origin: str) -> str:
    """Return the URL at which a share opens the page; it holds no edit key."""
    return _page_url(urlencode({"share": token}), public_origin)


def _page_url(opens: str, public_origin: str) -> str:
    """Return the page's URL with this query; `opens` may be empty."""
    address, query, fragment = _page(settings.BROWSER_URL or f"{home_url(public_origin)}/")
    query = "&".join(filter(None, (query, opens)))
    return f"{address}{'?' if query else ''}{query}{fragment}"


@lru_cache(maxsize=256)
def _page(url: str) -> tuple[str, str, str]:
    """Return the page's address, its query without what opens a scene, and its fragment."""
    parts = urlsplit(url)
    query = [
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if pair[0] not in ("sessionId", "share")
    ]
    address = urlunsplit(parts._replace(path=parts.path or "/", query="", fragment=""))
    return address, urlencode(query), f"#{parts.fragment}" if parts.fragment else ""


def with_join_code(url: str, code: str) -> str:
    """Add a join code to a link, in the fragment, which browsers send to no server."""
    parts = urlsplit(url)
    fragment = f"{parts.fragment}&join={code}" if parts.fragment else f"join={code}"
    return urlunsplit(parts._replace(fragment=fragment))


def invitation_url(nonce: str, *, public_origin: str) -> str:
    """Return the one-time URL that asks a person to open a scene; it holds no edit key."""
    return f"{home_url(public_origin)}/open/{nonce}"


def file_url(nonce: str, *, public_origin: str) -> str:
    """Return the URL that downloads a file made of a scene."""
    return f"{home_url(public_origin)}/files/{nonce}"


def file_parts_path(nonce: str) -> str:
    """Return the path below which a page sends a file: `/<attempt>/<number>` follows."""
    return f"{settings.ROOT_PATH}/files/{nonce}"


def mcp_url(*, edit_key: uuid.UUID | None, public_origin: str) -> str:
    """Return the MCP URL that a person pastes into a client."""
    return f"{home_url(public_origin)}/mcp" + (f"/{edit_key}" if edit_key else "")


def find_edit_key(text: str) -> uuid.UUID | None:
    """Find the edit key in a text: bare, in a link, or in surrounding text.

    Of several UUIDs, the `sessionId` of a query wins, then the one after `/mcp/`, then a single
    bare one. None if there is none, or several of equal rank.
    """
    found = edit_keys_in(text)
    return found[0] if len(found) == 1 else None


def edit_keys_in(text: str) -> list[uuid.UUID]:
    """Return the edit keys of the best rank in a text; see `find_edit_key` for the ranks."""
    if len(text) > MAX_KEY_TEXT_LENGTH:
        return []
    if _BARE.fullmatch(text):  # nearly always
        return [uuid.UUID(text)]
    for _ in range(_MAX_QUOTINGS):
        text = unquote(before := text)
        if text == before:
            break
    for place in _PLACES:
        if found := dict.fromkeys(uuid.UUID(key) for key in place.findall(text)):
            return list(found)
    return []
