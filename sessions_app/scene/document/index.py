"""What is found in a document's objects: by name, by tag, by parent, and by what they refer to.

An index is worked out where it is asked for, and carried on from one document to the next, so that
a change costs what it touches.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, TypeAlias

from sessions_app.scene.document.graph import Graph, Objects
from sessions_app.scene.document.groups import Groups, in_order
from sessions_app.scene.document.kinds import LIGHT_KINDS
from sessions_app.scene.document.names import (
    MAX_NAME_LENGTH,
    key_of,
    number_of,
    stem_of,
    with_number,
)

_Entity: TypeAlias = Mapping[str, Any]

CAMERA: Final = "camera"
LIGHT: Final = "light"
ANIMATED: Final = "animated"
LOCKED: Final = "locked"

# More than the blank and the number at the end of a name have.
_MOST_DIGITS = 8
# More than the numbers of a row of a chart take, in signs.
_SIGNS_OF_NUMBERS = 10


class Index:
    """The index of one document's objects.

    Attributes:
        objects: by id.
        graph: their tree.
    """

    def __init__(self, objects: Objects) -> None:
        """Keep the objects; nothing is worked out before it is asked for."""
        self.objects = objects
        self.graph = Graph(objects)

    @cached_property
    def names(self) -> dict[str, str]:
        """The ids by the keys of their names; of two of one name the first."""
        names: dict[str, str] = {}
        for id_, entity in self.objects.items():
            names.setdefault(_name_key(id_, entity), id_)
        return names

    @cached_property
    def tags(self) -> Groups[str]:
        """The ids by the keys of their tags."""
        return Groups(_tags_of, self.objects)

    @cached_property
    def roles(self) -> Groups[str]:
        """The ids by CAMERA, LIGHT, ANIMATED and LOCKED."""
        return Groups(_roles_of, self.objects)

    @cached_property
    def referring(self) -> Groups[str]:
        """The ids of what aims at, orbits or is declared to touch something, by the id of that."""
        return Groups(_referred_by, self.objects)

    @cached_property
    def signs(self) -> int:
        """How many signs names, tags, texts and rows have."""
        return sum(map(_signs_of, self.objects.values()))

    @cached_property
    def points(self) -> int:
        """How many points describe shapes."""
        return sum(map(_points_of, self.objects.values()))

    @cached_property
    def _free_from(self) -> dict[str, int]:
        """The first number that may be free, by the key of a name without its number."""
        return {}

    def first_free(self, stem: str, first: int) -> int:
        """Return the first number with which a name is not taken.

        Args:
            stem: the name without its number.
            first: the number to begin with, always the same.
        """
        key = key_of(stem)
        number = self._free_from.get(key, first)
        while key_of(with_number(stem, number)) in self.names:
            number += 1
        self._free_from[key] = number
        return number

    def after(self, objects: Objects, touched: Iterable[str]) -> "Index":
        """Return the index of a later document, which keeps what is known.

        Args:
            objects: all objects of the later document.
            touched: the ids of those that were added, changed or removed since.
        """
        later = self.copy()
        later.update(objects, touched)
        return later

    def copy(self) -> "Index":
        """Return one that `update` changes without this one.

        Everything is worked out first, so that it is once for a document and all later ones.
        """
        _ = self.names, self.tags, self.roles, self.referring
        _ = self.signs, self.points, self._free_from
        other = Index(self.objects)
        other.graph = self.graph.copy()
        for name in (*_GROUPS, "names", "_free_from"):
            other.__dict__[name] = self.__dict__[name].copy()
        other.signs, other.points = self.signs, self.points
        return other

    def update(self, objects: Objects, touched: Iterable[str]) -> None:
        """Change this index into that of a later document; the arguments are those of `after`."""
        before, self.objects = self.objects, objects
        ids = in_order(before, objects, touched)
        self.graph.update(objects, ids)
        for name in _GROUPS:
            if name in self.__dict__:
                self.__dict__[name].update(before, objects, ids)
        if "names" in self.__dict__:
            self._rename(before, ids)
        if "signs" in self.__dict__:
            gone = sum(_signs_of(before[each]) for each in ids if each in before)
            self.signs += sum(_signs_of(objects[each]) for each in ids if each in objects) - gone
        if "points" in self.__dict__:
            gone = sum(_points_of(before[each]) for each in ids if each in before)
            self.points += sum(_points_of(objects[each]) for each in ids if each in objects) - gone

    def _rename(self, before: Objects, ids: Iterable[str]) -> None:
        names, is_unique = self.names, len(self.names) == len(before)
        new: list[tuple[str, str]] = []
        for id_ in ids:
            old = _name_key(id_, before[id_]) if id_ in before else None
            now = _name_key(id_, self.objects[id_]) if id_ in self.objects else None
            if old == now:
                continue
            if old is not None:
                names.pop(old, None)
                self._free_number(old)
            if now is not None:
                new.append((now, id_))
        names.update(new)
        if not is_unique or len(names) != len(self.objects):
            # Which of two comes first is known to the document alone.
            del self.names

    def _free_number(self, name: str) -> None:
        """Note that a name, given by its key, is taken no more."""
        number = number_of(name)
        if len(name) + _MOST_DIGITS > MAX_NAME_LENGTH:  # it may have been cut to make room for one
            self._free_from.clear()
        elif number is not None and self._free_from.get(stem_of(name), 0) > number:
            self._free_from[stem_of(name)] = number


_GROUPS: Final = ("tags", "roles", "referring")


def _name_key(id_: str, entity: _Entity) -> str:
    return key_of(str(entity.get("name", id_)))


def _tags_of(entity: _Entity) -> Iterable[str]:
    return dict.fromkeys(map(key_of, entity["tags"])) if "tags" in entity else ()


def _roles_of(entity: _Entity) -> Iterator[str]:
    kind = entity["kind"]
    if kind == "camera":
        yield CAMERA
    elif kind in LIGHT_KINDS:
        yield LIGHT
    if "animation" in entity:
        yield ANIMATED
    if "locked" in entity:
        yield LOCKED


def _referred_by(entity: _Entity) -> Iterable[str]:
    found = []
    aim = entity.get("aim")
    if isinstance(aim, str):
        found.append(aim)
    if "animation" in entity:
        around = entity["animation"].get("orbit", {}).get("around")
        if isinstance(around, str):
            found.append(around)
    if "contact" in entity:
        found += entity["contact"].values()
    return dict.fromkeys(found)


def _points_of(entity: _Entity) -> int:
    return len(entity["points"]) if "points" in entity else 0


def _signs_of(entity: _Entity) -> int:
    """Return how many signs an entity's name, tags and text have."""
    tags = sum(map(len, entity["tags"])) if "tags" in entity else 0
    rows = sum(map(_signs_of_row, entity["rows"])) if "rows" in entity else 0
    return len(entity["name"]) + tags + len(entity.get("text", "")) + rows


def _signs_of_row(row: Mapping[str, Any]) -> int:
    return _SIGNS_OF_NUMBERS + len(row.get("label", "")) + len(row.get("series", ""))
