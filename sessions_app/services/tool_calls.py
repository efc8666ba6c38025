"""Carries out a tool call on the database: which session, what changes, what is recorded."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from sessions_app import clock
from sessions_app.errors import SceneSessionClosedError, SceneSessionConflictError
from sessions_app.models import Pairing, SceneSession, ToolCall
from sessions_app.routing_policy import Rule, Target
from sessions_app.scene.document import Document
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations import Change
from sessions_app.scene.patches import apply_patch
from sessions_app.selectors.own_scenes import OwnScene, own_scenes
from sessions_app.selectors.scenes import BrowserCounts, browser_counts
from sessions_app.services import scenes
from sessions_app.services.closing import closed_binding_drop
from sessions_app.services.scene_sessions import (
    Caller,
    Resolved,
    reachable_keys,
    require_living,
    scene_session_resolve,
)
from sessions_app.services.storing import storable
from sessions_app.storage.statements import Insert, Update

Operation = Callable[[Document], Change]


@dataclass(slots=True)
class Call:
    """One tool call as it arrived, before anything is known of its session."""

    tool: str
    title: str
    caller: Caller
    target: Target
    worker_id: UUID
    id: UUID = field(default_factory=uuid4)
    started_at: datetime = field(default_factory=clock.now)
    started: float = field(default_factory=time.perf_counter)

    @property
    def duration_ms(self) -> float:
        return round((time.perf_counter() - self.started) * 1000, 3)


@dataclass(frozen=True, slots=True)
class Performed:
    """What the transaction left behind. `change` is None for a read; a no-op has an empty patch."""

    scene_session_id: int
    edit_key: UUID
    revision: int
    document: Document
    browsers: BrowserCounts
    rule: Rule
    created: bool
    changed_at: datetime  # when the scene was, before this call
    unconfirmed: bool
    invited: bool  # a client was asked before to open the page
    prunable: bool
    change: Change | None = None
    frame_parts: tuple[str, str] | None = None  # JSON text of patch and cause, for the browsers


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call that was recorded as running ended."""

    call_id: UUID
    status: ToolCall.Status
    duration_ms: float
    error_code: str = ""
    error_message: str = ""

    def columns(self) -> dict[str, Any]:
        """The columns of the row that say so."""
        return {
            "status": self.status,
            "duration_ms": self.duration_ms,
            "error_code": self.error_code[:40],
            "error_message": storable(self.error_message, 500),
        }


class RefusedError(Exception):
    """The call was refused and recorded so; nothing changed.

    `scene_session_id` is the session that it meant, where that is known; `edit_key` is what the
    call named it by, whether there is such a session or not.
    """

    def __init__(
        self, error: SceneError, scene_session_id: int | None, edit_key: UUID | None = None
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.scene_session_id = scene_session_id
        self.edit_key = edit_key


def tool_call_perform(call: Call, operation: Operation | None) -> Performed:
    """Resolve the session, apply the operation and record the call as running, all or nothing.

    Raises:
        RefusedError: the session or the operation refused it.
        ProtocolSessionEndedError: the client ended its protocol session.
    """
    known: list[SceneSession] = []
    try:
        try:
            performed = _perform(call, operation, known)
        except IntegrityError:  # another first call of this protocol session was faster: join it
            known.clear()
            performed = _perform(call, operation, known)
    except SceneError as error:
        scene_session_id = known[0].pk if known else None
        _refuse(call, error, scene_session_id)
        edit_key = known[0].edit_key if known else _edit_key_of(call.target, error)
        raise RefusedError(error, scene_session_id, edit_key) from error
    scenes.documents.put(performed.scene_session_id, performed.revision, performed.document)
    return performed


def _edit_key_of(target: Target, error: SceneError) -> UUID | None:
    """The edit key that a call was refused for."""
    return error.edit_key if isinstance(error, SceneSessionConflictError) else target.edit_key


def _forget_closed(target: Target, error: SceneError) -> None:
    """Whose client is told that its scene was closed begins anew with its next call."""
    if isinstance(error, SceneSessionClosedError) and target.edit_key is None:
        closed_binding_drop(target.protocol_session or "")


@transaction.atomic
def _perform(call: Call, operation: Operation | None, known: list[SceneSession]) -> Performed:
    resolved = scene_session_resolve(call.target, caller=call.caller)
    scene_session = resolved.scene_session
    if not resolved.created:
        known.append(scene_session)
    document = scenes.document_load(scene_session)
    change = operation(document) if operation else None
    stored = None
    if change is not None and not change.is_noop:
        document = apply_patch(document, change.patch)
        cause = _cause(call, change)
        stored = scenes.change_store(scene_session, change, after=document, cause=cause)
    columns = _columns(call, scene_session.pk, resolved.rule)
    _insert_call.run(columns | {"revision": scene_session.revision})
    return _performed(resolved, document, change, (stored.patch, stored.cause) if stored else None)


def _performed(
    resolved: Resolved,
    document: Document,
    change: Change | None,
    frame_parts: tuple[str, str] | None,
) -> Performed:
    scene_session = resolved.scene_session
    changed = frame_parts is not None
    before = resolved.snapshot_before
    prunable = changed and scenes.prune_is_due(scene_session, snapshot_before=before)
    return Performed(
        scene_session_id=scene_session.pk,
        edit_key=scene_session.edit_key,
        revision=scene_session.revision,
        document=document,
        browsers=_browsers(resolved, changed=changed),
        rule=resolved.rule,
        created=resolved.created,
        changed_at=scene_session.changed_at,
        unconfirmed=scene_session.unconfirmed_revision is not None,
        invited=scene_session.invited_at is not None,
        prunable=prunable,
        change=change,
        frame_parts=frame_parts,
    )


def _browsers(resolved: Resolved, *, changed: bool) -> BrowserCounts:
    """Who looks on. Of a change, nobody has shown anything yet: that is not worth a statement."""
    if changed or not resolved.connected:
        return BrowserCounts(resolved.connected, 0, 0)
    return browser_counts(resolved.scene_session.pk, resolved.scene_session.revision)


def _cause(call: Call, change: Change) -> dict[str, Any]:
    """What made a change, as pages are shown it; `told` is what the model was told instead."""
    cause = {
        "callId": call.id.hex,
        "tool": call.tool,
        "title": call.title,
        "summary": change.shown,
        "by": storable(call.caller.client_name, 100) or "AI client",
    }
    return cause if change.told == change.shown else cause | {"told": change.told}


def _columns(call: Call, scene_session_id: int | None, rule: Rule) -> dict[str, Any]:
    """The columns of a call's row while it runs; texts from outside are cut to what they hold."""
    caller = call.caller
    return {
        "id": call.id,
        "scene_session": scene_session_id,
        "user": call.target.principal.user_id,
        "method": "tools/call",
        "tool": storable(call.tool, 100),
        "status": ToolCall.Status.RUNNING,
        "started_at": call.started_at,
        "duration_ms": None,
        "revision": None,
        "error_code": "",
        "error_message": "",
        "resolution_rule": rule,
        "protocol_version": caller.protocol_version,
        "client_name": storable(caller.client_name, 100),
        "client_version": storable(caller.client_version, 50),
        "user_agent": storable(caller.user_agent, 200),
        "remote_address": caller.remote_address,
        "instance": settings.INSTANCE_NAME,
        "worker_id": call.worker_id,
    }


_insert_call = Insert(ToolCall, *(field.name for field in ToolCall._meta.concrete_fields))


@dataclass(frozen=True, slots=True)
class Listed:
    """The sessions that a call could mean; `refusal` is why there is none, where it named one."""

    scenes: Sequence[Performed | OwnScene]
    refusal: RefusedError | None = None


@transaction.atomic
def tool_call_look_up(call: Call) -> Listed:
    """Find the sessions that the call could mean, and record that it was asked.

    These are the one that it names, or all of a person's who is signed in; else the one that this
    client steers, or none.

    Raises:
        ProtocolSessionEndedError: the client ended its protocol session.
    """
    target = call.target
    user_id = target.principal.user_id
    if user_id is not None and target.edit_key is None and not reachable_keys(target):
        require_living(target.protocol_session)
        listed = Listed(own_scenes(user_id))
    else:
        try:
            listed = Listed([_perform(call, None, [])])
        except SceneError as error:
            _forget_closed(target, error)
            listed = Listed([], RefusedError(error, None, _edit_key_of(target, error)))
    outcome = Outcome(call.id, ToolCall.Status.SUCCESS, call.duration_ms)
    tool_call_record_outcome(call, outcome)
    return listed


def tool_call_record(call: Call, outcome: Outcome, scene_session_id: int | None = None) -> None:
    """Insert the finished row of a call that never came to run."""
    _insert_call.run(_columns(call, scene_session_id, call.target.rule) | outcome.columns())


def _record_refusal(call: Call, error: SceneError, scene_session_id: int | None) -> None:
    outcome = Outcome(call.id, ToolCall.Status.ERROR, call.duration_ms, error.code, error.recorded)
    tool_call_record(call, outcome, scene_session_id)


@transaction.atomic
def _refuse(call: Call, error: SceneError, scene_session_id: int | None) -> None:
    """Record a refusal; a client whose scene was closed lets go of it in the same transaction.

    Else one whose refusal could not be recorded would get another scene unawares.
    """
    _record_refusal(call, error, scene_session_id)
    _forget_closed(call.target, error)


def tool_call_record_outcome(call: Call, outcome: Outcome) -> None:
    """Say in the call's row how it ended, or insert one where the call never came to its own."""
    if not ToolCall.objects.filter(pk=call.id).update(**outcome.columns()):
        tool_call_record(call, outcome)


def tool_call_refuse(call: Call, error: SceneError) -> int | None:
    """Record a call with arguments that were refused; return the session it meant, if any.

    Nothing is created. A session that cannot be resolved is left out of the record.

    Raises:
        ProtocolSessionEndedError: the client ended its protocol session.
    """
    scene_session_id = None
    with transaction.atomic():
        try:
            named = replace(call.target, may_create=False, opens=False)
            found = scene_session_resolve(named, caller=call.caller)
            scene_session_id = found.scene_session.pk
        except SceneError:  # the refusal that the caller hears of is the one of its arguments
            scene_session_id = None
    _record_refusal(call, error, scene_session_id)
    return scene_session_id


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether the browsers of a session still confirm what they are sent."""

    scene_session_id: int
    unconfirmed_revision: int | None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The newest revision that a browser has shown, by the connection that said so."""

    pairing_id: int
    channel_name: str
    revision: int
    visible: bool


@dataclass(slots=True)
class Batch:
    """What a worker writes in one go; of each browser only the newest word counts."""

    outcomes: list[Outcome] = field(default_factory=list)
    acknowledgements: dict[int, Acknowledgement] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.outcomes) + len(self.acknowledgements)


@transaction.atomic
def batch_store(batch: Batch) -> None:
    """Write how calls ended and what browsers have shown.

    Rows are locked by id, as all who lock several do: so nobody waits in a circle.
    """
    _finish_calls.run(*({"id": one.call_id} | one.columns() for one in batch.outcomes))
    _acknowledge.run(
        *(
            {
                "id": one.pairing_id,
                "channel_name": one.channel_name,
                "acknowledged_revision": one.revision,
                "visible": one.visible,
            }
            for one in sorted(batch.acknowledgements.values(), key=_by_pairing)
        )
    )


@transaction.atomic
def confirmations_store(confirmations: Iterable[Confirmation]) -> None:
    """Write whether the browsers of sessions confirm; apart, because it waits for the sessions."""
    _confirm_sessions.run(
        *(
            {"id": one.scene_session_id, "unconfirmed_revision": one.unconfirmed_revision}
            for one in sorted(confirmations, key=_by_session)
        )
    )


_by_session, _by_pairing = attrgetter("scene_session_id"), attrgetter("pairing_id")
# A call that was given up as lost stays so: it may be counted already.
_finish_calls = Update(
    ToolCall,
    *("status", "duration_ms", "error_code", "error_message"),
    only=f"status = '{ToolCall.Status.RUNNING}'",
)
_confirm_sessions = Update(SceneSession, "unconfirmed_revision")
_acknowledge = Update(Pairing, "acknowledged_revision", "visible", keys=("id", "channel_name"))
