"""Steps for tests of undo: objects that come and go, paint, and the history itself."""

import json
from typing import Any

from sessions_app.models import SceneSession
from sessions_app.revisions.documents import document_rebuild
from sessions_app.revisions.stored_steps import History, HistoryStep
from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.patches import apply_patch
from sessions_app.scene.document import Document
from sessions_app.scene.operations import Change, Report, Step
from sessions_app.scene.operations.change import change_of
from sessions_app.steering.tool_calls import CallEffect
from tests.support.scenes import steer


def written(name: str, write: Any) -> Step:
    """A step that writes in an edit; lights and camera follow, as after any operation."""

    def report(edit: Edit) -> Report:
        write(edit)
        return Report(values={}, summary=f"{name}.", words=f"{name}.")

    return lambda document: change_of(document, report)


def add_box(*, side: float = 0.4, at: tuple[float, float, float] = (1.0, 0.2, 0.0)) -> Step:
    """Add a box, which is named by its id."""

    def write(edit: Edit) -> None:
        number = edit.get(("next",))
        size, position = [side, side, side], list(at)
        box = {"name": f"box{number}", "kind": "box", "position": position, "size": size}
        edit.add(("objects",), f"o{number}", box)
        edit.set((), "next", number + 1)

    return written("Added a box", write)


def remove_newest() -> Step:
    """Remove the solid that was added last, if one is left."""

    def write(edit: Edit) -> None:
        objects = edit.get(("objects",))
        boxes = [each for each, entity in objects.items() if entity["kind"] == "box"]
        if boxes:
            edit.remove(("objects",), max(boxes, key=lambda each: int(each[1:])))

    return written("Removed a box", write)


def history(**given: Any) -> HistoryStep:
    return HistoryStep(History.model_validate(given))


def ask(scene_session: SceneSession, action: str, **given: Any) -> CallEffect:
    """Perform an action of the history as a client's call does."""
    return steer(scene_session, history(action=action, **given))


def change_in(effect: CallEffect) -> Change:
    assert effect.change is not None
    return effect.change


def now(scene_session: SceneSession) -> SceneSession:
    return SceneSession.objects.get(pk=scene_session.pk)


def without_next(document: Document) -> Document:
    """The document but for the counter of ids, which undo leaves alone."""
    return {name: value for name, value in document.items() if name != "next"}


def replayed(scene_session: SceneSession) -> dict[int, Document]:
    """The document at each stored revision, forth from the first snapshot and back again."""
    first = scene_session.snapshots.order_by("revision").first()
    assert first is not None
    documents: dict[int, Document] = {first.revision: json.loads(first.document)}
    rows = scene_session.revisions.filter(revision__gt=first.revision).order_by("revision")
    changes = list(rows.values_list("revision", "patch", "inverse"))
    for revision, patch, _ in changes:
        documents[revision] = apply_patch(documents[revision - 1], json.loads(patch))
    document = documents[scene_session.revision]
    assert document == document_rebuild(scene_session)
    for revision, _, inverse in reversed(changes):
        document = apply_patch(document, json.loads(inverse))
        assert document == documents[revision - 1]
    return documents
