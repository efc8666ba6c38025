"""The operation that places objects by relations: on, left of, between, around, look at."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, model_validator

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.descriptions.numbers import point
from sessions_app.scene.descriptions.objects import name_of
from sessions_app.scene.directions import normalize_degrees
from sessions_app.scene.document.index import Index
from sessions_app.scene.document.kinds import KINDS
from sessions_app.scene.document.targets import Target
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry.relations import RELATIONS, Placed, Placement, place
from sessions_app.scene.operations.answers import objects_report, shown_names
from sessions_app.scene.operations.arguments import (
    Arguments,
    Flag,
    Number,
    OneOf,
    Reference,
    Skipping,
    Texts,
)
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.lighting import is_aimed
from sessions_app.scene.operations.limits import MAX_ITEMS, require_room
from sessions_app.scene.operations.locked import may_touch, require_any
from sessions_app.scene.operations.members import require_accepted
from sessions_app.scene.operations.numbers import stored_numbers
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.references import References, Referred
from sessions_app.scene.operations.registry import operation
from sessions_app.scene.operations.riding import carry
from sessions_app.scene.operations.studio import kind_words
from sessions_app.scene.operations.wishes import FLOOR

_REFERENCES = ("reference", "reference2")
_WITHOUT_REFERENCE = ("distribute", "to_floor")
_AXES = ("x", "y", "z")
# Other words for relations, as models use them.
_SYNONYMS = {
    "beside": "right_of",
    "face": "look_at",
    "facing": "look_at",
    "in": "inside",
    "next_to": "right_of",
    "on_floor": "to_floor",
    "on_top_of": "on",
    "over": "above",
    "underneath": "under",
}
# What these relations mean of the floor is to stand on it.
_ON_FLOOR = ("on", "above", "against", "to_floor")
# What a call of one placement says that it did: "Placed lamp left of table".
_DONE = {
    "align": "Aligned {} with {}",
    "distribute": "Distributed {} over {}",
    "look_at": "Turned {} to look at {}",
}


def _gap(value: float) -> float:
    if value < 0:
        raise ValueError("gap")
    return value


class ObjectPlacement(Arguments):
    """One placement; `reference2` is for `between` alone."""

    targets: Annotated[Texts, Field(min_length=1)]
    relation: Annotated[str, OneOf(RELATIONS, _SYNONYMS)]
    reference: Reference | None = None
    reference2: Reference | None = None
    gap: Annotated[Number, AfterValidator(_gap)] = 0.0
    of_object: Flag = False
    axis: Annotated[str, OneOf(_AXES)] | None = None

    other_names: ClassVar[Mapping[str, str]] = {
        "target": "targets",
        "references": "reference",
        "relative_to": "reference",
        "distance": "gap",
    }

    @model_validator(mode="before")
    @classmethod
    def _split_pair(cls, given: Any) -> Any:
        """Take a list of two names as both references."""
        pair = given.get("reference") if isinstance(given, dict) else None
        if not isinstance(pair, list) or given.get("reference2") is not None:
            return given
        if len(pair) != 2 or not all(isinstance(each, str) for each in pair):
            return given
        return {**given, "reference": pair[0], "reference2": pair[1]}


class PlaceObjects(Skipping):
    placements: Annotated[list[ObjectPlacement], Field(min_length=1, max_length=MAX_ITEMS)]


@operation("place_objects", PlaceObjects)
def place_objects(edit: Edit, given: PlaceObjects) -> Report:
    """Place objects one placement after the other; each sees what those before it did.

    Raises:
        InvalidValueError: a placement cannot be; names it by its path.
    """
    work = _Work(edit)
    ids = [
        each
        for index, placement in enumerate(given.placements)
        for each in work.place(placement, f"placements[{index}]")
    ]
    require_any(edit, ids)
    carried = work.carry()
    headline = _headline(edit, given.placements, list(dict.fromkeys(ids)), work.where)
    if edit.is_noop:
        headline = f"{headline[:-1]}: it was so already."
    require_room(edit, work.index)
    return objects_report(edit, headline, [*ids, *carried], words=headline, notes=work.notes)


class _Work:
    """The placements of one call, in their order."""

    def __init__(self, edit: Edit) -> None:
        self.where = ""  # the references of the last placement, in words
        self._draft = Draft(edit)
        self._known: References | None = None

    @property
    def notes(self) -> list[str]:
        """Sentences for the answer: on copies of patterns that became objects."""
        return self._draft.report_notes()

    @property
    def index(self) -> Index:
        """The index of all objects as they are now."""
        return self._draft.index

    @property
    def _references(self) -> References:
        # Placing changes neither names nor parents, but for copies that become objects.
        if self._known is None:
            self._known = References(self._draft.edit.document, self._draft.index, self._own)
        return self._known

    def _own(self, target: Target) -> str:
        self._known = None
        return self._draft.own(target)

    def carry(self) -> list[str]:
        """Have what stands on what was placed go along; return its ids."""
        return carry(self._draft)

    def place(self, given: ObjectPlacement, path: str) -> list[str]:
        """Write one placement; return the ids of what it placed."""
        references = self._references_of(given, path)
        targets = self._targets_of(given, references, path)
        self.where = " and ".join(map(self._words_of, references))
        relation = given.relation
        if FLOOR in references:
            with at(f"{path}.reference"):
                _require_floor(relation)
            relation, references = "to_floor", []
        with at(path):
            is_look = relation == "look_at"
            turned = self._aim(targets, references[0]) if is_look else targets
            if turned:
                self._move(turned, relation, references, given)
        return targets

    def _references_of(self, given: ObjectPlacement, path: str) -> list[Referred]:
        references = []
        for name, needed in zip(_REFERENCES, _needed(given.relation), strict=True):
            reference = getattr(given, name)
            if reference is not None:
                references.append(self._references.one_of(reference, f"{path}.{name}"))
            elif needed:
                raise InvalidValueError(
                    f"`{path}.{name}` is missing: {given.relation} takes"
                    f" {'two references' if name == 'reference2' else 'a reference'}."
                )
        return references

    def _words_of(self, reference: Referred) -> str:
        if not isinstance(reference, str):
            return point(reference)
        return FLOOR if reference == FLOOR else name_of(self._draft.layout(), reference)

    def _targets_of(
        self, given: ObjectPlacement, references: Sequence[Referred], path: str
    ) -> list[str]:
        """Return the ids to place.

        A pattern such as `*` never means the reference itself, and of what is moved no light.
        """
        found: list[str] = []
        for index, text in enumerate(given.targets):
            every = self._references.matches(text, f"{path}.targets[{index}]")
            matches = [each for each in every if may_touch(self._draft.edit, self.index, each)]
            if len(matches) > 1:
                matches = [each for each in matches if each not in references] or matches
                if given.relation != "look_at":
                    solid = [each for each in matches if self._draft.layout().extent(each)]
                    matches = solid or matches
            found += matches
        return list(dict.fromkeys(found))

    def _aim(self, targets: Sequence[str], reference: Referred) -> list[str]:
        """Aim lights and cameras at the reference; return the other targets."""
        others = []
        for name in targets:
            entity = self._draft.objects[name]
            if not is_aimed(entity["kind"]):
                others.append(name)
                continue
            if name == reference:
                raise InvalidValueError(f"{quoted(entity['name'])} cannot look at itself.")
            self._draft.set_on_purpose(name, {"aim": stored_numbers(reference)})
        return others

    def _move(
        self,
        targets: Sequence[str],
        relation: str,
        references: Sequence[Referred],
        given: ObjectPlacement,
    ) -> None:
        axis = _AXES.index(given.axis) if given.axis else None
        wish = Placement(targets, relation, references, given.gap, given.of_object, axis)
        for name in targets:
            _require_turnable(self._draft.objects[name], relation)
        for name, placed in place(self._draft.layout(), wish).items():
            self._write(name, placed)

    def _write(self, name: str, placed: Placed) -> None:
        entity = self._draft.objects[name]
        if placed.rotation is not None:
            rotation = [normalize_degrees(angle) for angle in placed.rotation]
            self._draft.set(name, "rotation", rotation)
        if placed.is_only_turned:
            return
        position = stored_numbers(placed.position)
        require_accepted(entity, "position", position)
        self._draft.set_on_purpose(name, {"position": position})
        if "contact" in KINDS[entity["kind"]]:
            self._draft.set(name, "contact", dict(placed.contact or {}))


def _require_floor(relation: str) -> None:
    if relation not in _ON_FLOOR:
        raise InvalidValueError(
            f"The floor has no place for {relation}. Use to_floor, or name an object or a point."
        )


def _needed(relation: str) -> tuple[bool, bool]:
    """Return whether a relation needs the first and the second reference."""
    return relation not in _WITHOUT_REFERENCE, relation == "between"


def _require_turnable(entity: Mapping[str, Any], relation: str) -> None:
    if relation == "look_at" and "rotation" not in KINDS[entity["kind"]]:
        raise InvalidValueError(
            f"{quoted(entity['name'])} is {kind_words(entity)}: it shines to all sides and looks"
            " nowhere."
        )


def _headline(
    edit: Edit, placements: Sequence[ObjectPlacement], ids: Sequence[str], where: str
) -> str:
    """Say what was done, for model and person."""
    what = shown_names(edit, ids)
    if len(placements) > 1:
        return f"Placed {what}."
    relation = placements[0].relation
    if relation == "to_floor" or where == FLOOR:
        return f"Placed {what} on the floor."
    if not where:
        return f"Distributed {what}."
    words = _DONE.get(relation, f"Placed {{}} {relation.replace('_', ' ')} {{}}")
    return f"{words.format(what, where)}."
