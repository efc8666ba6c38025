"""All checks in one: what is odd in a document, the worst first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sessions_app.scene.checks import (
    lighting,
    looks,
    overlaps,
    sight,
    sources,
    supports,
    unseen,
)
from sessions_app.scene.checks.findings import Finding, Oddity
from sessions_app.scene.checks.lighting import Lighting
from sessions_app.scene.checks.surroundings import Surroundings
from sessions_app.scene.geometry import views
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
        camera: its frustum; without it, nothing is hidden behind something.
    """

    position: Vector
    shows: Callable[[Bounds], bool]
    camera: views.View | None = None


def find(
    around: Surroundings,
    view: View | None = None,
    *,
    has_floor: bool = True,
    light: Lighting | None = None,
) -> list[Finding]:
    """Find everything odd about the objects that the last change affected.

    Args:
        around: all solids; after a change, with what that affected.
        view: the active camera; without one nothing is out of view.
        has_floor: whether things stand on the floor, y = 0. In a scene of space nothing floats.
        light: what lights the scene besides its lights; without it, nothing is unlit.

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
        found += sources.find_loose(around)
    if light:
        found += lighting.find_unlit(around, light)
    if view:
        found += looks.find_out_of_view(around, view.shows)
        if view.camera:
            found += sight.find_behind(around, view.camera, found)
    return sorted(found, key=lambda each: (-each.severity, each.ids))


def worst(
    around: Surroundings,
    found: Iterable[Finding],
    most: int = MOST,
    *,
    view: View | None = None,
) -> list[Oddity]:
    """The first findings as sentences, each with the call that fixes it.

    Args:
        around: what they were found in.
        found: the worst first.
        most: how many at most.
        view: the active camera, with which they were found.
    """
    oddities: list[Oddity] = []
    for each in list(found)[:most]:
        sentence, fix = _explain(around, each, view)
        oddities.append(Oddity(each.kind, each.ids, sentence, each.severity, fix))
    return oddities


def _explain(around: Surroundings, found: Finding, view: View | None) -> tuple[str, dict[str, Any]]:
    if found.kind in ("floats", "loose", "buried"):
        return (found.kind == "loose" and sources.explain(around, found)) or supports.explain(
            around, found
        )
    if found.kind in ("overlap", "hidden", "doubled"):
        return overlaps.explain(around, found)
    if found.kind == "unlit":
        return lighting.explain(around, found)
    if found.kind in ("switched_off", "faint", "fogged", "tiny"):
        return unseen.explain(around, found, view.camera if view else None)
    if found.kind == "behind" and view and view.camera:
        return sight.explain(around, found, view.camera)
    return looks.explain(around, found, view.position if view else None)
