"""Which objects of a scene a call of `get_scene` asks for, and in what order."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sessions_app.scene.checks.known import surroundings_of
from sessions_app.scene.document.kinds import LIGHT_KINDS, OBJECT_KINDS, SOLID_KINDS
from sessions_app.scene.document.targets import Targets
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry.layout import Bounds, Layout, is_solid
from sessions_app.scene.geometry.views import visibility
from sessions_app.scene.operations.following import active_view

_KIND_GROUPS: Mapping[str, tuple[str, ...]] = {"light": LIGHT_KINDS, "solid": SOLID_KINDS}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_POINT = re.compile(rf"[\[(]?\s*({_NUMBER})[\s,]+({_NUMBER})[\s,]+({_NUMBER})\s*[\])]?", re.ASCII)


class Asked(NamedTuple):
    """What narrows a call of `get_scene`; what is empty, None or 0 does not.

    `changed` are the ids of those that have changed since the revision that it asks for.
    """

    targets: tuple[str, ...] = ()
    kind: str | None = None
    near: str | None = None
    within: float = 0.0
    in_view: bool = False
    depth: int = 0
    changed: frozenset[str] | None = None

    @property
    def words(self) -> str:
        """What narrows it, for the answer: "kind box, within 2 m of table"."""
        parts = [
            f"targets {', '.join(map(quoted, self.targets[:5]))}" if self.targets else "",
            f"kind {quoted(self.kind)}" if self.kind else "",
            f"nearest to {quoted(self.near)} first" if self.near and not self.within else "",
            f"within {self.within:g} m of {quoted(self.near or '')}" if self.within else "",
            "in view of the active camera" if self.in_view else "",
            f"down to level {self.depth}" if self.depth else "",
            "added or changed" if self.changed is not None else "",
        ]
        return ", ".join(filter(None, parts))


class Selected(NamedTuple):
    """An object of the answer; its distance in meters where the call has `near`."""

    id: str
    distance: float | None = None


def select(document: Mapping[str, Any], layout: Layout, asked: Asked) -> list[Selected]:
    """Return the objects that a call asks for, parents before their parts, or the nearest first.

    Args:
        document: with any objects.
        layout: of these.
        asked: by the call.

    Raises:
        UnknownTargetError: a target, or what is near, matches nothing.
        InvalidValueError: a kind is not known, or the call contradicts itself.
    """
    ids = _of_depth(layout, _tops(layout, asked), _levels(asked))
    if asked.changed is not None:
        ids = [each for each in ids if each in asked.changed]
    if asked.kind:
        kinds = _kinds(asked.kind)
        ids = [each for each in ids if layout.objects[each]["kind"] in kinds]
    if asked.in_view:
        view = active_view(document, surroundings_of(document["objects"]))
        if view is None:
            raise InvalidValueError(
                "This scene has no active camera that looks at anything: leave `in_view` out, or"
                " call set_camera first."
            )
        ids = [each for each in ids if visibility(view, _bounds(layout, each)) != "outside"]
    if asked.near:
        return _by_distance(layout, ids, asked.near, asked.within)
    if asked.within:
        raise InvalidValueError("`within` needs `near`: the name of an object, or a point.")
    return [Selected(each) for each in ids]


def _tops(layout: Layout, asked: Asked) -> list[str]:
    if not asked.targets:
        return list(layout.children(None))
    return [target.id for target in Targets(layout.index).find_all(asked.targets)]


def _levels(asked: Asked) -> float:
    """Return how many levels to list: of targets only themselves unless the call says more."""
    return asked.depth or (1 if asked.targets else math.inf)


def _of_depth(layout: Layout, tops: Iterable[str], levels: float) -> list[str]:
    found: dict[str, None] = {}
    waiting = [(each, 1) for each in reversed(list(tops))]
    while waiting:
        each, level = waiting.pop()
        found[each] = None
        if level < levels:
            waiting += [(child, level + 1) for child in reversed(layout.children(each))]
    return list(found)


def _kinds(asked: str) -> tuple[str, ...]:
    kind = re.sub(r"[\s-]+", "_", asked.strip().lower())
    for name in (kind, kind.removesuffix("s")):
        if name in _KIND_GROUPS:
            return _KIND_GROUPS[name]
        if name in OBJECT_KINDS:
            return (name,)
    known = ", ".join((*OBJECT_KINDS, *_KIND_GROUPS))
    raise InvalidValueError(f"The kind {quoted(asked)} is not known. Give one of: {known}.")


def _bounds(layout: Layout, id_: str) -> Bounds:
    """Return an object's bounds in the world; what has no extent is where it is."""
    if is_solid(layout.objects[id_]) and not layout.children(id_):
        return layout.solid_extent(id_)
    place = layout.frame(id_).origin
    return layout.extent(id_) or Bounds(place, place)


def _by_distance(layout: Layout, ids: list[str], near: str, within: float) -> list[Selected]:
    written = _POINT.fullmatch(near.strip())
    own: set[str] = set()
    if written:
        place = (float(written[1]), float(written[2]), float(written[3]))
        bounds = Bounds(place, place)
    else:
        center = Targets(layout.index).find_one(near).id
        bounds = _bounds(layout, center)
        own = {center, *_ancestors(layout, center), *_of_depth(layout, [center], math.inf)}
    found = [Selected(each, _gap(bounds, _bounds(layout, each))) for each in ids if each not in own]
    kept = [each for each in found if not within or (each.distance or 0.0) <= within]
    return sorted(kept, key=lambda each: each.distance or 0.0)


def _ancestors(layout: Layout, id_: str) -> Iterable[str]:
    parent = layout.objects[id_].get("parent")
    while parent is not None:
        yield parent
        parent = layout.objects[parent].get("parent")


def _gap(one: Bounds, other: Bounds) -> float:
    return math.hypot(*(max(0.0, -depth) for depth in one.overlap(other)))
