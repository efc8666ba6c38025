"""Cameras: which bounds are visible, where points are in the picture, how to frame objects.

A camera looks from its position to its aim, upright. `fov` is the vertical field of view, in
degrees; `aspect` is the picture's width divided by its height. There is no far plane.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import WORLD, Bounds
from sessions_app.scene.geometry.vectors import AXES, Frame, Vector

Visibility: TypeAlias = Literal["inside", "partly", "outside"]

MAX_MARGIN = 0.4
# The least distance from a camera to the nearest point that it frames, in meters.
_NEAREST = 0.01
# Below this cosine of its elevation, a camera looks straight up or down.
_STEEP = 1e-6
# A picture is centered to this share of the distance, or as well as so many rounds do.
_CENTERED, _MOST_ROUNDS = 1e-9, 24
# The relative tolerance for edges that lie in a plane.
_ALONG = 1e-12


def _toward(azimuth: float, elevation: float) -> Vector:
    """Return the direction to a camera: azimuth 0 is in front, 90 to the right."""
    turn, rise = math.radians(azimuth), math.radians(elevation)
    level = math.cos(rise)
    return (math.sin(turn) * level, math.sin(rise), math.cos(turn) * level)


# Directions from the aim to the camera, of length 1.
DIRECTIONS: Mapping[str, Vector] = {
    "front": (0.0, 0.0, 1.0),
    "back": (0.0, 0.0, -1.0),
    "left": (-1.0, 0.0, 0.0),
    "right": (1.0, 0.0, 0.0),
    "top": (0.0, 1.0, 0.0),
    "bottom": (0.0, -1.0, 0.0),
    "three quarter": _toward(35, 20),
    "front right": _toward(45, 20),
    "front left": _toward(-45, 20),
    "back right": _toward(135, 20),
    "back left": _toward(-135, 20),
    "isometric": _toward(45, math.degrees(math.atan(math.sqrt(0.5)))),
}


def view_direction(name: str) -> Vector:
    """Return the direction of a named view, from the aim to the camera, of length 1.

    Case, hyphens and underscores do not matter: "Three-Quarter" is "three quarter".

    Raises:
        InvalidValueError: there is no view of this name.
    """
    found = DIRECTIONS.get(re.sub(r"[\s_-]+", " ", name[:64]).strip().lower())
    if found is None:
        names = ", ".join(DIRECTIONS)
        raise InvalidValueError(f"The view {quoted(name)} is not known. Give one of: {names}.")
    return found


class View(NamedTuple):
    """A camera's frustum: it looks along -z of its frame, and y is up in the picture.

    `wide` and `high` are half of the frustum's width and height at a distance of one meter.
    """

    frame: Frame
    wide: float
    high: float


class PicturePoint(NamedTuple):
    """A point in the picture, from its left and top edges, and its depth.

    x and y are from 0 to 1 in the picture, the depth is in meters along the camera's axis.
    """

    x: float
    y: float
    depth: float

    @property
    def is_in_picture(self) -> bool:
        return 0 <= self.x <= 1 and 0 <= self.y <= 1


class Framing(NamedTuple):
    """A camera's position and aim, and the distance between both in meters."""

    position: Vector
    aim: Vector
    distance: float


def view_of(position: Vector, aim: Vector, fov: float, aspect: float) -> View:
    """Return the view of a camera."""
    high = math.tan(math.radians(fov) / 2)
    return View(_looking(position, vectors.subtract(position, aim)), high * aspect, high)


def _looking(position: Vector, back: Vector) -> Frame:
    back = vectors.unit(back)
    # Straight up or down, the picture's right is the scene's right.
    level = math.hypot(back[0], back[2])
    right = (back[2] / level, 0.0, -back[0] / level) if level > _STEEP else AXES[0]
    up = vectors.cross(back, right)
    return Frame(position, vectors.transposed((right, up, back)))


def picture_point(view: View, point: Vector) -> PicturePoint | None:
    """Project a point of the world into the picture; None if it is behind the camera."""
    x, y, z = view.frame.inside(point)
    if z >= 0:
        return None
    return PicturePoint((1 - x / (z * view.wide)) / 2, (1 + y / (z * view.high)) / 2, -z)


def shows(view: View, bounds: Bounds) -> bool:
    """Return whether some of these bounds, along the world's axes, is in the picture; exact."""
    # Written out, because a check asks it of each object: mostly the center decides.
    (a, b, c), (d, e, f) = bounds
    (ox, oy, oz), ((g, h, i), (j, k, m), (n, o, p)) = view.frame
    x, y, z = (a + d) / 2 - ox, (b + e) / 2 - oy, (c + f) / 2 - oz
    ahead = -(i * x + m * y + p * z)
    aside, upward = abs(g * x + j * y + n * z), abs(h * x + k * y + o * z)
    if ahead > 0 and aside <= ahead * view.wide and upward <= ahead * view.high:
        return True
    return visibility(view, bounds) != "outside"


def visibility(view: View, bounds: Bounds, frame: Frame = WORLD) -> Visibility:
    """Return whether bounds are inside the frustum, partly inside or outside; this is exact.

    Args:
        view: of the camera.
        bounds: along the axes of the frame.
        frame: the frame of the bounds; the world by default.
    """
    quick = _sphere_visibility(
        view, view.frame.inside(frame.point(bounds.center)), bounds.diagonal / 2
    )
    if quick is not None:
        return quick
    corners = [view.frame.inside(frame.point(corner)) for corner in bounds.corners()]
    if all(z < 0 and abs(x) <= -z * view.wide and abs(y) <= -z * view.high for x, y, z in corners):
        return "inside"
    sides = [view.frame.direction_inside(frame.direction(axis)) for axis in AXES]
    return "outside" if _are_apart(view, corners, sides) else "partly"


def _sphere_visibility(view: View, center: Vector, radius: float) -> Visibility | None:
    """Return whether a sphere around bounds decides; mostly it does, at a tenth of the cost."""
    x, y, z = center
    # Beyond the nearer of two facing planes, in lengths of its normal.
    aside, upward = abs(x) + z * view.wide, abs(y) + z * view.high
    across, along = radius * math.hypot(1, view.wide), radius * math.hypot(1, view.high)
    if aside > across or upward > along:
        return "outside"
    return "inside" if aside < -across and upward < -along else None


def _are_apart(view: View, corners: list[Vector], sides: list[Vector]) -> bool:
    """Return whether a plane separates a box from the frustum, in the camera's axes.

    By the separating axis theorem it is enough to try the faces of both, and the planes along one
    edge of each. The frustum is a pyramid with its tip at the origin.
    """
    wide, high = view.wide, view.high
    edges: list[Vector] = [
        (wide, high, -1.0),
        (-wide, high, -1.0),
        (-wide, -high, -1.0),
        (wide, -high, -1.0),
    ]
    normals: list[Vector] = [
        (1.0, 0.0, wide),
        (-1.0, 0.0, wide),
        (0.0, 1.0, high),
        (0.0, -1.0, high),
        *sides,
        *(vectors.cross(edge, side) for edge in edges for side in sides),
    ]
    return any(
        _is_between(turned, edges, corners)
        for normal in normals
        for turned in (normal, vectors.scale(normal, -1))
    )


def _is_between(normal: Vector, edges: list[Vector], corners: list[Vector]) -> bool:
    """Return whether the pyramid is below the plane through its tip, and all corners above."""
    slack = _ALONG * vectors.length(normal)
    return all(vectors.dot(normal, edge) <= slack for edge in edges) and all(
        vectors.dot(normal, corner) > 0 for corner in corners
    )


def framing(
    points: Iterable[Vector], toward: Vector, fov: float, aspect: float, margin: float = 0.1
) -> Framing:
    """Place a camera as close as it can be with all points inside the picture, centered.

    Args:
        points: the corners of the objects to frame, in the world.
        toward: the direction from the objects to the camera, of any length but 0.
        fov: the vertical field of view in degrees.
        aspect: the picture's width divided by its height.
        margin: the empty share of the picture along each edge, from 0 to 0.4.

    Raises:
        InvalidValueError: there are no points, or the margin is out of range.
    """
    if not 0 <= margin <= MAX_MARGIN:
        raise InvalidValueError(f"The margin {margin} is not possible: give 0 to {MAX_MARGIN}.")
    every = list(points)
    if not every:
        raise InvalidValueError("There is nothing to frame: name objects that have a size.")
    middle = vectors.vector([(min(each) + max(each)) / 2 for each in zip(*every, strict=True)])
    looking = _looking(middle, toward)
    inside = [looking.inside(point) for point in every]
    high = math.tan(math.radians(fov) / 2) * (1 - 2 * margin)
    sides = [(x, z) for x, _, z in inside], [(y, z) for _, y, z in inside]
    slopes = high * aspect, high
    least = map(_least_distance, sides, slopes)
    distance = max(*least, max(z for _, _, z in inside) + _NEAREST)
    across, upward = (
        _middle(points, slope, distance) for points, slope in zip(sides, slopes, strict=True)
    )
    aim = looking.point((across, upward, 0.0))
    # Add the direction as given: views from the top then have x and z exactly equal to the aim's.
    position = vectors.add(aim, vectors.scale(vectors.unit(toward), distance))
    return Framing(position, aim, distance)


def _edges(points: list[tuple[float, float]], slope: float) -> tuple[float, float]:
    """Return where lines of this slope through the outermost points (aside, toward) are at 0."""
    return min(aside - z * slope for aside, z in points), max(
        aside + z * slope for aside, z in points
    )


def _least_distance(points: list[tuple[float, float]], slope: float) -> float:
    """Return the distance at which points just fit between two lines of this slope."""
    left, right = _edges(points, slope)
    return (right - left) / (2 * slope)


def _middle(points: list[tuple[float, float]], slope: float, distance: float) -> float:
    """Return the sideways position from which the outermost points are equally far off center.

    That is of how far they are in the picture: from farther away than they need, the middle of the
    lines that fit would leave what is near at one edge.
    """
    left, right = _edges(points, slope)
    low, high = right - slope * distance, left + slope * distance
    middle = (low + high) / 2
    for _ in range(_MOST_ROUNDS):
        off = [((aside - middle) / (distance - z), aside, distance - z) for aside, z in points]
        (_, one, its), (_, other, away) = min(off), max(off)
        before, middle = middle, (one * away + other * its) / (its + away)
        if abs(middle - before) <= _CENTERED * distance:
            break
    return min(max(middle, low), high)
