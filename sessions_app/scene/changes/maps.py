"""Copying maps on their first write, so that two documents share all that is untouched."""

from collections.abc import Iterable
from typing import Any

from sessions_app.scene.document import Document


class NoMapError(LookupError):
    """A way leads to nothing, or through a value that is no map."""


class OwnMaps:
    """The maps of one document that were copied already, and so may be written in place."""

    def __init__(self) -> None:
        # By id; the maps are kept alive, since the id of a freed one could be given out again.
        self._copies: dict[int, Document] = {}

    def copy_of(self, node: Document) -> Document:
        """Give the map itself where it is one of our copies, and else a copy, one level deep."""
        if id(node) in self._copies:
            return node
        copy = dict(node)
        self._copies[id(copy)] = copy
        return copy

    def descend(self, node: Document, names: Iterable[str]) -> Document:
        """Walk down from one of our copies, and copy each map on the way.

        Raises:
            NoMapError: a member on the way is missing, or is no map.
        """
        for name in names:
            child = node.get(name)
            if not isinstance(child, dict):
                raise NoMapError(name)
            node[name] = node = self.copy_of(child)
        return node


def equal(first: Any, second: Any) -> bool:
    """Tell whether two values are the same JSON: 1 is 1.0, but true is not 1."""
    if first is second:
        return True
    if isinstance(first, bool) or isinstance(second, bool):
        return False
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(
            equal(value, second[name]) for name, value in first.items()
        )
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(equal, first, second))
    return bool(first == second)
