"""Where things that move come to: the arm of an orbit, and the bounds of all that is passed."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, Layout, Objects, united
from sessions_app.scene.geometry.vectors import ORIGIN, Frame, Vector

_UP: Final = (0.0, 1.0, 0.0)
_NOWHERE: Final = Bounds(ORIGIN, ORIGIN)


class Arm(NamedTuple):
    """From the axis of an orbit to what goes round it, at rest in its parent's space.

    `foot` is the point of the axis nearest to it, and `out` leads from there to it.
    """

    foot: Vector
    out: Vector


def orbit_arm(layout: Layout, id_: str, around: str | list[float], axis: Vector) -> Arm:
    """Return the arm of an object's orbit at rest.

    Args:
        layout: of all objects at rest.
        id_: of what goes round.
        around: what it goes round: an object's id, or a point of the world.
        axis: of length 1, in the space of the object's parent.
    """
    entity = layout.objects[id_]
    at = layout.frame(around).origin if isinstance(around, str) else vectors.vector(around)
    center = layout.frame(entity.get("parent")).inside(at)
    arm = vectors.subtract(vectors.vector(entity["position"]), center)
    along = vectors.scale(axis, vectors.dot(arm, axis))
    return Arm(vectors.add(center, along), vectors.subtract(arm, along))


def carriers(objects: Objects, id_: str) -> set[str]:
    """Return everything that moves an object with it: parents and what is orbited, and itself."""
    found: set[str] = set()
    left = [id_]
    while left:
        each = left.pop()
        if each in found or each not in objects:
            continue
        found.add(each)
        entity = objects[each]
        above = [
            entity.get("parent"),
            entity.get("animation", {}).get("orbit", {}).get("around"),
        ]
        left += [carrier for carrier in above if isinstance(carrier, str)]
    return found


def rebased(animation: Mapping[str, Any], change: Frame) -> dict[str, Any]:
    """Return an animation in the space of another parent, so that all stays in the same places.

    Args:
        animation: of an object, by motion.
        change: the old parent's frame inside the new one's.
    """
    return {name: _rebased(name, motion, change) for name, motion in animation.items()}


def _rebased(name: str, motion: Mapping[str, Any], change: Frame) -> dict[str, Any]:
    changed = dict(motion)
    if name in ("orbit", "bounce", "float"):
        axis = change.direction(vectors.vector(motion.get("axis", _UP)))
        changed["axis"] = [round(part, 6) + 0.0 for part in axis]
    if "points" in motion:
        changed["points"] = [_moved(point, change) for point in motion["points"]]
    if "frames" in motion:
        changed["frames"] = [_rebased_frame(frame, change) for frame in motion["frames"]]
    return changed


def _rebased_frame(frame: Mapping[str, Any], change: Frame) -> dict[str, Any]:
    changed = dict(frame)
    if "position" in frame:
        changed["position"] = _moved(frame["position"], change)
    if "rotation" in frame and change.turn is not vectors.AXES:
        turned = vectors.product(change.turn, vectors.rotation(frame["rotation"]))
        changed["rotation"] = [round(angle, 6) + 0.0 for angle in vectors.angles(turned)]
    return changed


def _moved(point: list[float], change: Frame) -> list[float]:
    return [round(part, 6) + 0.0 for part in change.point(vectors.vector(point))]


def swept(layout: Layout, id_: str) -> Bounds | None:
    """Return the world bounds of wherever an object comes; None where nothing in it is solid.

    Ways count, of the object and of what carries it; turns and growth do not.
    """
    bounds = layout.extent(id_)
    if bounds is None:
        return None
    way = _way(layout, id_, frozenset())
    return Bounds(vectors.add(bounds.low, way.low), vectors.add(bounds.high, way.high))


def _way(layout: Layout, id_: str, inside: frozenset[str]) -> Bounds:
    """Return how far an object comes from where it is at rest, along the world's axes."""
    if id_ in inside:  # carried by itself: an end must be somewhere
        return _NOWHERE
    entity = layout.objects[id_]
    parent = entity.get("parent")
    turn = layout.frame(parent).direction
    carriers = [parent] if parent is not None else []
    ways = [_NOWHERE]
    for name, motion in entity.get("animation", {}).items():
        if name == "orbit":
            around = motion.get("around", [0.0, 0.0, 0.0])
            carriers += [around] if isinstance(around, str) else []
            ways.append(_circle(layout, id_, around, motion))
            continue
        steps = [turn(step) for step in _steps(name, motion, vectors.vector(entity["position"]))]
        ways += [Bounds(step, step) for step in steps]
    own = united(ways) or _NOWHERE
    for carrier in carriers:
        carried = _way(layout, carrier, inside | {id_})
        own = Bounds(vectors.add(own.low, carried.low), vectors.add(own.high, carried.high))
    return own


def _steps(name: str, motion: Mapping[str, Any], place: Vector) -> Iterator[Vector]:
    """Yield ways from the place at rest, in the parent's space."""
    if name in ("float", "bounce"):
        axis = vectors.vector(motion.get("axis", _UP))
        yield vectors.scale(axis, motion.get("amount", 0.0))
    points = motion.get("points", [])
    points = points + [
        frame["position"] for frame in motion.get("frames", ()) if "position" in frame
    ]
    for point in points:
        yield vectors.subtract(vectors.vector(point), place)


def _circle(layout: Layout, id_: str, around: Any, motion: Mapping[str, Any]) -> Bounds:
    entity = layout.objects[id_]
    axis = vectors.vector(motion.get("axis", _UP))
    arm = orbit_arm(layout, id_, around, axis)
    frame = layout.frame(entity.get("parent"))
    back = vectors.scale(frame.direction(arm.out), -1)
    along, radius = frame.direction(axis), vectors.length(arm.out)
    # How far a circle reaches along each of the world's axes.
    x, y, z = (radius * math.sqrt(max(0.0, 1 - part * part)) for part in along)
    return Bounds(vectors.subtract(back, (x, y, z)), vectors.add(back, (x, y, z)))
