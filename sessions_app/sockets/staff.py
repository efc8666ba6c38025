"""The WebSocket of the staff's overview."""

import logging
from typing import Any

from pydantic import ValidationError

from sessions_app.calls import staff_messages
from sessions_app.calls.overview import SessionsView
from sessions_app.people.sign_ins import signed_in_users
from sessions_app.sockets.base import SocketConsumer
from sessions_app.storage import database
from sessions_app.telemetry import log_fields
from sessions_app.web import cookies
from sessions_app.wire.scene_messages import CloseCode
from sessions_app.workers import worker
from sessions_app.workers.staff_feed import StaffFeed

logger = logging.getLogger(__name__)


class StaffConsumer(SocketConsumer):
    """One open overview. The feed sends it what happens, and the end of its user's sign-in."""

    def __init__(self) -> None:
        super().__init__()
        self.session_key = ""
        self.user_id = 0
        self.view = SessionsView()
        self._feed: StaffFeed | None = None
        self._look = 0  # the last that was sent

    async def _accepted(self) -> None:
        self.session_key = cookies.session_key(self.scope)
        users = await database.run(signed_in_users, [self.session_key])
        user = users.get(self.session_key)
        if user is None:
            await self._refuse(CloseCode.NOT_SIGNED_IN, "not_signed_in", "Sign in to the admin.")
        elif not user.is_staff:
            text = "Only staff may look at this: sign in with another account."
            await self._refuse(CloseCode.NOT_ALLOWED, "not_allowed", text)
        else:
            self.user_id = user.pk
            log_fields.add(principal=user.pk)
            await self._begin()

    async def _begin(self) -> None:
        feed = (await worker.current()).staff
        if not feed.add(self):
            text = "Too many overviews are open with this account: close some of them."
            await self._refuse(CloseCode.TOO_MANY, "too_many", text)
        self._feed = feed
        logger.info("overview opened")

    async def _leave(self) -> None:
        if self._feed is not None:
            self._feed.remove(self)
            logger.info("overview closed", extra=self._log_fields())

    # From the page

    async def _read(self, text: str) -> None:
        try:
            message = staff_messages.parse(text)
        except ValidationError:
            await self._bad_message("The message is not one of docs/protocol.md, section Staff.")
            return
        if isinstance(message, staff_messages.Shown):
            await self._shown(message.look)
        elif self._feed is not None:
            self.view = SessionsView(message.state, message.search, message.page)
            self._feed.view_changed()

    async def _shown(self, look: int) -> None:
        if look > self._look:
            await self._bad_message(f"Look {look} was not sent over this connection.")
        else:
            self._budget.settle(look)

    # From the feed

    def tell(self, look: int, frames: list[str]) -> bool:
        return self._post({"type": "staff.news", "look": look, "frames": frames})

    def sign_out(self) -> None:
        self._post({"type": "staff.signed_out"})

    async def staff_news(self, event: dict[str, Any]) -> None:
        self._look = event["look"]
        for frame in event["frames"]:
            await self._send_counted(event["look"], frame)

    async def staff_signed_out(self, _: dict[str, Any]) -> None:
        text = "You are signed out, or are no longer staff."
        await self._refuse(CloseCode.NOT_SIGNED_IN, "not_signed_in", text)
