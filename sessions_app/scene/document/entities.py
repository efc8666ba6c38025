"""Entities of a document: which one a place belongs to, and whether they are as they must be."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from sessions_app.scene.document.kinds import ANY, KINDS, PLACES, Place, Places

# What can be changed, added or removed by itself: ("model",), or ("lights", "key").
EntityKey: TypeAlias = tuple[str, ...]


class BrokenEntityError(ValueError):
    """An operation has made an entity that pages would refuse: a bug of the operation."""


def entities_at(way: EntityKey, *values: Any) -> Iterator[EntityKey]:
    """Name the entities that a change at a place of the document concerns.

    Args:
        way: the member that was changed, by the names that lead to it.
        values: what was and is there: all entities in it, where that is a collection.
    """
    if not isinstance(PLACES.get(way[0]), Mapping):
        yield way[:1]
    elif len(way) > 1:
        yield way[:2]
    else:
        names = {name: None for value in values if isinstance(value, dict) for name in value}
        yield from ((way[0], name) for name in names)
        if not names:
            yield way


def require_entities(
    document: Mapping[str, Any], keys: Iterable[EntityKey], places: Places = PLACES
) -> None:
    """Check these entities; members and entities that the table does not name are let through.

    Raises:
        BrokenEntityError: names the first member that is missing or not as it must be.
    """
    for key in keys:
        place, must_be_there = _place_of(key, places)
        entity: Any = document
        for name in key:
            entity = entity.get(name) if isinstance(entity, dict) else None
        if place is not None and (must_be_there or entity is not None):
            _require(entity, place.kind, key)


def _require(entity: Any, kind: str, key: EntityKey) -> None:
    members = entity if isinstance(entity, dict) else {}
    for name, member in KINDS[kind].items():
        value = members.get(name)
        if not member.accepts(value):
            within = f" from {member.range}" if member.range else ""
            raise BrokenEntityError(
                f"{'.'.join((*key, name))} is {value!r}; it must be {member.type}{within}."
            )


def _place_of(key: EntityKey, places: Places) -> tuple[Place | None, bool]:
    """The entity's place, and whether something must be there."""
    found = places.get(key[0])
    if isinstance(found, Place) or found is None:
        return found, True
    name = key[1] if len(key) > 1 else ""
    return (found[name], True) if name in found else (found.get(ANY), False)
