"""What `place_objects` does: from a relation to new positions in each parent's space."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import WORLD, Bounds, Layout, center_of, is_solid
from sessions_app.scene.geometry.relations import sides, stacking, turning, walls
from sessions_app.scene.geometry.relations.task import FRONT, RIGHT, Reference, Shifts, Task
from sessions_app.scene.geometry.vectors import Frame, Vector

_POSITIONS: Mapping[str, Callable[[Task], Shifts]] = {
    "on": stacking.on,
    "under": stacking.under,
    "inside": stacking.inside,
    "left_of": partial(sides.beside, axis=RIGHT, sign=-1),
    "right_of": partial(sides.beside, axis=RIGHT, sign=1),
    "in_front_of": partial(sides.beside, axis=FRONT, sign=1),
    "behind": partial(sides.beside, axis=FRONT, sign=-1),
    "above": stacking.above,
    "below": stacking.below,
    "between": sides.between,
    "against": sides.against,
    "around": sides.around,
    "align": sides.align,
    "distribute": sides.distribute,
    "to_floor": stacking.to_floor,
}
RELATIONS = (*_POSITIONS, "look_at")

# Relations that declare contact, so that checks do not report the overlap.
_CONTACTS = ("on", "inside", "against")
_WITHOUT_REFERENCE = ("to_floor", "distribute")


@dataclass(frozen=True)
class Placement:
    """A wish of where objects should be.

    Attributes:
        targets: ids, in order.
        relation: one of RELATIONS.
        references: ids or points of the world; two for `between`, none for `to_floor`, one or none
            for `distribute`, else one.
        gap: the distance in meters between what would touch.
        of_object: along the reference's own axes, not the viewer's.
        axis: 0, 1 or 2, for `align` and `distribute`.
    """

    targets: Sequence[str]
    relation: str
    references: Sequence[Reference] = ()
    gap: float = 0.0
    of_object: bool = False
    axis: int | None = None


class Placed(NamedTuple):
    """What becomes of an object: members to write, in its parent's space.

    `rotation` is None if it stays. `contact` is what an object that was moved touches from now
    on by wish, as the entity's member `contact` holds it; None means to remove that. One that was
    only turned, which has a rotation and no contact, keeps its own.
    """

    position: Vector
    rotation: Vector | None = None
    contact: Mapping[str, str] | None = None

    @property
    def is_only_turned(self) -> bool:
        return self.rotation is not None and self.contact is None


def place(layout: Layout, wish: Placement) -> dict[str, Placed]:
    """Work out one placement; the layout stays as it is.

    Args:
        layout: of all objects.
        wish: what to place where.

    Returns:
        What becomes of each target, by id. Unknown ids raise KeyError: names are resolved before.

    Raises:
        InvalidValueError: if the relation is unknown, has too few or many references, or would
            place an object by itself or by what belongs to it, or if there is no room.
    """
    targets = tuple(dict.fromkeys(wish.targets))
    _require(layout, wish, targets)
    if wish.relation == "look_at":
        return _looking(layout, targets, wish.references[0])
    contact = None
    if wish.relation in _CONTACTS and isinstance(wish.references[0], str):
        contact = {wish.relation: wish.references[0]}
    hung = _hanging(layout, wish, targets, contact)
    targets = tuple(target for target in targets if target not in hung)
    if not targets:
        return hung
    axes = _axes(layout, wish)
    moving = frozenset(solid for target in targets for solid in layout.solids(target))
    references = tuple(wish.references)
    task = Task(layout, targets, references, wish.gap, wish.axis, axes, moving)
    shifts = _POSITIONS[wish.relation](task)
    return hung | {
        target: Placed(_position(layout, target, axes.direction(shift)), None, contact)
        for target, shift in shifts.items()
    }


def apply_placed(
    objects: Mapping[str, Mapping[str, Any]], placed: Mapping[str, Placed]
) -> dict[str, Mapping[str, Any]]:
    """The objects with what was placed in its new place; the given ones stay as they are."""
    changed = dict(objects)
    for name, now in placed.items():
        entity = {**objects[name], "position": list(now.position)}
        if now.rotation is not None:
            entity["rotation"] = list(now.rotation)
        if not now.is_only_turned:
            entity.pop("contact", None)
        if now.contact:
            entity["contact"] = dict(now.contact)
        changed[name] = entity
    return changed


def _hanging(
    layout: Layout, wish: Placement, targets: Sequence[str], contact: Mapping[str, str] | None
) -> dict[str, Placed]:
    """Place those of the targets that hang on the reference, which is a wall."""
    placed: dict[str, Placed] = {}
    if wish.relation not in ("on", "against"):
        return placed
    [wall] = wish.references
    taken: list[Bounds] = []
    for target in targets:
        if isinstance(wall, str) and walls.hangs_on(layout, target, wall):
            keeps = wish.relation == "against"
            hung = walls.hang(layout, target, wall, wish.gap, keeps_height=keeps, taken=taken)
            taken.append(hung.bounds)
            placed[target] = Placed(hung.position, hung.rotation, contact)
    return placed


def _position(layout: Layout, target: str, shift: Vector) -> Vector:
    entity = layout.objects[target]
    parent = layout.frame(entity.get("parent"))
    return vectors.add(vectors.vector(entity["position"]), parent.direction_inside(shift))


def _looking(layout: Layout, targets: Sequence[str], at: Reference) -> dict[str, Placed]:
    point = center_of(layout, at) if isinstance(at, str) else at
    placed = {}
    for target in targets:
        entity = layout.objects[target]
        stands = is_solid(entity) or bool(layout.children(target)) or entity["kind"] == "group"
        here = turning.opposite(layout, at, target) if stands and isinstance(at, str) else None
        rotation = turning.toward(layout, target, here or point, pitch=not stands)
        placed[target] = Placed(vectors.vector(entity["position"]), rotation)
    return placed


def _axes(layout: Layout, wish: Placement) -> Frame:
    # A wall is touched by its own side, however it stands; the viewer has no other one to name.
    own = wish.of_object or wish.relation == "against"
    first = wish.references[0] if wish.references else None
    if not own or not isinstance(first, str):
        return WORLD
    turn = layout.frame(first).turn
    return WORLD if turn is vectors.AXES else Frame(vectors.ORIGIN, turn)


def _require(layout: Layout, wish: Placement, targets: tuple[str, ...]) -> None:
    if wish.relation not in RELATIONS:
        raise InvalidValueError(
            f"There is no relation {quoted(wish.relation)}. Use one of {', '.join(RELATIONS)}."
        )
    if not targets:
        raise InvalidValueError("Nothing is named to be placed: give targets.")
    _require_references(wish)
    for target in targets:
        above = _ancestors(layout, target)
        both = next((other for other in targets if other in above), None)
        if both is not None:
            raise InvalidValueError(
                f"{_name(layout, target)} belongs to {_name(layout, both)}, and both are to be"
                " placed: leave one of them out."
            )
    for reference in wish.references:
        if isinstance(reference, str):
            _require_free(layout, reference, targets, wish.relation)


def _require_references(wish: Placement) -> None:
    most = 2 if wish.relation == "between" else 0 if wish.relation == "to_floor" else 1
    least = 0 if wish.relation in _WITHOUT_REFERENCE else most
    if not least <= len(wish.references) <= most:
        needed = {0: "no reference", 1: "one reference", 2: "two references"}[most]
        raise InvalidValueError(f"{wish.relation} takes {needed}, and got {len(wish.references)}.")


def _require_free(layout: Layout, reference: str, targets: tuple[str, ...], relation: str) -> None:
    for target in targets:
        if target == reference and relation not in ("align", "distribute"):
            raise InvalidValueError(
                f"{_name(layout, target)} cannot be placed by itself: name another reference."
            )
        if target in _ancestors(layout, reference):
            raise InvalidValueError(
                f"{_name(layout, reference)} belongs to {_name(layout, target)} and moves with it:"
                " name a reference outside of it."
            )


def _ancestors(layout: Layout, name: str) -> set[str]:
    found = set()
    parent = layout.objects[name].get("parent")
    while parent is not None:
        found.add(parent)
        parent = layout.objects[parent].get("parent")
    return found


def _name(layout: Layout, name: str) -> str:
    return quoted(str(layout.objects[name].get("name", name)))
