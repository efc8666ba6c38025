"""What an operation reports, and the change that it makes of a document."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.patches import Patch
from sessions_app.scene.document import Document, EntityKey, require_entities
from sessions_app.scene.operations.following import carry_on, follow
from sessions_app.scene.operations.locked import left_out_words, require_unlocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an operation reports of an edit.

    `values` are the tool's result members by wire name; `summary` says the same to a model in
    numbers, `words` to the person at the page; `adjustment` says what was clamped, and why.
    """

    values: dict[str, Any]
    summary: str
    words: str
    adjustment: str | None = None

    @property
    def for_model(self) -> str:
        """The text for a model: the summary, and what was clamped."""
        return f"{self.summary} {self.adjustment}" if self.adjustment else self.summary

    @property
    def for_person(self) -> str:
        """The text for the person at the page."""
        return f"{self.words} It goes no further." if self.adjustment else self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Report):
    """The outcome of one operation on one document.

    `after` is the changed document; `patch` leads to it and `inverse` back from it; `touched` names
    the entities between.
    """

    after: Document

    patch: Patch
    inverse: Patch
    touched: frozenset[EntityKey]

    @property
    def is_noop(self) -> bool:
        """Tell whether nothing changed, so that no revision is due."""
        return not self.patch


# An operation with its arguments: what it makes of a document.
Step: TypeAlias = Callable[[Document], Change]


def change_of(
    document: Document,
    write: Callable[[Edit], Report],
    *,
    now: float = 0.0,
    skips_locked: bool = False,
) -> Change:
    """Write in an edit of its own, and have lights and camera follow.

    Args:
        document: what is changed.
        write: writes into the edit.
        now: the edit's moment, as `Edit` has it.
        skips_locked: as `Edit` has it.

    Raises:
        SceneError: it is refused.
        BrokenEntityError: an entity is not what pages accept.
    """
    edit = Edit(document, now, skips_locked=skips_locked)
    report = write(edit)
    follow(edit)
    if edit.left_out:
        report = replace(report, summary=f"{report.summary}\n{left_out_words(edit)}")
    return change_in(edit, report)


def change_in(edit: Edit, report: Report, *, locks: bool = False) -> Change:
    """Return what was written in an edit, as it is: all changes of documents are made here.

    Args:
        edit: with everything written.
        report: of it.
        locks: whether a person locks or unlocks by it, and nothing else.

    Raises:
        LockedError: it would change what is locked.
        BrokenEntityError: an entity is not what pages accept.
    """
    require_unlocked(edit, locks=locks)
    differences, after = edit.differences(), edit.document
    touched = differences.touched
    around = carry_on(edit)
    require_entities(after, touched, known=around.layout if around else None)
    return Change(
        after=after,
        patch=differences.patch,
        inverse=differences.inverse,
        touched=touched,
        values=report.values,
        summary=report.summary,
        words=report.words,
        adjustment=report.adjustment,
    )


def stated(
    *,
    changed: bool,
    values: dict[str, Any],
    summary: tuple[str, str],
    words: tuple[str, str] | None = None,
    adjustment: str | None = None,
) -> Report:
    """Report a value that was set.

    Args:
        changed: whether it was another one before.
        values: as in `Report`.
        summary: the sentence around "now" or "already": ("The model is", "teal (#008688)").
        words: the same for a person, if it differs.
        adjustment: as in `Report`.
    """
    adverb = "now" if changed else "already"
    return Report(
        values=values,
        summary=_sentence(summary, adverb),
        words=_sentence(words or summary, adverb),
        adjustment=adjustment,
    )


def _sentence(parts: tuple[str, str], adverb: str) -> str:
    subject, state = parts
    return f"{subject} {adverb} {state}."
