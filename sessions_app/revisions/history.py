"""Maintains a scene's history outside its calls: takes snapshots, prunes old revisions."""

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Length

from sessions_app.models import SceneSession
from sessions_app.revisions.documents import document_text
from sessions_app.revisions.snapshots import snapshot_add, snapshot_is_due

MAX_HISTORY_STEPS = 500
MAX_HISTORY_REVISIONS = 500
MAX_HISTORY_BYTES = 4 * 1024 * 1024

_SIZE = Length("patch") + Length("inverse") + Length("cause")


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
    """Delete revisions beyond the history's limits.

    What it takes to rebuild the document stays, from a snapshot within the limits on. The second
    latest snapshot always stays. Otherwise a scene larger than the limit would lose its whole
    history with each snapshot, and a reader that has just read the row its base. Of what was before
    that snapshot, the steps within their own limits stay: undo and redo, however many, evict none.
    """
    with transaction.atomic():
        scene_session = SceneSession.objects.filter(pk=scene_session_id).first()
        if scene_session is None:
            return
        sizes = scene_session.snapshots.annotate(size=Length("document")).order_by("revision")
        bases = list(sizes.values_list("revision", "size"))
        if len(bases) > 1:
            base = max(_within_count(scene_session, bases), _within_bytes(scene_session, bases))
            floor = min(base, _steps_floor(scene_session))
            _raise_floor(scene_session, floor)
            gone = scene_session.revisions.filter(revision__lte=base)
            gone.filter(Q(is_step=False) | Q(revision__lte=floor)).delete()
            scene_session.snapshots.filter(revision__lt=base).delete()


def _raise_floor(scene_session: SceneSession, floor: int) -> None:
    """Record that steps up to the floor cannot be undone any more.

    This locks the session before any revision is locked, as calls do.
    """
    if scene_session.revisions.filter(revision__lte=floor, is_step=True).exists():
        rows = SceneSession.objects.filter(pk=scene_session.pk, undo_floor__lt=floor)
        rows.update(undo_floor=floor)


def _steps_floor(scene_session: SceneSession) -> int:
    """Return the revision after which the steps are within their limits."""
    steps = scene_session.revisions.filter(is_step=True).order_by("-revision")
    beyond = steps.values_list("revision", flat=True)[MAX_HISTORY_STEPS : MAX_HISTORY_STEPS + 1]
    floor = next(iter(beyond), 0)
    steps = steps.filter(revision__gt=floor)
    left = MAX_HISTORY_BYTES
    if (steps.aggregate(size=Sum(_SIZE))["size"] or 0) <= left:  # nearly always
        return floor
    for revision, size in steps.annotate(size=_SIZE).values_list("revision", "size").iterator():
        left -= size
        if left < 0:
            return int(revision)
    return floor


def _within_count(scene_session: SceneSession, bases: list[tuple[int, int]]) -> int:
    """Return the latest snapshot with at least `MAX_HISTORY_REVISIONS` after it, or 0."""
    bottom = scene_session.revision - MAX_HISTORY_REVISIONS
    return max((revision for revision, _ in bases[:-1] if revision <= bottom), default=0)


def _within_bytes(scene_session: SceneSession, bases: list[tuple[int, int]]) -> int:
    """Return the oldest snapshot that fits `MAX_HISTORY_BYTES` with all that follows it."""
    for base, _ in bases[:-2]:  # nearly always it is the first
        snapshots = sum(length for revision, length in bases if revision >= base)
        later = scene_session.revisions.filter(revision__gt=base)
        changes = later.aggregate(size=Sum(_SIZE))["size"] or 0
        if snapshots + changes <= MAX_HISTORY_BYTES:
            return base
    return bases[-2][0]
