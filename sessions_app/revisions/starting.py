"""The step by which a scene in which nothing was done begins otherwise."""

from dataclasses import dataclass

from sessions_app.models import SceneSession
from sessions_app.revisions.stored_steps import StoredStep
from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.replay import write_document
from sessions_app.scene.document import Document, Start, new_document
from sessions_app.scene.operations.change import Change, Report, change_in


@dataclass(frozen=True, slots=True)
class StartStep(StoredStep):
    """Gives a scene another start, which undo takes back; one with any revision stays as it is."""

    start: Start

    def on(self, scene_session: SceneSession, document: Document, by: str) -> Change:
        del by
        edit = Edit(document)
        if scene_session.revision == 0:
            write_document(edit, new_document(self.start))
        words = f"The scene begins as {self.start}."
        return change_in(edit, Report(values={}, summary=words, words=words))
