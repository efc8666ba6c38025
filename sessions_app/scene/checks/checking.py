"""All checks in one: what is odd in a document, the worst first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sessions_app.scene.checks import looks, overlaps, supports
from sessions_app.scene.checks.findings import Finding, Oddity
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.geometry.vectors import Vector

# How many oddities an answer has room for.
MOST = 8


@dataclass(frozen=True)
class View:
    """The active camera, as far as checks ask.

    Attributes:
        position: where it is in the world.
        shows: whether some of what has these world bounds is in the picture.
    """

    position: Vector
    shows: Callable[[Bounds], bool]


def find(
    around: Surroundings, view: View | None = None, *, has_floor: bool = True
) -> list[Finding]:
    """Find everything odd about the objects that the last change affected.

    Args:
        around: all solids; after a change, with what that affected.
        view: the active camera; without one nothing is out of view.
        has_floor: whether things stand on the floor, y = 0. In a scene of space nothing floats.

    Returns:
        The worst first; equal ones in the order of their ids.
    """
    eye = view.position if view else None
    found = [
        *looks.find_invisible(around),
        *overlaps.find_overlaps(around, eye),
        *looks.find_sizes(around, eye),
    ]
    if has_floor:
        found += [*supports.find_buried(around), *supports.find_unsupported(around)]
    if view:
        found += looks.find_out_of_view(around, view.shows)
    return sorted(found, key=lambda each: (-each.severity, each.ids))


def worst(around: Surroundings, found: Iterable[Finding], most: int = MOST) -> list[Oddity]:
    """The first findings as sentences, each with the call that fixes it.

    Args:
        around: what they were found in.
        found: the worst first.
        most: how many at most.
    """
    oddities: list[Oddity] = []
    for each in list(found)[:most]:
        sentence, fix = _explain(around, each)
        oddities.append(Oddity(each.kind, each.ids, sentence, each.severity, fix))
    return oddities


def _explain(around: Surroundings, found: Finding) -> tuple[str, dict[str, Any]]:
    if found.kind in ("floats", "loose", "buried"):
        return supports.explain(around, found)
    if found.kind in ("overlap", "hidden", "doubled"):
        return overlaps.explain(around, found)
    return looks.explain(around, found)
