"""Puts the middle of a pattern where an object is: chairs round a table."""

import math
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.descriptions.numbers import format_number
from sessions_app.scene.document.graph import Graph
from sessions_app.scene.document.index import Index
from sessions_app.scene.document.rig import rounded
from sessions_app.scene.document.targets import Targets
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.arrangements import circle_radius
from sessions_app.scene.geometry.copies import arrangement_of
from sessions_app.scene.geometry.layout import Layout, center_of
from sessions_app.scene.geometry.shapes import reach
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations.taking_out import own_object

# How many directions are tried to find how far an object reaches.
_DIRECTIONS = 64
# Of a pattern, which may draw thousands.
_MOST_PIECES = 500
_USUAL_GAP = 0.1
# Radii that differ by no more, in parts of them, need no words.
_SAME_RADIUS = 0.1


def center_on(
    edit: Edit, pattern: str, around: str | Sequence[float], notes: list[str], *, is_new: bool
) -> None:
    """Move a pattern so that its middle is above or below an object or a point.

    A circle that was given no size becomes as large as to have its copies beside the object.

    Args:
        edit: the document to write in.
        pattern: its id.
        around: what names an object, or a point of the world.
        notes: gets a sentence if a copy was taken out, and one on a radius that was not given.
        is_new: whether the pattern is where the object was that it repeats.

    Raises:
        UnknownTargetError: there is no such object.
        InvalidValueError: the pattern repeats it, or belongs to it.
    """
    if isinstance(around, str):
        other = own_object(edit, Targets(Index(edit.document["objects"])).find_one(around), notes)
        _require_apart(edit, pattern, other)
        layout = Layout(edit.document["objects"])
        center = center_of(layout, other)
        inner = _radius_of(layout, other, center)
    else:
        layout, center, inner = Layout(edit.document["objects"]), vectors.vector(around), 0.0
    entity = layout.objects[pattern]
    x, _, z = layout.frame(entity.get("parent")).inside(center)
    away = math.hypot(entity["position"][0] - x, entity["position"][2] - z)
    has_radius = "radius" in entity["arrangement"]
    _widen(edit, pattern, inner)
    if is_new and not has_radius:
        _note_radius(edit, pattern, away, notes)
    edit.set(("objects", pattern), "position", rounded([x, entity["position"][1], z]))


def _require_apart(edit: Edit, pattern: str, other: str) -> None:
    objects = edit.document["objects"]
    graph = Graph(objects)
    if other == pattern or pattern in graph.ancestors(other) or other in graph.ancestors(pattern):
        raise InvalidValueError(
            f"{quoted(objects[other]['name'], 64)} belongs to what is repeated, or that to it:"
            " leave `around` out to repeat it where it is, or name something else, or a point."
        )


def _widen(edit: Edit, pattern: str, inner: float) -> None:
    """Have the copies of a circle clear what is within a radius, unless its size was asked for."""
    if not inner:
        return
    entity = edit.get(("objects", pattern))
    arrangement = arrangement_of(entity)
    if arrangement.pattern != "circle" or (arrangement.radius, arrangement.spacing) != (None, None):
        return
    size = _largest(entity)
    width, _, depth = size
    gap = width * _USUAL_GAP if arrangement.gap is None else arrangement.gap
    beside = inner + gap + (depth if arrangement.facing else math.hypot(width, depth)) / 2
    if beside > circle_radius(arrangement, size):
        members = {name: each for name, each in entity["arrangement"].items() if name != "gap"}
        edit.set(("objects", pattern), "arrangement", {**members, "radius": round(beside, 6)})


def _note_radius(edit: Edit, pattern: str, away: float, notes: list[str]) -> None:
    """Say how far away copies of a circle are, if nobody asked for that and the source was not."""
    entity = edit.get(("objects", pattern))
    arrangement = arrangement_of(entity)
    if arrangement.pattern != "circle" or arrangement.count == 1:
        return
    radius = arrangement.radius or circle_radius(arrangement, _largest(entity))
    if away > 0 and abs(radius - away) > _SAME_RADIUS * radius:
        now, before = (format_number(round(each, 3)) for each in (radius, away))
        notes.append(
            f"The radius is {now} m, so that copies fit; what is repeated was {before} m from the"
            f' middle, which "radius":{before} keeps.'
        )


def _largest(pattern: Mapping[str, Any]) -> Vector:
    """Return the size of the box of the largest copy."""
    low, high = pattern["bounds"][:3], pattern["bounds"][3:]
    factor = 1 + arrangement_of(pattern).variation
    return vectors.scale(vectors.subtract(vectors.vector(high), vectors.vector(low)), factor)


def _radius_of(layout: Layout, name: str, center: Vector) -> float:
    """Return how far an object reaches from its center, along the ground plane."""
    found = 0.0
    for solid in layout.solids(name):
        for form, size, frame in islice(layout.pieces(solid), _MOST_PIECES):
            away = vectors.subtract(frame.origin, center)
            for step in range(_DIRECTIONS):
                turn = math.tau * step / _DIRECTIONS
                toward = (math.sin(turn), 0.0, math.cos(turn))
                own = reach(form, size, frame.direction_inside(toward))
                found = max(found, vectors.dot(away, toward) + own)
    return found
