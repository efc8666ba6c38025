"""Rotations that let an object's front, its +z, look to a point."""

import math

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.vectors import Vector

# Closer than this to the vertical, no yaw is nearer to the point than any other, in meters.
_ABOVE = 1e-9
# How upright a thing is of which one side is long, and how many times as long.
_UPRIGHT, _LONG = 0.999, 1.3


def opposite(layout: Layout, name: str, of: str) -> Vector | None:
    """The point amid a long thing that is right before another one; None where there is none.

    So chairs along a table stand straight, and houses along a road: its middle is elsewhere.

    Args:
        layout: of all objects.
        name: the id of what is long.
        of: the id of what turns to it.
    """
    frame, bounds = layout.frame(name), layout.own_extent(name)
    if bounds is None or frame.direction((0.0, 1.0, 0.0))[1] < _UPRIGHT:
        return None
    width, _, depth = bounds.size
    long, short = (0, 2) if width > depth else (2, 0)
    if bounds.size[long] < _LONG * bounds.size[short]:
        return None
    here, middle = frame.inside(layout.frame(of).origin), bounds.center
    off = vectors.subtract(here, middle)
    if abs(off[long]) > bounds.size[long] / 2 or abs(off[short]) <= bounds.size[short] / 2:
        return None
    at = list(middle)
    at[long] = here[long]
    return frame.point(vectors.vector(at))


def toward(layout: Layout, name: str, point: Vector, *, pitch: bool = False) -> Vector:
    """The rotation, in its parent's space, with which an object looks to a point.

    Args:
        layout: of all objects.
        name: the object's id. It turns about its own place.
        point: in the world.
        pitch: also up and down, as lights and cameras do; other things only turn about the
            vertical, keep their pitch and roll, and so stand as they stood.

    Returns:
        [pitch, yaw, roll] in degrees. Straight above or below, the yaw stays.
    """
    frame = layout.frame(name)
    x, y, z = vectors.subtract(point, frame.origin)
    own = vectors.angles(frame.turn)
    away = math.hypot(x, z)
    yaw = math.degrees(math.atan2(x, z)) if away > _ABOVE else own[1]
    turned = (-math.degrees(math.atan2(y, away)), yaw, 0.0) if pitch else (own[0], yaw, own[2])
    parent = layout.frame(layout.objects[name].get("parent"))
    return vectors.angles(
        vectors.product(vectors.transposed(parent.turn), vectors.rotation(turned))
    )
