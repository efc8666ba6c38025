"""The browsers' WebSocket: registers a page in its scene's group and forwards changes."""

import asyncio
import logging
import time
from typing import Any, ClassVar
from uuid import UUID, uuid4

from channels.layers import get_channel_layer
from django.conf import settings
from pydantic import ValidationError
from redis.exceptions import RedisError

from sessions_app import clock
from sessions_app.browsers import joining
from sessions_app.browsers.pairings import Visitor
from sessions_app.calls.batches import Acknowledgement
from sessions_app.errors import (
    SceneSessionClosedError,
    SceneSessionUnknownError,
    TooManyConnectionsError,
)
from sessions_app.limits import failures
from sessions_app.limits.rates import RateLimitedError
from sessions_app.people.principals import ANYONE
from sessions_app.people.sign_ins import SignIn
from sessions_app.revisions.reads import patches_since
from sessions_app.sessions.closing import closed_error
from sessions_app.sockets.base import SocketConsumer
from sessions_app.sockets.edits import Edits
from sessions_app.sockets.questions import Questions
from sessions_app.sockets.sign_in import Visit, may_open, visit_of
from sessions_app.storage import database
from sessions_app.telemetry import log_fields
from sessions_app.web import links, origins
from sessions_app.wire import scene_messages
from sessions_app.wire.events import leave_scene, tell_channel, tell_scene
from sessions_app.wire.scene_messages import CloseCode
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

REGISTER_WITHIN_SECONDS = 10
SILENT_AFTER_SECONDS = 60
MAX_AWAITED = 64
OPEN_CHANNEL_WITHIN_SECONDS = 2.0


class SceneConsumer(SocketConsumer):
    """One browser's connection, identified by its channel name; `browserId` grants nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.scene_session_id = 0
        self.pairing_id = 0
        self.channel_name = ""
        self._hears = True  # whether changes arrive as they happen
        self.sign_in = SignIn()
        self.principal = ANYONE
        self._visit: Visit | None = None
        self._slowed: RateLimitedError | None = None
        self.edit_key: UUID | None = None
        self._browser_id = ""
        self._has_failed = False
        self._revision = 0  # the last that was sent
        self._worker: worker.Worker | None = None
        self._awaited: dict[int, tuple[str, str]] = {}  # revision → reply channel, call id
        self._questions = Questions()
        self._edits = Edits(self._inbox.put)
        self._back_after_seconds: float | None = None  # the process ends

    async def _event_sources(self) -> list[Any]:
        layer = get_channel_layer()
        here = worker.begun()
        self._hears = here is None or not here.layer.is_away
        if self._hears:
            try:
                async with asyncio.timeout(OPEN_CHANNEL_WITHIN_SECONDS):
                    self.channel_name = await layer.new_channel()
            except (RedisError, TimeoutError):
                self._hears = False
        if not self._hears:  # heartbeats bring the changes instead
            self.channel_name = f"unheard.{uuid4().hex}"
            return []

        async def receive_event() -> dict[str, Any]:
            return dict(await layer.receive(self.channel_name))

        return [receive_event]

    async def _may_open(self) -> bool:
        await self._find_visit()
        if self._visit is not None:
            log_fields.add(principal=self._visit.principal.logged_as)
        return may_open(self.scope, self._visit)

    async def _find_visit(self) -> None:
        """Identify the visitor, unless the address has failed too often lately."""
        self._visit = self._slowed = None
        try:
            self._visit = await visit_of(self.scope)
        except RateLimitedError as error:
            self._slowed = error

    async def _accepted(self) -> None:
        if self._visit is None:
            await self._refuse_visit("Sign in to open this scene.")
            return
        self._later("registration", REGISTER_WITHIN_SECONDS, {"type": "registration.expired"})

    async def _read(self, text: str) -> None:
        try:
            message = scene_messages.parse(text)
        except ValidationError:
            await self._bad_message("The message is not one of docs/protocol.md.")
            return
        if not self.pairing_id and not isinstance(message, scene_messages.RegisterSession):
            await self._refuse(
                CloseCode.BAD_MESSAGE, "not_registered", "registerSession must come first."
            )
            return
        await self._handlers[type(message)](self, message)

    # From the page

    async def _register(self, message: scene_messages.RegisterSession) -> None:
        """Join the group before reading the scene, so that no change is missed between them."""
        edit_key = links.find_edit_key(message.session_id)
        if self.pairing_id and (edit_key, message.browser_id) != (self.edit_key, self._browser_id):
            text = "This connection belongs to another scene or browser: open a new one."
            await self._bad_message(text)
            return
        await self._find_visit()  # the sign-in may have ended since the handshake
        if self._visit is None:
            await self._refuse_visit("You are signed out.")
            return
        self.sign_in, self.principal = self._visit.sign_in, self._visit.principal
        visitor = Visitor(
            browser_id=message.browser_id,
            name=message.name,
            channel_name=self.channel_name,
            remote_address=origins.client_address(self.scope),
            user_agent=origins.header(self.scope["headers"], b"user-agent") or "",
            principal=self.principal,
        )
        networks = origins.networks_of(visitor.remote_address)
        try:
            failures.require_few(networks)
            self._worker = await worker.current()
            joined = await joining.join(
                edit_key, visitor, known_revision=message.revision, hears=self._hears
            )
        except SceneSessionUnknownError as error:
            failures.count(networks)
            if visitor.principal.joined and visitor.principal.user_id is None:
                await self._refuse_stranger("Sign in to open other scenes than that of the link.")
            await self._refuse(CloseCode.NO_SUCH_SESSION, error.code, error.message)
            return
        except SceneSessionClosedError as error:
            await self._refuse(CloseCode.SESSION_CLOSED, error.code, error.page_text)
            return
        except (TooManyConnectionsError, RateLimitedError) as error:
            await self._refuse(CloseCode.TOO_MANY, error.code, error.message)
            return
        self._cancel("registration")
        self.edit_key, self._browser_id = edit_key, message.browser_id
        self._edits.person = message.name
        await self._registered(joined, self._worker)

    async def _registered(self, joined: joining.Joined, here: worker.Worker) -> None:
        is_first = not self.pairing_id
        self.scene_session_id, self.pairing_id = joined.scene_session_id, joined.pairing_id
        log_fields.add(scene=joined.scene_session_id)
        self._revision = joined.revision
        here.leases.add(self)
        if settings.MCP_ENABLE_MULTI_USER:
            here.sign_ins.add(self)
        await self._send_counted(joined.revision, joined.frame, was_asked=True)
        if here.layer.is_away or not self._hears:
            await self._send_text(scene_messages.delivery(late=True))
        await self._announce_presence()
        if is_first:
            logger.info("browser registered")

    async def _applied(self, message: scene_messages.SceneApplied) -> None:
        if await self._is_ahead(message.revision):
            return
        if self._worker is not None:
            # First, so that a read after the call finds it in the batch.
            self._worker.calls.acknowledge(
                Acknowledgement(
                    self.pairing_id, self.channel_name, message.revision, message.visible
                )
            )
        await self._acknowledge(message.revision, kind="applied", visible=message.visible)

    async def _failed(self, message: scene_messages.SceneFailed) -> None:
        if await self._is_ahead(message.revision):
            return
        level = logging.DEBUG if self._has_failed else logging.WARNING
        self._has_failed = True
        logger.log(level, "a browser could not show its scene")
        await self._acknowledge(message.revision, kind="failed", visible=False)

    async def _is_ahead(self, revision: int) -> bool:
        """Refuse an acknowledgement of a revision that was never sent on this connection."""
        if revision <= self._revision:
            return False
        await self._bad_message(f"Revision {revision} was not sent over this connection.")
        return True

    async def _acknowledge(self, revision: int, *, kind: str, visible: bool) -> None:
        """Notify the calls that wait for revisions sent on this connection."""
        self._budget.settle(revision)
        for sent in [sent for sent in self._awaited if sent <= revision]:
            reply_channel, call_id = self._awaited.pop(sent)
            reply = {"type": "reply", "call_id": call_id, "kind": kind, "visible": visible}
            await tell_channel(reply_channel, reply)

    async def _edit(self, message: scene_messages.SceneEdit) -> None:
        """Queue the edit beside this loop, which goes on with the page's other messages."""
        refusal = self._edits.put(message, self.edit_key, self.principal)
        if refusal is not None:
            await self.edit_answered(refusal)

    async def _answered(self, message: scene_messages.BrowserResponse) -> None:
        await self._questions.answer(message)
        await self._leave_if_due()

    async def _beat_answered(self, message: scene_messages.Heartbeat) -> None:
        if not await self._is_ahead(message.revision):
            self._budget.settle(message.revision)

    _handlers: ClassVar[dict[type, Any]] = {
        scene_messages.RegisterSession: _register,
        scene_messages.SceneApplied: _applied,
        scene_messages.SceneFailed: _failed,
        scene_messages.SceneEdit: _edit,
        scene_messages.BrowserResponse: _answered,
        scene_messages.Heartbeat: _beat_answered,
    }

    # From the channel layer

    async def scene_patched(self, event: dict[str, Any]) -> None:
        revision = event["revision"]
        if revision <= self._revision:
            return
        if "call_id" in event:
            self._awaited[revision] = (event["reply_channel"], event["call_id"])
            if len(self._awaited) > MAX_AWAITED:
                del self._awaited[min(self._awaited)]  # its call timed out long ago
        if revision == self._revision + 1:
            self._revision = revision
            await self._send_counted(revision, event["frame"])
        else:
            await self._catch_up()

    async def scene_frame(self, event: dict[str, Any]) -> None:
        await self._send_text(event["frame"])

    async def scene_presence(self, _: dict[str, Any]) -> None:
        if self._worker is not None:
            self._worker.presence.changed(self.scene_session_id)

    async def browser_request(self, event: dict[str, Any]) -> None:
        self._questions.ask(event["request_id"], event["reply_channel"])
        await self._send_text(event["frame"])

    async def browser_request_withdrawn(self, event: dict[str, Any]) -> None:
        if self._questions.withdraw(event["request_id"]):
            await self._send_text(event["frame"])
        await self._leave_if_due()

    async def scene_closed(self, event: dict[str, Any]) -> None:
        await self._refuse(CloseCode.SESSION_CLOSED, "session_closed", event["message"])

    async def connection_replaced(self, _: dict[str, Any]) -> None:
        text = "A newer connection of this same page has taken its place."
        await self._refuse(CloseCode.REPLACED, "replaced", text)

    async def browsers_disconnected(self, _: dict[str, Any]) -> None:
        text = "The staff of this server ended this connection. Reload the page to come back."
        await self._refuse(CloseCode.SENT_AWAY, "sent_away", text)

    async def link_replaced(self, event: dict[str, Any]) -> None:
        if str(self.edit_key) == event["edit_key"]:
            await self._refuse_old_link()

    # From this process

    async def edit_answered(self, event: dict[str, Any]) -> None:
        await self._send_text(event["frame"], was_asked=True)

    async def registration_expired(self, _: dict[str, Any]) -> None:
        await self._refuse(
            CloseCode.NOT_REGISTERED, "not_registered", "No registerSession came in time."
        )

    async def lease_renewed(self, event: dict[str, Any]) -> None:
        if not self._hears and self._worker is not None and not self._worker.layer.is_away:
            await self._send_back()  # a new connection gets changes as they happen
        stored: int = event["revision"]
        if stored > self._revision:
            await self._catch_up()
        await self._send_text(scene_messages.heartbeat(stored, clock.seconds()))

    async def signed_out(self, _: dict[str, Any]) -> None:
        await self._refuse_stranger("You are signed out.")

    async def session_ended(self, _: dict[str, Any]) -> None:
        error = await database.run(closed_error, self.scene_session_id)
        await self._refuse(CloseCode.SESSION_CLOSED, error.code, error.page_text)

    async def process_ending(self, event: dict[str, Any]) -> None:
        """Disconnect the browser once it has answered what other processes asked."""
        self._back_after_seconds = event["back_after_seconds"]
        await self._leave_if_due()

    async def _leave_if_due(self) -> None:
        if self._back_after_seconds is not None and not self._questions:
            await self._refuse_for_now(self._back_after_seconds)

    def send_away(self, back_after_seconds: float) -> None:
        self._post({"type": "process.ending", "back_after_seconds": back_after_seconds})

    def is_alive(self) -> bool:
        return time.monotonic() - self._heard_at < SILENT_AFTER_SECONDS

    def beat(self, stored_revision: int) -> None:
        self._post({"type": "lease.renewed", "revision": stored_revision})

    def end(self) -> None:
        self._post({"type": "session.ended"})

    def end_old_link(self) -> None:
        self._post({"type": "link.replaced", "edit_key": str(self.edit_key)})

    def sign_out(self) -> None:
        self._post({"type": "signed.out"})

    def tell(self, frame: str) -> None:
        self._post({"type": "scene.frame", "frame": frame})

    # Sending

    async def _catch_up(self) -> None:
        """Send the revisions that the channel layer lost, in order."""
        patches = await database.run(patches_since, self.scene_session_id, self._revision)
        if patches is None:
            try:
                revision, frame = await joining.whole_scene(self.pairing_id, self.edit_key)
            except SceneSessionClosedError as error:
                await self._refuse(CloseCode.SESSION_CLOSED, error.code, error.page_text)
                return
            except SceneSessionUnknownError:
                await self._refuse_old_link()
                return
            self._revision = revision
            await self._send_counted(revision, frame)
            return
        for patch in patches:
            self._revision = patch.revision
            await self._send_counted(patch.revision, scene_messages.scene_patch(patch))

    async def _refuse_stranger(self, text: str) -> None:
        await self._refuse(CloseCode.NOT_SIGNED_IN, "not_signed_in", text)

    async def _refuse_old_link(self) -> None:
        text = "This link was replaced by a new one. Ask its owner for that."
        await self._refuse(CloseCode.LINK_REPLACED, "link_replaced", text)

    async def _refuse_visit(self, text: str) -> None:
        if self._slowed is not None:
            await self._refuse(CloseCode.TOO_MANY, self._slowed.code, self._slowed.message)
        await self._refuse_stranger(text)

    async def _announce_presence(self) -> None:
        if not self._hears and self._worker is not None:
            self._worker.presence.changed(self.scene_session_id)
        await tell_scene(self.scene_session_id, {"type": "scene.presence"})

    # Leaving

    async def _leave(self) -> None:
        self._edits.stop()
        if self._worker is None or not self.pairing_id:
            return
        self._worker.leases.remove(self)
        self._worker.sign_ins.remove(self)
        await joining.leave(  # first, as it works without the layer
            self.edit_key,
            self.pairing_id,
            channel_name=self.channel_name,
            close_code=self._close_code,
        )
        await self._questions.give_up()
        await leave_scene(self.scene_session_id, self.channel_name)
        await self._announce_presence()
        logger.info("browser left", extra=self._log_fields())
