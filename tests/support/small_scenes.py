"""Small scenes of the new document, for tests of what stands where."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sessions_app.scene.document import Document, new_document

Objects: TypeAlias = dict[str, dict[str, Any]]


def solid(
    kind: str, size: Sequence[float], position: Sequence[float] = (0, 0, 0), **members: Any
) -> dict[str, Any]:
    """A solid about its center."""
    return {"kind": kind, "size": list(size), "position": list(position), **members}


def box(size: Sequence[float], position: Sequence[float], **members: Any) -> dict[str, Any]:
    return solid("box", size, position, **members)


def standing(
    size: Sequence[float], x: float = 0, z: float = 0, base: float = 0, **members: Any
) -> dict[str, Any]:
    """A box by the middle of its underside."""
    return box(size, [x, base + size[1] / 2, z], **members)


def group(position: Sequence[float] = (0, 0, 0), **members: Any) -> dict[str, Any]:
    return {"kind": "group", "position": list(position), **members}


def named(objects: Mapping[str, Mapping[str, Any]]) -> Objects:
    """Every object with its id as its name."""
    return {name: {"name": name, **entity} for name, entity in objects.items()}


def table(x: float = 0, z: float = 0, name: str = "table", **members: Any) -> Objects:
    """A table of five parts, 1.2 wide, 0.75 high and 0.8 deep."""
    parts = {name: group([x, 0, z], **members)}
    parts[f"{name}_top"] = box([1.2, 0.05, 0.8], [0, 0.725, 0], parent=name)
    for index, (right, front) in enumerate([(-1, -1), (1, -1), (-1, 1), (1, 1)]):
        parts[f"{name}_leg{index}"] = box(
            [0.06, 0.7, 0.06], [0.55 * right, 0.35, 0.35 * front], parent=name
        )
    return named(parts)


def chair(x: float = 0, z: float = 0, name: str = "chair", **members: Any) -> Objects:
    """A stool of a seat on one leg with a low back, 0.6 high."""
    parts = {name: group([x, 0, z], **members)}
    parts[f"{name}_seat"] = box([0.4, 0.04, 0.4], [0, 0.42, 0], parent=name)
    parts[f"{name}_leg"] = solid("cylinder", [0.1, 0.4, 0.1], [0, 0.2, 0], parent=name)
    parts[f"{name}_back"] = box([0.4, 0.2, 0.04], [0, 0.5, -0.18], parent=name)
    return named(parts)


def scene(*parts: Objects, **more: dict[str, Any]) -> Objects:
    """All objects of these parts, and more by name."""
    found: Objects = {}
    for part in parts:
        found |= part
    return found | named(more)


def lamp(base: float = 0, x: float = 0, **members: Any) -> Objects:
    """A lamp of a foot, a pole and a shade that touch."""
    return scene(
        lamp=group((x, base, 0), **members),
        foot=standing((0.3, 0.02, 0.3), parent="lamp"),
        pole=solid("cylinder", (0.03, 0.4, 0.03), (0, 0.22, 0), parent="lamp"),
        shade=solid("cone", (0.3, 0.2, 0.3), (0, 0.5, 0), parent="lamp"),
    )


def ball(size: float, at: tuple[float, float, float] = (0, 0, 0), **members: Any) -> dict[str, Any]:
    return solid("sphere", (size, size, size), at, **members)


def document_of(objects: Mapping[str, Mapping[str, Any]], **environment: Any) -> Document:
    """The start `empty` with these objects, their names made ids; they replace its own names."""
    start = new_document("empty")
    ids = {name: f"o{start['next'] + index}" for index, name in enumerate(objects)}
    added = {}
    for name, entity in objects.items():
        added[ids[name]] = dict(entity)
        for member in ("parent", "aim"):
            if isinstance(entity.get(member), str):
                added[ids[name]][member] = ids[entity[member]]
        if "contact" in entity:
            pairs = entity["contact"].items()
            added[ids[name]]["contact"] = {how: ids[other] for how, other in pairs}
    names = {entity["name"] for entity in added.values()}
    kept = {each: own for each, own in start["objects"].items() if own["name"] not in names}
    return {
        **start,
        "next": start["next"] + len(added),
        "objects": kept | added,
        "environment": start["environment"] | environment,
    }


def id_of(document: Document, name: str) -> str:
    """The id of the object of this name."""
    [found] = [each for each, entity in document["objects"].items() if entity["name"] == name]
    return str(found)
