"""Defines and parses the URIs of scenes and their parts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sessions_app.scene.document import LIGHTS
from sessions_app.web.links import find_edit_key

MAX_URI_LENGTH = 200
SCHEME = "scene://"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a scene; `path` is its path in the document, None if it is not in there."""

    name: str
    title: str
    description: str
    path: str | None = None


WHOLE = Part("", "The scene", "The whole scene: model, lights, background, camera.", "")
HISTORY = Part("history", "The scene's history", "The last changes, the newest first.")

# By URI template, in the order of listing.
TEMPLATES = (
    WHOLE,
    Part("model", "The model", "Its color, scale and rotation.", "/model"),
    Part("lights", "The lights", "The key light and the fill light.", "/lights"),
    Part("lights/{light}", "A light", "Its color, intensity, size and place.", "/lights/{light}"),
    Part("ambient", "The ambient light", "Its color and intensity.", "/ambient"),
    Part("background", "The background", "Its color.", "/background"),
    Part("camera", "The camera", "Its place and field of view.", "/camera"),
    HISTORY,
)


def _expand(template: Part) -> Iterator[Part]:
    """Yield the parts of a template."""
    if "{light}" not in template.name:
        yield template
        return
    for light in LIGHTS:
        yield Part(
            name=template.name.format(light=light),
            title=f"The {light} light",
            description=template.description,
            path=(template.path or "").format(light=light),
        )


PARTS = {part.name: part for template in TEMPLATES for part in _expand(template)}

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
    part = PARTS.get(match["part"] or "") if match else None
    return SceneUri(edit_key, part) if edit_key and part else None


def uri_template(part: Part) -> str:
    """Return the RFC 6570 template of a part's URIs."""
    return f"{SCHEME}{{sessionId}}" + (f"/{part.name}" if part.name else "")
