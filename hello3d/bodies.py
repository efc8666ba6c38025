"""Bounds the bodies of requests to Django, which takes in all of one before any view is asked."""

import asyncio
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hello3d.answering import send_text
from sessions_app import origins
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals

MAX_BODY_BYTES = 1024 * 1024
BODY_WITHIN_SECONDS = 15
_GONE = {"type": "http.disconnect"}


class BoundedBodies:
    """Passes requests on whose bodies are of a bounded size and come in a bounded time."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = _Body(receive)
        if _declared_size(scope) > MAX_BODY_BYTES:
            body.refused = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        else:
            await self._application(scope, body.receive, send)
        if body.refused is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            refusals.note(Limit.REQUEST_SIZE)
            text = f"The body is larger than {MAX_BODY_BYTES} bytes"
            await send_text(scope, send, body.refused, text)
        elif body.refused is HTTPStatus.REQUEST_TIMEOUT:
            text = f"The body did not arrive within {BODY_WITHIN_SECONDS} s"
            await send_text(scope, send, body.refused, text)


def _declared_size(scope: Scope) -> int:
    declared = origins.header(scope["headers"], b"content-length") or ""
    return int(declared) if declared.isdecimal() else 0


class _Body:
    """What comes in of one request; `refused` says why it was not taken in."""

    def __init__(self, receive: Receive) -> None:
        self.refused: HTTPStatus | None = None
        self._receive = receive
        self._size = 0
        self._is_whole = False
        self._end = asyncio.get_running_loop().time() + BODY_WITHIN_SECONDS

    async def receive(self) -> Message:
        """The next message of the server; what follows the body is waited for without an end.

        To Django a body that is refused is one whose sender has gone: it ends without a word.
        """
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            self.refused = HTTPStatus.REQUEST_TIMEOUT
            return _GONE
        self._size += len(message.get("body", b""))
        if self._size > MAX_BODY_BYTES:
            self.refused = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            return _GONE
        self._is_whole = not message.get("more_body", False)
        return message
