"""Pairing codes at a page's socket: its scene's for another screen, and those of waiting pages."""

import contextlib
import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from sessions_app import clock
from sessions_app.browsers.scene_codes import scene_code_create, scene_code_find
from sessions_app.browsers.waiting_pages import (
    WaitingPage,
    waiting_page_end,
    waiting_page_find,
    waiting_page_open,
    waiting_page_scene,
)
from sessions_app.errors import StoreError, TooManyConnectionsError
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import RateLimitedError
from sessions_app.people.access import Access
from sessions_app.people.principals import ANYONE, Principal
from sessions_app.people.sign_ins import SignIn
from sessions_app.sockets.base import SocketConsumer
from sessions_app.storage import scene_work
from sessions_app.wire import page_messages, scene_messages
from sessions_app.wire.events import tell_channel
from sessions_app.wire.scene_messages import CloseCode
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

BEAT_EVERY_SECONDS = 25
# With these a page says that it does not come back (RFC 6455, section 7.4.1).
_LEFT_FOR_GOOD = (1000, 1001)


@dataclass(slots=True, eq=False)
class SignedInPage:
    """A waiting page's sign-in, for the keeper that ends the socket when it has ended."""

    socket: "PairingCodes"
    sign_in: SignIn
    principal: Principal
    scene_session_id: int | None = None

    def sign_out(self) -> None:
        self.socket._post({"type": "signed.out"})


class PairingCodes(SocketConsumer):
    """The part of a page's socket that makes codes, and joins no scene until a person agrees."""

    def __init__(self) -> None:
        super().__init__()
        self.channel_name = ""
        self.access = Access()
        self.scene_session_id = 0
        self.sign_in, self.principal = SignIn(), ANYONE
        self._waiting: WaitingPage | None = None
        self._waits_as: page_messages.RegisterSession | None = None
        self._proposal: dict[str, Any] | None = None  # the client's call that waits for consent
        self._watched: SignedInPage | None = None

    async def _enter_proposed(self, edit_key: UUID, message: page_messages.RegisterSession) -> None:
        """Join the page to the scene of the client that its person has agreed to."""
        raise NotImplementedError

    # A code for another screen

    async def _request_code(self, _: page_messages.RequestPairingCode) -> None:
        """Make a code of this page's scene: it gives what this page's own link gives."""
        edit_key = self.access.edit_key
        if edit_key is None:
            return
        try:
            (await worker.current()).call_rates.count(Limit.RATE_PER_SCENE, edit_key.hex)
        except RateLimitedError as error:
            await self._refuse_code(error.code, error.message)
            return
        scene = self.scene_session_id
        code = await scene_work.run_patiently(scene_code_create, scene, edit_key=edit_key)
        if code is None:
            text = "There are too many codes at the moment. Use the link, or try again later."
            await self._refuse_code("too_many", text)
            return
        await self._send_text(scene_messages.pairing_code(code), was_asked=True)

    async def _refuse_code(self, code: str, text: str) -> None:
        await self._send_text(scene_messages.error(code, text), was_asked=True)

    async def _scene_of(self, code: str) -> UUID:
        """Return the edit key of the scene that a code opens.

        Raises:
            PairingCodeUnknownError: there is no such code, or it is not for this person.
            TooManyCodesTriedError: too many wrong ones were tried.
        """
        return await scene_work.run_patiently(scene_code_find, code, self.principal, self._networks)

    # A page that waits

    def _may_say(self, message: page_messages.BrowserMessage) -> bool:
        """Return whether a page that is not registered may send this."""
        if self._waiting is None:
            return isinstance(message, page_messages.RegisterSession)
        return isinstance(message, page_messages.JoinAnswer | page_messages.Heartbeat)

    async def _wait(self, message: page_messages.RegisterSession) -> None:
        """Give the page a code and wait for the client that uses it."""
        if settings.MCP_ENABLE_MULTI_USER and self.principal.user_id is None:
            text = "Sign in to have your AI open its scene here."
            await self._refuse(CloseCode.NOT_SIGNED_IN, "not_signed_in", text)
        self._waits_as = message
        here = await worker.current()
        try:
            self._waiting = await scene_work.run_patiently(
                waiting_page_open,
                channel_name=self.channel_name,
                networks=self._networks,
                user_id=self.principal.user_id,
                ticket=message.ticket,
            )
        except TooManyConnectionsError as error:
            await self._refuse(CloseCode.TOO_MANY, error.code, error.message)
            return
        self._cancel("registration")
        self._watched = self._watched or SignedInPage(self, self.sign_in, self.principal)
        if self.principal.user_id is not None:
            here.sign_ins.add(self._watched)
        await self._show_code(self._waiting)
        self._again_later()

    async def _show_code(self, page: WaitingPage) -> None:
        frame = scene_messages.pairing_code(page.code, page.valid_for_seconds, ticket=page.ticket)
        await self._send_text(frame, was_asked=True)
        self._end_later(page)
        if page.client:
            await self._send_text(scene_messages.join_requested(page.client))

    def _end_later(self, page: WaitingPage) -> None:
        self._cancel("waiting")
        self._later("waiting", page.valid_for_seconds, {"type": "waiting.expired"})

    def _again_later(self) -> None:
        self._later("waiting beat", BEAT_EVERY_SECONDS, {"type": "waiting.beat"})

    async def waiting_beat(self, _: dict[str, Any]) -> None:
        """Keep the connection alive, and find the proposal that the channel layer may have lost."""
        if self._waiting is None:
            return
        await self._look(self._waiting)
        await self._send_text(scene_messages.heartbeat(0, clock.seconds()))
        self._again_later()

    async def waiting_expired(self, _: dict[str, Any]) -> None:
        if self._waiting is not None:
            await self._look(self._waiting)

    async def scene_proposed(self, event: dict[str, Any]) -> None:
        if self._waiting is None:
            return
        self._proposal = event
        await self._look(self._waiting)

    async def _look(self, before: WaitingPage) -> None:
        """Read how the page's code stands; ask the person if a client has come with it."""
        page = await scene_work.run_patiently(waiting_page_find, before.id)
        if page is None:
            text = "The code has expired. Get a new one."
            await self._refuse(CloseCode.CODE_EXPIRED, "code_expired", text)
            return
        self._waiting = page
        self._end_later(page)
        if page.client and page.client != before.client:
            await self._send_text(scene_messages.join_requested(page.client))

    async def _answer_join(self, message: page_messages.JoinAnswer) -> None:
        """Join the scene that a client proposes, or go on waiting with another code."""
        page, registered_as = self._waiting, self._waits_as
        if page is None or registered_as is None or not page.client:
            return  # nothing is proposed any more
        if not message.accept:
            await scene_work.run_patiently(waiting_page_end, page.id)
            await self._reply("refused")
            await self._wait(registered_as)
            return
        edit_key = await scene_work.run_patiently(waiting_page_scene, page.id)
        if edit_key is None:
            await self._look(page)
            return
        await self._enter_proposed(edit_key, registered_as)
        self._waiting = None
        self._stop_waiting()
        await self._reply("given")
        await scene_work.run_patiently(waiting_page_end, page.id)

    async def _reply(self, kind: str) -> None:
        proposal, self._proposal = self._proposal, None
        if proposal is not None:
            reply = {"type": "reply", "call_id": proposal["request_id"], "kind": kind}
            await tell_channel(proposal["reply_channel"], reply)

    def _stop_waiting(self) -> None:
        self._cancel("waiting")
        self._cancel("waiting beat")
        here = worker.begun()
        if here is not None and self._watched is not None:
            here.sign_ins.remove(self._watched)
        self._watched = None

    async def _leave_waiting(self) -> None:
        """Clean up after a page that waited; one whose connection broke comes back."""
        if self._waiting is None:
            return
        self._stop_waiting()
        await self._reply("open")
        if self._close_code in _LEFT_FOR_GOOD:
            with contextlib.suppress(StoreError):  # then its code expires
                await scene_work.run_patiently(waiting_page_end, self._waiting.id)
