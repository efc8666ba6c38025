"""Carries a tool call out on the database and sends what it changed to the browsers, as one."""

import asyncio
from functools import partial
from typing import ClassVar

from sessions_app.calls.records import Call, Outcome, tool_call_record
from sessions_app.errors import StoreBusyError, StoreError
from sessions_app.models import ToolCall
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations import Step
from sessions_app.steering.tool_calls import Performed, tool_call_perform
from sessions_app.storage import database
from sessions_app.storage.scene_work import SceneWork
from sessions_app.telemetry import tracing
from sessions_app.wire import scene_messages
from sessions_app.wire.events import tell_scene
from sessions_app.wire.scene_messages import StoredPatch
from sessions_app.workers.worker import Worker


def line_of(here: Worker, call: Call) -> str:
    """In which line the call's work on its scene stands: that of all calls to the scene, if known.

    Empty for one that names no scene and belongs to nothing that has one.
    """
    target = call.target
    if target.edit_key is not None:
        return target.edit_key.hex
    if target.protocol_session is not None:
        return here.call_gate.line_of(target.protocol_session)
    user_id = target.principal.user_id
    return "" if user_id is None else f"user {user_id}"


class Unit:
    """Commit and broadcast as one: cancelled before it began it changes nothing, else it is whole.

    It goes on by itself when the call that waits for it is cancelled.
    """

    _alive: ClassVar[set["asyncio.Task[Performed]"]] = set()

    def __init__(self, here: Worker, call: Call, step: Step | None) -> None:
        self._here = here
        self._call = call
        work = partial(tool_call_perform, call, step)
        self._work = SceneWork(line_of(here, call), work)
        self._task = asyncio.create_task(self._run())
        self._alive.add(self._task)
        self._task.add_done_callback(self._alive.discard)

    async def performed(self) -> Performed:
        return await asyncio.shield(self._task)

    def end(self, status: ToolCall.Status, error: SceneError | None = None) -> None:
        """Record how the call ended, once its row exists."""
        if self._work.cancel():
            self._task.cancel()
            database.submit(tool_call_record, self._call, self._outcome(status, error))
        elif self._task.done():
            self._finish(status, error)
        else:
            self._task.add_done_callback(lambda _: self._finish(status, error))

    def _finish(self, status: ToolCall.Status, error: SceneError | None) -> None:
        outcome = self._outcome(status, error)
        refused = None if self._task.cancelled() else self._task.exception()
        if isinstance(refused, StoreBusyError):  # its row was rolled back with the rest
            database.submit(tool_call_record, self._call, outcome)
        elif not isinstance(refused, StoreError):
            self._here.calls.finish(outcome)

    def _outcome(self, status: ToolCall.Status, error: SceneError | None) -> Outcome:
        code, message = (error.code, error.message) if error else ("", "")
        if status is ToolCall.Status.CANCELLED:
            message = self._kept()
        return Outcome(self._call.id, status, self._call.duration_ms, code, message)

    def _kept(self) -> str:
        """Whether a call that was cancelled had changed the scene."""
        done = self._task.done() and not self._task.cancelled() and not self._task.exception()
        changed = done and self._task.result().frame_parts is not None
        return f"Its change stays: revision {self._task.result().revision}." if changed else ""

    async def _run(self) -> Performed:
        with tracing.step("database"):
            performed = await self._work.run()
        if performed.snapshot_due:
            self._here.calls.tend(performed.scene_session_id)
        if performed.frame_parts is not None:
            await _broadcast(self._here, self._call, performed)
        return performed


async def _broadcast(here: Worker, call: Call, performed: Performed) -> None:
    """Send a committed change to the session's browsers; one that misses it learns by heartbeat."""
    patch, cause = performed.frame_parts or ("[]", "{}")
    event = {
        "type": "scene.patched",
        "scene_session_id": performed.scene_session_id,
        "revision": performed.revision,
        "frame": scene_messages.scene_patch(StoredPatch(performed.revision, patch, cause)),
        "reply_channel": here.replies.channel_name,
        "call_id": call.id.hex,
    }
    await tell_scene(performed.scene_session_id, event)
