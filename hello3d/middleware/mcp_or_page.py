"""Who asks: a program, which gets the protocol, or a person, who gets a page."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from sessions_app.web import origins
from sessions_app.web.root_path import own_path


class McpOrPage:
    """Hands a browser's request to open the address to Django, and all others to the endpoint."""

    def __init__(self, endpoint: ASGIApp, pages: ASGIApp) -> None:
        self._endpoint = endpoint
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._pages if _is_persons(scope) else self._endpoint
        await answer(scope, receive, send)


class PageOrMcp:
    """Hands requests to Django, and those of MCP clients to the endpoint, which names its address.

    They come to the page's own address where a person pastes that into a client; Django would
    answer a missing CSRF token, or a page that says "not found".
    """

    def __init__(self, endpoint: ASGIApp, pages: ASGIApp) -> None:
        self._endpoint = endpoint
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._endpoint if _is_lost(scope) else self._pages
        await answer(scope, receive, send)


# What is posted there is no MCP client's.
_NOT_LOST = re.compile(r"/(?:accounts|admin|api|open|scenes|static)/")


def _is_lost(scope: Scope) -> bool:
    """Whether this is an MCP client at an address that is none of the endpoint's."""
    if _NOT_LOST.match(own_path(scope)):
        return False
    if scope["method"] == "POST":
        kind = origins.header(scope["headers"], b"content-type") or ""
        return kind.partition(";")[0].strip().lower() == "application/json"
    if scope["method"] != "GET":
        return False
    kinds = _accepted(scope)
    return "text/event-stream" in kinds and "text/html" not in kinds


def _accepted(scope: Scope) -> set[str]:
    accepted = (origins.header(scope["headers"], b"accept") or "").lower().split(",")
    return {media_type.partition(";")[0].strip() for media_type in accepted}


def _is_persons(scope: Scope) -> bool:
    """Whether a browser opens the address: an MCP client's GET takes `text/event-stream` alone."""
    if scope["method"] not in ("GET", "HEAD"):
        return False
    kinds = _accepted(scope)
    return "text/html" in kinds and "text/event-stream" not in kinds
