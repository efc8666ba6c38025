"""Adds objects, groups, lights and cameras."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.checks.known import layout_of
from sessions_app.scene.document import new_document
from sessions_app.scene.document.kinds import KINDS, OBJECT_KINDS, SOLID_KINDS
from sessions_app.scene.document.names import key_of
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.layout import is_solid
from sessions_app.scene.geometry.outlines import OUTLINED
from sessions_app.scene.operations.answers import objects_report, shown_names
from sessions_app.scene.operations.arguments import Arguments, Flag, OneOf, snake_case
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.chart_rows import chart_members
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.items import Item, own_members, point, require_known, surface_of
from sessions_app.scene.operations.lighting import aim_in, complete, read_facing_as_aim
from sessions_app.scene.operations.limits import MAX_ITEMS, require_room
from sessions_app.scene.operations.numbers import stored_numbers
from sessions_app.scene.operations.outlines import outlined_in, require_bevel
from sessions_app.scene.operations.paths import at, require_alone
from sessions_app.scene.operations.props import (
    PROP,
    is_sideways,
    material_of,
    members_of,
    prop_in,
    recipe_of,
    require_props,
)
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.removing import remove
from sessions_app.scene.operations.settling import NOWHERE, Settling
from sessions_app.scene.operations.sizes import size_in, usual_size
from sessions_app.scene.operations.studio import kind_words
from sessions_app.scene.operations.wishes import Wish, facing_of, on_of
from sessions_app.scene.props.catalog import find_prop
from sessions_app.scene.props.recipes import Recipe

WORLD = "world"

_OTHER_KINDS = {
    "cube": "box",
    "cuboid": "box",
    "ball": "sphere",
    "rect_area_light": "area_light",
    "perspective_camera": "camera",
    "pipe": "tube",
    "extrusion": "extrude",
}
_OWN = ("kind", "name", "active")
_BUST_NAME = "model"

# A pattern is made of what is there: repeat_objects; a model of a file: import_model; a chart of
# numbers: add_chart.
_ADDED_KINDS = tuple(kind for kind in OBJECT_KINDS if kind not in ("pattern", "model", "chart"))
Kind = Annotated[str, OneOf(_ADDED_KINDS, _OTHER_KINDS)]
# Points whose middle is farther than this from 0, 0 are elsewhere than their numbers say.
_OFF = 0.001
_ABOUT_POINTS = (
    "A `position` is the middle of the box around points, not their 0, 0: without one they stay"
    " where they are given."
)


class _Named(Arguments):
    kind: Kind
    name: str | None = None


class NewObject(Item, _Named):
    active: Flag | None = None

    other_names: ClassVar[Mapping[str, str]] = {
        **Item.other_names,
        "type": "kind",
        "shape": "kind",
        "target": "aim",
    }

    @model_validator(mode="before")
    @classmethod
    def _name_the_prop(cls, given: Any) -> Any:
        """Take the name of a prop as its kind, as models write it: {"kind": "sofa"}."""
        kind = given.get("kind") if isinstance(given, dict) else None
        if not isinstance(kind, str) or PROP in given:
            return given
        name = snake_case(kind.strip())
        if name in (*OBJECT_KINDS, *_OTHER_KINDS) or find_prop(kind) is None:
            return given
        return {**given, "kind": PROP, PROP: kind}


class AddObjects(Arguments):
    objects: Annotated[list[NewObject], Field(min_length=1, max_length=MAX_ITEMS)]


@operation("add_objects", AddObjects)
def add_objects(edit: Edit, given: AddObjects) -> Report:
    """Add objects; a later one may name an earlier one.

    What stands on, beside or before others is placed after the last one is there. In the studio,
    the bust of the start is removed if something solid is added and nothing refers to it.

    Raises:
        InvalidValueError: an item is not accepted, names what is not there, or a limit is reached;
            nothing is added then.
    """
    require_props(
        {
            f"objects[{index}].{PROP}": each.prop
            for index, each in enumerate(given.objects)
            if each.kind == PROP and each.prop is not None
        }
    )
    draft = Draft(edit)
    make_way(draft, given.objects)
    items = [_Adding(draft, index, each) for index, each in enumerate(given.objects)]
    for item in items:
        item.add()
    require_room(edit, draft.index)
    wishes = {item.id: wish for item in items if (wish := item.wish()) is not None}
    Settling(draft, wishes).settle()
    complete(draft, {item.id: item.given for item in items})
    count = len(items)
    headline = f"Added {count} {'object' if count == 1 else 'objects'}."
    words = f"Added {shown_names(edit, draft.added)}."
    return objects_report(edit, headline, draft.added, words=words, notes=draft.report_notes())


class _Adding:
    """One item of a call, from its arguments to an object."""

    def __init__(self, draft: Draft, index: int, item: NewObject) -> None:
        self.draft, self.index = draft, index
        self.kind, self.name = item.kind, item.name or ""
        self.path = f"objects[{index}]"
        self.given = item.given
        self.id = ""
        self._size: list[float] | None = None
        self._recipe: Recipe | None = None

    def add(self) -> None:
        """Add the object; what it stands on and faces is open."""
        draft, kind, given, path = self.draft, self.kind, self.given, self.path
        read_facing_as_aim(kind, given)
        require_known(kind, given, path, _OWN)
        require_alone(given, path, ("facing", "rotation"), ("facing", "aim"))
        entity: dict[str, Any] = {"kind": kind}
        parent = self._parent()
        if parent is not None:
            entity["parent"] = parent
        entity["position"] = list(NOWHERE)
        if "position" in given:
            entity["position"] = point(given["position"], f"{path}.position", draft.notes)
        self._give_members(entity)
        if kind in OUTLINED:
            self._give_outline(entity)
        else:
            self._give_size(entity)
        with at(f"{path}.name"):
            self.id = draft.add(entity, self.name)
        if given.get("active"):
            self._look_through()

    def _give_members(self, entity: dict[str, Any]) -> None:
        """Write what depends on no other object."""
        kind, given, path = self.kind, self.given, self.path
        members = own_members(kind, given, path, self.draft.notes)
        before = self._read_prop(members) if kind == PROP else {}
        for member, value in members.items():
            value = surface_of(before, value) if member == "material" else value
            if value != KINDS[kind][member].default or KINDS[kind][member].is_required:
                entity[member] = value
        if kind == "chart":
            entity |= chart_members(given, {}, path)
        if kind == "text" and "text" not in entity:
            raise InvalidValueError(f"`{path}.text` is missing: what the text says.")

    def _read_prop(self, members: dict[str, Any]) -> dict[str, Any]:
        """Write which prop it is; return the material that what was given wins over."""
        meant = prop_in(self.given, self.path)
        self._recipe = recipe_of(meant)
        members.pop("form", None)
        members |= members_of(meant)
        members.setdefault("floating", self._recipe.floats)
        surface = members.setdefault("material", {})
        return {} if "preset" in surface else material_of(self._recipe)

    def _give_size(self, entity: dict[str, Any]) -> None:
        kind, text = self.kind, entity.get("text", "")
        usual = None if self._recipe is None else self._recipe.size
        self._size = size_in(
            kind, self.given, self.path, self.draft.notes, text=text, now=usual, natural=usual
        )
        if "size" in KINDS[kind]:
            entity["size"] = stored_numbers(self._size or usual or usual_size(kind, text))
        if self._recipe is not None and is_sideways(entity["size"], self._recipe):
            self._lay_across(entity)

    def _lay_across(self, entity: dict[str, Any]) -> None:
        """Turn a prop whose size has its long side across, so that its box is as asked."""
        entity["size"].reverse()
        turn = "facing is as asked"
        if "facing" not in self.given and not any(entity.get("rotation", ())):
            entity["rotation"] = [0.0, 90.0, 0.0]
            turn = "turned 90°, its front to the right"
        self.draft.notes.append(
            f"{self.name or entity[PROP]} is long the other way along its own axes: {turn}."
        )

    def _give_outline(self, entity: dict[str, Any]) -> None:
        """Write points, size and place; without a position the points stay where they are."""
        kind, given, path, notes = self.kind, self.given, self.path, self.draft.notes
        outlined = outlined_in(kind, given, path, notes)
        natural = outlined.size
        size = size_in(kind, given, path, notes, now=natural, natural=natural)
        if size is not None:
            outlined = outlined.of_size(size)
        entity |= {name: value for name, value in outlined.members.items() if value is not False}
        entity["size"] = outlined.size
        if "position" not in given:
            entity["position"] = stored_numbers(list(outlined.center))
        elif max(map(abs, outlined.center[:2])) > _OFF and _ABOUT_POINTS not in notes:
            notes.append(_ABOUT_POINTS)
        require_bevel(given, entity, path)

    def _parent(self) -> str | None:
        text = self.given.get("parent")
        if text is None or key_of(text) == WORLD:
            return None
        with at(f"{self.path}.parent"):
            parent = self.draft.find(text, self.index)
            self.draft.index.graph.require_parent(None, parent)
        return parent

    def _look_through(self) -> None:
        if self.kind != "camera":
            raise InvalidValueError(
                f"`{self.path}.active`: {kind_words({'kind': self.kind})} cannot be looked through:"
                " leave it out, or add a camera."
            )
        self.draft.edit.set((), "camera", self.id)

    def wish(self) -> Wish | None:
        """Return what the object is to stand on, beside or before; None if it is complete."""
        draft, given, path = self.draft, self.given, self.path
        if "aim" in given:
            draft.set(self.id, "aim", aim_in(draft, given["aim"], f"{path}.aim", self.index))
        if "rotation" not in KINDS[self.kind]:
            return None
        on, facing, has_place = None, None, "position" in given or self.kind in OUTLINED
        parent = draft.objects[self.id].get("parent")
        if "on" in given:
            on = on_of(draft, given["on"], f"{path}.on", self.index)
        elif not has_place and parent is not None and is_solid(draft.objects[parent]):
            on = parent
        if "facing" in given:
            facing = facing_of(draft, given["facing"], f"{path}.facing", self.index)
        is_group = self.kind == "group"
        if not is_group and has_place and on is None and facing is None:
            return None
        return Wish(
            id=self.id,
            path=path,
            on=on,
            facing=facing,
            size=self._size if is_group else None,
            has_place=has_place,
            is_placed_at="position" in given,
            is_new=True,
            base=self._recipe.base if self._recipe and on is None else 0.0,
        )


def make_way(draft: Draft, items: Iterable[NewObject]) -> None:
    """Remove the studio's bust if it makes way for these items."""
    bust = _bust_in_the_way(draft.edit, items)
    if bust is not None:
        remove(draft, [bust])
        draft.notes.append("The bust of the start, model, made way: it was removed.")


def _bust_in_the_way(edit: Edit, items: Iterable[NewObject]) -> str | None:
    """Return the id of the studio's bust if it makes way for these items."""
    document = edit.original
    if document["start"] != "studio" or not any(item.kind in SOLID_KINDS for item in items):
        return None
    starts: dict[str, Any] = new_document("studio")["objects"]
    [(id_, start)] = [each for each in starts.items() if each[1]["name"] == _BUST_NAME]
    if document["objects"].get(id_) != start or _is_referred_to(document["objects"], id_):
        return None
    called: set[str] = set()
    for item in items:
        for text in (item.parent, item.on, item.facing, item.aim):
            if isinstance(text, str) and key_of(text) in {_BUST_NAME, id_} - called:
                return None
        called.add(key_of(item.name or ""))
    return id_


def _is_referred_to(objects: Mapping[str, Mapping[str, Any]], id_: str) -> bool:
    """Return whether something belongs to an object or stands on it."""
    index = layout_of(objects).index
    others = (objects[each].get("contact", {}) for each in index.referring[id_])
    return bool(index.graph.children(id_)) or any(id_ in other.values() for other in others)
