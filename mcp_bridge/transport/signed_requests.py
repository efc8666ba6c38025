"""Ends a signed-in client's request once its sign-in has ended."""

import anyio
from starlette.types import Message, Send

from sessions_app import clock
from sessions_app.people.bearers import Bearer
from sessions_app.people.sign_ins import SignIn

# How long a call in flight may continue after its token has expired.
FINISH_WITHIN_SECONDS = 30.0


class SignedRequest:
    """One request. Serve it within `scope` and with its `send`, then call `finish`."""

    scene_session_id: int | None = None

    def __init__(self, bearer: Bearer, send: Send) -> None:
        self.sign_in = SignIn(identity_id=bearer.identity_id, expires_at=bearer.expires_at)
        self.principal = bearer.principal
        left = max(bearer.expires_at - clock.now().timestamp(), FINISH_WITHIN_SECONDS)
        self.scope = anyio.CancelScope(deadline=anyio.current_time() + left)
        self._send = send
        self._is_open = False

    def sign_out(self) -> None:
        """End the response; a call in flight continues without one."""
        self.scope.cancel()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._is_open = True
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            self._is_open = False
        await self._send(message)

    async def finish(self) -> None:
        """Terminate a response that was cut short."""
        if self.scope.cancelled_caught and self._is_open:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
