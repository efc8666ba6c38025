"""Vectors, rotations and rigid frames in three dimensions.

Meters and degrees. +x is right, +y up, +z toward the viewer (right-handed). Angles are pitch about
x, yaw about y and roll about z, applied in the order YXZ: yaw first, then pitch, then roll.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

Vector: TypeAlias = tuple[float, float, float]
# Three rows.
Matrix: TypeAlias = tuple[Vector, Vector, Vector]

ORIGIN: Vector = (0.0, 0.0, 0.0)
AXES: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
# Below this cosine of the pitch, yaw and roll turn about the same axis.
_GIMBAL = 1e-9


def vector(values: Sequence[float]) -> Vector:
    """Three numbers, as a document stores them, as a vector."""
    x, y, z = values
    return (float(x), float(y), float(z))


def add(one: Vector, other: Vector) -> Vector:
    """The sum."""
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2])


def subtract(one: Vector, other: Vector) -> Vector:
    """The vector from `other` to `one`."""
    return (one[0] - other[0], one[1] - other[1], one[2] - other[2])


def scale(one: Vector, factor: float) -> Vector:
    """The vector, so many times as long."""
    return (one[0] * factor, one[1] * factor, one[2] * factor)


def dot(one: Vector, other: Vector) -> float:
    """The scalar product."""
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def cross(one: Vector, other: Vector) -> Vector:
    """The vector product."""
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )


def length(one: Vector) -> float:
    """The length in meters."""
    return math.hypot(*one)


def unit(one: Vector) -> Vector:
    """The vector scaled to length 1; its length must not be 0."""
    return scale(one, 1 / math.hypot(*one))


def stretched(one: Vector, factors: Vector) -> Vector:
    """The vector with each component times its own factor."""
    return (one[0] * factors[0], one[1] * factors[1], one[2] * factors[2])


def transposed(matrix: Matrix) -> Matrix:
    """The transpose; of a rotation, its inverse."""
    if matrix is AXES:
        return AXES
    (a, b, c), (d, e, f), (g, h, i) = matrix
    return ((a, d, g), (b, e, h), (c, f, i))


def apply(matrix: Matrix, to: Vector) -> Vector:
    """The product of a matrix and a vector."""
    if matrix is AXES:
        return to
    return (dot(matrix[0], to), dot(matrix[1], to), dot(matrix[2], to))


def product(first: Matrix, second: Matrix) -> Matrix:
    """The product of two matrices: `second` is applied before `first`."""
    # Most things stand upright: what is not turned keeps being AXES itself, which costs nothing.
    if first is AXES:
        return second
    if second is AXES:
        return first
    columns = transposed(second)
    return (apply(columns, first[0]), apply(columns, first[1]), apply(columns, first[2]))


def rotation(degrees: Sequence[float]) -> Matrix:
    """The rotation by pitch, yaw and roll."""
    if not any(degrees):
        return AXES
    pitch, yaw, roll = (math.radians(angle) for angle in degrees)
    a, b = math.cos(pitch), math.sin(pitch)
    c, d = math.cos(yaw), math.sin(yaw)
    e, f = math.cos(roll), math.sin(roll)
    return (
        (c * e + d * f * b, d * e * b - c * f, a * d),
        (a * f, a * e, -b),
        (c * f * b - d * e, d * f + c * e * b, a * c),
    )


def angles(of: Matrix) -> Vector:
    """Pitch, yaw and roll of a rotation, in degrees from -180 to 180; roll is 0 at the poles."""
    pitch = math.asin(max(-1.0, min(1.0, -of[1][2])))
    if math.hypot(of[1][0], of[1][1]) > _GIMBAL:
        yaw = math.atan2(of[0][2], of[2][2])
        roll = math.atan2(of[1][0], of[1][1])
    else:
        yaw, roll = math.atan2(-of[2][0], of[0][0]), 0.0
    return (math.degrees(pitch), math.degrees(yaw), math.degrees(roll))


class Frame(NamedTuple):
    """A place and an orientation: what is inside is given in its own axes, about its own origin."""

    origin: Vector = ORIGIN
    turn: Matrix = AXES

    def point(self, inside: Vector) -> Vector:
        """Where a point of the frame is outside of it."""
        return add(self.origin, apply(self.turn, inside))

    def direction(self, inside: Vector) -> Vector:
        """How a direction of the frame runs outside of it."""
        return apply(self.turn, inside)

    def inside(self, point: Vector) -> Vector:
        """Where a point outside is in this frame."""
        return apply(transposed(self.turn), subtract(point, self.origin))

    def direction_inside(self, direction: Vector) -> Vector:
        """How a direction outside runs in this frame."""
        return apply(transposed(self.turn), direction)

    def frame(self, inside: "Frame") -> "Frame":
        """A frame that is given inside this one, as it is outside."""
        return Frame(self.point(inside.origin), product(self.turn, inside.turn))

    def frame_inside(self, outside: "Frame") -> "Frame":
        """A frame that is given outside, as it is inside this one."""
        return Frame(self.inside(outside.origin), product(transposed(self.turn), outside.turn))
