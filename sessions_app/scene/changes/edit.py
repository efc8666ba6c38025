"""A draft of a document that yields a patch and its inverse."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeAlias

from sessions_app.scene.changes.maps import OwnMaps, equal
from sessions_app.scene.changes.patches import Patch, PatchOp, parse_pointer, pointer
from sessions_app.scene.document import Document, EntityKey, entities_at
from sessions_app.scene.document.graph import Objects

# The path from the document to a map: ("lights", "key"), or "/lights/key" as JSON Pointer.
Way: TypeAlias = str | Sequence[str]

_MISSING: Final = object()


class EditError(LookupError):
    """An operation wrote to a missing or unsuitable place: a bug of the operation."""


class Edit:
    """A writable draft of a document; the original stays unchanged.

    Each map is copied once, on the first write; untouched maps are shared. The patch is the final
    difference: two writes to one member make one step, and restoring a value makes none. Several
    operations may share one edit.
    """

    def __init__(self, document: Document, now: float = 0.0, *, skips_locked: bool = False) -> None:
        """Start from a document, which is copied only on writes.

        Args:
            document: what is edited.
            now: the moment of the edit, in seconds since 1970; 0 where nothing depends on it.
            skips_locked: whether operations leave out locked objects, and go on with the others.
        """
        self.now = now
        # The ids of the locked objects that were left out; None where that was not asked for.
        self.left_out: dict[str, None] | None = {} if skips_locked else None
        self._draft = document
        self._own = OwnMaps()
        self._written = _Written(document)
        # Of the draft as it is; None after a write.
        self._differences: Differences | None = None

    @property
    def original(self) -> Document:
        """The document that the edit started from."""
        return self._written.before

    @property
    def document(self) -> Document:
        """The document as it is now; later writes do not affect the returned one."""
        if self._own:
            self._own = OwnMaps()
        return self._draft

    @property
    def objects(self) -> Objects:
        """The objects as they are now; do not modify them, and do not keep them past a write."""
        objects: Objects = self._draft["objects"]
        return objects

    def differences(self) -> "Differences":
        """Return the differences from the original document, worked out once after each write."""
        if self._differences is None:
            # Not from the draft: what is handed out here must not change with later writes.
            self._differences = Differences(self._written.differences((), self.document))
        return self._differences

    @property
    def patch(self) -> Patch:
        """The patch from the original document to the current one."""
        return self.differences().patch

    @property
    def inverse(self) -> Patch:
        """The patch back to the original; undoes the last step first."""
        return self.differences().inverse

    @property
    def touched(self) -> frozenset[EntityKey]:
        """The entities that were changed, added or removed: ("model",), ("lights", "key")."""
        return self.differences().touched

    @property
    def is_noop(self) -> bool:
        """Whether the document is unchanged."""
        return not self.differences()

    def get(self, way: Way) -> Any:
        """Return the current value at a path; do not modify it.

        Raises:
            EditError: the path does not exist.
        """
        node: Any = self._draft
        names = _names(way)
        for name in names:
            if not isinstance(node, dict) or name not in node:
                raise EditError(f"{pointer(names)} is not in the document.")
            node = node[name]
        return node

    def set(self, way: Way, member: str, value: Any) -> bool:
        """Set a member of the map; return whether that changed it.

        The edit takes over the value; the caller must not modify it afterwards.

        Raises:
            EditError: the path does not lead through existing maps.
        """
        if equal(self._map(way).get(member, _MISSING), value):
            return False
        self._write(way, member)[member] = value
        return True

    def add(self, way: Way, member: str, value: Any) -> None:
        """Add a new member to the map.

        Raises:
            EditError: the member exists, or the path does not lead through maps.
        """
        if member in self._map(way):
            raise EditError(f"{pointer((*_names(way), member))} is in the document already.")
        self._write(way, member)[member] = value

    def remove(self, way: Way, member: str) -> None:
        """Remove a member from the map.

        Raises:
            EditError: the member does not exist, or the path does not lead through maps.
        """
        if member not in self._map(way):
            raise EditError(f"{pointer((*_names(way), member))} is not in the document.")
        del self._write(way, member)[member]

    def _map(self, way: Way) -> Document:
        node = self.get(way)
        if not isinstance(node, dict):
            raise EditError(f"{pointer(_names(way))} is no map.")
        return node

    def _write(self, way: Way, member: str) -> Document:
        """Record the member's value before the write, and return the map to write to."""
        names = _names(way)
        self._differences = None
        self._written.note(names, member)
        self._draft = self._own.copy_of(self._draft)
        return self._own.descend(self._draft, names)


@dataclass(frozen=True, slots=True)
class _Difference:
    """A member's values before and after; one of them may be missing."""

    way: tuple[str, ...]
    before: Any
    after: Any

    def reversed(self) -> "_Difference":
        return _Difference(self.way, self.after, self.before)


class Differences(tuple[_Difference, ...]):
    """The differences between two documents, in the order of their first writes."""

    @property
    def patch(self) -> Patch:
        """The patch from the first document to the second."""
        return [_step(difference) for difference in self]

    @property
    def inverse(self) -> Patch:
        """The patch back; undoes the last step first."""
        return [_step(difference.reversed()) for difference in reversed(self)]

    @cached_property
    def touched(self) -> frozenset[EntityKey]:
        """The entities that were changed, added or removed."""
        return frozenset(
            entity
            for difference in self
            for entity in entities_at(difference.way, difference.before, difference.after)
        )


@dataclass(slots=True)
class _Written:
    """The writes in and below one map of the original document.

    `members` holds the original values of members that were replaced as a whole; writes below them
    are part of the new value. `below` holds the nested maps with writes.
    """

    before: Document
    members: dict[str, Any] = field(default_factory=dict)
    below: dict[str, "_Written"] = field(default_factory=dict)

    def note(self, names: Sequence[str], member: str) -> None:
        written = self
        for name in names:
            if name in written.members:
                return
            if name not in written.below:
                written.below[name] = _Written(written.before[name])
            written = written.below[name]
        written.members.setdefault(member, written.before.get(member, _MISSING))
        written.below.pop(member, None)

    def differences(self, way: tuple[str, ...], now: Document) -> Iterator[_Difference]:
        for member, before in self.members.items():
            after = now.get(member, _MISSING)
            if not equal(before, after):
                yield _Difference((*way, member), before, after)
        for name, written in self.below.items():
            yield from written.differences((*way, name), now[name])


def _names(way: Way) -> Sequence[str]:
    if not isinstance(way, str):
        return way
    return parse_pointer(way) if way else ()


def _step(difference: _Difference) -> PatchOp:
    path = pointer(difference.way)
    if difference.after is _MISSING:
        return {"op": "remove", "path": path}
    op: Any = "add" if difference.before is _MISSING else "replace"
    return {"op": op, "path": path, "value": difference.after}
