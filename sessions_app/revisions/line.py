"""The line of a scene's steps, which undo and redo move along.

Steps are revisions, of clients and people alike, in the order in which they were made. Those after
`undo_position` are undone.
"""

import json
from dataclasses import dataclass, fields
from typing import Self

from django.db.models import QuerySet

from sessions_app.models import SceneRevision, SceneSession
from sessions_app.scene.changes.patches import Patch
from sessions_app.scene.errors import quoted
from sessions_app.scene.operations import Change

# The author in the cause of a person's change, which has an `editId` as well.
PERSON = "person"
# How the cause of a person's edit begins: so it is found without parsing those of all revisions.
OF_EDIT = '{"editId":"'
_WORDS = ("revision", "cause")
_MAX_WORDS = 120
_MAX_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Change):
    """A change that is no step; `position` is the session's `undo_position` after it.

    It undoes or redoes steps, and is stored even if these cancel each other out, because it moves
    along the line. Or it locks objects, and stays where it is.
    """

    position: int | None

    @classmethod
    def of(cls, change: Change, position: int | None) -> Self:
        members = {field.name: getattr(change, field.name) for field in fields(change)}
        return cls(**members, position=position)

    @property
    def is_noop(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class PastStep:
    """A step as it is stored; `cause` and `change` are JSON text.

    `change` is the patch that undoes a step that is done, or redoes one that is undone.
    """

    revision: int
    cause: str
    change: str = ""

    @property
    def is_persons(self) -> bool:
        """Whether a person made it at a page."""
        return self.cause.startswith(OF_EDIT)

    @property
    def by(self) -> str:
        """Who made it: what a client calls itself, or "person"."""
        return str(json.loads(self.cause)["by"])

    @property
    def words(self) -> str:
        """What it did, in one line."""
        line = str(json.loads(self.cause)["summary"]).partition("\n")[0]
        return f"{line[:_MAX_WORDS]}…" if len(line) > _MAX_WORDS else line

    @property
    def author(self) -> str:
        """Who made it, for a sentence."""
        return "the person" if self.is_persons else quoted(self.by, _MAX_NAME)

    @property
    def line(self) -> str:
        """Revision, author and words, for a model."""
        return f"{self.revision} by {self.author}: {self.words}"

    @property
    def patch(self) -> Patch:
        """The patch of `change`; it fits once all steps on the way are undone or redone."""
        patch: Patch = json.loads(self.change)
        return patch


def steps_done(scene_session: SceneSession, limit: int) -> list[PastStep]:
    """Return the steps that can be undone, at most `limit`, the newest first."""
    return [PastStep(*row) for row in _done(scene_session).values_list(*_WORDS, "inverse")[:limit]]


def steps_undone(scene_session: SceneSession, limit: int) -> list[PastStep]:
    """Return the steps that can be redone, at most `limit`, the next one first."""
    return [PastStep(*row) for row in _undone(scene_session).values_list(*_WORDS, "patch")[:limit]]


def steps_next(scene_session: SceneSession) -> tuple[PastStep | None, PastStep | None]:
    """Return the steps that undo and redo come to next, without their `change`."""
    done = _done(scene_session).values_list(*_WORDS).first()
    undone = _undone(scene_session).values_list(*_WORDS).first()
    return PastStep(*done) if done else None, PastStep(*undone) if undone else None


def steps_of(scene_session: SceneSession, limit: int) -> tuple[list[PastStep], int]:
    """Return the steps, undone ones too, at most `limit`, the newest first; and how many there are.

    Their `change` is left out.
    """
    rows = _steps(scene_session).order_by("-revision")
    return [PastStep(*row) for row in rows.values_list(*_WORDS)[:limit]], rows.count()


def steps_done_from(scene_session: SceneSession, revision: int) -> int:
    """Count the steps that can be undone, of this revision or a later one."""
    return _done(scene_session).filter(revision__gte=revision).count()


def steps_undone_up_to(scene_session: SceneSession, revision: int) -> int:
    """Count the steps that can be redone, of this revision or an earlier one."""
    return _undone(scene_session).filter(revision__lte=revision).count()


def undone_forget(scene_session: SceneSession) -> None:
    """Take the undone steps of a locked session out of the line; their revisions stay."""
    _steps(scene_session).filter(revision__gt=scene_session.undo_position).update(is_step=False)


def beyond(scene_session: SceneSession) -> str:
    """Say what lies before the first step that can be undone, in a sentence."""
    if not scene_session.undo_floor:
        return "This is how the scene began."
    return f"What was done up to revision {scene_session.undo_floor} cannot be undone any more."


def _steps(scene_session: SceneSession) -> QuerySet[SceneRevision]:
    rows = SceneRevision.objects.filter(scene_session=scene_session.pk, is_step=True)
    return rows.filter(revision__gt=scene_session.undo_floor)


def _done(scene_session: SceneSession) -> QuerySet[SceneRevision]:
    rows, position = _steps(scene_session).order_by("-revision"), scene_session.undo_position
    return rows if position is None else rows.filter(revision__lte=position)


def _undone(scene_session: SceneSession) -> QuerySet[SceneRevision]:
    position = scene_session.undo_position
    if position is None:
        return SceneRevision.objects.none()
    return _steps(scene_session).filter(revision__gt=position).order_by("revision")
