"""Mounts the whole application below `ROOT_PATH`."""

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from hello3d.middleware.responses import send_text
from sessions_app.web.root_path import NotStrippedError, placed


class BelowRootPath:
    """Passes requests on with `root_path` set, whether or not their path begins with it."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        try:
            scope = placed(scope)
        except NotStrippedError as error:
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close"})
            else:
                await send_text(scope, send, HTTPStatus.NOT_FOUND, str(error))
            return
        await self._application(scope, receive, send)
