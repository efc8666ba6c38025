"""Bounds the header fields of requests, which are scanned on the event loop."""

from http import HTTPStatus

from channels.routing import URLRouter
from starlette.types import Receive, Scope, Send

from hello3d.middleware.responses import send_text
from sessions_app.limits import failures
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.web import origins

MAX_FIELDS = 200  # browsers send about thirty, proxies add a dozen
MAX_FIELD_BYTES = 16 * 1024  # a bearer token has at most 8 kB


class BoundedRouter(URLRouter):  # type: ignore[misc] # Channels has no types
    """Routes requests and sockets with heads of ordinary size, and refuses others."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope["headers"]
        if len(headers) <= MAX_FIELDS and all(
            len(value) <= MAX_FIELD_BYTES for _, value in headers
        ):
            await super().__call__(scope, receive, send)
            return
        refusals.note(Limit.REQUEST_SIZE)
        networks = origins.networks_of(origins.client_address(scope))
        if scope["type"] == "websocket":
            failures.count(networks, Limit.REFUSED_SOCKETS)
            await receive()
            await send({"type": "websocket.close"})
            return
        failures.count(networks, Limit.REFUSED_PER_CLIENT)
        status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        text = f"A request may have {MAX_FIELDS} header fields of {MAX_FIELD_BYTES} bytes each"
        await send_text(scope, send, status, text)
