"""The limits of a scene, each with the refusal that names it."""

import json

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document.index import LIGHT, Index
from sessions_app.scene.errors import InvalidValueError

MAX_ITEMS = 500
MAX_OBJECTS = 2_000
MAX_LIGHTS = 16
MAX_BYTES = 2_000_000

# More than an object takes without its name, its tags and what a text says, and than a sign of
# these takes: documents are stored as ASCII.
_BYTES_OF_AN_OBJECT = 700
_BYTES_OF_A_SIGN = 12
# More than a point takes that describes a shape.
_BYTES_OF_A_POINT = 48


def require_room(edit: Edit, index: Index | None = None) -> None:
    """Check that a scene is not too large after objects were added or given more words.

    Args:
        edit: the document.
        index: of its objects, if that is known.

    Raises:
        InvalidValueError: names the limit.
    """
    objects = edit.objects
    if len(objects) > MAX_OBJECTS:
        raise InvalidValueError(
            f"A scene has at most {MAX_OBJECTS} objects, lights and cameras together; this would"
            f" make {len(objects)}. Add fewer, or remove some first: remove_objects."
        )
    index = index or Index(objects)
    lights = len(index.roles[LIGHT])
    if lights > MAX_LIGHTS:
        raise InvalidValueError(
            f"A scene has at most {MAX_LIGHTS} lights; this would make {lights}. Remove some first:"
            " remove_objects. The environment's light lights everything: set_environment."
        )
    size = _size(edit, index)
    if size > MAX_BYTES:
        raise InvalidValueError(
            f"A scene takes at most {MAX_BYTES} bytes; this would make {size}. Use fewer objects,"
            " fewer points, or shorter tags and texts."
        )


def _size(edit: Edit, index: Index) -> int:
    """Return how many bytes the document takes at most, exactly where that is too many."""
    most = (
        _BYTES_OF_AN_OBJECT * len(index.objects)
        + _BYTES_OF_A_SIGN * index.signs
        + _BYTES_OF_A_POINT * index.points
    )
    if most <= MAX_BYTES:
        return most
    return len(json.dumps(edit.get(()), separators=(",", ":")))
