"""What one change of update_objects does to one object."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from sessions_app.scene.directions import normalize_degrees
from sessions_app.scene.document.kinds import COMPOSED_KINDS, KINDS, LIGHT_SIZE_RANGE
from sessions_app.scene.document.names import key_of, require_renamable
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import is_solid
from sessions_app.scene.geometry.outlines import OUTLINED, Form, form_of
from sessions_app.scene.geometry.resizing import scaled
from sessions_app.scene.operations.chart_rows import chart_members
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.hanging import hang_below
from sessions_app.scene.operations.items import (
    SURFACE,
    own_members,
    point,
    require_known,
    surface_of,
)
from sessions_app.scene.operations.lighting import aim_in, read_facing_as_aim
from sessions_app.scene.operations.members import value_of
from sessions_app.scene.operations.numbers import limit_numbers, stored
from sessions_app.scene.operations.outlines import (
    outlined_in,
    place_of,
    require_bevel,
    says_outline,
)
from sessions_app.scene.operations.paths import at, require_alone
from sessions_app.scene.operations.props import PROP, material_of, members_of, prop_in, recipe_of
from sessions_app.scene.operations.sizes import size_after_writing, size_in
from sessions_app.scene.operations.studio import kind_words
from sessions_app.scene.operations.taking_out import whole
from sessions_app.scene.operations.wishes import Wish, facing_of, on_of
from sessions_app.scene.props.catalog import Meant

WORLD = "world"
# What says where an object is to be.
PLACED = ("position", "move_by", "on")

_OWN = ("target", "rename", "move_by", "rotate_by", "scale_by", "ungroup")
_CONTRADICTIONS = (
    ("position", "move_by"),
    ("on", "move_by"),
    ("rotation", "rotate_by", "facing"),
    ("facing", "aim"),
    ("size", "scale_by"),
)


class Updating:
    """One change of one object."""

    def __init__(self, draft: Draft, id_: str, path: str, given: dict[str, Any]) -> None:
        self.draft, self.id, self.path, self.given = draft, id_, path, given
        self.kind: str = draft.objects[id_]["kind"]

    @property
    def entity(self) -> Mapping[str, Any]:
        """The object as it is now."""
        return self.draft.objects[self.id]

    def apply(self) -> Wish | None:
        """Write the change; return what the object is to stand on or face."""
        self._ungroup()
        read_facing_as_aim(self.kind, self.given)
        require_known(self.kind, self._own(), self.path, _OWN)
        require_alone(self.given, self.path, *_CONTRADICTIONS)
        self._require_place()
        self._rename()
        self._move_to_parent()
        self._write_members()
        self._turn_by()
        self._reshape()
        self._resize()
        require_bevel(self.given, self.entity, self.path)
        self._move()
        return self._wish()

    def _ungroup(self) -> None:
        """Make a prop a group of its parts."""
        if not self.given.get("ungroup"):
            return
        if self.kind != PROP:
            self._refuse("ungroup", "is no prop: its parts are objects already")
        self.draft.take_apart(self.id)
        self.kind = "group"

    def _require_place(self) -> None:
        """Check that what is to be placed is not drawn as the copies of a pattern alone."""
        name = next((each for each in PLACED if each in self.given), None)
        if name is None:
            return
        pattern = whole(self.draft.index.graph, self.id)
        if pattern != self.id:
            self._refuse(
                name,
                "has its place in a pattern: target"
                f" {quoted(self.draft.objects[pattern]['name'])} to move all copies, or one copy"
                f" such as {quoted(self.entity['name'] + '[1]')}",
            )

    def _own(self) -> dict[str, Any]:
        """Return the arguments without those that are for the surfaces of what is in a group."""
        is_group = self.kind in COMPOSED_KINDS
        return {
            name: each for name, each in self.given.items() if not (is_group and name in SURFACE)
        }

    def _rename(self) -> None:
        wished = self.given.get("rename")
        if wished is None or wished == self.entity["name"]:
            return
        with at(f"{self.path}.rename"):
            require_renamable(self.entity["name"])
            self.draft.rename(self.id, wished)

    def _move_to_parent(self) -> None:
        """Change the parent; the object keeps its place in the world."""
        text = self.given.get("parent")
        if text is None:
            return
        draft, parent = self.draft, None
        if key_of(text) != WORLD:
            with at(f"{self.path}.parent"):
                parent = draft.find(text)
                draft.index.graph.require_parent(self.id, parent)
        hang_below(draft, self.id, parent)

    def _write_members(self) -> None:
        draft, given = self.draft, self.given
        members = own_members(self.kind, self._own(), self.path, draft.notes)
        if "text" in members and "size" not in given:
            before, size = self.entity["text"], self.entity["size"]
            draft.set(self.id, "size", size_after_writing(size, before, members["text"]))
        if self.kind == "chart":
            members |= chart_members(given, self.entity, self.path)
        if self.kind == PROP and not {PROP, "form"}.isdisjoint(given):
            self._become(members)
        if "aim" in given:
            members["aim"] = aim_in(draft, given["aim"], f"{self.path}.aim")
        surface = members.pop("material", None)
        if self.kind in COMPOSED_KINDS and not SURFACE.keys().isdisjoint(given):
            surface = own_members("box", given, self.path, draft.notes)["material"]
        if surface:
            self._paint(surface)
        draft.set_on_purpose(self.id, members)

    def _become(self, members: dict[str, Any]) -> None:
        """Make it another prop, or another form: as large as usual, if it was, and so its color."""
        draft, entity = self.draft, self.entity
        before = recipe_of(Meant(entity[PROP], entity.get("form", "")))
        meant = prop_in(self.given, self.path, entity)
        after = recipe_of(meant)
        members |= {"form": ""} | members_of(meant)
        if value_of(entity, "material") == material_of(before):
            draft.set(self.id, "material", material_of(after))
        if tuple(entity["size"]) == before.size and "size" not in self.given:
            low = self._low()
            draft.set(self.id, "size", list(after.size))
            if low is not None:
                self._stand_at(low)

    def _paint(self, surface: Mapping[str, Any]) -> None:
        """Change the surface of a solid, or of all solids in a group."""
        draft = self.draft
        solids = [each for each in draft.subtree(self.id) if is_solid(draft.objects[each])]
        if self.kind not in COMPOSED_KINDS:
            solids = [self.id]
        elif not solids:
            raise InvalidValueError(
                f"`{self.path}.target`: {quoted(self.entity['name'])} is a {self.kind} with nothing"
                " solid in it, so it has no surface."
            )
        for each in solids:
            draft.set(
                each, "material", surface_of(value_of(draft.objects[each], "material"), surface)
            )

    def _turn_by(self) -> None:
        by = self.given.get("rotate_by")
        if by is None:
            return
        if "rotation" not in KINDS[self.kind]:
            self._refuse("rotate_by", "is not turned: give `aim`, what it looks at, or move it")
        now = value_of(self.entity, "rotation")
        turned = [normalize_degrees(angle + more) for angle, more in zip(now, by, strict=True)]
        self.draft.set(self.id, "rotation", turned)

    def _reshape(self) -> None:
        """Write what is described by other points; given, they are in the parent's space."""
        draft, given, path, entity = self.draft, self.given, self.path, self.entity
        if not says_outline(self.kind, given):
            return
        outlined = outlined_in(self.kind, given, path, draft.notes, entity)
        for member, value in outlined.members.items():
            draft.set(self.id, member, value)
        draft.set(self.id, "size", outlined.size)
        if whole(draft.index.graph, self.id) != self.id:  # its pattern has its place
            return
        place = place_of(self.kind, outlined.center, entity["position"])
        if "points" not in given:
            place = outlined.center
            turn = vectors.rotation(vectors.vector(value_of(entity, "rotation")))
            place = vectors.add(vectors.vector(entity["position"]), vectors.apply(turn, place))
        draft.set(self.id, "position", point(place, f"{path}.points", draft.notes))
        draft.set(self.id, "contact", {})

    def _resize(self) -> None:
        size, factors = self._size(), self.given.get("scale_by")
        if size is None and factors is None:
            return
        has_size = "size" in KINDS[self.kind] or self.kind in COMPOSED_KINDS
        if factors is not None and not has_size:
            self._refuse("scale_by", "has no size")
        if self.kind == "area_light":
            self._resize_light(size, factors)
            return
        low = self._low()
        if size is not None:
            with at(f"{self.path}.size"):
                self._give_size(size)
        elif factors is not None:
            with at(f"{self.path}.scale_by"):
                self._scale(factors)
        if low is not None:
            self._stand_at(low)

    def _size(self) -> list[float] | None:
        entity, form = self.entity, form_of(self.entity)
        return size_in(
            self.kind,
            self.given,
            self.path,
            self.draft.notes,
            text=entity.get("text", ""),
            now=entity.get("size"),
            natural=self._natural(form),
        )

    def _natural(self, form: Form) -> Sequence[float] | None:
        """Return the size whose proportions one number keeps, of what has its own."""
        if self.kind in ("model", PROP):
            return [float(side) for side in self.entity["size"]]
        return None if isinstance(form, str) else form.size

    def _resize_light(self, size: Sequence[float] | None, factors: Sequence[float] | None) -> None:
        if size is None:
            by = (factors or [1.0])[:2]
            names = (f"{self.path}.scale_by: size[{side}]" for side in range(2))
            sides = (side * by[-1 if len(by) == 1 else index]
                     for index, side in enumerate(self.entity.get("size", [1.0, 1.0])))  # fmt: skip
            size, note = limit_numbers(LIGHT_SIZE_RANGE, **dict(zip(names, sides, strict=True)))
            self.draft.notes += [note] if note else []
        self.draft.set_on_purpose(self.id, {"size": size})

    def _give_size(self, size: Sequence[float]) -> None:
        draft = self.draft
        if is_solid(self.entity) and not self._has_parts() and self.kind not in OUTLINED:
            draft.set(self.id, "size", list(size))
        else:
            draft.resize(self.id, size)

    def _scale(self, factors: Sequence[float]) -> None:
        draft, by = self.draft, factors if len(factors) == 3 else [factors[0]] * 3
        draft.apply(scaled(draft.edit.document["objects"], self.id, by))

    def _has_parts(self) -> bool:
        return len(self.draft.subtree(self.id)) > 1

    def _low(self) -> float | None:
        """Return how high a solid's underside is in its parent's space, if that is to stay."""
        placed = ("position", "on", "points")
        if not is_solid(self.entity) or not self.given.keys().isdisjoint(placed):
            return None
        return None if value_of(self.entity, "floating") else self._underside()

    def _underside(self) -> float:
        layout = self.draft.layout([self.id])
        return layout.solid_extent(self.id, layout.frame(self.entity.get("parent"))).low[1]

    def _stand_at(self, low: float) -> None:
        x, y, z = self.entity["position"]
        self.draft.set(self.id, "position", [x, stored(y + low - self._underside()), z])

    def _move(self) -> None:
        given, draft = self.given, self.draft
        if "move_by" in given:
            moved = vectors.add(
                vectors.vector(self.entity["position"]), vectors.vector(given["move_by"])
            )
            position = point(moved, f"{self.path}.move_by", draft.notes)
        elif "position" in given:
            position = point(given["position"], f"{self.path}.position", draft.notes)
        else:
            return
        draft.set_on_purpose(self.id, {"position": position})
        if "contact" in KINDS[self.kind]:
            draft.set(self.id, "contact", {})

    def _wish(self) -> Wish | None:
        draft, given, path = self.draft, self.given, self.path
        on = on_of(draft, given["on"], f"{path}.on") if "on" in given else None
        facing = facing_of(draft, given["facing"], f"{path}.facing") if "facing" in given else None
        if on is None and facing is None:
            return None
        return Wish(id=self.id, path=path, on=on, facing=facing, is_placed_at="position" in given)

    def _refuse(self, name: str, why: str) -> NoReturn:
        named = f"{quoted(self.entity['name'])}, {kind_words(self.entity)},"
        raise InvalidValueError(f"`{self.path}.{name}`: {named} {why}.")
