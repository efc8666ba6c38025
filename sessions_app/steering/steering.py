"""Carries a tool call from the database to the browsers, and their acknowledgement back."""

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
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations import Step
from sessions_app.steering.acknowledged import CONFIRM_WITHIN_SECONDS, counted
from sessions_app.steering.asking import BrowserSilentError
from sessions_app.steering.performing import CallWork, line_of
from sessions_app.steering.tool_calls import (
    Listed,
    Performed,
    RefusedError,
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
# After a call that no browser confirmed, later ones do not wait long for it again.
CONFIRM_WITHIN_SECONDS_WHEN_SILENT = 0.15
# A person at the page is told of a call that takes longer than this.
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
class Delivery:
    """How far a change has come, as the answer is written: counts of browsers.

    `waited_seconds` is how long a confirmation was waited for at the most.
    """

    connected: int
    acknowledged: int
    visible: int
    failed: int = 0
    waited_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Steered:
    """`followed` is what the call's follow-up returned."""

    performed: Performed
    delivery: Delivery
    followed: Any = None


FollowUp: TypeAlias = Callable[[Performed], Awaitable[Any]]


async def steer(
    call: Call,
    step: Step | None,
    follow_up: FollowUp | None = None,
    *,
    permit: Permit | None = None,
) -> Steered:
    """Perform the call, send its change to the browsers, wait (bounded) for the first to show it.

    `step` is None for a read; `follow_up` is what the call does besides, once its session is
    known: ask a browser, close the session; `permit` is given back before the wait. However the
    call ends, its row says so.

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
                steered = await _steer(here, call, work, waiter, permit)
                if follow_up is not None:
                    followed = await _follow_up(call, steered.performed, follow_up)
                    steered = Steered(steered.performed, steered.delivery, followed)
        except asyncio.CancelledError:
            work.end(ToolCall.Status.CANCELLED)  # what it had committed stays, and its row says so
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
    return steered


def _seconds_left(call: Call) -> float:
    """Of the time that a call has; it may have waited in line."""
    return CALL_TIMEOUT_SECONDS - call.duration_ms / 1000


async def look_up(call: Call) -> Listed:
    """Find the sessions that the call could mean; nothing is created or refused.

    Raises:
        ProtocolSessionEndedError: the client ended its protocol session.
        CallTimeoutError: the database did not answer.
    """
    async with call_limit(call):
        here = await worker.current()
        listed = await scene_work.run(line_of(here, call), tool_call_look_up, call)
        for one in listed.scenes:
            if isinstance(one, Performed):
                _note_client(here, call, one.scene_session_id)
        return Listed(await counted(here, listed.scenes), listed.refusal)


@contextlib.asynccontextmanager
async def call_limit(call: Call | None = None) -> AsyncIterator[None]:
    """Hold what a call does outside `steer` to the time that every call has, or has left.

    Raises:
        CallTimeoutError: it took longer.
    """
    try:
        async with asyncio.timeout(_seconds_left(call) if call else CALL_TIMEOUT_SECONDS):
            yield
    except TimeoutError:
        raise CallTimeoutError from None


async def _follow_up(call: Call, performed: Performed, follow_up: FollowUp) -> Any:
    """Do what the call does besides; the person at the page hears where it is slow or fails."""
    notice = asyncio.create_task(_show_running(call, performed.scene_session_id))
    try:
        with tracing.step("follow-up"):
            return await follow_up(performed)
    except SceneError as failed:
        await _show_failure(call, performed.scene_session_id, failed)
        raise
    finally:
        notice.cancel()


async def _show_running(call: Call, scene_session_id: int) -> None:
    await asyncio.sleep(SHOW_RUNNING_AFTER_SECONDS)
    await _show(call, scene_session_id, status="running", summary="Your AI client asked for it.")


async def _steer(
    here: Worker, call: Call, work: CallWork, waiter: Waiter, permit: Permit | None
) -> Steered:
    performed = await work.performed()
    _note_client(here, call, performed.scene_session_id)
    log_fields.add(scene=performed.scene_session_id)
    tracing.note(
        scene=performed.scene_session_id, rule=performed.rule.value, revision=performed.revision
    )
    level = logging.INFO if performed.created else logging.DEBUG  # the row of each call tells, too
    logger.log(level, "call routed", extra={"rule": performed.rule.value})
    if not performed.changed:
        [performed] = await counted(here, [performed])
        browsers = performed.browsers
        delivery = Delivery(browsers.connected, browsers.acknowledged, browsers.visible)
        return Steered(performed, delivery)
    if permit is not None and performed.browsers.connected:
        permit.try_to_step_aside()  # where too many do, it waits where it is: for two seconds
    return Steered(performed, await _await_confirmation(here, performed, waiter))


def _note_client(here: Worker, call: Call, scene_session_id: int) -> None:
    """Whoever called is at the scene: its pages show that."""
    caller, target = call.caller, call.target
    client = client_of(
        name=caller.client_name,
        title=caller.client_details.get("title", ""),
        address=caller.remote_address,
        protocol_session=target.protocol_session,
        principal=target.principal,
    )
    here.clients.heard(client, scene_session_id, calls=1)


async def _await_confirmation(here: Worker, performed: Performed, waiter: Waiter) -> Delivery:
    connected = performed.browsers.connected
    seconds = CONFIRM_WITHIN_SECONDS
    if performed.unconfirmed:
        seconds = CONFIRM_WITHIN_SECONDS_WHEN_SILENT
    sent = time.perf_counter()
    if connected:
        try:
            with tracing.step("acknowledgement"):
                async with asyncio.timeout(seconds):
                    await _first_confirmation(waiter, connected)
        except TimeoutError:
            pass  # told in the answer: "not confirmed"
    shown = [message for message in waiter.messages if message["kind"] == "applied"]
    if shown:
        ACKNOWLEDGEMENT_SECONDS.observe(time.perf_counter() - sent)
    await _remember(here, performed, confirmed=bool(shown))
    return Delivery(
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


async def _remember(here: Worker, performed: Performed, *, confirmed: bool) -> None:
    silent = bool(performed.browsers.connected) and not confirmed
    if silent == performed.unconfirmed:
        return
    unconfirmed = performed.revision if silent else None
    here.calls.confirm(Confirmation(performed.scene_session_id, unconfirmed))
    if silent:  # the next call, on whatever worker, must not wait as long
        with contextlib.suppress(StoreError):  # the writer tries it again, and tells of it
            await here.calls.flush()


async def refuse(call: Call, error: SceneError) -> None:
    """Record a call whose arguments were refused, and tell the browsers of the session it meant.

    Where it cannot be recorded, the caller is refused all the same.

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
    """Tell that a call was refused: the log and, where it meant a scene, the person who looks on.

    Refusals by the rate of calls are told once a minute of each client and scene, and so at `INFO`.
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
    name, title = call.tool[:MAX_SHOWN_NAME], call.title[:MAX_SHOWN_NAME]  # as any client sent it
    frame = scene_messages.tool_call(
        name=name, title=title, status=status, summary=summary, code=code
    )
    await tell_scene(scene_session_id, {"type": "scene.frame", "frame": frame})


def record_failure(call: Call, error: SceneError) -> None:
    """Have it recorded that a call failed by our own fault, whether its row exists or not.

    Nobody waits for it: what made the call fail may make this wait as long.
    """
    outcome = Outcome(call.id, ToolCall.Status.ERROR, call.duration_ms, error.code, error.message)
    recording = database.submit(tool_call_record_outcome, call, outcome)
    recording.add_done_callback(partial(_note_unrecorded, call))


def _note_unrecorded(call: Call, recording: "Future[None]") -> None:
    if not recording.cancelled() and (error := recording.exception()) is not None:
        extra = {"call": call.id.hex}
        logger.error("a failed call was not recorded", exc_info=error, extra=extra)
