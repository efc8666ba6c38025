"""The operation that repeats an object as the copies of a pattern."""

from collections.abc import Mapping
from typing import Annotated, Any, cast, get_args

from pydantic import BeforeValidator, Field

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.descriptions.numbers import format_number, point
from sessions_app.scene.descriptions.objects import copy_name, name_of
from sessions_app.scene.document import range_of
from sessions_app.scene.document.arrangement import (
    ARRANGEMENT,
    MAX_COPIES,
    AxisName,
    FacingName,
    PatternName,
)
from sessions_app.scene.document.graph import Graph, next_id
from sessions_app.scene.document.index import Index
from sessions_app.scene.document.kinds import KINDS, LIGHT_KINDS
from sessions_app.scene.document.members import PLACE_RANGE
from sessions_app.scene.document.naming import Names
from sessions_app.scene.document.rig import rounded
from sessions_app.scene.document.targets import Targets
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.copies import arranged_of
from sessions_app.scene.geometry.layout import Bounds, Layout, is_pattern
from sessions_app.scene.operations.answers import objects_report
from sessions_app.scene.operations.arguments import Arguments, Number, OneOf, Reference
from sessions_app.scene.operations.centering import center_on
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.fitting import fit_patterns, unit_bounds
from sessions_app.scene.operations.limits import require_room
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.taking_out import own_object

# By pattern, the arguments that say something about it; others are left out.
_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "row": ("gap", "spacing", "axis"),
    "grid": ("gap", "spacing", "columns"),
    "circle": ("gap", "spacing", "radius", "arc", "rise"),
    "scatter": ("gap", "radius", "area"),
}
_COMMON = ("facing", "variation", "seed")
# The patterns whose middle is where the source was, rather than their first copy.
_ABOUT = ("row", "grid")
# Of the name of what is repeated, in that of the pattern.
_STEM_LENGTH = 48
_OTHER_PATTERNS = {
    "line": "row", "ring": "circle", "random": "scatter", "scattered": "scatter",
}  # fmt: skip
_OTHER_FACINGS = {
    "outward": "out",
    "outside": "out",
    "inward": "in",
    "inside": "in",
    "center": "in",
}


def _whole(value: Any) -> Any:
    """Accept a whole number, also as text or with decimals that are zero."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _sides(value: Any) -> Any:
    """Accept a width and a depth, or one number for both."""
    return [value, value] if isinstance(value, int | float) else value


Whole = Annotated[int, BeforeValidator(_whole)]


class RepeatObjects(Arguments):
    target: str
    pattern: Annotated[str, OneOf(get_args(PatternName), _OTHER_PATTERNS)]
    count: Whole
    gap: Number | None = None
    spacing: Number | None = None
    axis: Annotated[str, OneOf(get_args(AxisName))] | None = None
    columns: Whole | None = None
    radius: Number | None = None
    arc: Number | None = None
    rise: Number | None = None
    area: Annotated[
        Annotated[list[Number], Field(min_length=2, max_length=2)] | None, BeforeValidator(_sides)
    ] = None
    facing: Annotated[str, OneOf(get_args(FacingName), _OTHER_FACINGS)] | None = None
    variation: Number | None = None
    seed: Whole | None = None
    around: Reference | None = None
    name: str | None = None


@operation("repeat_objects", RepeatObjects)
def repeat_objects(edit: Edit, given: RepeatObjects) -> Report:
    """Repeat an object with all that belongs to it, or arrange the copies of one anew.

    Raises:
        InvalidValueError: it cannot be repeated, or numbers are out of range.
        UnknownTargetError: there is no such object.
    """
    notes: list[str] = []
    arrangement = _arrangement(given, notes)
    with at("target"):
        targets = Targets(Index(edit.document["objects"]))
        target = own_object(edit, targets.find_one(given.target), notes)
        _require_repeatable(edit.document["objects"], target)
    pattern = _pattern_of_one(edit, target)
    is_new = pattern is None
    if pattern is None:
        with at("target"):
            pattern = _wrap(edit, target, arrangement, given.name, notes)
    else:
        _rearrange(edit, pattern, arrangement, given.name, notes)
        if "facing" in arrangement:
            _face_front(edit, target)
    fit_patterns(edit)
    if given.around is not None:
        with at("around"):
            center_on(edit, pattern, given.around, notes, is_new=is_new)
    require_room(edit)
    return _report(edit, pattern, target, notes)


def _arrangement(given: RepeatObjects, notes: list[str]) -> dict[str, Any]:
    """Return what a document stores of the arguments: those that matter, without defaults."""
    if given.count > MAX_COPIES:
        raise InvalidValueError(
            f"The count {given.count} is not possible: a scene draws at most {MAX_COPIES} copies."
        )
    known, values = ARRANGEMENT, given.model_dump(exclude_none=True)
    names = (*_MEMBERS[given.pattern], *_COMMON)
    ignored = [
        name for name in known if name in values and name not in ("pattern", "count", *names)
    ]
    if ignored:
        notes.append(f"Of a {given.pattern}, {' and '.join(ignored)} says nothing.")
    if given.variation is not None:
        limit = range_of("arrangement", "variation")
        values["variation"] = limit.clamp(abs(given.variation))
        if given.variation not in limit:
            notes.append(
                f"The value {format_number(given.variation)} for variation is outside {limit}, so"
                f" it was set to {format_number(values['variation'])}."
            )
    return {"pattern": given.pattern, "count": given.count} | {
        name: values[name]
        for name in names
        if name in values and values[name] != known[name].default
    }


def _require_repeatable(objects: Mapping[str, Any], target: str) -> None:
    graph = Graph(objects)
    name = quoted(objects[target]["name"], 64)
    for each in (target, *graph.descendants(target)):
        entity = objects[each]
        if entity["kind"] in LIGHT_KINDS or entity["kind"] == "camera":
            what = "it is" if each == target else f"{quoted(entity['name'], 64)} in it is"
            raise InvalidValueError(
                f"{name} cannot be repeated, because {what} a light or a camera. Repeat what is"
                " solid, and add lights by themselves: add_objects."
            )
    if Layout(objects).extent(target) is None:
        raise InvalidValueError(f"{name} cannot be repeated, because nothing solid is in it.")


def _pattern_of_one(edit: Edit, target: str) -> str | None:
    """Return the pattern that repeats this object and nothing else; None if none does."""
    objects = edit.document["objects"]
    parent = objects[target].get("parent")
    if parent is None or not is_pattern(objects[parent]):
        return None
    return str(parent) if Graph(objects).children(parent) == [target] else None


def _wrap(
    edit: Edit, target: str, arrangement: dict[str, Any], wished: str | None, notes: list[str]
) -> str:
    """Put a pattern in an object's place, the middle of its base, and the object into it."""
    objects = edit.document["objects"]
    source, layout = objects[target], Layout(objects)
    parent = source.get("parent")
    usual = f"{source['name'][:_STEM_LENGTH]} {arrangement['pattern']}"
    name = _give_name(objects, wished or usual, notes, wished)
    bounds = layout.extent(target, layout.frame(parent))
    base = rounded(bounds.base if bounds else vectors.vector(source["position"]))
    if not KINDS["pattern"]["position"].accepts(base):
        raise InvalidValueError(
            f"{quoted(source['name'], 64)} cannot be repeated, because its base is more than"
            f" {PLACE_RANGE.maximum:g} m away: give it another place."
        )
    entity: dict[str, Any] = {"name": name, "kind": "pattern", "position": base}
    if parent is not None:
        entity["parent"] = parent
    entity |= {"arrangement": arrangement, "bounds": [0.0] * 6}
    pattern, following = next_id(edit.get(()))
    edit.set((), "next", following)
    edit.add(("objects",), pattern, entity)
    Graph(edit.document["objects"]).require_parent(target, pattern)
    _refer_to(edit, target, pattern)
    # What is meant to touch something is meant so of all copies.
    for member in ("contact", "floating"):
        if member in source:
            edit.set(("objects", pattern), member, source[member])
            edit.remove(("objects", target), member)
    edit.set(("objects", target), "parent", pattern)
    if "facing" in arrangement:
        _face_front(edit, target)
    inside = cast(Bounds, unit_bounds(Layout(edit.document["objects"]), pattern))
    at = vectors.vector(edit.get(("objects", target))["position"])
    edit.set(("objects", target), "position", rounded(vectors.subtract(at, inside.base)))
    return pattern


def _rearrange(
    edit: Edit, pattern: str, arrangement: dict[str, Any], wished: str | None, notes: list[str]
) -> None:
    entity = edit.get(("objects", pattern))
    edit.set(("objects", pattern), "arrangement", arrangement)
    if entity.get("without"):
        notes.append("Copies that were taken out are back; the objects they became stay.")
    if "without" in entity:
        edit.remove(("objects", pattern), "without")
    if wished is not None and wished != entity["name"]:
        others = {each: one for each, one in edit.document["objects"].items() if each != pattern}
        edit.set(("objects", pattern), "name", _give_name(others, wished, notes, wished))


def _give_name(objects: Mapping[str, Any], name: str, notes: list[str], wished: str | None) -> str:
    given = Names(Index(objects)).give(name, "pattern")
    if wished is not None and given != wished.strip():
        notes.append(f"{quoted(wished.strip(), 64)} is called {quoted(given, 64)}.")
    return given


def _refer_to(edit: Edit, target: str, pattern: str) -> None:
    """Have what touches an object or looks at it do so with the whole pattern."""
    for each, entity in edit.document["objects"].items():
        if entity.get("aim") == target:
            edit.set(("objects", each), "aim", pattern)
        touched = entity.get("contact") or {}
        if target in touched.values():
            contact = {by: pattern if other == target else other for by, other in touched.items()}
            edit.set(("objects", each), "contact", contact)


def _face_front(edit: Edit, target: str) -> None:
    """Turn the front of an object to where its copies turn it from."""
    rotation = edit.get(("objects", target)).get("rotation", vectors.ORIGIN)
    if rotation[1]:
        edit.set(("objects", target), "rotation", [rotation[0], 0.0, rotation[2]])


def _report(edit: Edit, pattern: str, target: str, notes: list[str]) -> Report:
    layout = Layout(edit.document["objects"])
    found = arranged_of(layout.objects[pattern])
    if not found.copies:
        raise InvalidValueError(found.words)
    first, last = (copy_name(layout, pattern, found.copies[at].number) for at in (0, -1))
    headline = f"Repeated: {first} to {last}." if len(found.copies) > 1 else f"Repeated: {first}."
    if len(found.copies) > 1 and layout.objects[pattern]["arrangement"]["pattern"] in _ABOUT:
        # Models take the source for the first one, and miss that it is in the middle.
        frame = layout.frame(pattern)
        ends = (point(frame.point(found.copies[end].position)) for end in (0, -1))
        headline = f"{headline[:-1]}, from {' to '.join(ends)}."
    hint = f"{last} means that copy alone, and takes it out; {name_of(layout, target)} means all."
    return objects_report(
        edit,
        headline,
        [pattern],
        words=f"There are {len(found.copies)} × {quoted(name_of(layout, target), 64)} now.",
        notes=[*notes, *filter(None, [found.words]), hint],
    )
