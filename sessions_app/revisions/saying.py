"""The step by which a person says something to the AI clients of a scene, which stays as it is."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from sessions_app.models import SceneSession
from sessions_app.revisions.persons_words import words_add
from sessions_app.revisions.stored_steps import StoredStep
from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document import Document
from sessions_app.scene.operations import Change, Report
from sessions_app.scene.operations.arguments import Arguments
from sessions_app.scene.operations.change import change_in

# The name of a page's edit; no tool has it.
SAY = "say"
# More is refused; of this the first 500 visible characters are kept.
MAX_SENT = 4_000


class Say(Arguments):
    text: Annotated[str, Field(max_length=MAX_SENT)]


@dataclass(frozen=True, slots=True)
class SayStep(StoredStep):
    """Keeps what a person says; `person` is what the page calls them, if anything."""

    given: Say
    person: str
    edit_id: str

    def on(self, scene_session: SceneSession, document: Document, by: str) -> Change:
        del by
        said = words_add(scene_session, self.given.text, by=self.person, edit_id=self.edit_id)
        return change_in(Edit(document), Report(values={}, summary=said, words=said))
