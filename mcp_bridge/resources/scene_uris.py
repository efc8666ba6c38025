"""The URIs of scenes and their parts: which there are, and how one is read."""

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
    """A part of a scene. `path` is where the document keeps it; None: it is not in the document."""

    name: str
    title: str
    description: str
    path: str | None = None


WHOLE = Part("", "The scene", "The whole scene: model, lights, background, camera.", "")
HISTORY = Part("history", "The scene's history", "The last changes, the newest first.")

# As URI templates name them, in the order in which they are listed.
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
    """The parts that a template stands for."""
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
    """`scene://<session id>`, or one of its parts."""

    edit_key: UUID
    part: Part

    def __str__(self) -> str:
        return f"{SCHEME}{self.edit_key}" + (f"/{self.part.name}" if self.part.name else "")


def parse_uri(text: str) -> SceneUri | None:
    """Read a resource's URI, or give None where it is none of ours."""
    match = _URI.fullmatch(text) if len(text) <= MAX_URI_LENGTH else None
    edit_key = find_edit_key(match["key"]) if match else None
    part = PARTS.get(match["part"] or "") if match else None
    return SceneUri(edit_key, part) if edit_key and part else None


def uri_template(part: Part) -> str:
    """The RFC 6570 template of a part's URIs."""
    return f"{SCHEME}{{sessionId}}" + (f"/{part.name}" if part.name else "")
