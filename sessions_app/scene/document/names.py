"""The names of objects: validation, and unique names for new objects.

Names are handles, so they are unique, ignoring case. They never look like another form of target:
`chair*`, `#tag`, `chair[3]`, an id, a place such as `floor`, a compass word.
"""

import re
import unicodedata
from functools import lru_cache

from sessions_app.scene.document.graph import Objects, is_id
from sessions_app.scene.errors import InvalidValueError, quoted

MAX_NAME_LENGTH = 64
# The tools of the studio find these objects by name.
FIXED_NAMES = frozenset({"model", "key", "fill"})
PLACE_NAMES = frozenset({"floor", "camera", "viewer", "world", "start"})

_COMPASS = re.compile(r"(?:(?:north|east|south|west)[\s._-]*)+")
_NUMBERED = re.compile(r"(.+) ([1-9][0-9]{0,3})")
_TARGET_CHARACTERS = str.maketrans("[]*", "   ")
# Zero-width, but emoji and Persian words need them.
_JOINERS = "\u200c\u200d"


# Scenes are asked for the same names again and again.
@lru_cache(maxsize=8192)
def key_of(name: str) -> str:
    """Return the form in which names are compared: case, blanks and encoding do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def is_reserved(name: str) -> bool:
    """Return whether the text is an id, a place or a compass word."""
    key = key_of(name)
    return is_id(key) or key in PLACE_NAMES or _COMPASS.fullmatch(key) is not None


def clean(name: str) -> str:
    """Return the name without characters that targets use; empty if nothing is left.

    Raises:
        InvalidValueError: it is too long, or more than one line.
    """
    text = unicodedata.normalize("NFC", name).strip()
    if len(text) > MAX_NAME_LENGTH or len(text.splitlines()) > 1:
        raise InvalidValueError(
            f"The name {quoted(text)} is too long: give one line of at most {MAX_NAME_LENGTH}"
            " characters."
        )
    shown = "".join(sign if sign.isprintable() or sign in _JOINERS else " " for sign in text)
    words = " ".join(shown.translate(_TARGET_CHARACTERS).split()).lstrip("# ")
    return words if words.strip(_JOINERS + " ") else ""


def require_renamable(name: str) -> None:
    """Check that an object of this name may be renamed.

    Raises:
        InvalidValueError: tools find the object by this name.
    """
    if key_of(name) in FIXED_NAMES:
        raise InvalidValueError(
            f"{quoted(name)} cannot be renamed, because tools of the studio find it by this name."
            " Put it into a group and name that instead."
        )


class Names:
    """The names taken in one document."""

    def __init__(self, objects: Objects) -> None:
        """Take the names of these objects."""
        self._taken = {key_of(str(entity.get("name", ""))) for entity in objects.values()}
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
        self._taken.add(key_of(name))
        return name

    def free(self, name: str) -> None:
        """Release a name after its object was removed or renamed."""
        self._taken.discard(key_of(name))
        self._free_from.pop(key_of(_stem(name)), None)

    def _numbered(self, name: str) -> str:
        stem = _stem(name)
        number = self._free_from.get(key_of(stem), 2)
        while key_of(numbered := _with_number(stem, number)) in self._taken:
            number += 1
        self._free_from[key_of(stem)] = number + 1
        return numbered


def _stem(name: str) -> str:
    found = _NUMBERED.fullmatch(name)
    return found[1] if found else name


def _with_number(stem: str, number: int) -> str:
    end = f" {number}"
    return stem[: MAX_NAME_LENGTH - len(end)].rstrip() + end
