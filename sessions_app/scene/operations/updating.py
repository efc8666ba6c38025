"""Changes any property of any object."""

from typing import Annotated

from pydantic import Field

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.operations.answers import objects_report, shown_names
from sessions_app.scene.operations.arguments import (
    Angles,
    Arguments,
    Factors,
    Flag,
    Point,
    Skipping,
)
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.items import Item
from sessions_app.scene.operations.limits import MAX_ITEMS, require_room
from sessions_app.scene.operations.locked import require_any
from sessions_app.scene.operations.object_updates import PLACED, Updating
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.riding import carry
from sessions_app.scene.operations.settling import Settling
from sessions_app.scene.operations.taking_out import whole
from sessions_app.scene.operations.wishes import Wish

# Changes that may make a document larger by more than numbers do.
_OF_WORDS = frozenset({"rename", "tags", "text", "points", "rows", "ungroup"})


class _Targeted(Arguments):
    target: str


class ObjectChange(Item, _Targeted):
    rename: str | None = None
    move_by: Point | None = None
    rotate_by: Angles | None = None
    scale_by: Factors | None = None
    ungroup: Flag | None = None


class UpdateObjects(Skipping):
    changes: Annotated[list[ObjectChange], Field(min_length=1, max_length=MAX_ITEMS)]


@operation("update_objects", UpdateObjects)
def update_objects(edit: Edit, given: UpdateObjects) -> Report:
    """Change properties of objects, in order.

    What is to stand on or face something is placed after the last change.

    Raises:
        InvalidValueError: a change is not accepted, or names what is not there; all stays then.
    """
    draft = Draft(edit)
    wishes: dict[str, Wish] = {}
    changed: dict[str, None] = {}
    for index, change in enumerate(given.changes):
        path = f"changes[{index}]"
        with at(f"{path}.target"):
            targets = _targets(draft, change)
        for id_ in targets:
            wish = Updating(draft, id_, path, change.given).apply()
            changed[id_] = None
            if wish is not None:
                wishes[id_] = wish.after(wishes.get(id_))
    require_any(edit, changed)
    Settling(draft, wishes).settle()
    ids = [*changed, *carry(draft)]
    more = len(draft.objects) > len(edit.original["objects"])  # copies that were taken out
    if more or any(not _OF_WORDS.isdisjoint(change.given) for change in given.changes):
        require_room(edit, draft.index)
    if edit.is_noop:
        headline = "Nothing changed: all is so already."
    else:
        headline = f"Updated {len(changed)} {'object' if len(changed) == 1 else 'objects'}."
    words = f"Changed {shown_names(edit, list(changed))}."
    return objects_report(edit, headline, ids, words=words, notes=draft.report_notes())


def _targets(draft: Draft, change: ObjectChange) -> list[str]:
    """Return the ids of what a change is for; a copy of a pattern is taken out.

    Of several that are placed, those that a pattern repeats go with that.
    """
    found = [draft.own(each) for each in draft.unlocked(draft.targets.find(change.target))]
    if len(found) == 1 or change.given.keys().isdisjoint(PLACED):
        return found
    return [each for each in found if whole(draft.index.graph, each) == each]
