"""Goes through every scene's revisions again: each must be a change that was asked for, once."""

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sessions_app.models import SceneSession
from sessions_app.revisions.documents import document_rebuild
from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import Document
from tests.soak.pages import Page
from tests.soak.record import UNCHANGED_CODES, Change, Record, colors_of, step_of


@dataclass
class _Stored:
    """Where the changes of all scenes were found."""

    record: Record
    places: dict[str, tuple[str, int]] = field(default_factory=dict)  # by color: key, revision
    kept_from: dict[str, int] = field(default_factory=dict)  # by key: older ones are forgotten


def stored_revisions() -> dict[str, int]:
    """The revision of each scene session, by its edit key."""
    rows = SceneSession.objects.values_list("edit_key", "revision")
    return {str(key): revision for key, revision in rows}


def history_faults(record: Record, pages: Sequence[Page]) -> Iterator[str]:
    """Each change that is lost, another's, or there twice; each page and reading that is wrong."""
    stored = _Stored(record)
    by_key: dict[str, list[Page]] = {}
    for page in pages:
        by_key.setdefault(page.session_id, []).append(page)
    for session in SceneSession.objects.order_by("pk"):
        key = str(session.edit_key)
        final = yield from _scene_faults(stored, session, key)
        for page in by_key.pop(key, []):
            if (page.revision, page.document) != (session.revision, final):
                shown = f"revision {page.revision}, {colors_of(page.document)}"
                right = f"revision {session.revision}, {colors_of(final)}"
                yield f"a page of {key} shows {shown} instead of {right}"
    for change in record.changes.values():
        yield from _change_faults(stored, change)
    for key in set(record.owners) - set(stored.kept_from):
        yield f"the session {key} is lost"


def _scene_faults(
    stored: _Stored, session: SceneSession, key: str
) -> Generator[str, None, Document]:
    """What is wrong with a scene's revisions; return the document that they make."""
    base = session.snapshots.order_by("revision").first()
    assert base is not None
    stored.kept_from[key] = base.revision
    document: Document = json.loads(base.document)
    number = base.revision
    reads = stored.record.reads.get(key, {})
    later = session.revisions.filter(revision__gt=number).order_by("revision")
    for revision, patch in later.values_list("revision", "patch"):
        number += 1
        if revision != number:
            yield f"{key} has revision {revision} where {number} should be"
            number = revision
        steps = json.loads(patch)
        yield from _revision_faults(stored, key, revision, steps)
        document = apply_patch(document, steps)
        if (read := reads.get(revision)) is not None and read != colors_of(document):
            yield f"{key} was read as {read} at revision {revision}, {colors_of(document)}"
    if number != session.revision:
        yield f"{key} is at revision {session.revision}, and its last change is {number}"
    if document_rebuild(session) != document:
        yield f"{key} is rebuilt from its newest snapshot as another scene than from its oldest"
    return document


def _revision_faults(
    stored: _Stored, key: str, revision: int, steps: list[dict[str, Any]]
) -> Iterator[str]:
    """Whether a revision is one change that was asked of this scene, and is there once."""
    here = f"revision {revision} of {key}"
    color = "".join(steps[0]["value"]) if len(steps) == 1 else ""
    change = stored.record.changes.get(color)
    if change is None:
        yield f"{here} is {steps}, which nobody asked for"
        return
    wanted = step_of(change)
    if change.key != key:
        yield f"{here} is {color}, which was asked of {change.key}"
    elif steps != [wanted]:
        yield f"{here} is {steps}, asked was {wanted}"
    if change.color in stored.places:
        yield f"{change.color} was applied twice: {here}, and {stored.places[change.color]}"
    stored.places[change.color] = key, revision
    if change.code in UNCHANGED_CODES:
        yield f"{here} is {color}, a call that was refused ({change.code})"


def _change_faults(stored: _Stored, change: Change) -> Iterator[str]:
    """Whether a change that was acknowledged is where its answer said."""
    if change.revision is None or change.revision <= stored.kept_from.get(change.key, 0):
        return
    place = stored.places.get(change.color)
    if place is None:
        told = f"revision {change.revision} of {change.key}"
        yield f"{change.color} is lost, which was acknowledged as {told}"
    elif place != (change.key, change.revision):
        yield f"{change.color} is {place}, and was acknowledged as {change.key}, {change.revision}"
