"""Steps that read or write more of a scene than its document: undo, redo and checkpoints."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from sessions_app.models import SceneSession
from sessions_app.revisions.checkpoints import checkpoint_save, checkpoints_of, require_name
from sessions_app.revisions.documents import document_text
from sessions_app.revisions.line import (
    beyond,
    steps_done_from,
    steps_next,
    steps_of,
    steps_undone_up_to,
)
from sessions_app.revisions.undoing import (
    MAX_LISTED,
    StepRefusedError,
    line_values,
    listed_step,
    next_to_redo,
    next_to_undo,
    redo,
    restore,
    undo,
)
from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document import Document
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.operations import Change, Step
from sessions_app.scene.operations.arguments import Arguments, Whole
from sessions_app.scene.operations.change import Report, change_in

# The name of the tool, and of a page's edit.
HISTORY = "history"
# More than are ever kept.
_ALL_STEPS = 10_000


class StoredStep(ABC):
    """A step that is computed with the locked session, in the transaction of its call or edit."""

    @abstractmethod
    def on(self, scene_session: SceneSession, document: Document, by: str) -> Change:
        """Return the change that it makes of the document.

        Args:
            scene_session: locked, at the document's revision.
            document: the present document.
            by: who asks for it: what a client calls itself, or `line.PERSON`.

        Raises:
            SceneError: it is refused.
        """


def change_make(
    step: Step | StoredStep, scene_session: SceneSession, document: Document, *, by: str
) -> Change:
    """Apply a step to the document of a locked session; the arguments are those of `StoredStep.on`.

    Raises:
        SceneError: it is refused.
    """
    if isinstance(step, StoredStep):
        return step.on(scene_session, document, by)
    return step(document)


class History(Arguments):
    action: Literal["undo", "redo", "list", "save", "restore"]
    steps: Whole | None = None
    expect: Whole | None = None
    name: Annotated[str, Field(max_length=64)] | None = None


class PersonsHistory(History):
    """What a page may ask for; it is answered with a revision, so it cannot list.

    `to` is the revision of a step: undo and redo go on until that one is undone or redone, too.
    """

    action: Literal["undo", "redo", "save", "restore"]
    to: Whole | None = None


@dataclass(frozen=True, slots=True)
class HistoryStep(StoredStep):
    """Undoes, redoes, lists, saves or restores.

    A client's undo stops before a person's step unless `steps` is given, which then covers it; a
    person's goes on.
    """

    given: History
    is_persons: bool = False
    to: int | None = None

    def on(self, scene_session: SceneSession, document: Document, by: str) -> Change:
        given = self.given
        _require_fitting(given)
        if self.to is not None and (given.steps is not None or given.name is not None):
            raise InvalidValueError("`to` is for undo and redo alone, and in place of `steps`.")
        if given.action == "save":
            return _save(scene_session, document, _name_in(given), by)
        if given.action == "list":
            return _list(scene_session, document)
        if given.action == "restore":
            return restore(scene_session, document, _name_in(given))
        if given.action == "undo" and given.steps is None and not self.is_persons:
            _require_no_persons(scene_session)
        move = undo if given.action == "undo" else redo
        count = min(given.steps or 1, _ALL_STEPS)
        if self.to is not None:
            count = _steps_to(scene_session, given.action, self.to)
        return move(scene_session, document, count, given.expect or None)


def _require_fitting(given: History) -> None:
    """Refuse arguments that mean something else than the action does."""
    if given.steps is not None and given.steps < 1:
        raise InvalidValueError(
            f"`steps` cannot be {given.steps}. Accepted: 1 or more; the action redo goes the other"
            " way."
        )
    if given.name is not None and given.action in ("undo", "redo"):
        raise InvalidValueError(
            f"`name` cannot be {quoted(given.name, 64)} with {given.action}, which goes by steps."
            " For a checkpoint, use the action restore."
        )


def _steps_to(scene_session: SceneSession, action: str, revision: int) -> int:
    """Count the steps that undo or redo takes until this one is among them."""
    counted = steps_done_from if action == "undo" else steps_undone_up_to
    count = counted(scene_session, revision)
    if count == 0:
        raise StepRefusedError(f"Revision {revision} cannot be {action[:2]}done.")
    return count


def _name_in(given: History) -> str:
    name = (given.name or "").strip()
    if not name:
        raise InvalidValueError(
            f"`name` is missing: {given.action} takes the name of a checkpoint. The action list"
            " shows them."
        )
    return name


def _require_no_persons(scene_session: SceneSession) -> None:
    newest, _ = steps_next(scene_session)
    if newest is not None and newest.is_persons:
        raise StepRefusedError(
            f"The newest step is the person's, and nothing was undone: {newest.line} To undo it all"
            " the same, pass 1 as `steps`; larger numbers go on with what was before."
        )


def _save(scene_session: SceneSession, document: Document, name: str, by: str) -> Change:
    name = require_name(name)
    text = document_text(scene_session)
    replaced = checkpoint_save(scene_session, name, text, by=by)
    words = f"Saved as {quoted(name, 64)}."
    if replaced is not None:
        words += f" It takes the place of the one of revision {replaced}."
    return _nothing_changed(scene_session, document, [words, "The action restore brings it back."])


def _list(scene_session: SceneSession, document: Document) -> Change:
    """List the latest steps, and the checkpoints."""
    steps, count = steps_of(scene_session, MAX_LISTED)
    position = scene_session.undo_position
    undone = [position is not None and step.revision > position for step in steps]
    lines = [
        f"{step.line}{' (undone)' if is_undone else ''}"
        for step, is_undone in zip(steps, undone, strict=True)
    ]
    names = [f"{quoted(name, 64)} ({at})" for name, at in checkpoints_of(scene_session)]
    lines = [
        "Steps, the newest first:" if count else "There are no steps.",
        *lines,
        *([f"and {count - len(steps)} older ones"] if count > len(steps) else []),
        *([beyond(scene_session)] if scene_session.undo_floor else []),
        f"Checkpoints, with their revisions: {', '.join([*names, 'start (0)'])}.",
    ]
    listed = [
        listed_step(step, is_undone=is_undone)
        for step, is_undone in zip(steps, undone, strict=True)
    ]
    return _nothing_changed(scene_session, document, lines, listed)


def _nothing_changed(
    scene_session: SceneSession,
    document: Document,
    lines: Sequence[str],
    steps: Sequence[dict[str, Any]] = (),
) -> Change:
    """Report without a change, with what undo and redo come to next."""
    done, undone = ([step] if step else [] for step in steps_next(scene_session))
    following = [next_to_undo(scene_session, done), next_to_redo(undone)]
    report = Report(
        values=line_values(scene_session, steps, undo=done, redo=undone),
        summary="\n".join([*lines, *following]),
        words=lines[0],
    )
    return change_in(Edit(document), report)
