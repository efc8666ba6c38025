"""What people have changed at their pages, in a line for models."""

import json
from typing import NamedTuple

from django.db.models.functions import Left

from sessions_app.models import SceneSession
from sessions_app.revisions.reads import edits_of
from sessions_app.scene.descriptions.edits import edit_words
from sessions_app.scene.document import Document
from sessions_app.scene.errors import quoted

_SHOWN = 3
_MAX_LINE = 180
_MAX_WORDS = 80
# Longer patches are not read: what they change is not said in a few words.
_MAX_PATCH = 8_000


class _Edit(NamedTuple):
    revision: int
    cause: str
    patch: str


def persons_edits_line(scene_session: SceneSession, document: Document, since: int) -> str:
    """Say what people have changed after a revision; empty for nothing.

    Names are quoted, since people may have typed them.

    Args:
        scene_session: at the document's revision.
        document: the scene as it is now.
        since: the revision after which it begins.
    """
    rows = edits_of(scene_session.pk).filter(
        revision__gt=since, revision__lte=scene_session.revision
    )
    newest = rows.annotate(start=Left("patch", _MAX_PATCH)).values_list(
        "revision", "cause", "start"
    )
    found = [_Edit(*row) for row in newest[: _SHOWN + 1]]
    if not found:
        return ""
    shown = [_words(edit, document) for edit in found[:_SHOWN]]
    while len(shown) > 1 and sum(map(len, shown)) > _MAX_LINE:
        shown.pop()
    earlier = "made earlier changes, " if len(found) > len(shown) else ""
    return f"The person {earlier}{', '.join(reversed(shown))}."


def _words(edit: _Edit, document: Document) -> str:
    return f"{persons_words(edit.cause, edit.patch, document)} at revision {edit.revision}"


def persons_words(cause: str, patch: str, document: Document) -> str:
    """Return what a person's edit did: 'moved "lamp"'.

    Args:
        cause: of the edit, JSON text.
        patch: its JSON text, or the start of a long one.
        document: the scene after it, or later.
    """
    words = edit_words(json.loads(patch), document) if len(patch) < _MAX_PATCH else None
    if words is None:
        line = str(json.loads(cause)["summary"]).partition("\n")[0]
        words = f"changed the scene ({quoted(line, _MAX_WORDS)})"
    return words
