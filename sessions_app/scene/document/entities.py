"""Entities of a document: maps paths to entities, and validates entities."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from sessions_app.scene.document.kinds import ANY, KINDS, PLACES, Place, Places

# A unit that is changed, added or removed by itself: ("model",), or ("lights", "key").
EntityKey: TypeAlias = tuple[str, ...]


class BrokenEntityError(ValueError):
    """An operation produced an entity that pages would refuse: a bug of the operation."""


def entities_at(way: EntityKey, *values: Any) -> Iterator[EntityKey]:
    """Yield the entities that a change at a path affects.

    Args:
        way: the path of the changed member.
        values: the values before and after; of a collection, all its entities.
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
    """Validate these entities; unknown members and entities pass.

    Raises:
        BrokenEntityError: a member is missing or invalid; names the first one.
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
    """Return the entity's place, and whether it must exist."""
    found = places.get(key[0])
    if isinstance(found, Place) or found is None:
        return found, True
    name = key[1] if len(key) > 1 else ""
    return (found[name], True) if name in found else (found.get(ANY), False)
