"""Requires exactly one valid Host header (RFC 9112, section 3.2)."""

import re
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from hello3d.middleware.responses import send_text
from sessions_app.limits import failures
from sessions_app.limits.names import Limit
from sessions_app.web import origins

# Looser than the allowed hosts: any single host passes here.
_HOST = re.compile(rb"(?:[\w.~%-]+|\[[\da-fA-F:.]+\])(?::\d*)?")
_TEXT = "Send one Host header, with the name or address of this server in it"


class OneHost:
    """Passes on requests and sockets that name one host; others get HTTP 400."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _names_one_host(scope):
            await self._application(scope, receive, send)
            return
        networks = origins.networks_of(origins.client_address(scope))
        if scope["type"] == "http":
            failures.count(networks, Limit.REFUSED_PER_CLIENT)
            headers = {"connection": "close"}
            await send_text(scope, send, HTTPStatus.BAD_REQUEST, _TEXT, headers=headers)
        else:
            failures.count(networks, Limit.REFUSED_SOCKETS)
            await receive()
            await _refuse_socket(scope, send)


def _names_one_host(scope: Scope) -> bool:
    """Return whether there is one valid host; Daphne joins two headers by a comma."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if not hosts:
        return scope.get("http_version") != "1.1"
    return len(hosts) == 1 and _HOST.fullmatch(hosts[0]) is not None


async def _refuse_socket(scope: Scope, send: Send) -> None:
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    status = int(HTTPStatus.BAD_REQUEST)
    await send({"type": "websocket.http.response.start", "status": status, "headers": []})
    await send({"type": "websocket.http.response.body", "body": f"{_TEXT}\n".encode()})
