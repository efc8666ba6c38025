"""Responds to plain requests at a WebSocket's URL: a lost upgrade, a page, a person.

A browser does not report to a page why its socket fails to open. So the page requests the same URL
over HTTP, to find out whether it reaches this server and whether its origin is allowed.
"""

import json
import logging
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from hello3d.middleware.responses import send_text
from sessions_app.scene.errors import quoted
from sessions_app.web import origins

logger = logging.getLogger(__name__)

UPGRADE_REQUIRED = (
    "This is the address of a WebSocket, and the request does not ask for one. If a browser sent it"
    " to open one, a proxy on the way dropped the headers Upgrade and Connection: have it pass them"
    " on, over HTTP/1.1 (docs/operations.md, Behind a proxy)."
)
OPEN = "A page of this origin may open a WebSocket here, and this request has reached the server."
ORIGIN_REFUSED = (
    "A page of this origin may open no WebSocket here. Whoever runs the server can set"
    " PUBLIC_ORIGIN to the address of the page, or add it to ALLOWED_ORIGINS (docs/settings.md)."
)


async def answer_plainly(scope: Scope, _: Receive, send: Send) -> None:
    """Respond to a request without a WebSocket upgrade; a page's check is a POST.

    The check's response is 200 or 403 with JSON, to distinguish it from other servers' responses.
    """
    if scope["method"] == "POST":
        await _answer_page(scope, send)
        return
    if origins.header(scope["headers"], b"sec-websocket-key") is not None:
        logger.warning("a WebSocket handshake came without its upgrade: a proxy has dropped it")
    headers = {"upgrade": "websocket", "connection": "upgrade"}  # RFC 9110, section 15.5.22
    await send_text(scope, send, HTTPStatus.UPGRADE_REQUIRED, UPGRADE_REQUIRED, headers=headers)


async def _answer_page(scope: Scope, send: Send) -> None:
    if origins.may_open_socket(scope):
        logger.warning("a page asks why its WebSocket does not open: its requests arrive")
        await _send_json(scope, send, HTTPStatus.OK, {"code": "open", "message": OPEN})
        return
    origin = quoted(origins.header(scope["headers"], b"origin") or "", limit=100)
    logger.warning("a page of origin %s may open no WebSocket: see ALLOWED_ORIGINS", origin)
    refusal = {"code": "origin_refused", "message": ORIGIN_REFUSED}
    await _send_json(scope, send, HTTPStatus.FORBIDDEN, refusal)


async def _send_json(scope: Scope, send: Send, status: HTTPStatus, body: dict[str, str]) -> None:
    await send_text(scope, send, status, json.dumps(body), content_type="application/json")
