"""Runs a call's transaction, to its end even if the call is cancelled meanwhile."""

from functools import partial

from sessions_app.calls.records import Call, Outcome, tool_call_record
from sessions_app.errors import StoreBusyError, StoreError
from sessions_app.models import ToolCall
from sessions_app.revisions.stored_steps import StoredStep
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations import Step
from sessions_app.steering.tool_calls import CallEffect, tool_call_perform
from sessions_app.storage import database
from sessions_app.storage.scene_work import SceneWork
from sessions_app.telemetry import tracing
from sessions_app.workers.worker import Worker


def line_of(here: Worker, call: Call) -> str:
    """Return the queue of the call's work: its scene's, if known.

    Empty for a call that names no scene and whose session has none.
    """
    target = call.target
    if target.edit_key is not None:
        return target.edit_key.hex
    if target.protocol_session is not None:
        return here.call_gate.queue_name(target.protocol_session)
    user_id = target.principal.user_id
    return "" if user_id is None else f"user {user_id}"


class CallWork:
    """A call's transaction: cancelled before it began it does nothing, later it completes.

    The transaction announces its own change, so commit and broadcast are one.
    """

    def __init__(self, here: Worker, call: Call, step: Step | StoredStep | None) -> None:
        self._here = here
        self._call = call
        work = partial(tool_call_perform, call, step)
        self._work = SceneWork(line_of(here, call), work)

    async def effect(self) -> CallEffect:
        with tracing.step("database"):
            effect = await self._work.run()
        if effect.snapshot_due:
            self._here.calls.tend(effect.scene_session_id)
        return effect

    def end(self, status: ToolCall.Status, error: SceneError | None = None) -> None:
        """Record how the call ended, once its row exists."""
        self._work.when_over(partial(self._record, status, error))

    def _record(self, status: ToolCall.Status, error: SceneError | None) -> None:
        attempt = self._work.attempt
        if attempt is None or attempt.cancelled():
            database.submit(tool_call_record, self._call, self._outcome(status, error))
            return
        failed = attempt.exception()
        if isinstance(failed, StoreBusyError):  # its row was rolled back as well
            database.submit(tool_call_record, self._call, self._outcome(status, error))
        elif not isinstance(failed, StoreError):
            effect = None if failed else attempt.result()
            self._here.calls.finish(self._outcome(status, error, effect))

    def _outcome(
        self, status: ToolCall.Status, error: SceneError | None, effect: CallEffect | None = None
    ) -> Outcome:
        code, message = (error.code, error.message) if error else ("", "")
        if status is ToolCall.Status.CANCELLED:
            stays = effect if effect and effect.changed else None
            message = f"Its change stays: revision {stays.revision}." if stays else ""
        return Outcome(self._call.id, status, self._call.duration_ms, code, message)
