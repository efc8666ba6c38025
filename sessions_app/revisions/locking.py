"""The step by which a person locks or unlocks objects: undo and redo pass it by."""

from dataclasses import dataclass

from sessions_app.models import SceneSession
from sessions_app.revisions.line import Move
from sessions_app.revisions.stored_steps import StoredStep
from sessions_app.scene.document import Document
from sessions_app.scene.operations import Change
from sessions_app.scene.operations.locking import LockObjects, lock_objects

# The name of a page's edit; no tool has it.
LOCK = "lock_objects"


@dataclass(frozen=True, slots=True)
class LockStep(StoredStep):
    """Locks or unlocks objects; `person` is what the person at the page is called, if anything."""

    given: LockObjects
    person: str

    def on(self, scene_session: SceneSession, document: Document, by: str) -> Change:
        del by
        change = lock_objects(document, self.given, self.person)
        return change if change.is_noop else Move.of(change, scene_session.undo_position)
