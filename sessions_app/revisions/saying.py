"""The step by which a person says something to the AI clients of a scene, which stays as it is."""

from collections.abc import Sequence
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
from sessions_app.scene.operations.limits import MAX_ITEMS

# The name of a page's edit; no tool has it.
SAY = "say"
# More is refused; of this the first 500 visible characters are kept.
MAX_SENT = 4_000


class Say(Arguments):
    text: Annotated[str, Field(max_length=MAX_SENT)]
    targets: Annotated[Sequence[str], Field(max_length=MAX_ITEMS)] = ()


@dataclass(frozen=True, slots=True)
class SayStep(StoredStep):
    """Keeps what a person says, with the names of what is selected at the page meanwhile.

    `person` is what the page calls them, if anything.
    """

    given: Say
    person: str
    edit_id: str

    def on(self, scene_session: SceneSession, document: Document, by: str) -> Change:
        del by
        objects = document["objects"]
        # By their ids, as the page has them; what is gone meanwhile was not meant.
        selected = [objects[each]["name"] for each in self.given.targets if each in objects]
        said = words_add(
            scene_session,
            self.given.text,
            by=self.person,
            edit_id=self.edit_id,
            selected=selected,
        )
        return change_in(Edit(document), Report(values={}, summary=said, words=said))
