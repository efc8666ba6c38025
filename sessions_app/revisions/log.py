"""Stores changes of a scene: the revision log is the truth, snapshots shorten the way to now."""

import json
from collections import OrderedDict
from threading import Lock
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.db.models.functions import Length

from sessions_app import clock
from sessions_app.models import SceneRevision, SceneSession, SceneSnapshot
from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import Document
from sessions_app.scene.operations import Change
from sessions_app.storage.statements import Insert, Update
from sessions_app.wire.scene_messages import StoredPatch

SNAPSHOT_EVERY_REVISIONS = 64
SNAPSHOT_EVERY_BYTES = 256 * 1024
PRUNE_EVERY_REVISIONS = 256  # pruning holds up the next call: seldom enough to stay out of its p99
MAX_HISTORY_REVISIONS = 500
MAX_HISTORY_BYTES = 4 * 1024 * 1024
MAX_CACHED_DOCUMENTS = 2048


_insert_revision = Insert(
    SceneRevision, "scene_session", "revision", "patch", "inverse", "cause", "created_at"
)
_insert_snapshot = Insert(SceneSnapshot, "scene_session", "revision", "document")
_advance_session = Update(
    SceneSession, "revision", "changed_at", "snapshot_revision", "unsnapshotted_bytes"
)


class DocumentCache:
    """The parsed documents of the sessions used last; a hit counts only at the same revision."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = Lock()
        self._entries: OrderedDict[int, tuple[int, Document]] = OrderedDict()

    def get(self, scene_session_id: int, revision: int) -> Document | None:
        with self._lock:
            entry = self._entries.get(scene_session_id)
            if entry is None or entry[0] != revision:
                return None
            self._entries.move_to_end(scene_session_id)
            return entry[1]

    def put(self, scene_session_id: int, revision: int, document: Document) -> None:
        with self._lock:
            self._entries[scene_session_id] = (revision, document)
            self._entries.move_to_end(scene_session_id)
            if len(self._entries) > self._limit:
                self._entries.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


documents = DocumentCache(MAX_CACHED_DOCUMENTS)


def document_load(scene_session: SceneSession) -> Document:
    """The scene document at the session's revision; never changed in place."""
    cached = documents.get(scene_session.pk, scene_session.revision)
    if cached is not None:
        return cached
    document = document_rebuild(scene_session)
    documents.put(scene_session.pk, scene_session.revision, document)
    return document


def document_rebuild(scene_session: SceneSession) -> Document:
    """The document made again from the newest snapshot and the revisions after it."""
    snapshot = scene_session.snapshots.get(revision=scene_session.snapshot_revision)
    document: Document = json.loads(snapshot.document)
    later = scene_session.revisions.filter(
        revision__gt=snapshot.revision, revision__lte=scene_session.revision
    )
    for patch in later.order_by("revision").values_list("patch", flat=True):
        document = apply_patch(document, json.loads(patch))
    return document


def change_store(
    scene_session: SceneSession, change: Change, *, after: Document, cause: dict[str, Any]
) -> StoredPatch:
    """Write the next revision of a locked session, `after` being the document that it makes.

    Runs in the caller's transaction. The caller puts the new document into the cache after the
    commit (`documents.put`): that of a transaction that is rolled back must not be found there.
    """
    patch_text = _compact(change.patch)
    now = clock.now()
    inverse_text = _compact(change.inverse)
    stored = StoredPatch(scene_session.revision + 1, patch_text, _compact(cause))
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
    if _needs_snapshot(scene_session):
        _snapshot(scene_session, after)
    _advance_session.run(
        {
            "id": scene_session.pk,
            "revision": stored.revision,
            "changed_at": now,
            "snapshot_revision": scene_session.snapshot_revision,
            "unsnapshotted_bytes": scene_session.unsnapshotted_bytes,
        }
    )
    return stored


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _needs_snapshot(scene_session: SceneSession) -> bool:
    waiting = scene_session.revision - scene_session.snapshot_revision
    return (
        waiting >= SNAPSHOT_EVERY_REVISIONS
        or scene_session.unsnapshotted_bytes >= SNAPSHOT_EVERY_BYTES
    )


def snapshot_store(scene_session: SceneSession, document: Document) -> None:
    """Store the whole document as it is at the session's revision."""
    _insert_snapshot.run(
        {
            "scene_session": scene_session.pk,
            "revision": scene_session.revision,
            "document": _compact(document),
        }
    )


def _snapshot(scene_session: SceneSession, document: Document) -> None:
    snapshot_store(scene_session, document)
    scene_session.snapshot_revision = scene_session.revision
    scene_session.unsnapshotted_bytes = 0


def prune_is_due(scene_session: SceneSession, *, snapshot_before: int) -> bool:
    """Whether history should be pruned after a change: now and then, and after large patches."""
    taken = scene_session.snapshot_revision != snapshot_before
    is_early = scene_session.snapshot_revision - snapshot_before < SNAPSHOT_EVERY_REVISIONS
    return scene_session.revision % PRUNE_EVERY_REVISIONS == 0 or (taken and is_early)


def history_prune(scene_session_id: int) -> None:
    """Forget what lies behind the history's limits, up to a snapshot that what stays builds on."""
    with transaction.atomic():
        scene_session = SceneSession.objects.filter(pk=scene_session_id).first()
        if scene_session is None:
            return
        by_count = scene_session.revision - MAX_HISTORY_REVISIONS
        bottom = max(by_count, _revision_within_bytes(scene_session))
        bases = scene_session.snapshots.filter(revision__lte=bottom)
        newest = bases.aggregate(newest=Max("revision"))["newest"]
        if newest:
            scene_session.revisions.filter(revision__lte=newest).delete()
            scene_session.snapshots.filter(revision__lt=newest).delete()


def _revision_within_bytes(scene_session: SceneSession) -> int:
    """The revision after which at most `MAX_HISTORY_BYTES` of patches and inverses are stored."""
    size = Length("patch") + Length("inverse") + Length("cause")
    total = scene_session.revisions.aggregate(total=Sum(size))["total"] or 0
    if total <= MAX_HISTORY_BYTES:
        return 0
    bottom = 0
    rows = scene_session.revisions.order_by("revision").annotate(size=size)
    for revision, row_size in rows.values_list("revision", "size"):
        if total <= MAX_HISTORY_BYTES:
            break
        total -= row_size
        bottom = revision
    return bottom
