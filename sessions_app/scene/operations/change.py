"""What an operation reports, and the change that it makes of a document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.patches import Patch
from sessions_app.scene.document import Document, EntityKey, require_entities


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an operation says that it did in an edit.

    `values` are the tool's own result members under their wire names, as they are now; `summary`
    says the same to a model, in numbers, and `words` to the person at the page; `adjustment` says
    what was moved into its limits and why, where anything was.
    """

    values: dict[str, Any]
    summary: str
    words: str
    adjustment: str | None = None

    @property
    def told(self) -> str:
        """What a model is told of the change: the summary, and what was moved into its limits."""
        return f"{self.summary} {self.adjustment}" if self.adjustment else self.summary

    @property
    def shown(self) -> str:
        """What a person is shown of the change."""
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
        """Tell whether everything already was as asked, so that no revision is due."""
        return not self.patch


# An operation with its arguments: what it makes of a document.
Step: TypeAlias = Callable[[Document], Change]


def change_of(document: Document, write: Callable[[Edit], Report]) -> Change:
    """Write in an edit of its own.

    Raises:
        SceneError: it is refused.
        BrokenEntityError: it has made something that no page would show.
    """
    edit = Edit(document)
    report = write(edit)
    differences, after = edit.differences(), edit.document
    touched = frozenset(differences.touched)
    require_entities(after, touched)
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


def change_members(
    edit: Edit,
    path: str,
    members: Mapping[str, Any],
    *,
    values: dict[str, Any],
    summary: tuple[str, str],
    words: tuple[str, str] | None = None,
    adjustment: str | None = None,
) -> Report:
    """Write those members of the map at `path` that differ from what is there.

    Args:
        edit: the document to write in.
        path: JSON Pointer of the map, made of plain names: "/lights/key".
        members: the new values by member name, ready to be stored.
        values: as in `Report`.
        summary: the sentence around "now" or "already": ("The model is", "teal (#008688)").
        words: the same for a person, where that is another sentence.
        adjustment: as in `Report`.
    """
    changed = [name for name, value in members.items() if edit.set(path, name, value)]
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
