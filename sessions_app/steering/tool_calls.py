"""The transaction of a tool call: resolves its session, applies its step, records the call."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from sessions_app.browsers.clients import shown_name
from sessions_app.calls.records import (
    Call,
    Outcome,
    tool_call_record_outcome,
    tool_call_record_refusal,
    tool_call_record_running,
)
from sessions_app.errors import SceneSessionClosedError, SceneSessionConflictError
from sessions_app.models import SceneSession, ToolCall
from sessions_app.revisions.client_marks import NEW, OF_SCENE, Mark, mark_of, mark_set, marks_store
from sessions_app.revisions.documents import document_load
from sessions_app.revisions.log import Waits, change_store
from sessions_app.revisions.persons_edits import persons_edits_line
from sessions_app.revisions.persons_words import NOTHING, words_take_back, words_tell
from sessions_app.revisions.snapshots import snapshot_is_due
from sessions_app.revisions.stored_steps import StoredStep, change_make
from sessions_app.routing import Rule, Target
from sessions_app.scene.document import Document
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations import Change, Step
from sessions_app.sessions.closing import closed_binding_drop
from sessions_app.sessions.finding import BrowserCounts, browser_counts
from sessions_app.sessions.opening import (
    Resolved,
    reachable_keys,
    require_living,
    scene_session_resolve,
)
from sessions_app.sessions.own import OwnScene, own_scenes
from sessions_app.storage import statements


@dataclass(frozen=True, slots=True)
class CallEffect:
    """The state after the transaction. `change` is None for a read; a no-op has an empty patch.

    `known` is how far the client of `mark_key` knew the scene before it; `from_people` is what
    people have changed since then, and what they have said, from the number
    `words_from` on (0 for nothing).
    """

    scene_session_id: int
    edit_key: UUID
    revision: int
    document: Document
    browsers: BrowserCounts
    rule: Rule
    created: bool
    changed_at: datetime  # of the scene, before this call
    unconfirmed: bool
    invited: bool  # a client was asked earlier to open the page
    snapshot_due: bool
    change: Change | None = None
    mark_key: str = OF_SCENE
    known: Mark = NEW
    from_people: str = ""
    words_from: int = 0

    @property
    def name(self) -> str:
        """Return the scene's name; empty if it has none."""
        return str(self.document.get("name", ""))

    @property
    def changed(self) -> bool:
        """Return whether the call made this revision."""
        return self.change is not None and not self.change.is_noop


class RefusedError(Exception):
    """The call was refused, and the refusal recorded; nothing changed.

    `scene_session_id` is the session that it meant, if known; `edit_key` is the key that it named,
    whether such a session exists or not.
    """

    def __init__(
        self, error: SceneError, scene_session_id: int | None, edit_key: UUID | None = None
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.scene_session_id = scene_session_id
        self.edit_key = edit_key


def tool_call_perform(call: Call, step: Step | StoredStep | None) -> CallEffect:
    """Resolve the session, apply the step and record the call as running, all or nothing.

    Raises:
        RefusedError: the session or the step refused it.
        ProtocolSessionEndedError: the client ended its protocol session.
    """
    known: list[SceneSession] = []
    try:
        try:
            effect = _perform(call, step, known)
        except IntegrityError:  # another first call of this protocol session was faster
            known.clear()
            effect = _perform(call, step, known)
    except SceneError as error:
        scene_session_id = known[0].pk if known else None
        _refuse(call, error, scene_session_id)
        edit_key = known[0].edit_key if known else _edit_key_of(call.target, error)
        raise RefusedError(error, scene_session_id, edit_key) from error
    return effect


def _edit_key_of(target: Target, error: SceneError) -> UUID | None:
    """Return the edit key that the refusal is about."""
    return error.edit_key if isinstance(error, SceneSessionConflictError) else target.edit_key


def _forget_closed(target: Target, error: SceneError) -> None:
    """Drop the binding to a closed scene, so that the client's next call starts afresh."""
    if isinstance(error, SceneSessionClosedError) and target.edit_key is None:
        closed_binding_drop(target.protocol_session or "")


@transaction.atomic
def _perform(
    call: Call,
    step: Step | StoredStep | None,
    meant: list[SceneSession],
    *,
    tells: bool = True,
) -> CallEffect:
    """Perform a call.

    Args:
        call: whose answer tells what has changed, unless `tells` is false.
        step: what it does; None for a read.
        meant: gets the session that it means, even if it is refused.
        tells: see `call`.
    """
    resolved = scene_session_resolve(call.target, caller=call.caller)
    scene_session = resolved.scene_session
    if not resolved.created:
        meant.append(scene_session)
    document = document_load(scene_session)  # before the revision is read: an upgrade advances it
    key = _mark_key(call, resolved)
    known = mark_of(scene_session, key)
    edits = _persons_edits(scene_session, document, known) if tells else ""
    words = NOTHING
    if tells and scene_session.persons_words:
        words = words_tell(scene_session, key, known, _reader(call))
    by = _client_name(call) or "AI client"
    change = change_make(step, scene_session, document, by=by) if step else None
    changed = change is not None and not change.is_noop
    if change is not None and changed:
        revision = scene_session.revision + 1
        mark_set(scene_session, key, Mark(revision, known.looked))
        waits = Waits(call.reply_channel, call.id.hex)
        change_store(scene_session, change, cause=_cause(call, change, by), waits=waits)
    elif tells:
        looked = scene_session.revision if call.looks else known.looked
        if mark_set(scene_session, key, Mark(scene_session.revision, looked)):
            marks_store(scene_session)
    tool_call_record_running(call, scene_session, resolved.rule)
    return CallEffect(
        scene_session_id=scene_session.pk,
        edit_key=scene_session.edit_key,
        revision=scene_session.revision,
        document=change.after if change else document,
        browsers=_browsers(resolved, changed=changed),
        rule=resolved.rule,
        created=resolved.created,
        changed_at=scene_session.changed_at,
        unconfirmed=scene_session.unconfirmed_revision is not None,
        invited=scene_session.invited_at is not None,
        snapshot_due=changed and snapshot_is_due(scene_session),
        change=change,
        mark_key=key,
        known=known,
        from_people=" ".join(filter(None, [edits, words.line])),
        words_from=words.first,
    )


def _mark_key(call: Call, resolved: Resolved) -> str:
    """Return whose mark it is: that of the call's bound protocol session, or the scene's."""
    protocol_session = call.target.protocol_session
    return protocol_session if protocol_session and resolved.is_bound else OF_SCENE


def _persons_edits(scene_session: SceneSession, document: Document, known: Mark) -> str:
    """Say what people have changed since the client's last call; mostly that costs no query."""
    if known.called is None or known.called == scene_session.revision:
        return ""
    return persons_edits_line(scene_session, document, known.called)


@transaction.atomic
def marks_take_back(call: Call, effect: CallEffect) -> None:
    """Take back the marks of what did not reach the client: a look, and what people said."""
    locked = statements.lock_by_id(effect.scene_session_id)
    if locked is None:
        return
    scene_session, _ = locked
    if effect.words_from:
        words_take_back(scene_session, effect.mark_key, effect.words_from, _reader(call))
    mark = mark_of(scene_session, effect.mark_key)
    if mark.looked == effect.revision and mark_set(
        scene_session, effect.mark_key, Mark(mark.called, effect.known.looked)
    ):
        marks_store(scene_session)


def _browsers(resolved: Resolved, *, changed: bool) -> BrowserCounts:
    """Count the browsers. No browser can have shown a new change, so that costs no query."""
    if changed or not resolved.connected:
        return BrowserCounts(resolved.connected, 0, 0)
    return browser_counts(resolved.scene_session.pk, resolved.scene_session.revision)


def _reader(call: Call) -> str:
    """Return what the client is called to the person whose words it has read."""
    return _client_name(call) or "Your AI client"


def _client_name(call: Call) -> str:
    """Return the client's name for people, by its own words."""
    caller = call.caller
    return shown_name(caller.client_details.get("title") or caller.client_name)


def _cause(call: Call, change: Change, by: str) -> dict[str, Any]:
    """Return the cause of the change for pages; `told` is the model's text where it differs."""
    summary, told = change.for_person, change.for_model
    cause = {
        "callId": call.id.hex,
        "tool": call.tool,
        "title": call.title,
        "summary": summary,
        "by": by,
    }
    return cause if told == summary else cause | {"told": told}


@dataclass(frozen=True, slots=True)
class Listed:
    """The sessions that a call could mean; `refusal` says why the one that it named is missing."""

    scenes: Sequence[CallEffect | OwnScene]
    refusal: RefusedError | None = None


@transaction.atomic
def tool_call_look_up(call: Call) -> Listed:
    """Find the sessions that the call could mean, and record that it was asked.

    That is the session that it names, else all of the signed-in person, else the one that this
    client steers, else none.

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
            listed = Listed([_perform(call, None, [], tells=False)])
        except SceneError as error:
            _forget_closed(target, error)
            listed = Listed([], RefusedError(error, None, _edit_key_of(target, error)))
    outcome = Outcome(call.id, ToolCall.Status.SUCCESS, call.duration_ms)
    tool_call_record_outcome(call, outcome)
    return listed


@transaction.atomic
def _refuse(call: Call, error: SceneError, scene_session_id: int | None) -> None:
    """Record a refusal and drop the binding to a closed scene in the same transaction.

    Otherwise a client whose refusal was not recorded would silently get another scene.
    """
    tool_call_record_refusal(call, error, scene_session_id)
    _forget_closed(call.target, error)


def tool_call_refuse(call: Call, error: SceneError) -> int | None:
    """Record a call with refused arguments; return the session that it meant, if any.

    Nothing is created. A session that cannot be resolved is left out.

    Raises:
        ProtocolSessionEndedError: the client ended its protocol session.
    """
    scene_session_id = None
    with transaction.atomic():
        try:
            named = replace(call.target, may_create=False, opens=False)
            found = scene_session_resolve(named, caller=call.caller)
            scene_session_id = found.scene_session.pk
        except SceneError:  # the caller gets the refusal of its arguments
            scene_session_id = None
    tool_call_record_refusal(call, error, scene_session_id)
    return scene_session_id
