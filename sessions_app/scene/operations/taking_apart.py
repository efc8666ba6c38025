"""Props that become groups of ordinary objects, in place."""

import math
from collections.abc import Mapping
from typing import Any

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.colors import shaded
from sessions_app.scene.document.graph import Graph, next_id
from sessions_app.scene.document.naming import Names
from sessions_app.scene.document.rig import rounded
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.outlines import OUTLINED, outline_of
from sessions_app.scene.geometry.vectors import Frame, Vector
from sessions_app.scene.props.parts import Part, parts_of
from sessions_app.scene.props.recipes import paints, surfaces

# What a prop is and a group is not.
_OF_PROPS = ("prop", "form", "size", "material")
# Of a part's name, the part of the prop's own.
_LONGEST = 40
# The corners of a rounded box: how many points each has.
_CORNER = 4
# Of the thinnest side, how much round edges take.
_MOST_ROUND = 0.48
_SHOWN = 8


def take_apart(edit: Edit, prop: str, names: Names) -> tuple[list[str], str]:
    """Make a prop a group of its parts, which keeps its id, its name and its place.

    Args:
        edit: the document to write in.
        prop: the id of the prop.
        names: those taken in it; the parts' names are added.

    Returns:
        The ids of the parts, in the order of the recipe, and a sentence that says so.
    """
    entity = edit.get(("objects", prop))
    size = vectors.vector(entity["size"])
    up = (0.0, size[1] / 2, 0.0)
    base = _own_frame(entity).point(vectors.scale(up, -1))
    for child in Graph(edit.document["objects"]).children(prop):
        at = vectors.add(vectors.vector(edit.get(("objects", child, "position"))), up)
        edit.set(("objects", child), "position", rounded(at))
    for member in _OF_PROPS:
        if member in entity:
            edit.remove(("objects", prop), member)
    edit.set(("objects", prop), "kind", "group")
    edit.set(("objects", prop), "position", rounded(base))
    ids = []
    parts = parts_of(entity["prop"], entity.get("form", ""), size)
    for part in parts:
        made = _entity(part, entity.get("material", {}), up)
        wished = f"{entity['name'][:_LONGEST]} {part.name}"
        id_, following = next_id(edit.get(()))
        edit.set((), "next", following)
        name = names.give(wished, part.kind)
        edit.add(("objects",), id_, {"name": name, **made, "parent": prop})
        ids.append(id_)
    shown = list(dict.fromkeys(part.name for part in parts))
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    listed = f"{', '.join(shown[:_SHOWN])}{more}"
    return ids, f"{entity['name']} is a group of {len(ids)} objects now: {listed}."


def _own_frame(entity: Mapping[str, Any]) -> Frame:
    turn = vectors.rotation(vectors.vector(entity.get("rotation", (0.0, 0.0, 0.0))))
    return Frame(vectors.vector(entity["position"]), turn)


def _entity(part: Part, material: Mapping[str, Any], up: Vector) -> dict[str, Any]:
    """Return a part as an object, in the space of the group."""
    kind, points = part.kind, part.points
    if kind == "box" and part.radius > 0 and min(part.size) > 0:
        kind = "extrude"
        points = _rounded_corners(part.size, min(part.radius, _MOST_ROUND * min(part.size)))
    if kind in OUTLINED:
        members, middle = _outlined(part, kind, points)
        frame = Frame(part.center, vectors.rotation(part.rotation))
        center = frame.point(middle)
    else:
        members, center = {"size": rounded(part.size)}, part.center
    turn = [angle % 360 for angle in part.rotation]
    if any(turn):
        members["rotation"] = turn
    surface = _surface(part, material)
    if surface:
        members["material"] = surface
    return {"kind": kind, "position": rounded(vectors.add(center, up)), **members}


def _outlined(
    part: Part, kind: str, points: tuple[tuple[float, ...], ...]
) -> tuple[dict[str, Any], Vector]:
    """Return the members of a part that points describe, and the middle of its box."""
    outline = outline_of(kind, points, part.radius if kind == "tube" else 0.0)
    (width, height, depth), middle = outline.size, outline.center
    members: dict[str, Any] = {}
    if kind == "tube":
        members["radius"] = part.radius
    elif kind == "extrude":
        depth, middle = part.size[2], (middle[0], middle[1], 0.0)
        if part.radius > 0:
            members["bevel"] = rounded([min(part.radius, _MOST_ROUND * depth)])[0]
    else:
        depth = width * part.size[2] / (part.size[0] or 1.0)
    members["points"] = [rounded(_moved(kind, point, middle)) for point in points]
    members["size"] = rounded([width, height, depth])
    return members, middle


def _moved(kind: str, point: tuple[float, ...], middle: Vector) -> list[float]:
    away = (0.0, middle[1]) if kind == "lathe" else middle
    return [number - by for number, by in zip(point, away, strict=False)]


def _rounded_corners(size: Vector, radius: float) -> tuple[tuple[float, ...], ...]:
    """Return the outline of a box with round corners, counterclockwise."""
    wide, high = size[0] / 2 - radius, size[1] / 2 - radius
    return tuple(
        (x * wide + radius * math.cos(angle), y * high + radius * math.sin(angle))
        for turn, (x, y) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1)))
        for step in range(_CORNER)
        for angle in [(turn + step / (_CORNER - 1)) * math.pi / 2]
    )


def _surface(part: Part, material: Mapping[str, Any]) -> dict[str, Any]:
    flat = {"flat": True} if part.is_flat else {}
    if not part.color.startswith("main"):
        paint = paints()[part.color]
        return {"color": paint.color, **surfaces()[paint.surface], **flat}
    _, _, share = part.color.partition("*")
    if share and "color" in material:
        return {**material, "color": shaded(material["color"], float(share)), **flat}
    return {**material, **flat}
