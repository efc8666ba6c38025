"""The base of our WebSockets: admission, limits, message order, close.

A socket's messages are handled in order, one at a time, so a handler must never wait for a message
of its own socket.
"""

import asyncio
import logging
import time
from typing import Any

from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from channels.utils import await_many_dispatch

from sessions_app.errors import RESTARTED_AFTER_SECONDS, StoreError
from sessions_app.limits import failures
from sessions_app.limits.browser_limits import (
    BYTES_OF_A_MESSAGE,
    MAX_MESSAGE_BYTES,
    MAX_MESSAGE_VALUES,
    MessageAllowance,
    OutgoingBudget,
    SlowBrowserError,
)
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Networks
from sessions_app.limits.rates import RateLimitedError
from sessions_app.limits.refusals import refusals
from sessions_app.people.principals import ANYONE
from sessions_app.storage.errors import refused
from sessions_app.telemetry import log_fields
from sessions_app.web import origins
from sessions_app.web.json_bounds import excess
from sessions_app.wire import scene_messages
from sessions_app.wire.scene_messages import CloseCode
from sessions_app.workers import worker
from sessions_app.workers.jitter import jitter

logger = logging.getLogger(__name__)

SEND_WITHIN_SECONDS = 15
MAX_BAD_MESSAGES = 3
MAX_WAITING_EVENTS = 16
# Our pages never cause these closes, so they count against the address.
_FAULTS = (CloseCode.BAD_MESSAGE, CloseCode.TOO_LARGE, CloseCode.NOT_REGISTERED)


class SocketConsumer(AsyncConsumer):  # type: ignore[misc] # Channels has no types
    """One socket. Subclasses handle its messages and its end."""

    def __init__(self) -> None:
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MAX_WAITING_EVENTS)
        self._budget = OutgoingBudget()
        self._bad_messages = 0
        self._networks: Networks = ()
        self._heard_at = time.monotonic()
        self._allowance = MessageAllowance(self._heard_at)
        self._close_code = CloseCode.RESTARTING
        self._timers: dict[str, asyncio.TimerHandle] = {}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.scope = scope
        self.base_send = send
        log_fields.begin(principal=ANYONE.logged_as)
        sources = [receive, *await self._event_sources(), self._inbox.get]
        try:
            await await_many_dispatch(sources, self.dispatch)
        except StopConsumer:
            pass
        finally:
            for timer in self._timers.values():
                timer.cancel()
            await asyncio.shield(self._leave())

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Dispatch a message to its handler; if a store is away, ask the browser to reconnect.

        Channels' own would first close old database connections on a thread shared by all.
        """
        try:
            await getattr(self, get_handler_name(message))(message)
        except StopConsumer:
            raise
        except Exception as error:
            given = refused(error)
            if given is None:
                raise
            await self._refuse_for_store(given)

    # For subclasses

    async def _event_sources(self) -> list[Any]:
        """Return further sources of messages."""
        return []

    async def _may_open(self) -> bool:
        """Return whether the handshake is accepted; a page never learns why it was not."""
        return origins.may_open_socket(self.scope)

    async def _accepted(self) -> None:
        """Handle the opened socket."""

    async def _read(self, text: str) -> None:
        """Handle a text message of an allowed size."""
        raise NotImplementedError

    async def _leave(self) -> None:
        """Clean up after the socket, whichever side closed it."""

    def _log_fields(self) -> dict[str, Any]:
        """Return the log fields of a closed socket."""
        return {"close_code": self._close_code}

    # From the ASGI server

    async def websocket_connect(self, _: dict[str, Any]) -> None:
        self._networks = origins.networks_of(origins.client_address(self.scope))
        unknown = None
        try:
            may_open = await self._may_open()
        except StoreError as error:  # the principal is unknown, so nothing is shown
            may_open, unknown = origins.may_open_socket(self.scope), error
        if not may_open:
            failures.count(self._networks, Limit.REFUSED_SOCKETS)
            await self.send({"type": "websocket.close", "code": CloseCode.NOT_ALLOWED})
            return
        await self.send({"type": "websocket.accept"})
        if unknown is not None:
            await self._refuse_for_store(unknown)
        if worker.is_draining():
            await self._refuse_for_now(RESTARTED_AFTER_SECONDS)
        try:
            failures.require_few(self._networks, Limit.REFUSED_SOCKETS)
        except RateLimitedError as error:
            await self._refuse(CloseCode.TOO_MANY, error.code, error.message)
        await self._accepted()

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        encoded = message.get("bytes") or b"" if text is None else text.encode()
        self._heard_at = time.monotonic()
        if not self._allowance.take(self._heard_at, 1 + len(encoded) // BYTES_OF_A_MESSAGE):
            refusals.note(Limit.MESSAGE_RATE)
            await self._refuse(CloseCode.TOO_MANY, "too_many", "Too many messages a second.")
        elif text is None:
            await self._bad_message("Only text messages are understood.")
        elif len(encoded) > MAX_MESSAGE_BYTES:
            refusals.note(Limit.MESSAGE_SIZE)
            await self._refuse(CloseCode.TOO_LARGE, "too_large", "The message is too large.")
        elif too_much := excess(encoded, most_values=MAX_MESSAGE_VALUES):
            await self._bad_message(f"The message {too_much}.")
        else:
            await self._read(text)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        self._close_code = message.get("code") or 1005
        raise StopConsumer

    # Sending

    async def _send_counted(self, number: int, frame: str, *, was_asked: bool = False) -> None:
        """Send a frame that the browser acknowledges by revision; drop a browser that lags."""
        try:
            self._budget.add(number, len(frame))
        except SlowBrowserError:
            refusals.note(Limit.UNCONFIRMED)
            await self._refuse(CloseCode.SLOW, "slow", "The browser does not keep up.")
            return
        await self._send_text(frame, was_asked=was_asked)

    async def _send_text(self, text: str, *, was_asked: bool = False) -> None:
        """Send a message. Replies do not raise its allowance, or request and reply could loop."""
        if not was_asked:
            self._allowance.expect_answer()
        try:
            async with asyncio.timeout(SEND_WITHIN_SECONDS):
                await self.send({"type": "websocket.send", "text": text})
        except TimeoutError:  # it does not read, so a close frame would not reach it either
            self._close_code = CloseCode.SLOW
            raise StopConsumer from None

    async def _bad_message(self, text: str) -> None:
        self._bad_messages += 1
        if self._bad_messages >= MAX_BAD_MESSAGES:
            refusals.note(Limit.BAD_MESSAGES)
            await self._refuse(CloseCode.BAD_MESSAGE, "bad_message", text)
        else:
            await self._send_text(scene_messages.error("bad_message", text))

    async def _refuse_for_now(self, seconds: float) -> None:
        """Say when to reconnect, then close: the process ends."""
        text = "The server restarts; the page comes back by itself."
        await self._refuse(CloseCode.RESTARTING, "restarting", text, retry_after_seconds=seconds)

    async def _refuse_for_store(self, error: StoreError) -> None:
        """Ask the page to retry, each after a different delay; the log has the cause."""
        seconds = round((error.retry_after_seconds or 1) * jitter(0.5, 1.5), 1)
        await self._refuse(
            CloseCode.TRY_LATER, error.code, error.page_text, retry_after_seconds=seconds
        )

    async def _send_back(self, text: str) -> None:
        """Ask the browser to reconnect within two seconds."""
        seconds = round(jitter(0, 2), 1)
        await self._refuse(CloseCode.TRY_LATER, "come_back", text, retry_after_seconds=seconds)

    async def _refuse(
        self, close_code: int, code: str, text: str, *, retry_after_seconds: float | None = None
    ) -> None:
        """Send the reason, then close for good."""
        self._close_code = close_code
        if close_code in _FAULTS:
            failures.count(self._networks, Limit.REFUSED_SOCKETS)
        refused_to = self._networks[0].name if self._networks else ""
        fields = self._log_fields() | {"code": code, "refused_to": refused_to}
        logger.info("browser refused", extra=fields)
        await self._send_text(
            scene_messages.error(code, text, retry_after_seconds=retry_after_seconds)
        )
        await self.send({"type": "websocket.close", "code": close_code})
        raise StopConsumer

    # Timers

    def _later(self, name: str, seconds: float, message: dict[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        self._timers[name] = loop.call_later(seconds, self._post, message)

    def _cancel(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def _post(self, message: dict[str, Any]) -> bool:
        """Queue a message; return False if the socket is stuck and drops it."""
        try:
            self._inbox.put_nowait(message)
        except asyncio.QueueFull:
            return False
        return True
