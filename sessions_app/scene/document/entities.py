"""Entities of a document: maps paths to entities, and validates entities."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from sessions_app.scene.document.index import Index
from sessions_app.scene.document.kinds import ANY, KINDS, PLACES, Kind, Place, Places
from sessions_app.scene.document.members import NESTED, Member

# A unit that is changed, added or removed by itself: ("camera",), or ("objects", "o17").
EntityKey: TypeAlias = tuple[str, ...]

_REFERENCES = ("parent", "aim")


class Indexed(Protocol):
    """What has the index of a document's objects."""

    @property
    def index(self) -> Index:
        """The index."""


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
    document: Mapping[str, Any],
    keys: Iterable[EntityKey],
    places: Places = PLACES,
    *,
    known: Indexed | None = None,
) -> None:
    """Validate these entities, and that what they refer to is there.

    Unknown members and top-level values pass.

    Args:
        document: the document.
        keys: of entities that were changed, added or removed.
        places: what is where.
        known: has the index of the document's objects; without it they are all gone through.

    Raises:
        BrokenEntityError: a member is missing or invalid; names the first one.
    """
    objects = document.get("objects", {})
    gone = []
    for key in keys:
        place, must_be_there = _place_of(key, places)
        entity: Any = document
        for name in key:
            entity = entity.get(name) if isinstance(entity, dict) else None
        is_due = must_be_there or entity is not None
        if isinstance(place, Member) and is_due:
            _require_value(entity, place, key)
        elif isinstance(place, Place) and is_due:
            _require(entity, place.kind, key)
            _require_references(entity, objects, key)
        if entity is None:
            gone.append(key[-1])
    camera = document.get("camera")
    if camera is not None and camera not in objects:
        raise BrokenEntityError(f"camera is {camera!r}, which is no object.")
    for name in _referring(known, objects, gone):
        _require_references(objects[name], objects, ("objects", name))


def _referring(
    known: Indexed | None, objects: Mapping[str, Any], gone: Iterable[str]
) -> Iterator[str]:
    """Yield the ids of objects that refer to what was removed, or belong to it."""
    index = None
    for name in gone:
        index = index or (known.index if known else Index(objects))
        yield from index.referring[name]
        yield from index.graph.children(name)


def _require(entity: Any, kind: str | None, key: EntityKey) -> None:
    members = entity if isinstance(entity, dict) else {}
    named = members.get("kind") if kind is None else kind
    known = KINDS.get(named) if isinstance(named, str) else None
    if known is None or (kind is None and "name" not in known):
        raise BrokenEntityError(f"{'.'.join(key)} is of the kind {named!r}, which is not known.")
    _require_members(members, known, key)


def _require_members(members: Mapping[str, Any], known: Kind, key: EntityKey) -> None:
    for name, member in known.items():
        if not member.is_required and name not in members:
            continue
        value = members.get(name)
        _require_value(value, member, (*key, name))
        if member.type in NESTED:
            _require_members(value or {}, KINDS[member.type], (*key, name))


def _require_value(value: Any, member: Member, key: EntityKey) -> None:
    if not member.accepts(value):
        within = f" from {member.range}" if member.range else ""
        raise BrokenEntityError(f"{'.'.join(key)} is {value!r}; it must be {member.type}{within}.")


def _require_references(
    entity: Mapping[str, Any], objects: Mapping[str, Any], key: EntityKey
) -> None:
    for member in _REFERENCES:
        _require_there(entity.get(member), objects, (*key, member))
    if "animation" in entity:
        around = entity["animation"].get("orbit", {}).get("around")
        _require_there(around, objects, (*key, "animation", "orbit", "around"))


def _require_there(other: Any, objects: Mapping[str, Any], key: EntityKey) -> None:
    if isinstance(other, str) and other not in objects:
        raise BrokenEntityError(f"{'.'.join(key)} is {other!r}, which is no object.")


def _place_of(key: EntityKey, places: Places) -> tuple[Place | Member | None, bool]:
    """Return the entity's place, and whether it must exist."""
    found = places.get(key[0])
    if not isinstance(found, Mapping):
        return found, not isinstance(found, Member) or found.is_required
    name = key[1] if len(key) > 1 else ""
    return (found[name], True) if name in found else (found.get(ANY), False)
