"""What people do to objects at a page and no tool does: duplicate and group them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.bounds import Bounds, united
from sessions_app.scene.operations.answers import listed_names, objects_report
from sessions_app.scene.operations.arguments import Arguments, Texts
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.hanging import hang_below
from sessions_app.scene.operations.lighting import within_reach
from sessions_app.scene.operations.limits import MAX_ITEMS, require_room
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.registry import operation

# Between an object and its duplicate, in parts of its width; and where that is nothing, in meters.
_GAP, _LEAST_STEP = 0.15, 0.1
_GROUP = "group"
# Members that a copy does not have from its source.
_OWN = ("name", "fitted", "locked")


class Arranged(Arguments):
    targets: Annotated[Texts, Field(min_length=1, max_length=MAX_ITEMS)]


@operation("duplicate_objects", Arranged)
def duplicate_objects(edit: Edit, given: Arranged) -> Report:
    """Add copies of objects with all that belongs to them, to the right of all of them.

    Raises:
        UnknownTargetError: a target is not there; nothing is added then.
        InvalidValueError: a limit of the scene is reached.
    """
    draft = Draft(edit)
    tops = _chosen(draft, given.targets)
    step = _step_aside(draft, tops)
    copies = [_duplicate(draft, top, step) for top in tops]
    require_room(edit, draft.index)
    names = listed_names([edit.document["objects"][each]["name"] for each in copies])
    words = f"Added {names}."
    return objects_report(edit, words, copies, words=words, notes=draft.report_notes())


@operation("group_objects", Arranged)
def group_objects(edit: Edit, given: Arranged) -> Report:
    """Put objects into a new group, in place.

    The group belongs to what all of them belong to, else to the world.

    Raises:
        UnknownTargetError: a target is not there; nothing is changed then.
        InvalidValueError: it would be nested too deeply, or a limit of the scene is reached.
    """
    draft = Draft(edit)
    tops = _chosen(draft, given.targets)
    parents = {draft.objects[top].get("parent") for top in tops}
    parent = parents.pop() if len(parents) == 1 else None
    entity: dict[str, Any] = {"kind": _GROUP, "position": _base_of(draft, tops, parent)}
    if parent is not None:
        entity["parent"] = parent
    group = draft.add(entity, "")
    for index, top in enumerate(tops):
        with at(f"targets[{index}]"):
            draft.index.graph.require_parent(top, group)
        hang_below(draft, top, group)
    require_room(edit, draft.index)
    objects = edit.document["objects"]
    names = listed_names([objects[each]["name"] for each in tops])
    words = f"Put {names} into {objects[group]['name']}."
    return objects_report(edit, words, [group], words=words, notes=draft.report_notes())


def _chosen(draft: Draft, targets: Iterable[str]) -> list[str]:
    """Return the ids of the outermost of the targets; what is repeated goes with its pattern."""
    found: dict[str, None] = {}
    for index, text in enumerate(targets):
        with at(f"targets[{index}]"):
            found[draft.find_whole(text)] = None
    graph = draft.index.graph
    return [each for each in found if found.keys().isdisjoint(graph.ancestors(each))]


def _bounds_of(draft: Draft, tops: Sequence[str], parent: str | None) -> Bounds:
    """Return the bounds of objects along the axes of a parent; of a light, its place."""
    layout = draft.layout()
    frame = layout.frame(parent)
    places = {top: frame.inside(layout.frame(top).origin) for top in tops}
    every = (layout.extent(top, frame) or Bounds(at_, at_) for top, at_ in places.items())
    return united(every) or Bounds(vectors.ORIGIN, vectors.ORIGIN)


def _base_of(draft: Draft, tops: Sequence[str], parent: str | None) -> list[float]:
    """Return the middle of the base of objects, in the space of a parent."""
    return within_reach(_bounds_of(draft, tops, parent).base)


def _step_aside(draft: Draft, tops: Sequence[str]) -> vectors.Vector:
    """Return how far duplicates are from their originals, in the world."""
    width = _bounds_of(draft, tops, None).size[0]
    return (max(width * (1 + _GAP), _LEAST_STEP), 0.0, 0.0)


def _duplicate(draft: Draft, top: str, step: vectors.Vector) -> str:
    """Add a copy of an object with all that belongs to it; return its id."""
    ids: dict[str, str] = {}
    for each in draft.subtree(top):
        source = draft.objects[each]
        members = {name: value for name, value in source.items() if name not in _OWN}
        if each != top:
            members["parent"] = ids[source["parent"]]
        ids[each] = draft.add(members, source["name"])
    for copy in ids.values():
        _refer_inside(draft, copy, ids)
    layout, parent = draft.layout(), draft.objects[top].get("parent")
    aside = vectors.add(layout.frame(top).origin, step)
    draft.set(ids[top], "position", within_reach(layout.frame(parent).inside(aside)))
    return ids[top]


def _refer_inside(draft: Draft, copy: str, ids: Mapping[str, str]) -> None:
    """Have a copy refer to copies where its source refers to their sources."""
    entity = draft.objects[copy]
    aim, animation = entity.get("aim"), entity.get("animation", {})
    if isinstance(aim, str) and aim in ids:
        draft.set(copy, "aim", ids[aim])
    if "contact" in entity:  # beside its source it touches nothing else for sure
        touched = entity["contact"].items()
        draft.set(copy, "contact", {by: ids[other] for by, other in touched if other in ids})
    if "without" in entity:  # what was taken out belongs to the source
        draft.set(copy, "without", dict.fromkeys(entity["without"]))
    orbit = animation.get("orbit", {})
    around = orbit.get("around")
    if isinstance(around, str) and around in ids:
        draft.set(copy, "animation", {**animation, "orbit": {**orbit, "around": ids[around]}})
