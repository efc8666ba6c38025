"""Maintains a scene's history outside its calls: takes snapshots, prunes old revisions."""

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Length

from sessions_app.models import SceneSession
from sessions_app.revisions.documents import document_text
from sessions_app.revisions.snapshots import snapshot_add, snapshot_is_due

MAX_HISTORY_REVISIONS = 500
MAX_HISTORY_BYTES = 4 * 1024 * 1024


def history_tend(scene_session_id: int) -> None:
    """Take a snapshot if one is due, then prune the history to its limits.

    Runs outside the calls' transactions and serializes the document before it locks the row. If the
    process ends first, the next change finds the snapshot still due.
    """
    seen = SceneSession.objects.filter(pk=scene_session_id).first()
    if seen is None or seen.document_bytes is None or not snapshot_is_due(seen):
        return
    text = document_text(seen)
    with transaction.atomic():
        added = snapshot_add(seen, text)
    if added:
        history_prune(scene_session_id)


def history_prune(scene_session_id: int) -> None:
    """Delete revisions beyond the history's limits, up to the snapshot that the rest builds on.

    The second latest snapshot always stays. Otherwise a scene larger than the limit would lose its
    whole history with each snapshot, and a reader that has just read the row its base.
    """
    with transaction.atomic():
        scene_session = SceneSession.objects.filter(pk=scene_session_id).first()
        if scene_session is None:
            return
        sizes = scene_session.snapshots.annotate(size=Length("document")).order_by("revision")
        bases = list(sizes.values_list("revision", "size"))
        if len(bases) > 1:
            base = max(_within_count(scene_session, bases), _within_bytes(scene_session, bases))
            scene_session.revisions.filter(revision__lte=base).delete()
            scene_session.snapshots.filter(revision__lt=base).delete()


def _within_count(scene_session: SceneSession, bases: list[tuple[int, int]]) -> int:
    """Return the latest snapshot with at least `MAX_HISTORY_REVISIONS` after it, or 0."""
    bottom = scene_session.revision - MAX_HISTORY_REVISIONS
    return max((revision for revision, _ in bases[:-1] if revision <= bottom), default=0)


def _within_bytes(scene_session: SceneSession, bases: list[tuple[int, int]]) -> int:
    """Return the oldest snapshot that fits `MAX_HISTORY_BYTES` with all that follows it."""
    size = Length("patch") + Length("inverse") + Length("cause")
    after = {f"after_{base}": Sum(size, filter=Q(revision__gt=base)) for base, _ in bases[:-1]}
    changes = scene_session.revisions.aggregate(**after)
    for base, _ in bases[:-1]:
        snapshots = sum(length for revision, length in bases if revision >= base)
        if snapshots + (changes[f"after_{base}"] or 0) <= MAX_HISTORY_BYTES:
            return base
    return bases[-2][0]
