"""Takes a tool call from the database to the browsers and waits for their acknowledgement."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from sessions_app.browsers.clients import client_of
from sessions_app.calls.batches import Confirmation
from sessions_app.calls.records import Call, Outcome, tool_call_record_outcome
from sessions_app.errors import RestartingError, StoreError
from sessions_app.limits.call_gate import Permit
from sessions_app.limits.rates import RateLimitedError, TooBusyError
from sessions_app.models import ToolCall
from sessions_app.revisions.stored_steps import StoredStep
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations import Step
from sessions_app.steering.acknowledged import CONFIRM_WITHIN_SECONDS, counted
from sessions_app.steering.asking import BrowserSilentError
from sessions_app.steering.performing import CallWork, line_of
from sessions_app.steering.tool_calls import (
    CallEffect,
    Listed,
    RefusedError,
    marks_take_back,
    tool_call_look_up,
    tool_call_refuse,
)
from sessions_app.storage import database, scene_work
from sessions_app.telemetry import log_fields, tracing
from sessions_app.telemetry.measures import ACKNOWLEDGEMENT_SECONDS
from sessions_app.wire import scene_messages
from sessions_app.wire.events import tell_scene
from sessions_app.workers import worker
from sessions_app.workers.replies import Waiter
from sessions_app.workers.worker import Worker

logger = logging.getLogger(__name__)

CALL_TIMEOUT_SECONDS = 25.0
# After a call that no browser confirmed, later calls wait only this long.
CONFIRM_WITHIN_SECONDS_WHEN_SILENT = 0.15
# Calls that take longer are shown as running at the page.
SHOW_RUNNING_AFTER_SECONDS = 0.5
MAX_SHOWN_NAME = 100


class CallTimeoutError(SceneError):
    code = "timeout"

    def __init__(self) -> None:
        super().__init__(
            f"The call did not end within {CALL_TIMEOUT_SECONDS:.0f} s. Call get_scene to see"
            " whether it took effect, then try again."
        )


class CallCancelledError(SceneError):
    """Staff ended the call."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__(
            "This call was ended by the staff of this server. A change that it had made before"
            " stays: call get_scene to see."
        )


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How many browsers have a change when the answer is written.

    `waited_seconds` is the upper bound of the wait for a confirmation.
    """

    connected: int
    acknowledged: int
    visible: int
    failed: int = 0
    waited_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class CompletedCall:
    """A call whose work is done; `followed` is what its follow-up returned."""

    effect: CallEffect
    delivery: DeliveryReport
    followed: Any = None


FollowUp: TypeAlias = Callable[[CallEffect], Awaitable[Any]]


async def steer(
    call: Call,
    step: Step | StoredStep | None,
    follow_up: FollowUp | None = None,
    *,
    permit: Permit | None = None,
) -> CompletedCall:
    """Perform the call and wait, bounded, for the first browser that shows its change.

    `step` is None for a read; `follow_up` runs once the session is known, to ask a browser or to
    close the session; `permit` is released before the wait. However the call ends, its row says so.

    Raises:
        SceneError: as the follow-up raises it.
        RefusedError: nothing changed.
        CallTimeoutError, CallCancelledError, RestartingError: it may have changed the scene or not.
        TooBusyError: too many calls wait; nothing changed.
        StoreError: the scene is held, or the database cannot be used.
        ProtocolSessionEndedError: the client ended its protocol session.
    """
    here = await worker.current()
    call.reply_channel = here.replies.channel_name
    with here.replies.expect(call.id.hex) as waiter:
        work = CallWork(here, call, step)
        try:
            async with asyncio.timeout(_seconds_left(call)) as waiter.limit:
                completed = await _steer(here, call, work, waiter, permit)
                if follow_up is not None:
                    followed = await _follow_up(call, completed.effect, follow_up)
                    completed = CompletedCall(completed.effect, completed.delivery, followed)
        except asyncio.CancelledError:
            work.end(ToolCall.Status.CANCELLED)  # what is committed stays, and the row says so
            raise
        except TimeoutError:
            if waiter.cancelled or waiter.restarting:
                ended = CallCancelledError() if waiter.cancelled else RestartingError()
                work.end(ToolCall.Status.CANCELLED, ended)
                raise ended from None
            work.end(ToolCall.Status.TIMEOUT, late := CallTimeoutError())
            raise late from None
        except BrowserSilentError as silent:
            work.end(ToolCall.Status.TIMEOUT, silent)
            raise
        except SceneError as failed:
            work.end(ToolCall.Status.ERROR, failed)
            raise
    work.end(ToolCall.Status.SUCCESS)
    return completed


def _seconds_left(call: Call) -> float:
    """Return what is left of the call's time after queueing."""
    return CALL_TIMEOUT_SECONDS - call.duration_ms / 1000


async def look_up(call: Call) -> Listed:
    """Find the sessions that the call could mean; nothing is created.

    Raises:
        ProtocolSessionEndedError: the client ended its protocol session.
        CallTimeoutError: the database did not answer.
    """
    async with call_limit(call):
        here = await worker.current()
        listed = await scene_work.run(line_of(here, call), tool_call_look_up, call)
        for one in listed.scenes:
            if isinstance(one, CallEffect):
                _note_client(here, call, one.scene_session_id)
        return Listed(await counted(here, listed.scenes), listed.refusal)


@contextlib.asynccontextmanager
async def call_limit(call: Call | None = None) -> AsyncIterator[None]:
    """Apply the time limit of calls to work outside `steer`.

    Raises:
        CallTimeoutError: it took longer.
    """
    try:
        async with asyncio.timeout(_seconds_left(call) if call else CALL_TIMEOUT_SECONDS):
            yield
    except TimeoutError:
        raise CallTimeoutError from None


async def _follow_up(call: Call, effect: CallEffect, follow_up: FollowUp) -> Any:
    """Run the follow-up; the page shows if it is slow or fails."""
    notice = asyncio.create_task(_show_running(call, effect.scene_session_id))
    try:
        with tracing.step("follow-up"):
            return await follow_up(effect)
    except SceneError as failed:
        if call.looks or effect.words_from:
            await take_back(call, effect)
        await _show_failure(call, effect.scene_session_id, failed)
        raise
    finally:
        notice.cancel()


async def take_back(call: Call, effect: CallEffect) -> None:
    """Take back the marks of what this answer does not bring to its client."""
    with contextlib.suppress(StoreError):  # then it counts as read
        await scene_work.run_on_scene(effect.scene_session_id, marks_take_back, call, effect)


async def _show_running(call: Call, scene_session_id: int) -> None:
    await asyncio.sleep(SHOW_RUNNING_AFTER_SECONDS)
    await _show(call, scene_session_id, status="running", summary="Your AI client asked for it.")


async def _steer(
    here: Worker, call: Call, work: CallWork, waiter: Waiter, permit: Permit | None
) -> CompletedCall:
    effect = await work.effect()
    _note_client(here, call, effect.scene_session_id)
    log_fields.add(scene=effect.scene_session_id)
    tracing.note(scene=effect.scene_session_id, rule=effect.rule.value, revision=effect.revision)
    level = logging.INFO if effect.created else logging.DEBUG  # the call's row has it as well
    logger.log(level, "call routed", extra={"rule": effect.rule.value})
    if not effect.changed:
        [effect] = await counted(here, [effect])
        browsers = effect.browsers
        delivery = DeliveryReport(browsers.connected, browsers.acknowledged, browsers.visible)
        return CompletedCall(effect, delivery)
    if permit is not None and effect.browsers.connected:
        permit.try_to_step_aside()  # if too many have, it keeps its permit, for two seconds
    return CompletedCall(effect, await _await_confirmation(here, effect, waiter))


def _note_client(here: Worker, call: Call, scene_session_id: int) -> None:
    """Note the client's presence, which the scene's pages show."""
    caller, target = call.caller, call.target
    client = client_of(
        name=caller.client_name,
        title=caller.client_details.get("title", ""),
        address=caller.remote_address,
        protocol_session=target.protocol_session,
        principal=target.principal,
    )
    here.clients.heard(client, scene_session_id, calls=1)


async def _await_confirmation(here: Worker, effect: CallEffect, waiter: Waiter) -> DeliveryReport:
    connected = effect.browsers.connected
    seconds = CONFIRM_WITHIN_SECONDS
    if effect.unconfirmed:
        seconds = CONFIRM_WITHIN_SECONDS_WHEN_SILENT
    sent = time.perf_counter()
    if connected:
        try:
            with tracing.step("acknowledgement"):
                async with asyncio.timeout(seconds):
                    await _first_confirmation(waiter, connected)
        except TimeoutError:
            pass  # the answer says "not confirmed"
    shown = [message for message in waiter.messages if message["kind"] == "applied"]
    if shown:
        ACKNOWLEDGEMENT_SECONDS.observe(time.perf_counter() - sent)
    await _remember(here, effect, confirmed=bool(shown))
    return DeliveryReport(
        connected=max(connected, len(waiter.messages)),
        acknowledged=len(shown),
        visible=sum(1 for message in shown if message["visible"]),
        failed=len(waiter.messages) - len(shown),
        waited_seconds=seconds,
    )


async def _first_confirmation(waiter: Waiter, connected: int) -> None:
    while True:
        await waiter.arrived.wait()
        waiter.arrived.clear()
        applied = any(message["kind"] == "applied" for message in waiter.messages)
        if applied or len(waiter.messages) >= connected:
            return


async def _remember(here: Worker, effect: CallEffect, *, confirmed: bool) -> None:
    silent = bool(effect.browsers.connected) and not confirmed
    if silent == effect.unconfirmed:
        return
    unconfirmed = effect.revision if silent else None
    here.calls.confirm(Confirmation(effect.scene_session_id, unconfirmed))
    if silent:  # the next call, on any worker, must not wait as long
        with contextlib.suppress(StoreError):  # the writer retries and logs it
            await here.calls.flush()


async def refuse(call: Call, error: SceneError) -> None:
    """Record a refused call and show it in the browsers of the session it meant.

    The caller is refused even if it cannot be recorded.

    Raises:
        ProtocolSessionEndedError: the client ended its protocol session.
        CallTimeoutError: the database did not answer.
    """
    scene_session_id = None
    async with call_limit(call):
        line = line_of(await worker.current(), call)
        with contextlib.suppress(StoreError):
            scene_session_id = await scene_work.run(line, tool_call_refuse, call, error)
    await tell_refusal(call, RefusedError(error, scene_session_id))


async def tell_refusal(call: Call, refused: RefusedError) -> None:
    """Report a refused call in the log and, if it meant a scene, at the scene's pages.

    Refusals by rate limits are reported once a minute per client and scene, hence at `INFO`.
    """
    scene, error = refused.scene_session_id, refused.error
    if scene is not None:
        log_fields.add(scene=scene)
    tracing.note(scene=scene, rule=call.target.rule.value)
    level = logging.INFO if isinstance(error, RateLimitedError | TooBusyError) else logging.DEBUG
    logger.log(level, "call refused", extra={"code": error.code, "rule": call.target.rule.value})
    if scene is None:
        return
    _note_client(await worker.current(), call, scene)
    await _show_failure(call, scene, error)


async def _show_failure(call: Call, scene_session_id: int, error: SceneError) -> None:
    shown = {"status": "error", "summary": error.message, "code": error.code}
    await _show(call, scene_session_id, **shown)


async def _show(
    call: Call, scene_session_id: int, *, status: str, summary: str, code: str = ""
) -> None:
    name, title = call.tool[:MAX_SHOWN_NAME], call.title[:MAX_SHOWN_NAME]  # untrusted
    frame = scene_messages.tool_call(
        name=name, title=title, status=status, summary=summary, code=code
    )
    await tell_scene(scene_session_id, {"type": "scene.frame", "frame": frame})


def record_failure(call: Call, error: SceneError) -> None:
    """Record a call that failed by our fault, whether its row exists or not.

    In the background: whatever made the call fail may delay this as well.
    """
    outcome = Outcome(call.id, ToolCall.Status.ERROR, call.duration_ms, error.code, error.message)
    recording = database.submit(tool_call_record_outcome, call, outcome)
    recording.add_done_callback(partial(_note_unrecorded, call))


def _note_unrecorded(call: Call, recording: "Future[None]") -> None:
    if not recording.cancelled() and (error := recording.exception()) is not None:
        extra = {"call": call.id.hex}
        logger.error("a failed call was not recorded", exc_info=error, extra=extra)
