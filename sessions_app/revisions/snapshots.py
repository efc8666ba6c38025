"""Stores snapshots of whole documents, and decides when one is due."""

import json
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest

from sessions_app.models import SceneSession, SceneSnapshot
from sessions_app.scene.document import Document
from sessions_app.storage.statements import Insert

# A snapshot is due once the changes since the last one weigh as much as the document. So snapshots
# at most double what is written, and loading a scene reads at most twice its document. The floor
# spares small scenes, whose changes weigh as much as they do. The ceiling and the number of
# revisions bound the replay for large ones; each patch copies maps, however small it is.
MIN_BYTES_BETWEEN = 64 * 1024
MAX_BYTES_BETWEEN = 2 * 1024 * 1024
MAX_REVISIONS_BETWEEN = 256

_insert = Insert(SceneSnapshot, "scene_session", "revision", "document")


def compact(value: Any) -> str:
    """Serialize to compact JSON. It is ASCII, so its length is its size in bytes."""
    return json.dumps(value, separators=(",", ":"))


def snapshot_is_due(scene_session: SceneSession) -> bool:
    """Return whether a snapshot should be taken soon (`history.history_tend`)."""
    if scene_session.revision - scene_session.snapshot_revision >= MAX_REVISIONS_BETWEEN:
        return True
    enough = min(max(scene_session.document_bytes or 0, MIN_BYTES_BETWEEN), MAX_BYTES_BETWEEN)
    return scene_session.unsnapshotted_bytes >= enough


def snapshot_store(scene_session: SceneSession, document: Document) -> None:
    """Store the document as the snapshot of the session's revision."""
    _insert_text(scene_session, compact(document))


def snapshot_add(seen: SceneSession, text: str) -> bool:
    """Store a snapshot of a session that was read without a lock.

    Runs in a transaction and locks the row for two short statements. Changes made meanwhile still
    count. Returns False if another process has stored a snapshot meanwhile.
    """
    rows = SceneSession.objects.filter(pk=seen.pk, snapshot_revision=seen.snapshot_revision)
    error = len(text) - (seen.document_bytes or 0)  # the size is an estimate between snapshots
    added = rows.update(
        snapshot_revision=seen.revision,
        unsnapshotted_bytes=F("unsnapshotted_bytes") - seen.unsnapshotted_bytes,
        document_bytes=Greatest(F("document_bytes") + error, 0),
    )
    if added:
        _insert_text(seen, text)
    return bool(added)


def snapshot_advance(scene_session: SceneSession, revision: int, document: Document) -> None:
    """Advance a locked session to a revision that only its snapshot leads to.

    What led to the one before cannot be undone any more.
    """
    text = compact(document)
    advanced = {
        "revision": revision,
        "snapshot_revision": revision,
        "unsnapshotted_bytes": 0,
        "document_bytes": len(text),
        "undo_position": None,
        "undo_floor": revision,
    }
    for name, value in advanced.items():
        setattr(scene_session, name, value)
    scene_session.save(update_fields=advanced)
    _insert_text(scene_session, text)


def _insert_text(scene_session: SceneSession, text: str) -> None:
    _insert.run(
        {"scene_session": scene_session.pk, "revision": scene_session.revision, "document": text}
    )
