"""Undo, redo and restore: the change that each makes of a locked scene, and what it reports."""

from collections.abc import Sequence
from typing import Any

from sessions_app.models import SceneSession
from sessions_app.revisions.checkpoints import checkpoint_document, checkpoints_of
from sessions_app.revisions.line import Move, PastStep, beyond, steps_done, steps_next, steps_undone
from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.replay import write_document, write_patch
from sessions_app.scene.document import Document
from sessions_app.scene.document.locks import with_locks_of
from sessions_app.scene.document.names import with_name_of
from sessions_app.scene.errors import SceneError, quoted
from sessions_app.scene.operations.answers import present_report
from sessions_app.scene.operations.change import Change, Report, change_in

MAX_LISTED = 20


class StepRefusedError(SceneError):
    """A step cannot be undone or redone, or not without being named; the message says which."""

    code = "step_refused"
    advice = "`list` shows the steps."


def undo(scene_session: SceneSession, document: Document, count: int, expected: int | None) -> Move:
    """Undo steps, the newest first, of clients and people alike.

    Args:
        scene_session: locked, at the document's revision.
        document: the present document.
        count: how many steps at most.
        expected: the revision that the newest step has to be.

    Raises:
        StepRefusedError: nothing is left to undo, or the newest step is another one.
    """
    found = steps_done(scene_session, count + 1)
    if not found:
        raise StepRefusedError(f"Nothing is left to undo. {beyond(scene_session)}")
    _require_expected(found[0], expected, "undone")
    steps, left = found[:count], found[count:]
    edit = Edit(document)
    for step in steps:
        write_patch(edit, step.patch)
    notes = [next_to_undo(scene_session, left), next_to_redo(steps[-1:])]
    listed = [listed_step(step, is_undone=True) for step in steps]
    values = line_values(scene_session, listed, undo=left, redo=steps[-1:])
    report = _moved(edit, "Undid", steps, count, notes, values)
    return Move.of(change_in(edit, report), position=steps[-1].revision - 1)


def redo(scene_session: SceneSession, document: Document, count: int, expected: int | None) -> Move:
    """Redo undone steps, the one that was undone last first; the arguments are those of `undo`.

    Raises:
        StepRefusedError: nothing is undone, or the next step is another one.
    """
    found = steps_undone(scene_session, count + 1)
    if not found:
        raise StepRefusedError(
            "Nothing is left to redo: no step is undone. A change after an undo drops what was"
            " undone."
        )
    _require_expected(found[0], expected, "redone")
    steps, left = found[:count], found[count:]
    edit = Edit(document)
    for step in steps:
        write_patch(edit, step.patch)
    notes = [f"Next to undo: {steps[-1].revision}.", next_to_redo(left)]
    listed = [listed_step(step, is_undone=False) for step in steps]
    values = line_values(scene_session, listed, undo=steps[-1:], redo=left)
    report = _moved(edit, "Redid", steps, count, notes, values)
    return Move.of(change_in(edit, report), position=left[0].revision - 1 if left else None)


def restore(scene_session: SceneSession, document: Document, name: str) -> Change:
    """Return to the document of a checkpoint, or to the start; that is a step as any other.

    Locks are as they are now, whatever they were then, and a name that was given since stays.

    Raises:
        InvalidValueError: there is no such checkpoint.
        LockedError: something locked is not as it was then.
    """
    edit = Edit(document)
    stored = checkpoint_document(scene_session, name, document)
    write_document(edit, with_name_of(with_locks_of(stored, document), document))
    shown = quoted(name, 64)
    if edit.is_noop:
        same = f"The scene already is as in {shown}."
        done, undone = ([step] if step else [] for step in steps_next(scene_session))
        values = line_values(scene_session, undo=done, redo=undone)
        return change_in(edit, Report(values=values, summary=same, words=same))
    values = line_values(scene_session) | {"undoNext": scene_session.revision + 1}
    words = f"Restored {shown}."
    notes = ["This is a step: undo takes it back."]
    return change_in(edit, _described(edit, words, notes, words, values))


def next_to_undo(scene_session: SceneSession, steps: Sequence[PastStep]) -> str:
    """Name the step that undo comes to next, in a sentence."""
    if steps:
        return f"Next to undo: {steps[0].line}"
    return f"Nothing is left to undo. {beyond(scene_session)}"


def next_to_redo(steps: Sequence[PastStep]) -> str:
    """Name the step that redo comes to next, in a sentence."""
    return f"Next to redo: {steps[0].line}" if steps else "Nothing is left to redo."


def listed_step(step: PastStep, *, is_undone: bool) -> dict[str, Any]:
    """Return a step as the tool's result lists it."""
    return {
        "revision": step.revision,
        "by": step.by,
        "words": step.words,
        "undone": is_undone,
    }


def line_values(
    scene_session: SceneSession,
    steps: Sequence[dict[str, Any]] = (),
    *,
    undo: Sequence[PastStep] = (),
    redo: Sequence[PastStep] = (),
) -> dict[str, Any]:
    """Return the members of the tool's result.

    Args:
        scene_session: whose checkpoints are listed.
        steps: those that the action is about, by `listed_step`.
        undo: the step that undo comes to next, if any, first.
        redo: the same of redo.
    """
    following = {"undoNext": undo, "redoNext": redo}
    return {
        "steps": list(steps[:MAX_LISTED]),
        **{name: found[0].revision for name, found in following.items() if found},
        "checkpoints": [
            {"name": name, "revision": revision} for name, revision in checkpoints_of(scene_session)
        ],
    }


def _require_expected(newest: PastStep, expected: int | None, done: str) -> None:
    if expected not in (None, newest.revision):
        raise StepRefusedError(
            f"The step to be {done} next is not {expected}, but {newest.line} Nothing was {done}."
            f" If that one is meant, pass {newest.revision} as `expect`."
        )


def _moved(
    edit: Edit,
    verb: str,
    steps: Sequence[PastStep],
    asked: int,
    notes: Sequence[str],
    values: dict[str, Any],
) -> Report:
    """Report the steps that an undo or a redo has written into an edit."""
    if len(steps) == 1:
        headline, words = f"{verb} {steps[0].line}", f"{verb}: {steps[0].words}"
    else:
        lines = [step.line for step in steps[:MAX_LISTED]]
        lines += [f"and {len(steps) - MAX_LISTED} more"] if len(steps) > MAX_LISTED else []
        words = f"{verb} {len(steps)} steps."
        headline = "\n".join([f"{verb} {len(steps)} steps:", *lines])
    if len(steps) < asked:
        notes = [f"There were no more than {len(steps)} of {asked}.", *notes]
    return _described(edit, headline, notes, words, values)


def _described(
    edit: Edit, headline: str, notes: Sequence[str], words: str, values: dict[str, Any]
) -> Report:
    """Report an edit with a line for each object that it changed, but no lights that followed."""
    before, after = edit.original["objects"], edit.document["objects"]
    touched = {key[1] for key in edit.touched if key[0] == "objects"}
    changed = [each for each in after if each in touched and not after[each].get("fitted")]
    gone = [before[each]["name"] for each in before if each in touched and each not in after]
    if gone:
        more = f" and {len(gone) - MAX_LISTED} more" if len(gone) > MAX_LISTED else ""
        notes = [f"No longer there: {', '.join(gone[:MAX_LISTED])}{more}.", *notes]
    report = present_report(edit, headline, changed, words=words, notes=notes)
    return Report(values=values, summary=report.summary, words=words)
