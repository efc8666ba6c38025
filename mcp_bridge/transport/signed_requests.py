"""Ends what a signed-in client's request still has open once its sign-in has ended."""

import anyio
from starlette.types import Message, Send

from sessions_app import clock
from sessions_app.people.bearers import Bearer
from sessions_app.people.sign_ins import SignIn

# A call that is under way as its token expires may end; it has no more time than this.
FINISH_WITHIN_SECONDS = 30.0


class SignedRequest:
    """One request. Use its `scope` around the serving, and its `send` in it, then `finish`."""

    scene_session_id: int | None = None

    def __init__(self, bearer: Bearer, send: Send) -> None:
        self.sign_in = SignIn(identity_id=bearer.identity_id, expires_at=bearer.expires_at)
        self.principal = bearer.principal
        left = max(bearer.expires_at - clock.now().timestamp(), FINISH_WITHIN_SECONDS)
        self.scope = anyio.CancelScope(deadline=anyio.current_time() + left)
        self._send = send
        self._is_open = False

    def sign_out(self) -> None:
        """End the stream; a call that is under way goes on to its end, and has nobody to tell."""
        self.scope.cancel()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._is_open = True
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            self._is_open = False
        await self._send(message)

    async def finish(self) -> None:
        """End an answer that was cut short."""
        if self.scope.cancelled_caught and self._is_open:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
