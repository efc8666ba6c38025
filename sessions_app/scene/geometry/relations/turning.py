"""Rotations that let an object's front, its +z, look to a point."""

import math

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.vectors import Vector

# Closer than this to the vertical, no yaw is nearer to the point than any other, in meters.
_ABOVE = 1e-9


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
