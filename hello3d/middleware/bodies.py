"""Bounds the bodies of requests to Django, which takes in all of one before any view is asked."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hello3d.middleware.responses import send_text
from sessions_app.web.bodies import BodyRefusedError, IncomingBody

_GONE = {"type": "http.disconnect"}


class BoundedBodies:
    """Passes requests on whose bodies come within their bounds."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_bounded() -> Message:
            """What follows the body is waited for without an end.

            To Django a body that is refused is one whose sender has gone: it ends without a word.
            """
            if body.is_whole:
                return await receive()
            try:
                return await body.receive()
            except BodyRefusedError:
                return _GONE

        with IncomingBody(scope, receive) as body:  # Django keeps it until it has answered
            await self._application(scope, receive_bounded, send)
        if body.refused is not None:
            status, text, headers = body.refused.status, body.refused.text, body.refused.headers
            await send_text(scope, send, status, text, headers=headers)
