"""Bounds the bodies of requests to Django, which reads a whole body before any view runs."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hello3d.middleware.responses import send_text
from sessions_app.web.bodies import BodyRefusedError, IncomingBody

_GONE = {"type": "http.disconnect"}


class BoundedBodies:
    """Passes on requests whose bodies are within the bounds."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_bounded() -> Message:
            """Receive the body within its bounds; later messages have no timeout.

            A refused body looks to Django like a disconnect, so it stops silently.
            """
            if body.is_whole:
                return await receive()
            try:
                return await body.receive()
            except BodyRefusedError:
                return _GONE

        with IncomingBody(scope, receive) as body:  # held until Django has responded
            await self._application(scope, receive_bounded, send)
        if body.refused is not None:
            status, text, headers = body.refused.status, body.refused.text, body.refused.headers
            await send_text(scope, send, status, text, headers=headers)
