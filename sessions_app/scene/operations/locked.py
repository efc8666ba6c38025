"""Keeps locked objects as they are, whatever changes the document; only people lock and unlock."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.checks.known import is_known, layout_of
from sessions_app.scene.document.graph import Objects
from sessions_app.scene.document.index import LOCKED, Index
from sessions_app.scene.document.locks import MEMBER, lock_of
from sessions_app.scene.errors import SceneError, quoted

_SHOWN = 4
_MAX_NAME = 64
# Members of what something belongs to, which say where that is and whether it is seen.
_OF_PLACE = (
    "animation", "arrangement", "bounds", "parent", "position", "rotation", "visible", "without",
)  # fmt: skip
_ONLY_PEOPLE = "Only people unlock: leave it as it is, or ask the person to unlock it."


class LockedError(SceneError):
    """A change would touch locked objects; `page_text` says so to the person at the page."""

    code = "locked"
    advice = _ONLY_PEOPLE

    def __init__(self, message: str, page_text: str) -> None:
        super().__init__(message)
        self.page_text = page_text

    def may_be_skipped(self, operation: str) -> None:
        """Advise to call the operation again without what is locked."""
        self.advice = (
            f"To go on without what is locked, call {operation} again with skip_locked: true. Only"
            " people unlock."
        )


class _Violation(NamedTuple):
    """An object that a lock keeps as it is, the id of what has the lock, and what became of it."""

    id: str
    lock: str
    verb: str


def require_unlocked(edit: Edit, *, locks: bool = False) -> None:
    """Refuse an edit that changes, moves or removes what is locked, or locks or unlocks.

    Args:
        edit: with everything written.
        locks: whether it may lock and unlock, and does nothing else.

    Raises:
        LockedError: names the objects, and who locked them.
    """
    touched = [key[1] for key in edit.touched if key[0] == "objects" and len(key) > 1]
    before, after = edit.original["objects"], edit.document["objects"]
    locked = _locked_ids(before)
    if not locked and not any(MEMBER in after.get(each, ()) for each in touched):
        return
    found = list(_violations(before, after, touched, locked, locks=locks))
    if found:
        raise _refusal(before, after, found)


def _locked_ids(objects: Objects) -> Sequence[str]:
    if is_known(objects):
        return layout_of(objects).index.roles[LOCKED]
    return [id_ for id_, entity in objects.items() if MEMBER in entity]


def _violations(
    before: Objects,
    after: Objects,
    touched: Collection[str],
    locked: Iterable[str],
    *,
    locks: bool,
) -> Iterator[_Violation]:
    for id_ in touched:
        was, now = before.get(id_), after.get(id_)
        if locks and was and now and _without_lock(was) == _without_lock(now):
            continue
        lock = lock_of(before, id_) if was else None
        if lock is not None:
            yield _Violation(id_, lock, _verb(was or {}, now))
        elif now is not None and (lock := lock_of(after, id_)) is not None:
            yield _Violation(id_, lock, "lock" if lock == id_ else "add to")
    changed = set(touched)
    for id_ in locked:
        above = before[id_].get("parent")
        while above is not None:
            if above in changed and _moves(before[above], after.get(above, {})):
                yield _Violation(id_, id_, "move")
                break
            above = before[above].get("parent")


def _without_lock(entity: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entity.items() if name != MEMBER}


def _moves(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return any(was.get(name) != now.get(name) for name in _OF_PLACE)


def _verb(was: Mapping[str, Any], now: Mapping[str, Any] | None) -> str:
    """Return what a change does with an object."""
    if now is None:
        return "remove"
    if was.get(MEMBER) != now.get(MEMBER):
        return "change" if MEMBER in now else "unlock"
    return "move" if _moves(was, now) else "change"


def _refusal(before: Objects, after: Objects, found: Sequence[_Violation]) -> LockedError:
    first, *others = found
    if first.verb in ("lock", "unlock"):
        named = quoted(_entity(first.id, before, after)["name"], _MAX_NAME)
        text = f"This would {first.verb} {named}, which only people do."
        return LockedError(f"{text} Nothing was changed.", text)
    holder = _entity(first.lock, before, after)
    name = quoted(_entity(first.id, before, after)["name"], _MAX_NAME)
    by, group = holder[MEMBER], quoted(holder["name"], _MAX_NAME)
    if first.verb == "add to":
        subject, what = f"{group} is locked by {by}", f"put {name} into it"
    elif first.lock == first.id:
        subject, what = f"{name} is locked by {by}", f"{first.verb} it"
    else:
        subject = f"{name} belongs to {group}, which is locked by {by}"
        what = f"{first.verb} {name}"
    names = dict.fromkeys(_entity(each.lock, before, after)["name"] for each in others)
    names.pop(holder["name"], None)
    more = f" Also locked: {_shown(names)}." if names else ""
    message = f"{subject}, and this would {what}: nothing was changed.{more}"
    return LockedError(message, f"{subject}: unlock it first. Nothing was changed.")


def _entity(id_: str, before: Objects, after: Objects) -> Mapping[str, Any]:
    return before[id_] if id_ in before else after[id_]


def may_touch(edit: Edit, index: Index, id_: str) -> bool:
    """Return whether an operation goes on with an object that was asked for.

    If locked ones are left out, what is locked, belongs to that or has it in it is noted as left
    out. Otherwise all are changed, and `require_unlocked` refuses the whole.

    Args:
        edit: that it would be changed in.
        index: of the objects as they are now.
        id_: of the object.
    """
    if edit.left_out is None:
        return True
    locked = index.roles[LOCKED]
    if not locked:
        return True
    is_held = lock_of(index.objects, id_) is not None
    if not is_held and not any(id_ in index.graph.ancestors(each) for each in locked):
        return True
    edit.left_out[id_] = None
    return False


def require_any(edit: Edit, chosen: Collection[object]) -> None:
    """Refuse an operation of which nothing is left without what is locked.

    Raises:
        LockedError: names the objects.
    """
    if edit.left_out and not chosen:
        text = f"All that this would change is locked: {_left_out(edit)}."
        raise LockedError(f"{text} Nothing was changed.", text)


def left_out_words(edit: Edit) -> str:
    """Return a sentence on what was left out."""
    return f"Left out, because of locks: {_left_out(edit)}."


def _left_out(edit: Edit) -> str:
    objects = edit.document["objects"]
    return _shown(objects[each]["name"] for each in edit.left_out or () if each in objects)


def _shown(names: Iterable[str]) -> str:
    """Quote names, the first of many."""
    every = [quoted(name, _MAX_NAME) for name in names]
    more = len(every) - _SHOWN
    return ", ".join(every[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
