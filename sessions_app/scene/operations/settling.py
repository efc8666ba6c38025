"""Where objects of a call end up: what they stand on, beside and face, once all are there."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sessions_app.scene.directions import normalize_degrees
from sessions_app.scene.document.kinds import KINDS
from sessions_app.scene.document.members import PLACE_RANGE
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds, Layout
from sessions_app.scene.geometry.relations import Placed, Placement, hangs_on, place
from sessions_app.scene.geometry.relations.room import FloorPlan
from sessions_app.scene.geometry.vectors import Vector
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.numbers import stored_numbers
from sessions_app.scene.operations.paths import at
from sessions_app.scene.operations.taken_room import columns, on_top, top_of
from sessions_app.scene.operations.wishes import FLOOR, Direction, Wish

# Out of the way of everything, in meters, for what has no place yet.
NOWHERE = [1e6, 0.0, 1e6]
# How far a direction reaches, so that it is the same from everywhere, in meters.
_FAR = 1e6
# A shift of less is rounding, in meters.
_SAME = 1e-5


@dataclass(slots=True)
class Settling:
    """The open wishes of a call.

    What a wish depends on is settled before it: all that belongs to the object, and what it refers
    to with all that this belongs to.
    """

    draft: Draft
    open: dict[str, Wish]
    _plans: dict[str | None, FloorPlan] = field(default_factory=dict)
    # By the parent of a plan, what it leaves out until its first free place is found.
    _later: dict[str | None, list[str]] = field(default_factory=dict)
    # By what things are put on.
    _top_plans: dict[str, FloorPlan] = field(default_factory=dict)

    def settle(self) -> None:
        """Put everything where it was asked to be.

        Raises:
            InvalidValueError: there is no such place; names the item by path.
        """
        # What has a place takes it before the others look for a free one.
        for wish in self._in_order(sorted(self.open.values(), key=lambda each: each.needs_room)):
            self._settle(wish)
            del self.open[wish.id]
            self._take_room(wish)
            self._require_reached(wish)

    def _in_order(self, wishes: Iterable[Wish]) -> Iterator[Wish]:
        """Yield each wish after those that it depends on."""
        begun: set[str] = set()
        every = dict(self.open)
        layout = self.draft.layout()
        for first in wishes:
            if first.id in begun:
                continue
            begun.add(first.id)
            waiting = [(first, self._needs(layout, first))]
            while waiting:
                wish, needs = waiting[-1]
                following = next((each for each in needs if each not in begun), None)
                if following is None:
                    waiting.pop()
                    yield wish
                else:
                    begun.add(following)
                    waiting.append((every[following], self._needs(layout, every[following])))

    def _needs(self, layout: Layout, wish: Wish) -> Iterator[str]:
        needed = list(layout.children(wish.id))
        for each in needed:
            needed += layout.children(each)
        # What both belong to moves them together, so it need not be settled before.
        shared = set(_upward(layout, wish.id))
        for other in (wish.on, wish.facing):
            if isinstance(other, str) and other != FLOOR:
                needed += (each for each in _upward(layout, other) if each not in shared)
        return (each for each in needed if each in self.open)

    def _settle(self, wish: Wish) -> None:
        if wish.size is not None:
            with at(f"{wish.path}.size"):
                self.draft.resize(wish.id, wish.size)
        if wish.is_new and self.draft.objects[wish.id]["kind"] == "group":
            self._move_origin_to_base(wish)
        if isinstance(wish.facing, Direction):
            self._turn(wish)
        self._put(wish)
        if hangs_on(self.draft.layout(), wish.id, wish.on):
            return  # Its front looks away from the wall, whatever it was to face.
        if wish.facing is not None and not isinstance(wish.facing, Direction):
            self._turn(wish)
            if wish.on is not None or not wish.has_place:
                # Turned, it may need more room, and then faces its target from another place.
                self._put(wish)
                self._turn(wish)

    def _require_reached(self, wish: Wish) -> None:
        entity = self.draft.objects[wish.id]
        if not KINDS[entity["kind"]]["position"].accepts(entity["position"]):
            around = " or would stand on what stands on it" if wish.on else ""
            raise InvalidValueError(
                f"`{wish.path}`: {quoted(entity['name'])} would end up more than"
                f" {PLACE_RANGE.maximum:g} m away{around}: give it another place."
            )

    def _move_origin_to_base(self, wish: Wish) -> None:
        """Have a group's position be the middle of its base; what is in it stays."""
        layout = self.draft.layout()
        bounds = layout.own_extent(wish.id)
        if bounds is None or max(map(abs, bounds.base)) < _SAME:
            return
        entity, base = layout.objects[wish.id], bounds.base
        turn = vectors.rotation(entity.get("rotation", vectors.ORIGIN))
        way = vectors.apply(turn, base)
        self._shift(wish.id, way)
        for child in layout.children(wish.id):
            self._shift(child, vectors.scale(base, -1))
        if wish.is_placed_at:
            place_ = ", ".join(f"{value:g}" for value in self.draft.objects[wish.id]["position"])
            self.draft.notes.append(
                f"The position of {entity['name']} is now the middle of its base, {place_}; what is"
                " in it stays where it is, and is given from there."
            )

    def _shift(self, id_: str, way: Vector) -> None:
        position = vectors.vector(self.draft.objects[id_]["position"])
        self.draft.set(id_, "position", stored_numbers(vectors.add(position, way)))

    def _put(self, wish: Wish) -> None:
        if wish.needs_room:
            self._find_room(wish)
            if wish.on == FLOOR and self.draft.objects[wish.id].get("parent") is not None:
                self._place(wish, Placement([wish.id], "to_floor"))
        elif wish.on == FLOOR:
            self._place(wish, Placement([wish.id], "to_floor"))
        elif wish.on is not None:
            if not wish.has_place and not hangs_on(self.draft.layout(), wish.id, wish.on):
                self._find_room_on(wish, wish.on)
            self._place(wish, Placement([wish.id], "on", [wish.on]))

    def _find_room(self, wish: Wish) -> None:
        """Put it on the floor of its parent's space, beside what is there."""
        layout = self.draft.layout(self.draft.subtree(wish.id))
        parent = layout.objects[wish.id].get("parent")
        bounds = layout.extent(wish.id, layout.frame(parent))
        if bounds is None:
            self.draft.set(wish.id, "position", [0.0, 0.0, 0.0])
            return
        spot = self._plan(parent, wish.id).spot(bounds.size)
        self._shift(wish.id, vectors.subtract((spot[0], wish.base, spot[2]), bounds.base))

    def _find_room_on(self, wish: Wish, support: str) -> None:
        """Put it above a free place on top of something; nowhere if there is none."""
        layout = self.draft.layout([support, *self.draft.subtree(wish.id)])
        top, bounds = top_of(layout, support), layout.extent(wish.id)
        if top is None or bounds is None:
            return
        x, _, z = self._top_plan(layout, support, top).spot(bounds.size)
        if abs(x) <= top.size[0] / 2 and abs(z) <= top.size[2] / 2:
            spot = vectors.add((top.center[0], top.high[1], top.center[2]), (x, 0.0, z))
            parent = layout.frame(layout.objects[wish.id].get("parent"))
            way = parent.direction_inside(vectors.subtract(spot, bounds.base))
            self._shift(wish.id, way)

    def _top_plan(self, layout: Layout, support: str, top: Bounds) -> FloorPlan:
        """Return what rises above something, seen from the middle of its top."""
        if support not in self._top_plans:
            own, open_ = set(layout.solids(support)), set(self.open)

            def there(back: float, front: float) -> Iterator[Bounds]:
                high, z = top.high[1], top.base[2]
                row = Bounds((-math.inf, high, back + z), (math.inf, math.inf, front + z))
                for solid in layout.near(row):
                    if solid not in own and layout.outermost(solid) not in open_:
                        yield from on_top(top, layout.solid_extent(solid))

            self._top_plans[support] = FloorPlan(there)
        return self._top_plans[support]

    def _plan(self, parent: str | None, id_: str) -> FloorPlan:
        """Return what stands in a parent's space, without what has no place yet.

        The first object that needs a place is what a call begins to build with: what the same call
        puts at a position after it was measured from there, and does not push it aside.
        """
        if parent not in self._plans:
            layout = self.draft.layout()
            added = self.draft.added
            later = set(added[added.index(id_) :]) if id_ in added else set()
            left_out = later | set(self.open)

            def there(back: float, front: float) -> Iterator[Bounds]:
                if parent is None:
                    row = Bounds((-math.inf, -math.inf, back), (math.inf, math.inf, front))
                    solids = layout.near(row)
                    known = (each for each in solids if layout.outermost(each) not in left_out)
                else:
                    inside = (each for each in layout.children(parent) if each not in left_out)
                    known = (solid for each in inside for solid in layout.solids(each))
                return columns(layout, known, parent)

            self._plans[parent] = FloorPlan(there)
            children = layout.children(parent) if later else ()
            self._later[parent] = [
                each for each in children if each in later and each not in self.open
            ]
        return self._plans[parent]

    def _take_room(self, wish: Wish) -> None:
        id_ = wish.id
        parent = self.draft.objects[id_].get("parent")
        if parent in self._plans:
            layout = self.draft.layout()
            tops = [id_, *self._later.pop(parent, ())]
            solids = (solid for top in tops for solid in layout.solids(top))
            for bounds in columns(layout, solids, parent):
                self._plans[parent].add(bounds)
        if wish.on in self._top_plans:
            layout = self.draft.layout(self.draft.subtree(id_))
            top = top_of(layout, wish.on)
            every = map(layout.solid_extent, layout.solids(id_)) if top else ()
            for bounds in (taken for each in every for taken in on_top(top, each)):
                self._top_plans[wish.on].add(bounds)

    def _place(self, wish: Wish, placement: Placement) -> None:
        layout = self.draft.layout()
        before = layout.objects[wish.id]["position"]
        with at(f"{wish.path}.on"):
            [placed] = place(layout, placement).values()
        self._write(wish.id, placed)
        moved = max(abs(placed.position[axis] - before[axis]) for axis in (0, 2))
        if wish.is_placed_at and moved > _SAME and placed.rotation is None:
            objects = self.draft.objects
            name = objects[wish.id]["name"]
            on = "the floor" if wish.on == FLOOR else objects[str(wish.on)]["name"]
            self.draft.notes.append(
                f"The position of {name} is not above {on}: it was moved there."
            )

    def _turn(self, wish: Wish) -> None:
        layout = self.draft.layout()
        facing: Any = wish.facing
        if isinstance(facing, Direction):
            x, y, z = layout.frame(wish.id).origin
            facing = (x + _FAR * facing.x, y, z + _FAR * facing.z)
        with at(f"{wish.path}.facing"):
            [placed] = place(layout, Placement([wish.id], "look_at", [facing])).values()
        self._write(wish.id, placed)

    def _write(self, id_: str, placed: Placed) -> None:
        if placed.rotation is not None:
            rotation = [normalize_degrees(angle) for angle in placed.rotation]
            self.draft.set(id_, "rotation", rotation)
        if placed.is_only_turned:
            return
        self.draft.set(id_, "position", stored_numbers(placed.position))
        self.draft.set(id_, "contact", dict(placed.contact or {}))


def _upward(layout: Layout, id_: str) -> Iterator[str]:
    """Yield an object's id and those of all that it belongs to."""
    above: str | None = id_
    while above is not None:
        yield above
        above = layout.objects[above].get("parent")
