"""Copy-on-write of maps, so that documents share everything untouched."""

from collections.abc import Iterable
from typing import Any

from sessions_app.scene.document import Document


class NoMapError(LookupError):
    """A path leads nowhere, or through a value that is not a map."""


class OwnMaps:
    """The maps of one document that are copies already and may be modified in place."""

    def __init__(self) -> None:
        # By id; keeps the maps alive, since ids of freed objects are reused.
        self._copies: dict[int, Document] = {}

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self._copies)

    def copy_of(self, node: Document) -> Document:
        """Return the map itself if it is one of our copies, else a shallow copy."""
        if id(node) in self._copies:
            return node
        copy = dict(node)
        self._copies[id(copy)] = copy
        return copy

    def descend(self, node: Document, names: Iterable[str]) -> Document:
        """Walk down from one of our copies, copying each map on the path.

        Raises:
            NoMapError: a member on the path is missing or not a map.
        """
        for name in names:
            child = node.get(name)
            if not isinstance(child, dict):
                raise NoMapError(name)
            node[name] = node = self.copy_of(child)
        return node


def equal(first: Any, second: Any) -> bool:
    """Return whether two values are equal as JSON: 1 equals 1.0, but not true."""
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
