"""What an operation gives back, and how its patch and inverse are made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sessions_app.scene.document import Document
from sessions_app.scene.patches import Patch


@dataclass(frozen=True, slots=True)
class Change:
    """The outcome of one operation on one document.

    `patch` leads to the changed document and `inverse` back from it. `values` are the tool's own
    result members under their wire names, as they are now; `summary` says the same to a model, in
    numbers, and `words` to the person at the page; `adjustment` says what was moved into its limits
    and why, where anything was.
    """

    patch: Patch
    inverse: Patch
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

    @property
    def is_noop(self) -> bool:
        """Tell whether everything already was as asked, so that no revision is due."""
        return not self.patch


def change_members(
    document: Document,
    path: str,
    members: Mapping[str, Any],
    *,
    values: dict[str, Any],
    summary: tuple[str, str],
    words: tuple[str, str] | None = None,
    adjustment: str | None = None,
) -> Change:
    """Replace those members of the map at `path` that differ from what is stored.

    Args:
        document: the document to change; it stays as it is.
        path: JSON Pointer of the map, made of plain names: "/lights/key".
        members: the new values by member name, ready to be stored.
        values: as in `Change`.
        summary: the sentence around "now" or "already": ("The model is", "teal (#008688)").
        words: the same for a person, where that is another sentence.
        adjustment: as in `Change`.
    """
    node = document
    for name in path.split("/")[1:]:
        node = node[name]
    changed = [name for name, value in members.items() if node[name] != value]
    adverb = "now" if changed else "already"
    return Change(
        patch=_replacements(path, {name: members[name] for name in changed}),
        inverse=_replacements(path, {name: node[name] for name in changed}),
        values=values,
        summary=_sentence(summary, adverb),
        words=_sentence(words or summary, adverb),
        adjustment=adjustment,
    )


def _sentence(parts: tuple[str, str], adverb: str) -> str:
    subject, state = parts
    return f"{subject} {adverb} {state}."


def _replacements(path: str, members: Mapping[str, Any]) -> Patch:
    return [
        {"op": "replace", "path": f"{path}/{name}", "value": value}
        for name, value in members.items()
    ]
