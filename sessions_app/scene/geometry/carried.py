"""What is worked out once for each object, carried on from one document to the next."""

from collections.abc import Collection
from typing import Generic, TypeVar

_Value = TypeVar("_Value")

# When more than these differ from an earlier document, they are put into a map of their own.
MOST_OTHERS = 64


class Carried(Generic[_Value]):
    """Values by id that documents share, but for those of objects that differ.

    So a change costs what it touches, and not a copy of a map of thousands.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self._shared: dict[str, _Value] = {}
        # The ids whose values are not the shared ones, and those values.
        self._others: frozenset[str] = frozenset()
        self._own: dict[str, _Value] = {}

    def after(self, changed: Collection[str]) -> "Carried[_Value]":
        """Return the values of a later document.

        Args:
            changed: the ids whose values are to be worked out anew.
        """
        if not changed:
            return self
        later: Carried[_Value] = Carried()
        later._shared, later._others = self._shared, self._others.union(changed)
        later._own = self._own.copy()
        for id_ in changed:
            later._own.pop(id_, None)
        if len(later._others) > MOST_OTHERS:
            later._shared = self._shared.copy()
            for id_ in later._others:
                later._shared.pop(id_, None)
            later._shared.update(later._own)
            later._others, later._own = frozenset(), {}
        return later

    def get(self, id_: str) -> _Value | None:
        """Return the value of an object; None if it was not worked out yet."""
        return self._own.get(id_) if id_ in self._others else self._shared.get(id_)

    def put(self, id_: str, value: _Value) -> None:
        """Keep the value of an object."""
        if id_ in self._others:
            self._own[id_] = value
        else:
            self._shared[id_] = value
