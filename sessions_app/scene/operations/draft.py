"""Objects as they are written in one call: finds, adds, changes and removes them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.changes.maps import equal
from sessions_app.scene.checks.known import surroundings_of
from sessions_app.scene.document import KINDS
from sessions_app.scene.document.graph import next_id
from sessions_app.scene.document.index import Index
from sessions_app.scene.document.names import MAX_NAME_LENGTH, key_of
from sessions_app.scene.document.naming import Names
from sessions_app.scene.document.targets import Target, Targets
from sessions_app.scene.errors import quoted
from sessions_app.scene.geometry.layout import Layout, Objects, is_prop
from sessions_app.scene.geometry.resizing import Change, resized, size_of
from sessions_app.scene.operations.locked import may_touch
from sessions_app.scene.operations.members import release, require_accepted
from sessions_app.scene.operations.numbers import stored_numbers
from sessions_app.scene.operations.taking_apart import take_apart
from sessions_app.scene.operations.taking_out import take_out, whole

# What somebody sets on purpose, so that it follows the objects no more.
_SET_ON_PURPOSE = frozenset({"position", "size", "aim", "fov"})
_NAMES_SHOWN = 4


class Draft:
    """The objects of an edit, with the notes for the answer.

    Attributes:
        edit: the document to write in.
        notes: sentences on names that were changed, numbers that were clamped, and the like.
        added: the ids of the objects that were added, in order.
    """

    def __init__(self, edit: Edit) -> None:
        """Start from the edit's document."""
        self.edit = edit
        self.notes: list[str] = []
        self._renamed: dict[str, list[str]] = {}
        self.added: list[str] = []
        self._names: Names | None = None
        self._layout = surroundings_of(edit.original["objects"]).layout
        self._known_index = self._layout.index
        self._index: Index | None = None
        # The ids of what has changed since the layout, and since the index.
        self._stale: set[str] = set()
        # The ids of patterns of which copies were taken out since the layout.
        self._thinned: set[str] = set()
        self._unindexed: set[str] = set()
        # By the name that was asked for, the objects that were added under it, with how many were
        # added before.
        self._called: dict[str, list[tuple[int, str]]] = {}

    @property
    def objects(self) -> Objects:
        """All objects as they are now; do not keep it."""
        objects: Objects = self.edit.objects
        return objects

    @property
    def names(self) -> Names:
        """The names that are taken."""
        if self._names is None:
            self._names = Names(self._known_index)
        return self._names

    @property
    def index(self) -> Index:
        """The index of all objects as they are now; do not keep it."""
        if self._index is None:
            self._index = self._known_index.copy()
        if self._unindexed:
            self._index.update(self.edit.document["objects"], self._unindexed)
            self._unindexed = set()
        return self._index

    def layout(self, needing: Iterable[str] | None = None) -> Layout:
        """Return where everything is now.

        Args:
            needing: the ids that the caller reads; where none of them has changed, the layout may
                be older in all others.
        """
        stale = self._stale | self._thinned
        if stale and (needing is None or not stale.isdisjoint(needing)):
            return self._renewed()
        return self._layout

    def _renewed(self) -> Layout:
        stale = self._stale | self._thinned
        self._layout = self._layout.after(self.edit.document["objects"], stale)
        self._stale, self._thinned = set(), set()
        return self._layout

    def _touch(self, *ids: str) -> None:
        self._stale.update(ids)
        self._unindexed.update(ids)

    def add(self, entity: dict[str, Any], wished: str) -> str:
        """Add an object under a name of its own; return its id.

        Raises:
            InvalidValueError: the name is too long, or more than one line.
        """
        name = self.names.give(wished, entity.get("prop", entity["kind"]))
        id_, following = next_id(self.edit.get(()))
        self.edit.set((), "next", following)
        self.edit.add(("objects",), id_, {"name": name, **entity})
        self._touch(id_)
        if wished:
            self._called.setdefault(key_of(wished), []).append((len(self.added), id_))
            self._note_name(wished, name)
        self.added.append(id_)
        return id_

    def remove(self, id_: str) -> None:
        """Remove one object, which nothing may refer to any more."""
        self.names.free(self.objects[id_]["name"])
        self.edit.remove(("objects",), id_)
        self._touch(id_)

    def rename(self, id_: str, wished: str) -> None:
        """Give an object another name.

        Raises:
            InvalidValueError: the name is too long, or more than one line.
        """
        entity = self.objects[id_]
        self.names.free(entity["name"])
        name = self.names.give(wished, entity.get("prop", entity["kind"]))
        self.edit.set(("objects", id_), "name", name)
        self._unindexed.add(id_)
        self._note_name(wished, name)

    def _note_name(self, wished: str, name: str) -> None:
        """Note that a name is another one than was asked for."""
        if name != wished.strip():
            self._renamed.setdefault(wished.strip(), []).append(name)

    def report_notes(self) -> list[str]:
        """Return all sentences for the answer: on names first, one for all objects of a name."""
        renamed = []
        for wished, names in self._renamed.items():
            more = len(names) - _NAMES_SHOWN
            shown = ", ".join(f'"{name}"' for name in names[:_NAMES_SHOWN])
            end = f" and {more} more" if more > 0 else ""
            renamed.append(f"{quoted(wished, MAX_NAME_LENGTH)} became {shown}{end}.")
        return [*renamed, *self.notes]

    def set(self, id_: str, member: str, value: Any) -> None:
        """Set a member of an object; a default is not stored."""
        entity = self.objects[id_]
        known = KINDS[entity["kind"]][member]
        if not known.is_required and equal(value, known.default):
            if member in entity:
                self.edit.remove(("objects", id_), member)
                self._touch(id_)
        elif self.edit.set(("objects", id_), member, value):
            self._touch(id_)

    def set_on_purpose(self, id_: str, members: Mapping[str, Any]) -> None:
        """Set members as somebody asked; a light or a camera then follows the objects no more."""
        for member, value in members.items():
            self.set(id_, member, value)
        if not _SET_ON_PURPOSE.isdisjoint(members):
            release(self.edit, id_)

    def apply(self, changes: Iterable[Change]) -> None:
        """Write what the geometry has worked out.

        Raises:
            InvalidValueError: something would become too large, or end up too far away.
        """
        for id_, member, value in changes:
            rounded = stored_numbers(value)
            require_accepted(self.objects[id_], member, rounded)
            self.set(id_, member, rounded)

    def resize(self, id_: str, size: Sequence[float]) -> None:
        """Give an object a size, along its own axes, with all that belongs to it.

        Args:
            id_: of a solid or a group.
            size: [width, height, depth]; or one number, the longest side of a group that grows
                alike in all directions.

        Raises:
            InvalidValueError: it has no size to change, or something in it would be skewed.
        """
        objects = self.edit.document["objects"]
        if len(size) == 1:
            now = size_of(self.layout(), id_) or (1.0, 1.0, 1.0)
            size = [side * size[0] / (max(now) or 1.0) for side in now]
        self.apply(resized(objects, id_, size))

    def unlocked(self, found: Iterable[Target]) -> list[Target]:
        """Return what is to be changed of what was found: without locked objects, if so asked."""
        return [each for each in found if may_touch(self.edit, self.index, each.id)]

    def find(self, text: str, before: int | None = None) -> str:
        """Return the id of the one object that a text means; a copy is taken out of its pattern.

        Args:
            text: a name, or another form of target.
            before: how many objects were added before the item that names it: what these were to be
                called comes first, the latest of them.

        Raises:
            UnknownTargetError: nothing matches.
            InvalidValueError: several objects match.
        """
        called = self._called.get(key_of(text), ())
        earlier = [id_ for index, id_ in called if before is None or index < before]
        return earlier[-1] if earlier else self.own(self.targets.find_one(text))

    def find_whole(self, text: str, before: int | None = None) -> str:
        """Return what has the place of what `find` returns: of what is repeated, its pattern."""
        found = self.find(text, before)
        return whole(self.index.graph, found)

    def own(self, target: Target) -> str:
        """Return the id of what a target means; a copy or a part becomes an object first.

        Raises:
            InvalidValueError: the pattern has no such copy any more.
        """
        if target.part is not None:
            if is_prop(self.objects[target.id]):
                self.take_apart(target.id)
            return self.index.graph.children(target.id)[target.part]
        if target.copy is None:
            return target.id
        # Which copies were taken out so far, `take_out` sees in the edit.
        is_stale = not self._stale.isdisjoint(self.subtree(target.id))
        layout = self._renewed() if is_stale else self._layout
        taken, note = take_out(self.edit, target.id, target.copy, layout, self.names)
        self.notes.append(note)
        self._touch(*taken)
        self._thinned.add(target.id)
        self._unindexed.add(target.id)
        return taken[0]

    def take_apart(self, prop: str) -> None:
        """Make a prop a group of its parts."""
        children = self.index.graph.children(prop)
        ids, note = take_apart(self.edit, prop, self.names)
        self.notes.append(note)
        self._touch(prop, *children, *ids)

    @property
    def targets(self) -> Targets:
        """What texts mean now; do not keep it."""
        return Targets(self.index)

    def subtree(self, top: str) -> list[str]:
        """Return the ids of an object and of all that belongs to it."""
        return [top, *self.index.graph.descendants(top)]
