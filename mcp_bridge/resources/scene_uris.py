"""Defines and parses the URIs of scenes and their parts."""

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

from sessions_app.scene.document.targets import find_named
from sessions_app.web.links import find_edit_key
from sessions_app.wire.scene_messages import WORDS_PATH

MAX_URI_LENGTH = 200
SCHEME = "scene://"

_OBJECTS = "objects/"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a scene.

    `path` is its path in the document, None if it is not in there. `object` is an object's name or
    id, as in the URI; its path is that of all objects until it is found in a document.
    """

    name: str
    title: str
    description: str
    path: str | None = None
    object: str = ""


WHOLE = Part("", "The scene", "The whole scene document: all objects, the environment.", "")
ENVIRONMENT = Part(
    "environment", "The environment", "Background, light of all around, floor.", "/environment"
)
OBJECT = Part(
    _OBJECTS + "{name}",
    "An object",
    "An object, a light or a camera by its name or id: all its fields.",
    "/objects",
)
HISTORY = Part("history", "The scene's history", "The last changes, the newest first.")
WORDS = Part(
    "words",
    "What people said",
    "What people wrote to AI clients at the page: their own words, none of the server's.",
    WORDS_PATH,
)

# In the order of listing; the object's holds a variable.
TEMPLATES = (WHOLE, OBJECT, ENVIRONMENT, HISTORY, WORDS)
PARTS = {part.name: part for part in TEMPLATES if part != OBJECT}

_URI = re.compile(SCHEME + r"(?P<key>[^/?#]+)(?:/(?P<part>[^?#]+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SceneUri:
    """The URI `scene://<session id>`, or one of its parts."""

    edit_key: UUID
    part: Part

    def __str__(self) -> str:
        return f"{SCHEME}{self.edit_key}" + (f"/{self.part.name}" if self.part.name else "")


def parse_uri(text: str) -> SceneUri | None:
    """Parse a resource's URI; return None if it is not a scene's."""
    match = _URI.fullmatch(text) if len(text) <= MAX_URI_LENGTH else None
    edit_key = find_edit_key(match["key"]) if match else None
    part = _part(match["part"] or "") if match else None
    return SceneUri(edit_key, part) if edit_key and part else None


def _part(text: str) -> Part | None:
    name = unquote(text.removeprefix(_OBJECTS)) if text.startswith(_OBJECTS) else ""
    if not name:
        return PARTS.get(text)
    return replace(OBJECT, name=_OBJECTS + quote(name, safe=""), object=name)


def found_in(document: Any, part: Part) -> Part | None:
    """Return the part with its path in this document; None for an object that is not there."""
    if not part.object:
        return part
    objects = document["objects"]
    id_ = find_named(objects, part.object) or (part.object if part.object in objects else None)
    return replace(part, path=f"/objects/{id_}") if id_ else None


def uri_template(part: Part) -> str:
    """Return the RFC 6570 template of a part's URIs."""
    return f"{SCHEME}{{sessionId}}" + (f"/{part.name}" if part.name else "")
