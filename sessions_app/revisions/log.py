"""Stores changes of a scene: the revision log is the truth, snapshots shorten the way to now."""

from typing import Any

from sessions_app import clock
from sessions_app.models import SceneRevision, SceneSession
from sessions_app.revisions.snapshots import compact
from sessions_app.scene.operations import Change
from sessions_app.storage.statements import Insert, Update
from sessions_app.wire.scene_messages import StoredPatch

_insert_revision = Insert(
    SceneRevision, "scene_session", "revision", "patch", "inverse", "cause", "created_at"
)
_advance_session = Update(
    SceneSession, "revision", "changed_at", "unsnapshotted_bytes", "document_bytes"
)


def change_store(
    scene_session: SceneSession, change: Change, *, cause: dict[str, Any]
) -> StoredPatch:
    """Write the next revision of a locked session.

    Runs in the caller's transaction. The caller puts the new document into the cache after the
    commit (`document_keep`): that of a transaction that is rolled back must not be found there.
    """
    patch_text, inverse_text = compact(change.patch), compact(change.inverse)
    now = clock.now()
    stored = StoredPatch(scene_session.revision + 1, patch_text, compact(cause))
    _insert_revision.run(
        {
            "scene_session": scene_session.pk,
            "revision": stored.revision,
            "patch": stored.patch,
            "inverse": inverse_text,
            "cause": stored.cause,
            "created_at": now,
        }
    )
    scene_session.revision = stored.revision
    scene_session.unsnapshotted_bytes += len(patch_text) + len(inverse_text) + len(stored.cause)
    if scene_session.document_bytes is None:
        scene_session.document_bytes = len(compact(change.after))
    else:  # exact for values that are replaced, and nearly so for what is added or removed
        grown = len(patch_text) - len(inverse_text)
        scene_session.document_bytes = max(0, scene_session.document_bytes + grown)
    _advance_session.run(
        {
            "id": scene_session.pk,
            "revision": stored.revision,
            "changed_at": now,
            "unsnapshotted_bytes": scene_session.unsnapshotted_bytes,
            "document_bytes": scene_session.document_bytes,
        }
    )
    return stored
