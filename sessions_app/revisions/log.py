"""Stores changes of a scene; the revision log is authoritative, snapshots speed up loading."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from sessions_app import clock
from sessions_app.models import SceneRevision, SceneSession
from sessions_app.revisions.documents import document_keep
from sessions_app.revisions.line import Move, undone_forget
from sessions_app.revisions.snapshots import compact
from sessions_app.scene.operations import Change
from sessions_app.storage.statements import Insert, Update
from sessions_app.wire import scene_messages
from sessions_app.wire.outbox import announce_to_scene
from sessions_app.wire.scene_messages import StoredPatch

_insert_revision = Insert(
    SceneRevision, "scene_session", "revision", "patch", "inverse", "cause", "created_at", "is_step"
)
_advance_session = Update(
    SceneSession,
    "revision",
    "changed_at",
    "unsnapshotted_bytes",
    "document_bytes",
    "undo_position",
    "client_marks",
    "name",
)


@dataclass(frozen=True, slots=True)
class Waits:
    """A call that waits for the first browser to show its change, and its reply channel."""

    reply_channel: str
    call_id: str


def change_store(
    scene_session: SceneSession,
    change: Change,
    *,
    cause: dict[str, Any],
    waits: Waits | None = None,
) -> None:
    """Store the next revision of a locked session and broadcast it to the scene's browsers.

    Runs in the caller's transaction. A change that is no `Move` is a step: it can be undone, and
    what was undone before it cannot be redone any more. The cause of a `Move` gets its `position`.
    A browser that misses the event catches up by heartbeat.
    """
    moves = isinstance(change, Move)
    if isinstance(change, Move):
        cause = cause | {"position": change.position}
    if not moves and scene_session.undo_position is not None:
        undone_forget(scene_session)
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
            "is_step": not moves,
        }
    )
    scene_session.revision = stored.revision
    scene_session.undo_position = change.position if isinstance(change, Move) else None
    scene_session.unsnapshotted_bytes += len(patch_text) + len(inverse_text) + len(stored.cause)
    if scene_session.document_bytes is None:
        scene_session.document_bytes = len(compact(change.after))
    else:  # exact for replaced values, approximate for added or removed ones
        grown = len(patch_text) - len(inverse_text)
        scene_session.document_bytes = max(0, scene_session.document_bytes + grown)
    _advance_session.run(
        {
            "id": scene_session.pk,
            "revision": stored.revision,
            "changed_at": now,
            "unsnapshotted_bytes": scene_session.unsnapshotted_bytes,
            "document_bytes": scene_session.document_bytes,
            "undo_position": scene_session.undo_position,
            "client_marks": scene_session.client_marks,
            "name": change.after.get("name", ""),
        }
    )
    size = scene_session.document_bytes
    # After the commit, so that a rollback leaves nothing in the cache.
    transaction.on_commit(
        partial(document_keep, scene_session.pk, stored.revision, change.after, size=size)
    )
    event = {
        "type": "scene.patched",
        "revision": stored.revision,
        "frame": scene_messages.scene_patch(stored),
        **({"reply_channel": waits.reply_channel, "call_id": waits.call_id} if waits else {}),
    }
    announce_to_scene(scene_session.pk, event)
