"""What of a scene a glTF file cannot hold, in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_NAMES_SHOWN = 6
# glTF has punctual lights only (KHR_lights_punctual).
_OTHER_LIGHTS = {"area_light": "area lights", "hemisphere_light": "hemisphere lights"}


def left_out_of_glb(document: Mapping[str, Any], ids: Iterable[str] | None) -> list[str]:
    """Return what a glTF file of a scene lacks: "area lights: key, fill".

    Args:
        document: the scene.
        ids: of all objects that are exported; None for the whole scene.
    """
    every: Mapping[str, Mapping[str, Any]] = document["objects"]
    objects = list(every.values()) if ids is None else [every[each] for each in ids]
    return [*_left_out(objects), *(_around(document["environment"]) if ids is None else ())]


def _left_out(objects: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for kind, words in _OTHER_LIGHTS.items():
        yield from _named(words, (each for each in objects if each["kind"] == kind))
    yield from _named(
        "motions, at rest in the file", (each for each in objects if each.get("animation"))
    )
    wired = (each for each in objects if each.get("material", {}).get("wireframe"))
    yield from _named("wireframes, whole in the file", wired)
    yield from _named("hidden", (each for each in objects if each.get("visible") is False))


def _around(environment: Mapping[str, Any]) -> Iterator[str]:
    yield "the environment: background, light of all around, exposure and shadows"
    if environment["floor"] != "none":
        yield "the floor"
    if environment["fog"] is not None:
        yield "fog"


def _named(words: str, objects: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    names = [str(each["name"]) for each in objects]
    if not names:
        return
    more = len(names) - _NAMES_SHOWN
    end = f" and {more} more" if more > 0 else ""
    yield f"{words}: {', '.join(names[:_NAMES_SHOWN])}{end}"
