"""The scene that sessions start with."""

import copy
from typing import Any, TypeAlias

from sessions_app.scene.document.kinds import KINDS, PLACES, SCENE_VERSION, Place

# Never modified in place: every revision is a new document that shares what is untouched.
Document: TypeAlias = dict[str, Any]


def new_document() -> Document:
    """Create a start document that shares nothing with any other."""
    document: Document = {"version": SCENE_VERSION}
    for name, place in PLACES.items():
        document[name] = (
            _new_entity(place)
            if isinstance(place, Place)
            else {inner: _new_entity(at) for inner, at in place.items()}
        )
    return document


def _new_entity(place: Place) -> dict[str, Any]:
    defaults = {name: member.default for name, member in KINDS[place.kind].items()}
    return copy.deepcopy(defaults | dict(place.start or {}))
