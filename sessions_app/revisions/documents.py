"""The scene document at a session's revision: from memory, or made again from what is stored."""

import json

from django.db import transaction

from sessions_app.errors import SceneTooNewError, StoreBusyError
from sessions_app.models import SceneSession
from sessions_app.revisions.cache import MAX_CACHED_BYTES, CachedDocument, DocumentCache
from sessions_app.revisions.snapshots import compact, snapshot_replace
from sessions_app.scene.changes.patches import InvalidPatchError, apply_patch
from sessions_app.scene.document import Document, upgrade
from sessions_app.scene.errors import SceneError

_cache = DocumentCache(MAX_CACHED_BYTES)


def document_load(scene_session: SceneSession) -> Document:
    """The scene document at the session's revision; never changed in place.

    Raises:
        SceneTooNewError: a newer version of this program stored it.
        StoreBusyError: it went on so fast that this revision is no longer kept.
        InvalidPatchError: what is stored is damaged.
    """
    return _load(scene_session).document


def document_text(scene_session: SceneSession) -> str:
    """The JSON text of `document_load`, which is made once for all who ask at this revision."""
    entry = _load(scene_session)
    if entry.text is None:
        entry.text = compact(entry.document)
    return entry.text


def document_keep(scene_session_id: int, revision: int, document: Document, *, size: int) -> None:
    """Have the document of a change that is committed at hand for the next call."""
    _cache.put(scene_session_id, CachedDocument(revision, document, size))


def document_rebuild(scene_session: SceneSession) -> Document:
    """The document made again from its newest snapshot, in the shape in which it is stored."""
    return _replay(scene_session).document


def _load(scene_session: SceneSession) -> CachedDocument:
    entry = _cache.get(scene_session.pk, scene_session.revision)
    if entry is not None:
        return entry
    entry = _replay(scene_session)
    if not upgrade.is_known(entry.document):
        raise SceneTooNewError
    if not upgrade.is_newest(entry.document):
        return _upgrade(scene_session, entry)
    _cache.put(scene_session.pk, entry)
    return entry


def _replay(scene_session: SceneSession) -> CachedDocument:
    # Not the one that the row named: where it was read unlocked, another may be stored by now.
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
    """Why a revision cannot be made again: history went on while an unlocked row was read, or not.

    Without this, patches that were forgotten between two statements would be left out unnoticed.
    """
    later = SceneSession.objects.filter(pk=scene_session.pk, revision__gt=scene_session.revision)
    if later.exists():
        return StoreBusyError()
    return InvalidPatchError("What leads to the newest revision of this scene is not stored.")


def _upgrade(scene_session: SceneSession, old: CachedDocument) -> CachedDocument:
    """Bring a document into the newest shape, and store that before any change builds on it.

    What is in the cache is stored in the same shape: so it goes there after the commit only, as
    the call in whose transaction this is may be refused.
    """
    document = upgrade.upgraded(old.document)
    text = compact(document)
    entry = CachedDocument(old.revision, document, len(text), text)
    with transaction.atomic():
        locked = SceneSession.objects.select_for_update().get(pk=scene_session.pk)
        if locked.revision == old.revision:  # else a call has upgraded it meanwhile
            snapshot_replace(locked, text)
            scene_session.unsnapshotted_bytes = 0
            scene_session.document_bytes = len(text)
            transaction.on_commit(lambda: _cache.put(scene_session.pk, entry))
    return entry
