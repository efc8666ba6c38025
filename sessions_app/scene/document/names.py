"""The names of objects: how they are compared, and which are accepted.

Names are handles, so they are unique, ignoring case. They never look like another form of target:
`chair*`, `#tag`, `chair[3]`, an id, a place such as `floor`, a compass word.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sessions_app.scene.document.graph import is_id
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
    shown = _visible(_one_line(name))
    words = " ".join(shown.translate(_TARGET_CHARACTERS).split()).lstrip("# ")
    return words if words.strip(_JOINERS + " ") else ""


def scene_name(text: str) -> str:
    """Return a scene's name as it is stored: one line without control or direction characters.

    Raises:
        InvalidValueError: it is too long, more than one line, or nothing of it is visible.
    """
    shown = " ".join(_visible(_one_line(text)).split())
    if not shown.strip(_JOINERS + " "):
        raise InvalidValueError(
            f"The name {quoted(text)} has nothing visible: give one line of at most"
            f" {MAX_NAME_LENGTH} characters."
        )
    return shown


def in_quotes(name: str) -> str:
    """Quote a scene's name for models, as JSON, so that quotes in it do not end it."""
    return json.dumps(name, ensure_ascii=False)


def with_name_of(document: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document that is named as another one, if it has no name of its own."""
    name = document.get("name") or other.get("name")
    return {**document, "name": name} if name else dict(document)


def _one_line(name: str) -> str:
    text = unicodedata.normalize("NFC", name).strip()
    if len(text) > MAX_NAME_LENGTH or len(text.splitlines()) > 1:
        raise InvalidValueError(
            f"The name {quoted(text)} is too long: give one line of at most {MAX_NAME_LENGTH}"
            " characters."
        )
    return text


def _visible(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign in _JOINERS else " " for sign in text)


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


def stem_of(name: str) -> str:
    """Return a name without its number: "chair" of "chair 2"."""
    found = _NUMBERED.fullmatch(name)
    return found[1] if found else name


def number_of(name: str) -> int | None:
    """Return the number at the end of a name; None if it has none."""
    found = _NUMBERED.fullmatch(name)
    return int(found[2]) if found else None


def with_number(stem: str, number: int) -> str:
    """Return a name with a number, cut to the length that names have at most."""
    end = f" {number}"
    return stem[: MAX_NAME_LENGTH - len(end)].rstrip() + end
