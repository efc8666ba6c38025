"""Finds the objects of the studio: the model, its two lights and the active camera."""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document.kinds import LIGHT_KINDS, OBJECT_KINDS
from sessions_app.scene.document.targets import UnknownTargetError, find_named
from sessions_app.scene.errors import InvalidValueError, quoted

_SHOWN = 8


def model_of(edit: Edit) -> str:
    """Return the id of the object called model.

    Raises:
        UnknownTargetError: there is none; the message says what to use instead.
    """
    objects = edit.objects
    found = find_named(objects, "model")
    if found is None:
        raise _gone(objects, "model", set(OBJECT_KINDS) - {*LIGHT_KINDS, "camera"})
    return found


def light_of(edit: Edit, name: str) -> str:
    """Return the id of the light called key or fill.

    Raises:
        UnknownTargetError: there is none; the message says what to use instead.
        InvalidValueError: the object of this name is no light.
    """
    objects = edit.objects
    found = find_named(objects, name)
    if found is None:
        raise _gone(objects, name, LIGHT_KINDS)
    if objects[found]["kind"] not in LIGHT_KINDS:
        raise InvalidValueError(
            f"{quoted(name)} is {kind_words(objects[found])} here and no light: update_objects"
            " changes it. Lights are added by add_objects."
        )
    return found


def camera_of(edit: Edit) -> str:
    """Return the id of the active camera.

    Raises:
        UnknownTargetError: the scene has none.
    """
    camera: str | None = edit.document["camera"]
    if camera is None:
        raise UnknownTargetError("This scene has no camera: set_camera gives it one.")
    return camera


def kind_words(entity: Mapping[str, Any]) -> str:
    """Return an object's kind with its article: "a spot light", "an area light"."""
    kind = entity["kind"].replace("_", " ")
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _gone(
    objects: Mapping[str, Mapping[str, Any]], name: str, kinds: Collection[str]
) -> UnknownTargetError:
    others = [entity["name"] for entity in objects.values() if entity["kind"] in kinds]
    instead = "update_objects changes any other object by its name"
    if others:
        instead += f", such as {_listed(others)}"
    return UnknownTargetError(
        f"This scene has no object called {quoted(name)}. {instead}; add_objects adds new ones."
    )


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    shown = ", ".join(map(quoted, islice(every, _SHOWN)))
    more = len(every) - _SHOWN
    return f"{shown} and {more} more (get_scene lists all)" if more > 0 else shown
