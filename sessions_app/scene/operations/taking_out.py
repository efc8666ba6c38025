"""Copies of patterns that become objects of their own, and copies that are removed."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.descriptions.objects import copy_name, name_of, repeated_name
from sessions_app.scene.document.graph import Graph, next_id
from sessions_app.scene.document.members import MAX_TAGS
from sessions_app.scene.document.naming import Names
from sessions_app.scene.document.rig import rounded
from sessions_app.scene.document.targets import Target
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.arrangements import Copy
from sessions_app.scene.geometry.copies import Pose, copy_of, pose_of
from sessions_app.scene.geometry.layout import Layout, is_pattern, is_prop, own_frame
from sessions_app.scene.geometry.resizing import scaled
from sessions_app.scene.geometry.vectors import Frame
from sessions_app.scene.operations.taking_apart import take_apart

_Entity: TypeAlias = Mapping[str, Any]

# What holds for each copy if it holds for the pattern.
_KEPT = ("contact", "floating", "parent", "visible")


def whole(graph: Graph, name: str) -> str:
    """Return the pattern that repeats an object alone, of several the outermost; else the object.

    What has a place is the pattern: the object is only drawn as its copies.
    """
    objects = graph.objects
    parent = objects[name].get("parent")
    while parent is not None and is_pattern(objects[parent]):
        if len(graph.children(parent)) > 1:
            break
        name, parent = str(parent), objects[parent].get("parent")
    return name


def own_object(edit: Edit, target: Target, notes: list[str]) -> str:
    """Return the id of the object that a target means; a copy or a part becomes one first.

    Args:
        edit: the document to write in.
        target: as `Targets` returns it.
        notes: gets a sentence if a copy was taken out, or a prop taken apart.

    Raises:
        InvalidValueError: the pattern has no such copy any more.
    """
    objects = edit.document["objects"]
    if target.part is not None:
        if is_prop(objects[target.id]):
            _, note = take_apart(edit, target.id, Names(Layout(objects).index))
            notes.append(note)
        return Graph(edit.document["objects"]).children(target.id)[target.part]
    if target.copy is None:
        return target.id
    layout = Layout(objects)
    taken, note = take_out(edit, target.id, target.copy, layout, Names(layout.index))
    notes.append(note)
    return taken[0]


def take_out(
    edit: Edit, pattern: str, number: int, layout: Layout, names: Names
) -> tuple[list[str], str]:
    """Make a copy of a pattern an object of its own, in place.

    Args:
        edit: the document to write in.
        pattern: the id of the pattern.
        number: of the copy, from 1.
        layout: of the edit's document; it may be older in all but the pattern and what that
            repeats, and in which copies were taken out.
        names: those taken in it; the new objects' names are added.

    Returns:
        The ids of the new objects, the outermost first, which of several objects that are repeated
        is a group of them; and a sentence that says so.

    Raises:
        InvalidValueError: the pattern has no such copy.
    """
    objects = layout.objects
    top, entity, pose = _unit(layout, pattern, _require_copy(edit, layout, pattern, number))
    sources = {top: entity} | {each: objects[each] for each in layout.descendants(top)}
    ids = {each: _new_id(edit) for each in sources}
    clones: dict[str, dict[str, Any]] = {}
    for each, source in sources.items():
        wished = f"{repeated_name(layout, pattern)} {number}" if each == top else source["name"]
        clone = clones[ids[each]] = {**source, "name": names.give(wished, source["kind"])}
        if each != top:
            clone["parent"] = ids[source["parent"]]
        if "contact" in source:
            touched = source["contact"].items()
            clone["contact"] = {by: ids.get(other, other) for by, other in touched}
        if "without" in source:  # what was taken out belongs to the pattern inside the source
            clone["without"] = dict.fromkeys(source["without"])
    clones[ids[top]] = _placed(clones[ids[top]], objects[pattern], pose.frame)
    if pose.factor != 1:
        for change in scaled(clones, ids[top], (pose.factor,) * 3):
            clones[change.id][change.member] = change.value
    for each, clone in clones.items():
        edit.add(("objects",), each, clone)
    _leave_out(edit, pattern, number, ids[top])
    note = (
        f"{copy_name(layout, pattern, number)} was taken out of {name_of(layout, pattern)} and is"
        f" {quoted(clones[ids[top]]['name'], 64)} now."
    )
    return list(ids.values()), note


def remove_copy(edit: Edit, pattern: str, number: int, layout: Layout) -> None:
    """Remove a copy of a pattern; the arguments are those of `take_out`.

    Raises:
        InvalidValueError: the pattern has no such copy.
    """
    _require_copy(edit, layout, pattern, number)
    _leave_out(edit, pattern, number, None)


def _require_copy(edit: Edit, layout: Layout, pattern: str, number: int) -> Copy:
    copy = copy_of(edit.get(("objects", pattern)), number)
    if copy is not None:
        return copy
    raise InvalidValueError(
        f"{quoted(copy_name(layout, pattern, number), 80)} is not there:"
        f" {quoted(name_of(layout, pattern), 64)} has no such copy any more, or no room for it."
    )


def _unit(layout: Layout, pattern: str, copy: Copy) -> tuple[str, _Entity, Pose]:
    """Return what a copy becomes: the id of its source, an entity, and its pose.

    Several objects that are repeated together become a group, whose source is the pattern itself.
    """
    pose = pose_of(copy)
    children = layout.children(pattern)
    if len(children) != 1:
        return pattern, {"kind": "group"}, pose
    [child] = children
    return child, layout.objects[child], pose.pose(Pose(own_frame(layout.objects[child])))


def _placed(clone: _Entity, pattern: _Entity, inside: Frame) -> dict[str, Any]:
    """Return the new top object in its place, with what it has from its pattern."""
    frame = own_frame(pattern).frame(inside)
    members = {name: value for name, value in clone.items() if name not in ("parent", "rotation")}
    members |= {name: pattern[name] for name in _KEPT if name in pattern}
    members["position"] = rounded(frame.origin)
    angles = [angle % 360 + 0.0 for angle in rounded(vectors.angles(frame.turn))]
    if any(angles):
        members["rotation"] = angles
    tags = dict.fromkeys([*clone.get("tags", ()), *pattern.get("tags", ())])
    if tags:
        members["tags"] = list(tags)[:MAX_TAGS]
    return members


def _new_id(edit: Edit) -> str:
    new, following = next_id(edit.get(()))
    edit.set((), "next", following)
    return new


def _leave_out(edit: Edit, pattern: str, number: int, taken: str | None) -> None:
    way = ("objects", pattern)
    if "without" in edit.get(way):
        edit.set((*way, "without"), str(number), taken)
    else:
        edit.set(way, "without", {str(number): taken})
