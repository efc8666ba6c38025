"""Unique names for new objects."""

from sessions_app.scene.document.index import Index
from sessions_app.scene.document.names import clean, is_reserved, key_of, stem_of, with_number

# The number of the second object of a name.
_FIRST = 2


class Names:
    """The names taken in one document, and those that are given to new objects."""

    def __init__(self, index: Index) -> None:
        """Take the names of a document's objects."""
        self._index = index
        # Not a set, which is slower to copy.
        self._taken: dict[str, object] = dict(index.names)
        # The first number to try, by the key of a name without its number.
        self._free_from: dict[str, int] = {}

    def give(self, wished: str, kind: str) -> str:
        """Reserve a name for an object: the requested one if possible, else with a number.

        A name that is taken or reserved becomes "chair 2", "chair 3" and so on.

        Args:
            wished: the requested name; the kind is used if it has no usable character.
            kind: of the object.

        Raises:
            InvalidValueError: the name is too long, or more than one line.
        """
        name = clean(wished) or clean(kind.replace("_", " "))
        if is_reserved(name) or key_of(name) in self._taken:
            name = self._numbered(name)
        self._taken[key_of(name)] = None
        return name

    def free(self, name: str) -> None:
        """Release a name after its object was removed or renamed."""
        self._taken.pop(key_of(name), None)
        self._free_from[key_of(stem_of(name))] = _FIRST

    def _numbered(self, name: str) -> str:
        stem = stem_of(name)
        number = self._free_from.get(key_of(stem))
        if number is None:
            number = self._index.first_free(stem, _FIRST)
        while key_of(numbered := with_number(stem, number)) in self._taken:
            number += 1
        self._free_from[key_of(stem)] = number + 1
        return numbered
