"""Lets pages of the origins in ALLOWED_ORIGINS read what `/mcp` answers (Fetch standard, CORS).

Browser-based MCP clients need it. No cookie is an identity here, so credentials are never allowed.
"""

from http import HTTPStatus

from django.conf import settings
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Scope, Send

from sessions_app.web import origins

# `Mcp-Param-…` is left out: no tool of ours names a header for an argument.
_ALLOWED_HEADERS = (
    "Authorization, Content-Type, Last-Event-ID, Mcp-Method, Mcp-Name, Mcp-Protocol-Version,"
    " Mcp-Session-Id"
)
_EXPOSED_HEADERS = "Mcp-Session-Id, Mcp-Protocol-Version, WWW-Authenticate"
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
    "Access-Control-Max-Age": "7200",  # browsers keep it no longer
}


def listed_origin(scope: Scope) -> str | None:
    """The page's origin as it says it, where ALLOWED_ORIGINS names it.

    Origins that are only allowed to send (our own page's, in development loopback) are not enough:
    who may read is named one by one.
    """
    if not settings.ALLOWED_ORIGINS:
        return None
    origin = origins.header(scope["headers"], b"origin")
    return origin if origin and origin.lower() in settings.ALLOWED_ORIGINS else None


def preflight(scope: Scope) -> Response | None:
    """The answer to a listed page's question what it may send; None for any other request."""
    is_question = scope["method"] == "OPTIONS" and listed_origin(scope) is not None
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT) if is_question else None


def readable(scope: Scope, send: Send) -> Send:
    """A `send` whose answer a listed page can read; for everyone else, `send` itself."""
    origin = listed_origin(scope)
    if origin is None:
        return send

    async def send_readable(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS
            headers.add_vary_header("Origin")
        await send(message)

    return send_readable
