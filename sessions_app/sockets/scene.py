"""The browsers' WebSocket: registers a page in its scene's group and forwards changes."""

import logging
import time
from typing import Any, ClassVar

from pydantic import ValidationError

from sessions_app import clock
from sessions_app.browsers import joining
from sessions_app.calls.batches import Acknowledgement
from sessions_app.errors import NotAllowedError, SceneSessionClosedError, SceneSessionUnknownError
from sessions_app.models.roles import Right
from sessions_app.revisions.reads import patches_since
from sessions_app.sockets import sharing
from sessions_app.sockets.edits import Edits
from sessions_app.sockets.previews import Previews
from sessions_app.sockets.questions import Questions
from sessions_app.sockets.redacting import without_keys
from sessions_app.sockets.together import TogetherConsumer
from sessions_app.steering.edits import Edit
from sessions_app.storage import database
from sessions_app.web import origins
from sessions_app.wire import page_messages, scene_messages, together_messages
from sessions_app.wire.events import leave_scene, tell_channel, tell_scene
from sessions_app.wire.scene_messages import CloseCode
from sessions_app.workers import worker

logger = logging.getLogger(__name__)

MAX_AWAITED = 64


class SceneConsumer(TogetherConsumer):
    """The messages of one browser's connection, each held to what the page may do."""

    def __init__(self) -> None:
        super().__init__()
        self._is_here = False
        self._has_failed = False
        self._revision = 0  # the last that was sent
        self._awaited: dict[int, tuple[str, str]] = {}  # revision → reply channel, call id
        self._questions = Questions()
        self._edits = Edits(self._inbox.put)
        self._previews = Previews()
        self._sharing = sharing.Sharing(self._inbox.put)
        self._back_after_seconds: float | None = None  # the process ends

    async def _read(self, text: str) -> None:
        try:
            message = page_messages.parse(text)
        except ValidationError:
            await self._bad_message("The message is not one of docs/protocol.md.")
            return
        if not self.pairing_id and not self._may_say(message):
            await self._refuse(
                CloseCode.BAD_MESSAGE, "not_registered", "registerSession must come first."
            )
            return
        right = self._needed.get(type(message))
        if right is None or self.grant.allows(right):
            await self._handlers[type(message)](self, message)
        else:
            await self._forbid(message)

    # From the page

    async def _registered(self, joined: joining.Joined, here: worker.Worker) -> None:
        is_first, self._is_here = not self._is_here, True
        self._revision = joined.revision
        await self._send_counted(joined.revision, joined.frame, was_asked=True)
        if here.layer.is_away or not self._hears:
            await self._send_text(scene_messages.delivery(late=True))
        await self._announce_presence()
        await self._announce_arrival()
        if is_first:
            logger.info("browser registered")

    async def _forbid(self, message: page_messages.BrowserMessage) -> None:
        """Refuse what the page's role does not allow; nothing was changed."""
        error = NotAllowedError()
        if isinstance(message, page_messages.SceneEdit):
            refused = scene_messages.scene_edit_refused(message.edit_id, error.code, error.message)
            await self._send_text(refused, was_asked=True)
        elif isinstance(message, page_messages.ShareRequest):
            error = NotAllowedError("Only the scene's own link lets you share it.")
            await self.edit_answered(sharing.refused(message.request_id, error.code, error.message))
        elif isinstance(message, page_messages.ScenePreview | page_messages.RequestPairingCode):
            await self._bad_message(error.message)
        else:
            await self._bad_message("This page was asked nothing.")

    async def _applied(self, message: page_messages.SceneApplied) -> None:
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

    async def _failed(self, message: page_messages.SceneFailed) -> None:
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

    async def _edit(self, message: page_messages.SceneEdit) -> None:
        """Queue the edit beside this loop, which goes on with the page's other messages."""
        edit = Edit(
            self.access,
            self.principal,
            edit_id=message.edit_id,
            base_revision=message.base_revision,
            name=message.name,
            arguments=message.arguments,
            person=self._person,
            line=self._line,
        )
        refusal = self._edits.put(edit)
        if refusal is not None:
            await self.edit_answered(refusal)

    async def _preview(self, message: page_messages.ScenePreview) -> None:
        frame = self._previews.frame(message, time.monotonic())
        if frame is not None:
            await self._show_preview(frame)

    async def _show_preview(self, frame: str) -> None:
        event = {"type": "scene.previewed", "frame": frame, "source": self.channel_name}
        await tell_scene(self.scene_session_id, event)

    async def _share(self, message: page_messages.ShareRequest) -> None:
        origin = origins.public_origin(self.scope)
        pk, line = self.scene_session_id, self._line
        asker = sharing.Asker(pk, line, self.access, self.principal, origin)
        refusal = self._sharing.put(message, asker)
        if refusal is not None:
            await self.edit_answered(refusal)

    async def _answered(self, message: page_messages.BrowserResponse) -> None:
        await self._questions.answer(message)
        await self._leave_if_due()

    async def _beat_answered(self, message: page_messages.Heartbeat) -> None:
        if not await self._is_ahead(message.revision):
            self._budget.settle(message.revision)

    _handlers: ClassVar[dict[type, Any]] = {
        page_messages.RegisterSession: TogetherConsumer._register,
        page_messages.RequestPairingCode: TogetherConsumer._request_code,
        page_messages.JoinAnswer: TogetherConsumer._answer_join,
        together_messages.SetName: TogetherConsumer._set_name,
        together_messages.ShowSelection: TogetherConsumer._show_selection,
        together_messages.AskView: TogetherConsumer._ask_view,
        together_messages.ShowView: TogetherConsumer._show_view,
        page_messages.SceneApplied: _applied,
        page_messages.SceneFailed: _failed,
        page_messages.SceneEdit: _edit,
        page_messages.ScenePreview: _preview,
        page_messages.ShareRequest: _share,
        page_messages.BrowserResponse: _answered,
        page_messages.Heartbeat: _beat_answered,
    }
    # What a message needs besides a registration.
    _needed: ClassVar[dict[type, Right]] = {
        page_messages.SceneEdit: Right.EDIT,
        page_messages.ScenePreview: Right.EDIT,
        page_messages.ShareRequest: Right.SHARE,
        page_messages.RequestPairingCode: Right.SHARE,
        page_messages.BrowserResponse: Right.DRAW,
    }

    # From the channel layer

    async def scene_patched(self, event: dict[str, Any]) -> None:
        revision = event["revision"]
        if revision <= self._revision:
            return
        if "call_id" in event and self.grant.allows(Right.DRAW):
            self._awaited[revision] = (event["reply_channel"], event["call_id"])
            if len(self._awaited) > MAX_AWAITED:
                del self._awaited[min(self._awaited)]  # its call timed out long ago
        if revision == self._revision + 1:
            self._revision = revision
            await self._send_counted(revision, event["frame"])
        else:
            await self._catch_up()

    async def scene_frame(self, event: dict[str, Any]) -> None:
        if "said" not in event or self.grant.allows(Right.TALK):
            await self._send_text(event["frame"])

    async def scene_previewed(self, event: dict[str, Any]) -> None:
        if event["source"] != self.channel_name:
            await self._send_text(event["frame"], was_asked=True)

    async def scene_presence(self, _: dict[str, Any]) -> None:
        if self._worker is not None:
            self._worker.presence.changed(self.scene_session_id)

    async def browser_request(self, event: dict[str, Any]) -> None:
        self._questions.ask(event["request_id"], event["reply_channel"])
        await self._send_text(event["frame"], has_ids=True)

    async def browser_request_withdrawn(self, event: dict[str, Any]) -> None:
        if self._questions.withdraw(event["request_id"]):
            await self._send_text(event["frame"], has_ids=True)
        await self._leave_if_due()

    async def scene_closed(self, event: dict[str, Any]) -> None:
        await self._refuse(CloseCode.SESSION_CLOSED, "session_closed", event["message"])

    async def connection_replaced(self, _: dict[str, Any]) -> None:
        text = "A newer connection of this same page has taken its place."
        await self._refuse(CloseCode.REPLACED, "replaced", text)

    async def browsers_disconnected(self, _: dict[str, Any]) -> None:
        text = "The staff of this server ended this connection. Reload the page to come back."
        await self._refuse(CloseCode.SENT_AWAY, "sent_away", text)

    # From this process

    async def edit_answered(self, event: dict[str, Any]) -> None:
        await self._send_text(event["frame"], was_asked=True)

    async def lease_renewed(self, event: dict[str, Any]) -> None:
        if not self._hears and self._worker is not None and not self._worker.layer.is_away:
            # A new connection gets changes as they happen.
            await self._send_back("Changes come at once again: the page comes back by itself.")
        stored: int = event["revision"]
        if stored > self._revision:
            await self._catch_up()
        await self._send_text(scene_messages.heartbeat(stored, clock.seconds()))
        await self._follow_on()

    async def process_ending(self, event: dict[str, Any]) -> None:
        """Disconnect the browser once it has answered what other processes asked."""
        self._back_after_seconds = event["back_after_seconds"]
        await self._leave_if_due()

    async def _leave_if_due(self) -> None:
        if self._back_after_seconds is not None and not self._questions:
            await self._refuse_for_now(self._back_after_seconds)

    @property
    def open_questions(self) -> int:
        return len(self._questions)

    def send_away(self, back_after_seconds: float) -> None:
        self._post({"type": "process.ending", "back_after_seconds": back_after_seconds})

    def beat(self, stored_revision: int) -> None:
        self._post({"type": "lease.renewed", "revision": stored_revision})

    def tell(self, frame: str) -> None:
        self._post({"type": "scene.frame", "frame": frame})

    # Sending

    async def _send_text(
        self, text: str, *, was_asked: bool = False, has_ids: bool = False
    ) -> None:
        """Send a message; `has_ids` marks one whose own ids look like edit keys."""
        if self.access.share is not None and not has_ids:
            text = without_keys(text)
        await super()._send_text(text, was_asked=was_asked)

    async def _catch_up(self) -> None:
        """Send the revisions that the channel layer lost, in order."""
        patches = await database.run(patches_since, self.scene_session_id, self._revision)
        if patches is None:
            try:
                revision, frame = await joining.whole_scene(
                    self.pairing_id, self.access, self.principal
                )
            except SceneSessionClosedError as error:
                await self._refuse(CloseCode.SESSION_CLOSED, error.code, error.page_text)
                return
            except SceneSessionUnknownError:
                await self._refuse_lost()
                return
            self._revision = revision
            await self._send_counted(revision, frame)
            return
        for patch in patches:
            self._revision = patch.revision
            await self._send_counted(patch.revision, scene_messages.scene_patch(patch))

    # Leaving

    async def _leave(self) -> None:
        self._edits.stop()
        self._sharing.stop()
        await self._leave_waiting()
        await self._give_up_place()
        if not self.pairing_id:
            return
        await self._questions.give_up()
        preview = self._previews.end()
        if preview is not None:
            await self._show_preview(preview)
        await self._part()
        await leave_scene(self.scene_session_id, self.channel_name)
        await self._announce_presence()
        logger.info("browser left", extra=self._log_fields())
