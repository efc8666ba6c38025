"""Traces rays through a scene: what they meet, and what is in front of something."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.descriptions.numbers import point, rounded
from sessions_app.scene.descriptions.objects import name_of
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.crossings import EXACT_KINDS
from sessions_app.scene.geometry.rays import hits
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations.measuring import Measured, place_of, words_of
from sessions_app.scene.operations.numbers import stored_numbers
from sessions_app.scene.operations.references import Referred
from sessions_app.scene.operations.wishes import FLOOR

# Of a ray, what it meets first.
_MOST_HITS = 6


class Ray(NamedTuple):
    """A ray from an object or a point, toward another one or in a direction.

    Attributes:
        start: where it begins; what belongs to that is not met.
        toward: what it goes to; None if it goes in a direction.
        direction: of the world, of any length but 0; None if it goes to something.
        words: the direction as it was asked for.
    """

    start: Referred
    toward: Referred | None = None
    direction: Vector | None = None
    words: str = ""


class _Met(NamedTuple):
    """Where a ray meets a solid; None is the floor."""

    distance: float
    point: Vector
    solid: str | None


def trace(around: Surroundings, ray: Ray, *, has_floor: bool) -> Measured | None:
    """Return what a ray meets, the nearest first; None if it ends where it begins.

    Args:
        around: all visible solids.
        ray: with one of `toward` and `direction`.
        has_floor: whether it meets the floor, y = 0.
    """
    start = place_of(around, ray.start)
    way = ray.direction or vectors.subtract(_aim(around, ray.toward, start), start)
    if not vectors.length(way):
        return None
    met = sorted(_met(around, ray, start, way, has_floor=has_floor))
    names = [_name(around, each.solid) for each in met]
    about = ["" if _is_exact(around, each.solid) else "about " for each in met]
    shown = [
        f"{name} at {nearly}{point(each.point)}, {rounded(each.distance)} m away"
        for name, nearly, each in zip(names, about, met, strict=True)
    ]
    goal = ray.words or words_of(around, ray.toward or FLOOR)
    toward = "" if ray.words else "toward "
    first = "; then ".join(shown[:_MOST_HITS]) or "nothing"
    line = f"Ray from {words_of(around, ray.start)} {toward}{goal}: {first}."
    if isinstance(ray.toward, str) and ray.toward != FLOOR:
        line += f" {_verdict(around, ray.toward, met)}"
    values = {
        "start": words_of(around, ray.start),
        "toward": goal,
        "hits": [
            {"name": name, "distance": each.distance, "point": list(each.point)}
            for name, each in islice(zip(names, met, strict=True), _MOST_HITS)
        ],
    }
    return Measured(line, stored_numbers(values))


def _met(
    around: Surroundings, ray: Ray, start: Vector, way: Vector, *, has_floor: bool
) -> Iterator[_Met]:
    layout = around.layout
    is_object = isinstance(ray.start, str) and ray.start != FLOOR
    own = set(layout.solids(str(ray.start))) if is_object else set()
    among = (each for each in around.leaves if each not in own)
    for hit in hits(layout, start, way, among):
        yield _Met(hit.distance, hit.point, hit.id)
    down = vectors.unit(way)
    if has_floor and start[1] > 0 > down[1]:
        distance = -start[1] / down[1]
        x, _, z = vectors.add(start, vectors.scale(down, distance))
        yield _Met(distance, (x, 0.0, z), None)


def _aim(around: Surroundings, toward: Referred | None, start: Vector) -> Vector:
    """Return the point to go to: of the floor, what is straight below."""
    if toward is None or toward == FLOOR:
        return (start[0], 0.0, start[2])
    return place_of(around, toward)


def _is_exact(around: Surroundings, solid: str | None) -> bool:
    return solid is None or around.leaves[solid].kind in EXACT_KINDS


def _name(around: Surroundings, solid: str | None) -> str:
    if solid is None:
        return "the floor"
    own, top = name_of(around.layout, solid), around.leaves[solid].top
    return own if top == solid else f"{own} of {name_of(around.layout, top)}"


def _verdict(around: Surroundings, toward: str, met: Sequence[_Met]) -> str:
    """Say whether the ray reaches the center of what it goes to, or what is in front of it."""
    name = name_of(around.layout, toward)
    goal = set(around.layout.solids(toward))
    if not goal:
        return ""
    index = next((at for at, each in enumerate(met) if each.solid in goal), None)
    if index is None:
        return f"It misses {name}."
    if index == 0:
        return f"Nothing is in front of {name} there."
    return f"{_name(around, met[0].solid)} is in front of {name}."
