"""Checkpoints: documents of a scene under names, which pruning leaves alone."""

import json

from django.db.models import Sum

from sessions_app import clock
from sessions_app.models import SceneCheckpoint, SceneSession
from sessions_app.scene.document import Document, new_document, upgrade
from sessions_app.scene.errors import InvalidValueError, SceneError, quoted

MAX_CHECKPOINTS = 20
MAX_CHECKPOINT_BYTES = 8 * 1024 * 1024
# The name of the scene as it began, which is never stored.
START = "start"


class CheckpointLimitError(SceneError):
    """A scene has as many checkpoints, or as large ones, as it may have."""

    code = "checkpoint_limit"
    advice = (
        "Save under the name of one that is not needed any more, which replaces it; `list` shows"
        " them."
    )


def checkpoint_save(scene_session: SceneSession, name: str, text: str, *, by: str) -> int | None:
    """Store a document of a locked session under a name, in place of the one that has it.

    Args:
        scene_session: at the document's revision.
        name: checked by `require_name`.
        text: the document as JSON.
        by: who saves it.

    Returns:
        The revision of the document that was replaced.

    Raises:
        CheckpointLimitError: there are too many, or they would be too large.
    """
    others = scene_session.checkpoints.exclude(name=name)
    _require_room(others.count(), others.aggregate(sum=Sum("document_bytes"))["sum"] or 0, text)
    earlier = scene_session.checkpoints.filter(name=name).values_list("revision", flat=True)
    replaced = earlier.first()
    SceneCheckpoint.objects.update_or_create(
        scene_session_id=scene_session.pk,
        name=name,
        defaults={
            "revision": scene_session.revision,
            "document": text,
            "document_bytes": len(text),
            "by": by,
            "created_at": clock.now(),
        },
    )
    return replaced


def checkpoint_document(scene_session: SceneSession, name: str, document: Document) -> Document:
    """Return the document that a name stands for.

    Args:
        scene_session: the session.
        name: of a checkpoint, or "start".
        document: the present document, which says how the scene began.

    Raises:
        InvalidValueError: there is no such checkpoint.
    """
    if name.lower() == START:
        return new_document(document["start"])
    text = scene_session.checkpoints.filter(name=name).values_list("document", flat=True).first()
    if text is None:
        names = [*(quoted(each, 64) for each, _ in checkpoints_of(scene_session)), START]
        raise InvalidValueError(
            f"There is no checkpoint {quoted(name, 64)}. Accepted: {', '.join(names)}."
        )
    return upgrade.upgraded(json.loads(text))


def checkpoints_of(scene_session: SceneSession) -> list[tuple[str, int]]:
    """Return the names and revisions of the checkpoints, the newest first."""
    rows = scene_session.checkpoints.order_by("-created_at", "-pk")
    return list(rows.values_list("name", "revision"))


def require_name(name: str) -> str:
    """Return the name of a new checkpoint as it is stored.

    Raises:
        InvalidValueError: it is not one line of visible characters, or taken.
    """
    if not name.isprintable():
        raise InvalidValueError(f"`name` cannot be {quoted(name, 64)}. Accepted: one line of text.")
    if name.lower() == START:
        raise InvalidValueError(
            f"`name` cannot be {quoted(name)}: that is the scene as it began. Save under another"
            " name."
        )
    return name


def _require_room(count: int, total: int, text: str) -> None:
    if count >= MAX_CHECKPOINTS:
        raise CheckpointLimitError(
            f"This scene has {MAX_CHECKPOINTS} checkpoints, as many as it may have."
        )
    if total + len(text) > MAX_CHECKPOINT_BYTES:
        raise CheckpointLimitError(
            f"The checkpoints of this scene would be larger than {MAX_CHECKPOINT_BYTES >> 20} MB,"
            f" the limit: the others have {total / 2**20:.1f} MB, this one {len(text) / 2**20:.1f}"
            " MB."
        )
