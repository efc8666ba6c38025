"""Locks, which people put on objects: nobody changes what is locked, or belongs to it."""

from collections.abc import Mapping
from typing import Any

from sessions_app.scene.document.graph import Objects

# The member with the name of the person who locked an object.
MEMBER = "locked"


def lock_of(objects: Objects, id_: str | None) -> str | None:
    """Return the id of what locks an object: itself, or what it belongs to; None for neither."""
    while id_ is not None:
        entity = objects[id_]
        if MEMBER in entity:
            return id_
        id_ = entity.get("parent")
    return None


def with_locks_of(document: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with the locks of another one; what is not in that has none."""
    locks = {id_: each[MEMBER] for id_, each in other["objects"].items() if MEMBER in each}
    objects = {
        id_: entity if entity.get(MEMBER) == locks.get(id_) else _locked(entity, locks.get(id_))
        for id_, entity in document["objects"].items()
    }
    return {**document, "objects": objects}


def _locked(entity: Mapping[str, Any], by: str | None) -> dict[str, Any]:
    others = {name: value for name, value in entity.items() if name != MEMBER}
    return others if by is None else {**others, MEMBER: by}
