"""The named readings of a scene: single values, which nothing changes."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document import Document


class Read(NamedTuple):
    """The values that were read by wire name, and the same as a sentence."""

    values: Mapping[str, Any]
    summary: str


Reader: TypeAlias = Callable[[Edit], Read]

_READERS: dict[str, Reader] = {}


def reading(name: str) -> Callable[[Reader], Reader]:
    """Register a function as the reading of this name."""

    def register(reader: Reader) -> Reader:
        _READERS[name] = reader
        return reader

    return register


def read(name: str, document: Document) -> Read:
    """Read a value of a document.

    Raises:
        SceneError: the document does not have it.
    """
    return _READERS[name](Edit(document, 0.0))
