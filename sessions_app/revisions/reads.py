"""Reads the revision log: the patches that a browser lacks, and past changes."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from sessions_app.models import SceneRevision, SceneSession
from sessions_app.revisions.line import OF_EDIT
from sessions_app.storage import statements
from sessions_app.wire.scene_messages import StoredPatch

# Beyond this many characters of patches, a browser is sent the whole scene.
MAX_PATCHES_LENGTH = 256 * 1024


@dataclass(frozen=True, slots=True)
class PastChange:
    """A past change as shown to models; `summary` is our own sentence."""

    revision: int
    tool: str
    summary: str
    created_at: datetime


def patches_since(scene_session_id: int, revision: int) -> list[StoredPatch] | None:
    """Return the patches after `revision`, in order.

    None if the whole scene should be sent: some patches are pruned or were never there, as of an
    upgrade, or they are too long.
    """
    rows = SceneRevision.objects.filter(scene_session=scene_session_id, revision__gt=revision)
    patches, left = [], MAX_PATCHES_LENGTH
    found = rows.order_by("revision").values_list("revision", "patch", "cause")
    for patch in (StoredPatch(*row) for row in found):
        left -= len(patch.patch) + len(patch.cause)
        if left < 0:
            return None
        patches.append(patch)
    if patches:
        return patches if len(patches) == patches[-1].revision - revision else None
    current = SceneSession.objects.values_list("revision", flat=True).get(pk=scene_session_id)
    return [] if current == revision else None


def edits_of(scene_session_id: int) -> QuerySet[SceneRevision]:
    """The kept revisions that are people's edits, the newest first."""
    rows = SceneRevision.objects.filter(scene_session=scene_session_id)
    return rows.filter(cause__startswith=OF_EDIT).order_by("-revision")


def edit_revision(scene_session_id: int, edit_id: str) -> int | None:
    """The revision that a person's edit has made, for as long as history keeps it."""
    return statements.revision_of_cause(scene_session_id, f'{OF_EDIT}{edit_id}"')


def past_changes(scene_session_id: int, limit: int) -> list[PastChange]:
    """Return a scene's stored changes, at most `limit`, the newest first."""
    rows = SceneRevision.objects.filter(scene_session=scene_session_id).order_by("-revision")
    changes = []
    for revision, cause_text, created_at in rows.values_list("revision", "cause", "created_at")[
        :limit
    ]:
        cause = json.loads(cause_text)
        summary = cause.get("told", cause["summary"])
        changes.append(PastChange(revision, cause["tool"], summary, created_at))
    return changes
