"""Resolve targets: a name, an id, `chair*`, `#tag`, `chair[3]` of a pattern, or `chair/leg`."""

import difflib
import heapq
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sessions_app.scene.document.graph import Objects
from sessions_app.scene.document.index import Index
from sessions_app.scene.document.names import key_of
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.props.parts import parts_of

# Longer than any name with an index; longer texts are cut before they are compared.
_MAX_LENGTH = 80
_NAMES_SHOWN = 12
_COMPARED = 50
_INDEXED = re.compile(r"(.*?)\s*\[\s*([0-9]{1,6})\s*\]")


class UnknownTargetError(InvalidValueError):
    """A target matches nothing in this scene; it may after calls in flight are applied."""


class Target(NamedTuple):
    """An object, one copy of a pattern by its index, the first being 1, or a part of a prop.

    Parts count from the last one, which is -1: so they are found among the children of the group
    that the prop becomes when one of them is changed.
    """

    id: str
    copy: int | None = None
    part: int | None = None


def find_named(objects: Objects, name: str) -> str | None:
    """Return the id of the object with this name; None if there is none."""
    # Nearly always it is written like this; normalizing thousands of names takes a millisecond.
    exact = (each for each, entity in objects.items() if entity["name"] == name)
    key = key_of(name[:_MAX_LENGTH])
    return next(exact, None) or next(
        (each for each, entity in objects.items() if key_of(entity["name"]) == key), None
    )


class Targets:
    """What texts mean in one document."""

    def __init__(self, index: Index) -> None:
        """Look the objects up in their index."""
        self._index = index

    @property
    def _objects(self) -> Objects:
        return self._index.objects

    def find(self, text: str) -> list[Target]:
        """Return everything that a target matches, in the document's order.

        Raises:
            UnknownTargetError: nothing matches; the message names the closest and what exists.
            InvalidValueError: the target has an index, but its object has no copies.
        """
        key = key_of(text[:_MAX_LENGTH])
        if key in self._index.names:
            return [Target(self._index.names[key])]
        if key in self._objects:
            return [Target(key)]
        if key.startswith("#"):
            return self._tagged(key[1:].strip(), text)
        if indexed := _INDEXED.fullmatch(key):
            return [self._copy(self.find_one(indexed[1]).id, int(indexed[2]), text)]
        if parts := self._parts(key, text):
            return parts
        names = self._names()
        found = [Target(id_) for name, id_ in names.items() if "*" in key and _fits(key, name)]
        if not found:
            shown = {name: self._name(id_) for name, id_ in names.items()}
            raise _unknown(text, key, shown, or_nothing="nothing in it")
        return found

    def find_one(self, text: str) -> Target:
        """Return the one object that a target matches.

        Raises:
            UnknownTargetError: nothing matches.
            InvalidValueError: several objects match.
        """
        first, *others = self.find(text)
        if others:
            named = [self._name(each.id) for each in (first, *others)]
            raise InvalidValueError(
                f"{quoted(text)} matches {len(named)} objects: {_listed(named)}. Name one of them."
            )
        return first

    def find_all(self, texts: Iterable[str]) -> list[Target]:
        """Return everything that any of the targets matches, without duplicates.

        Raises:
            UnknownTargetError: one of them matches nothing.
        """
        return list(dict.fromkeys(target for text in texts for target in self.find(text)))

    def _tagged(self, tag: str, text: str) -> list[Target]:
        if tag not in self._index.tags:
            used = (key_of(each) for one in self._objects.values() for each in one.get("tags", ()))
            shown = {each: f"#{each}" for each in used}
            raise _unknown(text, tag, shown, or_nothing="no tag at all")
        return [Target(each) for each in self._index.tags[tag]]

    def _copy(self, name: str, number: int, text: str) -> Target:
        """Return a copy by the name of its pattern, or of what that repeats."""
        pattern = self._pattern_of(name)
        if pattern is None:
            raise InvalidValueError(
                f"{quoted(self._name(name))} has no copy {number}: only what repeat_objects made"
                " has copies, from 1. Name the object itself."
            )
        without = self._objects[pattern].get("without", {})
        count = self._objects[pattern]["arrangement"]["count"]
        if not 1 <= number <= count:
            raise InvalidValueError(f"{quoted(text)} is not there: the copies are 1 to {count}.")
        if str(number) not in without:
            return Target(pattern, number)
        taken = without[str(number)]
        if taken not in self._objects:
            raise InvalidValueError(
                f"{quoted(text)} was removed. repeat_objects with {quoted(self._name(name))} as its"
                " target makes all copies anew."
            )
        return Target(taken)

    def _parts(self, key: str, text: str) -> list[Target]:
        """Return the parts of a prop: `chair/leg` are all four, `chair/leg 2` is the second.

        Raises:
            InvalidValueError: the prop has no such part.
        """
        name, slash, wished = (each.strip() for each in key.rpartition("/"))
        prop = self._index.names.get(name, name) if slash else None
        entity = self._objects.get(prop) if prop is not None else None
        if prop is None or entity is None or entity["kind"] != "prop":
            return []
        width, height, depth = entity["size"]
        parts = parts_of(entity["prop"], entity.get("form", ""), (width, height, depth))
        called: dict[str, list[int]] = {}
        for at, part in enumerate(parts):
            same = called.setdefault(part.name, [])
            same.append(at - len(parts))
            called[f"{part.name} {len(same)}"] = [at - len(parts)]
        found = called.get(wished) or called.get(wished.removesuffix("s"))
        if found is None:
            there = ", ".join(dict.fromkeys(part.name for part in parts))
            raise InvalidValueError(
                f"{quoted(text)} is not there: the parts of {quoted(self._name(prop))} are {there}."
            )
        return [Target(prop, part=at) for at in found]

    def _pattern_of(self, name: str) -> str | None:
        """Return the pattern whose copies are called after an object.

        That is the one that repeats it alone, else the object itself, else one that repeats it
        with others: of rows of chairs, chair[2] is in a row, and row[2] is a whole one.
        """
        parent: str | None = self._objects[name].get("parent")
        if not self._is_pattern(parent):
            return name if self._is_pattern(name) else None
        is_alone = len(self._index.graph.children(parent)) == 1
        return name if self._is_pattern(name) and not is_alone else parent

    def _is_pattern(self, name: str | None) -> bool:
        return name is not None and self._objects[name].get("kind") == "pattern"

    def _name(self, of: str) -> str:
        return str(self._objects[of].get("name", of))

    def _names(self) -> dict[str, str]:
        """Return the ids by the keys of their names, in the document's order."""
        names: dict[str, str] = {}
        for id_, entity in self._objects.items():
            names.setdefault(key_of(str(entity.get("name", id_))), id_)
        return names


def _unknown(text: str, key: str, known: Mapping[str, str], or_nothing: str) -> UnknownTargetError:
    """Build the refusal, with the closest of the known names or tags.

    Args:
        text: what matches nothing.
        key: its key.
        known: what there is, by key.
        or_nothing: what to say if there is nothing.
    """
    near = _nearest(key.strip("* "), known)
    hint = "" if near is None else f" Did you mean {quoted(known[near])}?"
    there = _listed(list(known.values())) or or_nothing
    return UnknownTargetError(f"{quoted(text)} is not in this scene.{hint} There is {there}.")


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    text = ", ".join(map(quoted, names[:_NAMES_SHOWN]))
    return f"{text} and {more} more (get_scene lists all)" if more > 0 else text


def _nearest(key: str, known: Iterable[str]) -> str | None:
    """Return the closest known key, if any is close."""
    pairs = _pairs(key)
    # difflib takes 0.2 s for 2,000 long names. Pairs of letters in common are a cheap filter.
    likely = heapq.nlargest(_COMPARED, known, key=lambda each: len(pairs & _pairs(each)))
    return next(iter(difflib.get_close_matches(key, likely, n=1)), None)


def _pairs(key: str) -> set[str]:
    return {key[at : at + 2] for at in range(len(key))}


def _fits(wildcards: str, name: str) -> bool:
    """Return whether a name matches; each `*` stands for any characters, or none.

    A regular expression could backtrack for hours on `*a*a*a*a*b`.
    """
    first, *inner, last = wildcards.split("*")
    if len(name) < len(first) + len(last):
        return False
    if not (name.startswith(first) and name.endswith(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for part in inner:
        at = name.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True
