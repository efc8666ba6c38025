"""What a patch did to the objects of a scene, in few words."""

from collections.abc import Iterable, Mapping
from typing import Any

from sessions_app.scene.changes.patches import Patch
from sessions_app.scene.document.kinds import LIGHT_KINDS
from sessions_app.scene.document.names import in_quotes
from sessions_app.scene.errors import quoted

_SHOWN = 2
_MAX_NAME = 40
# By the first of these members that a change wrote; what it wrote besides follows from it.
_VERBS = (
    ("name", "renamed"),
    ("parent", "regrouped"),
    ("size", "resized"),
    ("rotation", "turned"),
    ("position", "moved"),
    ("material", "painted"),
    ("visible", "hid or showed"),
    ("animation", "animated"),
    ("locked", "locked or unlocked"),
)
_FOLLOWERS = ("camera", *LIGHT_KINDS)


def edit_words(patch: Patch, document: Mapping[str, Any]) -> str | None:
    """Return what a patch did: 'moved "lamp"'; None where that takes more words, or is not known.

    Args:
        patch: of one change.
        document: the scene after it, or later.
    """
    objects = document["objects"]
    written: dict[str, set[str]] = {}
    for step in patch:
        _, root, *rest = step["path"].split("/")
        if root == "objects":
            written.setdefault(rest[0], set()).add(rest[1] if len(rest) > 1 else step["op"])
    if not written:
        return _words_beside_objects(patch)
    if not written.keys() <= objects.keys():
        return None
    # Lights and camera follow what changes.
    own = [each for each in written if objects[each]["kind"] not in _FOLLOWERS] or [*written]
    verbs = {_verb(written[each]) for each in own}
    verb = verbs.pop() if len(verbs) == 1 else "changed"
    return f"{verb} {_names(objects[each]['name'] for each in own)}"


def _words_beside_objects(patch: Patch) -> str | None:
    by_root = {step["path"].split("/")[1]: step for step in patch}
    if by_root.keys() == {"environment"}:
        return "changed the surroundings"
    if by_root.keys() != {"name"}:
        return None
    name = by_root["name"].get("value")
    return f"named the scene {in_quotes(str(name))}" if name else "took the scene's name away"


def _verb(written: set[str]) -> str:
    if "add" in written:
        return "added"
    return next((verb for member, verb in _VERBS if member in written), "changed")


def _names(names: Iterable[str]) -> str:
    every = [quoted(name, _MAX_NAME) for name in names]
    more = len(every) - _SHOWN
    return ", ".join(every[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
