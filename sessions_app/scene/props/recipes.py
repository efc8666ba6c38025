"""The recipes of props, read from the JSON files beside this module.

The page draws props from the same files: static/js/scene/props/recipes.js. The reasons are in
docs/decisions/050-props-are-recipes.md.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

# A part as the file has it.
Raw: TypeAlias = Mapping[str, Any]

FILES: Final = ("furniture", "home", "table", "living", "outside", "traffic", "play")
_FOLDER = Path(__file__).with_name("recipes")


class Recipe(NamedTuple):
    """How one form of a prop is made.

    Attributes:
        size: [width, height, depth] in meters, if none is given.
        color: of its main parts, if none is given.
        preset: of their material, if none is given; empty for matte.
        parts: in its box, see `parts.py`.
        words: what people call this form.
        floats: whether it is meant to touch nothing.
        inset: whether it is set into walls, as a window is.
        base: how high its underside is where nothing says, in meters: a ceiling lamp hangs.
    """

    size: tuple[float, float, float]
    color: str
    preset: str
    parts: tuple[Raw, ...]
    words: tuple[str, ...] = ()
    floats: bool = False
    inset: bool = False
    base: float = 0.0


class Prop(NamedTuple):
    """A prop with its forms; of one without forms the only one is called "".

    Attributes:
        name: in snake case.
        subject: the file that has it.
        words: what people call it, too.
        forms: the first one is what it is if none is given.
    """

    name: str
    subject: str
    words: tuple[str, ...]
    forms: Mapping[str, Recipe]

    def recipe(self, form: str = "") -> Recipe:
        """Return the recipe of a form; of an unknown one, that of the first."""
        return self.forms.get(form) or next(iter(self.forms.values()))

    @property
    def form_names(self) -> tuple[str, ...]:
        """The names of its forms, the usual one first; none where there is but one."""
        return tuple(filter(None, self.forms))


class Paint(NamedTuple):
    """A color of parts that is the same whatever color the prop has, and its surface."""

    color: str
    surface: str


@cache
def props() -> Mapping[str, Prop]:
    """All props by name, in the order of the files."""
    return {
        name: _prop(name, subject, raw) for subject in FILES for name, raw in _read(subject).items()
    }


@cache
def paints() -> Mapping[str, Paint]:
    """The paints by name."""
    return {name: Paint(*each) for name, each in _read("paints")["paints"].items()}


@cache
def surfaces() -> Mapping[str, Mapping[str, Any]]:
    """The members of a material by the name of a surface."""
    found: Mapping[str, Mapping[str, Any]] = _read("paints")["surfaces"]
    return found


def _prop(name: str, subject: str, raw: Raw) -> Prop:
    forms = raw.get("forms") or {"": {}}
    words = tuple(raw.get("words", ()))
    return Prop(name, subject, words, {form: _recipe(raw, own) for form, own in forms.items()})


def _recipe(raw: Raw, own: Raw) -> Recipe:
    """Join what a form says with what all forms of the prop have."""
    joined = {**raw, **own}
    parts = (*raw.get("parts", ()), *own.get("parts", ()))
    width, height, depth = joined["size"]
    size = (float(width), float(height), float(depth))
    words = tuple(own.get("words", ()))
    return Recipe(
        size,
        joined["color"],
        joined.get("material", ""),
        parts,
        words,
        joined.get("floats", False),
        joined.get("inset", False),
        float(joined.get("base", 0)),
    )


def _read(name: str) -> Any:
    return json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
