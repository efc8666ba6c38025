"""Routes between programs, which get the protocol, and people, who get a page."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from sessions_app.web import origins
from sessions_app.web.root_path import own_path


class McpOrPage:
    """Routes browser navigation to Django and everything else to the MCP endpoint."""

    def __init__(self, endpoint: ASGIApp, pages: ASGIApp) -> None:
        self._endpoint = endpoint
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._pages if _is_persons(scope) else self._endpoint
        await answer(scope, receive, send)


class PageOrMcp:
    """Routes requests to Django, but stray MCP clients to the endpoint, which reports its URL.

    Clients come to the page's URL if a person pastes that into them. Django would respond with a
    CSRF error or a "not found" page.
    """

    def __init__(self, endpoint: ASGIApp, pages: ASGIApp) -> None:
        self._endpoint = endpoint
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._endpoint if _is_lost(scope) else self._pages
        await answer(scope, receive, send)


# MCP clients do not post here.
_NOT_LOST = re.compile(r"/(?:accounts|admin|api|open|scenes|static)/")


def _is_lost(scope: Scope) -> bool:
    """Return whether this is an MCP client at a URL other than the endpoint's."""
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
    """Return whether a browser opens the URL; an MCP client's GET accepts only event streams."""
    if scope["method"] not in ("GET", "HEAD"):
        return False
    kinds = _accepted(scope)
    return "text/html" in kinds and "text/event-stream" not in kinds
