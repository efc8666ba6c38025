"""Performs a person's edit: a tool's operation without a call, and without an acknowledgement.

The answer says that the edit is stored. All pages, the sender's included, get its patch as usual.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction

from sessions_app import clock
from sessions_app.assets.placing import ImportStep
from sessions_app.browsers.pairings import unknown_error
from sessions_app.errors import NotAllowedError, UnknownOperationError
from sessions_app.limits.names import Limit
from sessions_app.models import SceneSession
from sessions_app.models.roles import Right
from sessions_app.people.access import Access, role_of, scene_filter
from sessions_app.people.principals import Principal
from sessions_app.revisions.documents import document_load
from sessions_app.revisions.line import PERSON
from sessions_app.revisions.locking import LOCK, LockStep
from sessions_app.revisions.log import change_store
from sessions_app.revisions.reads import edit_revision
from sessions_app.revisions.saying import SAY, Say, SayStep
from sessions_app.revisions.snapshots import snapshot_is_due
from sessions_app.revisions.stored_steps import (
    HISTORY,
    HistoryStep,
    PersonsHistory,
    StoredStep,
    change_make,
)
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations import OPERATIONS, Change, Step
from sessions_app.scene.operations.importing import IMPORT, PlaceModel
from sessions_app.scene.operations.locking import LockObjects
from sessions_app.scene.operations.refusals import checked
from sessions_app.sessions.closing import closed_error
from sessions_app.sessions.life_cycle import scene_session_wake
from sessions_app.storage import scene_work, statements
from sessions_app.workers.worker import Worker

TITLE = "Edit in the browser"
# Edits that changed nothing leave no revision, so each process remembers the latest of them.
MAX_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit as a page sends it, with what it came with and what it calls itself.

    `edit_id` is unique in the scene; `line` is the queue of the scene's work, if it is known.
    """

    access: Access
    principal: Principal
    edit_id: str
    base_revision: int
    name: str
    arguments: Mapping[str, Any]
    person: str = ""
    line: str = ""


class Edited(NamedTuple):
    """The stored result; `revision` is the edit's own, or the current one if it changed nothing."""

    scene_session_id: int
    revision: int
    snapshot_due: bool = False


async def perform(here: Worker, edit: Edit) -> int:
    """Store an edit and return the revision that has it.

    An edit that is sent again gets the same answer and changes nothing.

    Raises:
        RateLimitedError: the scene's limit of calls and edits is reached.
        UnknownOperationError, InvalidValueError: the name or the arguments are wrong.
        SceneSessionClosedError: the scene was closed.
        SceneSessionUnknownError: the link was replaced, or is not for this person; or the share has
            ended.
        NotAllowedError: the page is a viewer's by now.
        SceneError: the operation refused it.
        StoreError: the scene is held, or the database cannot be used.
    """
    line = edit.line or edit.access.line
    here.call_rates.count(Limit.RATE_PER_SCENE, line)
    edited = await scene_work.run(line, scene_edit_perform, edit, _step_of(edit))
    if edited.snapshot_due:
        here.calls.tend(edited.scene_session_id)
    return edited.revision


def _step_of(edit: Edit) -> Step | StoredStep:
    if edit.name == HISTORY:
        asked = checked(PersonsHistory, edit.arguments, tool=edit.name)
        return HistoryStep(asked, is_persons=True, to=asked.to)
    if edit.name == LOCK:
        return LockStep(checked(LockObjects, edit.arguments, tool=edit.name), edit.person)
    if edit.name == SAY:
        return SayStep(checked(Say, edit.arguments, tool=edit.name), edit.person, edit.edit_id)
    if edit.name == IMPORT:
        return ImportStep(checked(PlaceModel, edit.arguments, tool=edit.name))
    operation = OPERATIONS.get(edit.name)
    if operation is None:
        raise UnknownOperationError(edit.name)
    given = checked(operation.arguments, edit.arguments, tool=operation.name)
    return operation.on(given, clock.seconds)


# The revisions answered to edits that changed nothing, oldest first.
_unchanged: OrderedDict[tuple[int, str], int] = OrderedDict()


@transaction.atomic
def scene_edit_perform(edit: Edit, step: Step | StoredStep) -> Edited:
    """Apply the step to the scene of the edit's page and announce the change, all or nothing.

    Raises:
        SceneSessionClosedError: the scene was closed.
        SceneSessionUnknownError: the page may not be there any more.
        NotAllowedError: it may not change the scene.
        SceneError: the step refused it.
    """
    scene_session = _lock(edit)
    earlier = _unchanged.get((scene_session.pk, edit.edit_id))
    if earlier is None:
        earlier = edit_revision(scene_session.pk, edit.edit_id)
    if earlier is not None:
        return Edited(scene_session.pk, earlier)
    if edit.base_revision > scene_session.revision:
        raise InvalidValueError(
            f"`baseRevision` cannot be {edit.base_revision}: the scene is at revision"
            f" {scene_session.revision}. Reload the page, then try again."
        )
    change = change_make(step, scene_session, document_load(scene_session), by=PERSON)
    if change.is_noop:
        remembered = (scene_session.pk, edit.edit_id)
        transaction.on_commit(partial(_remember, remembered, scene_session.revision))
        return Edited(scene_session.pk, scene_session.revision)
    change_store(scene_session, change, cause=_cause(edit, change))
    return Edited(scene_session.pk, scene_session.revision, snapshot_is_due(scene_session))


def _lock(edit: Edit) -> SceneSession:
    """Lock the scene, judge the page's role anew, and wake the scene."""
    access = edit.access
    if access.share is not None:
        locked = statements.lock_by_id(scene_filter(access)["pk"])
    else:
        locked = statements.lock_by_edit_key(access.edit_key) if access.edit_key else None
    if locked is None:
        raise unknown_error(access)
    scene_session, _ = locked
    grant = role_of(access, scene_session, edit.principal)
    if grant is None:
        raise unknown_error(access)
    if not grant.allows(Right.EDIT):
        raise NotAllowedError
    if scene_session.state == SceneSession.State.CLOSED:
        raise closed_error(scene_session.pk)
    scene_session_wake(scene_session, reason="A person changed it.")
    return scene_session


def _remember(edit: tuple[int, str], revision: int) -> None:
    _unchanged[edit] = revision
    while len(_unchanged) > MAX_REMEMBERED:
        _unchanged.popitem(last=False)


def _cause(edit: Edit, change: Change) -> dict[str, Any]:
    """Return the cause of the change, as of a call; pages recognize their edit by `editId`."""
    cause = {
        "editId": edit.edit_id,  # first: see `revisions.line.OF_EDIT`
        "tool": edit.name,
        "title": TITLE,
        "summary": change.for_person,
        "by": PERSON,
    }
    return cause if change.for_model == change.for_person else cause | {"told": change.for_model}
