"""Places a model that was brought into the scene."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document.kinds import LENGTH_RANGE
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations.adding import NewObject, make_way
from sessions_app.scene.operations.answers import objects_report, shown_names
from sessions_app.scene.operations.arguments import Arguments, Number, Reference
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.limits import require_room
from sessions_app.scene.operations.numbers import limit_numbers, stored_numbers
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.settling import NOWHERE, Settling
from sessions_app.scene.operations.wishes import Wish, facing_of, on_of

IMPORT = "import_model"


class PlaceModel(Arguments):
    """What may be said of a model; `upload` is the id that was answered when it was sent."""

    upload: str | None = None
    name: str | None = None
    size: Number | None = None
    on: str | None = None
    facing: Reference | None = None


class ImportModel(PlaceModel):
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """A model of the scene: its id, what it is called, and its box in its own units."""

    asset: str
    name: str
    box: Sequence[float]


def place_model(edit: Edit, given: PlaceModel, imported: Imported) -> Report:
    """Add a model, on what it is to stand on, else on the floor beside what is there.

    Raises:
        InvalidValueError: the size is not accepted, or what it stands on or faces is not there.
    """
    draft = Draft(edit)
    make_way(draft, [NewObject(kind="box", on=given.on, facing=given.facing)])
    entity: dict[str, Any] = {
        "kind": "model",
        "asset": imported.asset,
        "position": list(NOWHERE),
        "size": stored_numbers(_size(given.size, imported.box, draft.notes)),
    }
    with at("name"):
        id_ = draft.add(entity, given.name or imported.name)
    require_room(edit, draft.index)
    on = on_of(draft, given.on, "on", 1) if given.on else None
    facing = facing_of(draft, given.facing, "facing", 1) if given.facing else None
    wish = Wish(id=id_, path="", on=on, facing=facing, has_place=False, is_new=True)
    Settling(draft, {id_: wish}).settle()
    words = f"Added {shown_names(edit, draft.added)}."
    return objects_report(
        edit, "Added the model.", draft.added, words=words, notes=draft.report_notes()
    )


def _size(longest: float | None, box: Sequence[float], notes: list[str]) -> list[float]:
    own = max(box)
    if longest is None:
        longest = own
    if longest <= 0:
        raise InvalidValueError("`size` is not above 0: give the longest side in meters.")
    [longest], note = limit_numbers(LENGTH_RANGE, size=longest)
    if note:
        notes.append(note)
    return [side * longest / own for side in box]
