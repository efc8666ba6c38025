"""Ids of objects by something that they have, carried on from one document to the next."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

_Key = TypeVar("_Key")
_Objects: TypeAlias = Mapping[str, Mapping[str, Any]]


class Groups(Generic[_Key]):
    """The ids of objects by their keys, in the document's order; an object may have several."""

    def __init__(
        self, keys_of: Callable[[Mapping[str, Any]], Iterable[_Key]], objects: _Objects
    ) -> None:
        """Group the objects.

        Args:
            keys_of: returns the keys of an entity, none of them twice.
            objects: by id.
        """
        self._keys_of = keys_of
        self._ids: dict[_Key, list[str]] = {}
        # The keys whose lists no other groups share.
        self._own: set[_Key] = set()
        # The keys whose lists are not in the document's order, which those who ask get.
        self._unordered: set[_Key] = set()
        self._objects = objects
        for id_, entity in objects.items():
            for key in keys_of(entity):
                self._ids.setdefault(key, []).append(id_)

    def __getitem__(self, key: _Key) -> Sequence[str]:
        """Return the ids of a key; it may have none."""
        if key in self._unordered and key in self._ids:
            order = {id_: at for at, id_ in enumerate(self._objects)}
            self._ids[key] = sorted(self._ids[key], key=order.__getitem__)
        self._unordered.discard(key)
        return self._ids.get(key, [])

    def __contains__(self, key: object) -> bool:
        """Return whether any object has the key."""
        return key in self._ids

    def __iter__(self) -> Iterator[_Key]:
        """Iterate over all keys, in no order."""
        return iter(self._ids)

    def copy(self) -> "Groups[_Key]":
        """Return groups that `update` changes without these."""
        other: Groups[_Key] = Groups(self._keys_of, {})
        other._ids, other._unordered = self._ids.copy(), self._unordered.copy()
        other._objects = self._objects
        self._own.clear()
        return other

    def update(self, before: _Objects, objects: _Objects, touched: Iterable[str]) -> None:
        """Change these into the groups of a later document.

        Args:
            before: all objects of the document that these are of.
            objects: those of the later one.
            touched: as `in_order` returns them.
        """
        self._objects = objects
        for id_ in touched:
            old, new = self._keys(before, id_), self._keys(objects, id_)
            if old == new:
                continue
            for key in (key for key in old if key not in new):
                self._remove(key, id_)
            for key in (key for key in new if key not in old):
                self._list(key).append(id_)
                if id_ in before:
                    self._unordered.add(key)

    def _keys(self, objects: _Objects, id_: str) -> list[_Key]:
        return list(self._keys_of(objects[id_])) if id_ in objects else []

    def _list(self, key: _Key) -> list[str]:
        if key not in self._own:
            self._ids[key] = list(self._ids.get(key, ()))
            self._own.add(key)
        return self._ids[key]

    def _remove(self, key: _Key, id_: str) -> None:
        ids = self._list(key)
        ids.remove(id_)
        if not ids:
            del self._ids[key]
            self._own.discard(key)


def in_order(before: _Objects, objects: _Objects, touched: Iterable[str]) -> list[str]:
    """Return the ids of touched objects: new ones last, in the order of the later document.

    Args:
        before: all objects of the earlier document.
        objects: those of the later one.
        touched: the ids of those that were added, changed or removed between.
    """
    ids = list(touched)
    new = [id_ for id_ in ids if id_ not in before and id_ in objects]
    if len(new) < 2:
        return ids
    others = [id_ for id_ in ids if id_ in before]
    last = list(objects)[-len(new) :]
    if before.keys().isdisjoint(last):
        return [*others, *last]
    order = {id_: at for at, id_ in enumerate(objects)}
    return [*others, *sorted(new, key=order.__getitem__)]
