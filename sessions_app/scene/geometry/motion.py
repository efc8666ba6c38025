"""Where things that move come to: the arm of an orbit, and the bounds of all that is passed."""

from typing import NamedTuple

from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.geometry.vectors import Vector


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
