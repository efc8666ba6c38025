"""Reads and writes members of objects, which hold only what differs from their kind's defaults."""

from collections.abc import Iterable, Mapping
from typing import Any

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.maps import equal
from sessions_app.scene.document import KINDS
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry.resizing import Change
from sessions_app.scene.operations.numbers import stored_numbers


def value_of(entity: Mapping[str, Any], member: str) -> Any:
    """Return the value of an object's member, which is its kind's default unless it is stored."""
    return entity.get(member, KINDS[entity["kind"]][member].default)


def set_members(edit: Edit, id_: str, members: Mapping[str, Any]) -> bool:
    """Set members of an object; return whether that changed any.

    Raises:
        InvalidValueError: a value is out of its member's range.
    """
    entity = edit.get(("objects", id_))
    changed = {name: each for name, each in members.items() if not _is(entity, name, each)}
    for name, value in changed.items():
        require_accepted(entity, name, value)
        edit.set(("objects", id_), name, value)
    return bool(changed)


def apply_changes(edit: Edit, changes: Iterable[Change]) -> bool:
    """Write what the geometry has worked out, rounded for storage; return whether it changed any.

    Raises:
        InvalidValueError: something would become too large, or end up too far away.
    """
    changed = [
        set_members(edit, each.id, {each.member: stored_numbers(each.value)}) for each in changes
    ]
    return any(changed)


def paint(edit: Edit, id_: str, color: str) -> bool:
    """Set the color of a solid's material; return whether that changed it."""
    entity = edit.get(("objects", id_))
    material = entity.get("material", {})
    # A preset may bring a color of its own.
    default = None if "preset" in material else KINDS["material"]["color"].default
    if material.get("color", default) == color:
        return False
    if "material" in entity:
        edit.set(("objects", id_, "material"), "color", color)
    else:
        edit.add(("objects", id_), "material", {"color": color})
    return True


def release(edit: Edit, id_: str) -> bool:
    """Have a light or a camera stay as it was set; return whether it followed the objects."""
    if "fitted" not in edit.get(("objects", id_)):
        return False
    edit.remove(("objects", id_), "fitted")
    return True


def _is(entity: Mapping[str, Any], member: str, value: Any) -> bool:
    known = KINDS[entity["kind"]].get(member)
    return equal(entity.get(member, known.default if known else None), value)


def require_accepted(entity: Mapping[str, Any], member: str, value: Any) -> None:
    """Check that an object may have this value of a member.

    Raises:
        InvalidValueError: it is out of the member's range.
    """
    known = KINDS[entity["kind"]].get(member)
    if known is None or known.accepts(value):
        return
    within = f" from {known.range} m" if known.range else ""
    shown = "too large" if member == "points" else value
    raise InvalidValueError(
        f"The {member} of {quoted(entity['name'])} would become {shown}; only numbers{within} are"
        " accepted."
    )
