"""Apply the calls that oddities name, as the tools will, to the objects of a test."""

from collections.abc import Iterator, Mapping
from typing import Any

from sessions_app.scene.checks import Oddity, Surroundings, View, find, worst
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.relations import Placement, apply_placed, place
from tests.support.small_scenes import Objects


def oddities(objects: Mapping[str, Mapping[str, Any]], view: View | None = None) -> list[Oddity]:
    around = Surroundings(Layout(objects))
    return worst(around, find(around, view), most=1000)


def kinds(objects: Mapping[str, Mapping[str, Any]], view: View | None = None) -> list[str]:
    return [odd.kind for odd in oddities(objects, view)]


def named(objects: Mapping[str, Mapping[str, Any]], name: str) -> str:
    [found] = [each for each, entity in objects.items() if entity.get("name", each) == name]
    return found


def mended(objects: Objects, fix: Mapping[str, Any]) -> Objects:
    """The objects after the call."""
    arguments = fix["arguments"]
    after = {name: dict(entity) for name, entity in objects.items()}
    if fix["tool"] == "place_objects":
        for each in arguments["placements"]:
            targets = [named(after, name) for name in each["targets"]]
            references = [named(after, each["reference"])] if "reference" in each else []
            wish = Placement(targets, each["relation"], references)
            after = {
                name: dict(entity)
                for name, entity in apply_placed(after, place(Layout(after), wish)).items()
            }
    elif fix["tool"] == "update_objects":
        for each in arguments["changes"]:
            _update(after, each)
    elif fix["tool"] == "remove_objects":
        for name in arguments["targets"]:
            for below in list(_subtree(after, named(after, name))):
                del after[below]
    else:
        assert fix["tool"] == "set_camera"
    return after


def _update(objects: Objects, given: Mapping[str, Any]) -> None:
    name = named(objects, given["target"])
    entity = objects[name]
    if "move_by" in given:
        pairs = zip(entity["position"], given["move_by"], strict=True)
        entity["position"] = [at + by for at, by in pairs]
    if "size" in given:
        entity["size"] = list(given["size"])
    if "opacity" in given:
        entity["material"] = {**entity.get("material", {}), "opacity": given["opacity"]}
    if "scale_by" in given:
        for below in _subtree(objects, name):
            for member in ("size", "position"):
                if member in objects[below] and (below != name or member == "size"):
                    objects[below][member] = [x * given["scale_by"] for x in objects[below][member]]


def _subtree(objects: Objects, name: str) -> Iterator[str]:
    yield name
    for child in Layout(objects).children(name):
        yield from _subtree(objects, child)
