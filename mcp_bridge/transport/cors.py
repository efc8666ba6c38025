"""Lets pages of ALLOWED_ORIGINS read responses of `/mcp` (Fetch standard, CORS).

Browser-based MCP clients need it. Cookies do not authenticate here, so credentials are never
allowed.
"""

from http import HTTPStatus

from django.conf import settings
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Scope, Send

from sessions_app.web import origins

# Without `Mcp-Param-…`, because no tool maps an argument to a header.
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
    """Return the page's origin as sent, if it is in ALLOWED_ORIGINS.

    Origins that may only send (our own page, loopback in development) do not count: readers are
    listed explicitly.
    """
    if not settings.ALLOWED_ORIGINS:
        return None
    origin = origins.header(scope["headers"], b"origin")
    return origin if origin and origin.lower() in settings.ALLOWED_ORIGINS else None


def preflight(scope: Scope) -> Response | None:
    """Return the response to a listed page's preflight; None for any other request."""
    is_question = scope["method"] == "OPTIONS" and listed_origin(scope) is not None
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT) if is_question else None


def readable(scope: Scope, send: Send) -> Send:
    """Return a `send` that lets a listed page read the response; else `send` itself."""
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
