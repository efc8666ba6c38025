"""What people alone do: lock objects, so that nobody changes them, and unlock them."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document import Document
from sessions_app.scene.document.index import Index
from sessions_app.scene.document.locks import MEMBER, lock_of
from sessions_app.scene.document.targets import Targets
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.operations.answers import listed_names, present_report
from sessions_app.scene.operations.arguments import Arguments, Flag, Texts
from sessions_app.scene.operations.change import Change, change_in
from sessions_app.scene.operations.limits import MAX_ITEMS
from sessions_app.scene.operations.paths import at

# Whose lock it is where nobody says.
SOMEBODY = "a person"
_MAX_BY = 40


class LockObjects(Arguments):
    targets: Annotated[Texts, Field(min_length=1, max_length=MAX_ITEMS)]
    locked: Flag = True


def lock_objects(document: Document, given: LockObjects, by: str) -> Change:
    """Lock objects, or unlock them; what belongs to them is locked with them.

    What is locked already stays the lock of who locked it.

    Args:
        document: the scene's.
        given: the objects, and whether they are to be locked.
        by: what the person is called, if anything.

    Raises:
        UnknownTargetError: a target is not there; nothing is changed then.
        InvalidValueError: what is to be unlocked is locked with what it belongs to.
    """
    edit = Edit(document)
    objects = document["objects"]
    ids = list(dict.fromkeys(_chosen(document, given.targets)))
    for id_ in ids:
        lock = lock_of(objects, id_)
        if given.locked and lock != id_:
            edit.set(("objects", id_), MEMBER, _name(by))
        elif not given.locked and lock == id_:
            edit.remove(("objects", id_), MEMBER)
        elif not given.locked and lock is not None:
            raise InvalidValueError(
                f"{quoted(objects[id_]['name'])} is locked with {quoted(objects[lock]['name'])}, to"
                " which it belongs: unlock that."
            )
    names = listed_names([objects[each]["name"] for each in ids])
    words = f"{'Locked' if given.locked else 'Unlocked'} {names}."
    return change_in(edit, present_report(edit, words, ids, words=words), locks=True)


def _chosen(document: Document, targets: list[str]) -> Iterator[str]:
    """Yield the ids of the targets; of a copy that of its pattern."""
    found = Targets(Index(document["objects"]))
    for index, text in enumerate(targets):
        with at(f"targets[{index}]"):
            for target in found.find(text):
                yield target.id


def _name(by: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in by).strip()
    return shown[:_MAX_BY] or SOMEBODY
