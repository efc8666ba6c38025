"""Loads the scene document at a session's revision, from the cache or the database."""

import json

from django.db import transaction

from sessions_app.errors import SceneTooNewError, StoreBusyError
from sessions_app.models import SceneSession
from sessions_app.revisions.cache import MAX_CACHED_BYTES, CachedDocument, DocumentCache
from sessions_app.revisions.snapshots import compact, snapshot_advance
from sessions_app.scene.changes.patches import InvalidPatchError, apply_patch
from sessions_app.scene.document import Document, upgrade
from sessions_app.scene.errors import SceneError

# Of this process.
cache = DocumentCache(MAX_CACHED_BYTES)


def document_load(scene_session: SceneSession) -> Document:
    """Return the document at the session's revision; do not modify it.

    Raises:
        SceneTooNewError: a newer version of the program stored it.
        StoreBusyError: the scene has advanced, and this revision is no longer stored.
        InvalidPatchError: the stored scene is damaged.
    """
    return _load(scene_session).document


def document_text(scene_session: SceneSession) -> str:
    """Return the JSON of `document_load`, serialized once per revision."""
    entry = _load(scene_session)
    if entry.text is None:
        entry.text = compact(entry.document)
    return entry.text


def document_keep(scene_session_id: int, revision: int, document: Document, *, size: int) -> None:
    """Cache the document of a committed change for the next call."""
    cache.put(scene_session_id, CachedDocument(revision, document, size))


def document_rebuild(scene_session: SceneSession) -> Document:
    """Rebuild the document from its latest snapshot, in its stored shape."""
    return _replay(scene_session).document


def _load(scene_session: SceneSession) -> CachedDocument:
    entry = cache.get(scene_session.pk, scene_session.revision)
    if entry is not None:
        return entry
    entry = _replay(scene_session)
    if not upgrade.is_known(entry.document):
        raise SceneTooNewError
    if not upgrade.is_newest(entry.document):
        return _upgrade(scene_session, entry)
    cache.put(scene_session.pk, entry)
    return entry


def _replay(scene_session: SceneSession) -> CachedDocument:
    # Not the snapshot named by the row: an unlocked row may be outdated.
    snapshots = scene_session.snapshots.filter(revision__lte=scene_session.revision)
    snapshot = snapshots.order_by("-revision").first()
    if snapshot is None:
        raise _incomplete(scene_session)
    document: Document = json.loads(snapshot.document)
    later = scene_session.revisions.filter(
        revision__gt=snapshot.revision, revision__lte=scene_session.revision
    )
    patches = list(later.order_by("revision").values_list("patch", flat=True))
    if len(patches) < scene_session.revision - snapshot.revision:
        raise _incomplete(scene_session)
    for patch in patches:
        document = apply_patch(document, json.loads(patch))
    if patches:
        size = scene_session.document_bytes or len(snapshot.document)
        return CachedDocument(scene_session.revision, document, size)
    text = snapshot.document
    return CachedDocument(scene_session.revision, document, len(text), text)


def _incomplete(scene_session: SceneSession) -> SceneError:
    """Return why a revision cannot be rebuilt: the scene has advanced, or it is damaged.

    Without this check, patches pruned between two queries would be skipped silently.
    """
    later = SceneSession.objects.filter(pk=scene_session.pk, revision__gt=scene_session.revision)
    if later.exists():
        return StoreBusyError()
    return InvalidPatchError("What leads to the newest revision of this scene is not stored.")


def _upgrade(scene_session: SceneSession, old: CachedDocument) -> CachedDocument:
    """Upgrade a document to the latest shape, and store it before any change builds on it.

    The upgrade is a revision without a patch: browsers that are behind it are sent the whole scene.
    `scene_session` is advanced to it. The cache is filled after the commit, because the surrounding
    call may still be refused.
    """
    document = upgrade.upgraded(old.document)
    text = compact(document)
    with transaction.atomic():
        locked = SceneSession.objects.select_for_update().get(pk=scene_session.pk)
        if locked.revision != old.revision:  # another call has upgraded it
            return CachedDocument(old.revision, document, len(text), text)
        revision = old.revision + 1
        snapshot_advance(scene_session, revision, document)
        entry = CachedDocument(revision, document, len(text), text)
        transaction.on_commit(lambda: cache.put(scene_session.pk, entry))
    return entry
