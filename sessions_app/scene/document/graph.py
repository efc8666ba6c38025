"""The tree of a document's objects: parents, children, levels and ids.

Objects are a map of entities by id (`o17`). An entity may have a `parent`, which is the id of
another one; without one it is at the top.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sessions_app.scene.document.groups import Groups, in_order
from sessions_app.scene.errors import InvalidValueError, quoted

Objects: TypeAlias = Mapping[str, Mapping[str, Any]]

# An object at the top is on level 1.
MAX_LEVELS = 16

_ID = re.compile(r"o[0-9]+")


class NestingError(InvalidValueError):
    """An object cannot belong to the parent that it was given."""


def is_id(text: str) -> bool:
    """Return whether this has the form of an id, such as o17."""
    return _ID.fullmatch(text) is not None


def next_id(document: Mapping[str, Any]) -> tuple[str, int]:
    """Return the id of the next new object, and the document's `next` after it.

    `next` only grows, so no id is ever used again.
    """
    number = int(document["next"])
    return f"o{number}", number + 1


class Graph:
    """The tree of one document's objects."""

    def __init__(self, objects: Objects) -> None:
        """Keep the objects; everything is computed on demand."""
        self.objects = objects
        self._children: Groups[str | None] | None = None

    def copy(self) -> "Graph":
        """Return a tree that `update` changes without this one."""
        graph = Graph(self.objects)
        graph._children = self._children.copy() if self._children else None
        return graph

    def update(self, objects: Objects, touched: Iterable[str]) -> None:
        """Change this into the tree of a later document.

        Args:
            objects: all objects of the later document.
            touched: the ids of those that were added, changed or removed since.
        """
        if self._children is not None:
            self._children.update(self.objects, objects, in_order(self.objects, objects, touched))
        self.objects = objects

    def children(self, parent: str | None) -> Sequence[str]:
        """Return the ids of the children, in the document's order; of None, the top level."""
        if self._children is None:
            self._children = Groups(_parent_of, self.objects)
        return self._children[parent]

    def descendants(self, top: str) -> Iterator[str]:
        """Yield the ids of all descendants, each parent before its children."""
        for child in self.children(top):
            yield child
            yield from self.descendants(child)

    def ancestors(self, below: str) -> Iterator[str]:
        """Yield the ids of its parent, its grandparent and so on."""
        parent = self.objects[below].get("parent")
        while parent is not None:
            yield parent
            parent = self.objects[parent].get("parent")

    def level(self, of: str | None) -> int:
        """Return the nesting level: 1 at the top, 0 for the world itself."""
        return 0 if of is None else 1 + sum(1 for _ in self.ancestors(of))

    def height(self, top: str) -> int:
        """Return how many levels its subtree spans: 1 without children."""
        return 1 + max(map(self.height, self.children(top)), default=0)

    def outermost(self, chosen: list[str]) -> list[str]:
        """Return the chosen ids without duplicates and without descendants of other chosen ids."""
        taken = set(chosen)
        return [each for each in dict.fromkeys(chosen) if taken.isdisjoint(self.ancestors(each))]

    def require_parent(self, child: str | None, parent: str | None) -> None:
        """Check that an object may have this parent.

        Args:
            child: its id; None for an object not yet added.
            parent: the id of an object; None for the world.

        Raises:
            NestingError: it would be its own ancestor, or be nested too deeply.
        """
        if parent is None:
            return
        if child is not None and (child == parent or child in self.ancestors(parent)):
            raise NestingError(
                f"{self._named(parent)} belongs to {self._named(child)}, so it cannot be its"
                f" parent. Move {self._named(parent)} out first: parent world."
            )
        levels = self.level(parent) + (1 if child is None else self.height(child))
        if levels > MAX_LEVELS:
            raise NestingError(
                f"Below {self._named(parent)} this would be {levels} levels deep; at most"
                f" {MAX_LEVELS} are possible. Give a parent further up, or world."
            )

    def _named(self, of: str) -> str:
        return quoted(str(self.objects[of].get("name", of)))


def _parent_of(entity: Mapping[str, Any]) -> tuple[str | None]:
    return (entity.get("parent"),)
