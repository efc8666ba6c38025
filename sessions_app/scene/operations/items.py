"""What an item of a call says about one object: its arguments, and the members made of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from sessions_app.scene.colors import parse_color
from sessions_app.scene.directions import normalize_degrees
from sessions_app.scene.document.charts import CHARTS
from sessions_app.scene.document.kinds import COMPOSED_KINDS, KINDS, MATERIAL_PRESETS, range_of
from sessions_app.scene.document.members import MAX_TAGS, MAX_TEXT_LENGTH
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.operations.arguments import (
    Angles,
    Arguments,
    Color,
    Flag,
    Number,
    OneOf,
    Point,
    Points,
    Reference,
    Size,
    Texts,
)
from sessions_app.scene.operations.chart_rows import CHART_TITLES, Rows
from sessions_app.scene.operations.numbers import limit_numbers, stored
from sessions_app.scene.operations.paths import at, require_length
from sessions_app.scene.operations.studio import kind_words

Preset = Annotated[str, OneOf(MATERIAL_PRESETS)]

# Members of a material, by the arguments that set them.
SURFACE = {
    "material": "preset",
    "color": "color",
    "metalness": "metalness",
    "roughness": "roughness",
    "opacity": "opacity",
    "transmission": "transmission",
    "emissive": "emissive",
    "emissive_intensity": "emissiveIntensity",
    "flat": "flat",
    "wireframe": "wireframe",
}
OTHER_CHARTS = {
    "bar": "bars", "column": "bars", "columns": "bars", "grouped_bars": "bars", "histogram": "bars",
    "stacked_bar": "stacked_bars", "stacked": "stacked_bars", "line": "lines", "area": "areas",
    "stacked_areas": "areas", "donut": "pie", "doughnut": "pie", "points": "scatter",
    "bubble": "scatter", "heatmap": "surface",
}  # fmt: skip
# Presets that look like what they are called by a color of their own.
_PAINTED = frozenset({"gold", "metal", "brushed_metal"})
# More kinds than these are not listed.
_MOST_KINDS = 6
# Arguments in the words of three.js, from which a size is made.
MEASURES = ("radius", "radius_top", "radius_bottom", "tube", "width", "height", "depth")
# Arguments that every kind takes, or that are refused by what they do.
_OF_ALL = frozenset({"parent", "position", "tags", "visible"})


class Item(Arguments):
    """What may be said about an object of any kind; lengths in meters, angles in degrees."""

    size: Size | None = None
    position: Point | None = None
    on: str | None = None
    facing: Reference | None = None
    rotation: Angles | None = None
    color: Color | None = None
    material: Preset | None = None
    metalness: Number | None = None
    roughness: Number | None = None
    opacity: Number | None = None
    transmission: Number | None = None
    emissive: Color | None = None
    emissive_intensity: Number | None = None
    flat: Flag | None = None
    wireframe: Flag | None = None
    parent: str | None = None
    tags: Texts | None = None
    visible: Flag | None = None
    floating: Flag | None = None
    text: str | None = None
    prop: str | None = None
    form: str | None = None
    points: Points | None = None
    intensity: Number | None = None
    aim: Reference | None = None
    angle: Number | None = None
    fov: Number | None = None

    chart: SkipJsonSchema[Annotated[str, OneOf(CHARTS, OTHER_CHARTS)] | None] = Field(default=None)
    rows: SkipJsonSchema[Rows | None] = Field(default=None)
    title: SkipJsonSchema[str | None] = Field(default=None)
    x_title: SkipJsonSchema[str | None] = Field(default=None)
    y_title: SkipJsonSchema[str | None] = Field(default=None)
    closed: SkipJsonSchema[Flag | None] = Field(default=None)
    bevel: SkipJsonSchema[Number | None] = Field(default=None)
    radius: SkipJsonSchema[Any] = Field(default=None)
    radius_top: SkipJsonSchema[Any] = Field(default=None)
    radius_bottom: SkipJsonSchema[Any] = Field(default=None)
    tube: SkipJsonSchema[Any] = Field(default=None)
    width: SkipJsonSchema[Any] = Field(default=None)
    height: SkipJsonSchema[Any] = Field(default=None)
    depth: SkipJsonSchema[Any] = Field(default=None)

    other_names: ClassVar[Mapping[str, str]] = {
        "look_at": "facing",
        "path": "points",
        "outline": "points",
        "profile": "points",
    }
    spread: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "material": {
            "preset": "material",
            "type": "material",
            **{name: name for name in SURFACE if name != "material"},
        }
    }

    @property
    def given(self) -> dict[str, Any]:
        """The arguments that were given, by name."""
        return {name: getattr(self, name) for name in self.model_fields_set if
                getattr(self, name) is not None}  # fmt: skip


def require_known(kind: str, given: Mapping[str, Any], path: str, takes: Sequence[str]) -> None:
    """Check that a kind of object has what was given.

    Args:
        kind: of the object.
        given: the arguments by name.
        path: of the item: `objects[3]`.
        takes: the arguments that are no members of an object: kind, name, target and such.

    Raises:
        InvalidValueError: names the first argument that the kind does not have.
    """
    for name in given:
        if name in takes or name in _OF_ALL or _has(kind, name):
            continue
        raise InvalidValueError(f"`{path}.{name}`: {_lack(kind, name)}")


def _has(kind: str, name: str) -> bool:
    members = KINDS[kind]
    if name == "color":
        return "color" in members or "material" in members
    if name in SURFACE:
        return "material" in members
    if name in MEASURES:
        return "size" in members
    if name in CHART_TITLES:
        return CHART_TITLES[name] in members
    if name in ("on", "size") and kind in COMPOSED_KINDS:
        return True
    if name == "facing":
        return "rotation" in members or "aim" in members
    return ("rotation" if name == "on" else name) in members


def _lack(kind: str, name: str) -> str:
    words = kind_words({"kind": kind})
    if kind in COMPOSED_KINDS and (name in SURFACE or name in MEASURES):
        return f"{words} has no {name}: give it to the objects in it."
    if "aim" in KINDS[kind] and name == "rotation":
        return f"{words} has no rotation: give `aim`, what it looks at."
    having = [each for each in KINDS if "name" in KINDS[each] and _has(each, name)]
    if len(having) > _MOST_KINDS:
        return f"{words} has no {name}: leave it out."
    return f"{words} has no {name}; what has one: {', '.join(having)}."


def own_members(kind: str, given: Mapping[str, Any], path: str, notes: list[str]) -> dict[str, Any]:
    """Return the members that do not depend on other objects, ready to be stored.

    The material is what was given of it, by member.

    Args:
        kind: of the object.
        given: the arguments by name.
        path: of the item.
        notes: takes sentences on what was clamped.

    Raises:
        InvalidValueError: a value is not accepted; names it by path.
    """
    return dict(_own_members(kind, given, path, notes))


def _own_members(
    kind: str, given: Mapping[str, Any], path: str, notes: list[str]
) -> Iterator[tuple[str, Any]]:
    surface = dict(_surface(kind, given, path, notes))
    if surface:
        yield "material", surface
    for name in _NUMBERS:
        if name in given:
            yield name, _number(kind, name, given[name], f"{path}.{name}", notes)
    if "color" in given and "material" not in KINDS[kind]:
        yield "color", _color(given["color"], f"{path}.color")
    for name, read in _READ.items():
        if name in given:
            yield name, read(given[name], f"{path}.{name}")


def _surface(
    kind: str, given: Mapping[str, Any], path: str, notes: list[str]
) -> Iterator[tuple[str, Any]]:
    if "material" not in KINDS[kind]:
        return
    for name, member in SURFACE.items():
        if name not in given:
            continue
        value, place = given[name], f"{path}.{name}"
        if name in ("color", "emissive"):
            value = _color(value, place)
        elif KINDS["material"][member].range:
            value = _number("material", member, value, place, notes)
        yield member, value


def surface_of(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a material with new members, without what is default.

    A preset replaces what the surface was like, and keeps its color unless it has a typical one.

    Args:
        before: the material as stored.
        given: its new members.
    """
    kept = dict(before)
    if "preset" in given:
        keeps_color = given["preset"] not in _PAINTED
        kept = {"color": before["color"]} if keeps_color and "color" in before else {}
    after = {**kept, **given}
    if after.get("preset") == KINDS["material"]["preset"].default:
        del after["preset"]
    if "preset" in after:
        return after
    return {
        name: value for name, value in after.items() if value != KINDS["material"][name].default
    }


def _color(text: str, path: str) -> str:
    with at(path):
        return parse_color(text).hex


def _number(kind: str, member: str, value: float, path: str, notes: list[str]) -> float:
    [limited], note = limit_numbers(range_of(kind, member), **{path: value})
    if note:
        notes.append(note)
    return limited


def _tags(tags: Sequence[str], path: str) -> list[str]:
    plain = [" ".join(tag.split()).lstrip("# ") for tag in tags]
    kept = list(dict.fromkeys(filter(None, plain)))
    if len(kept) > MAX_TAGS:
        raise InvalidValueError(
            f"`{path}` cannot be {len(kept)} tags: an object has at most {MAX_TAGS}."
        )
    for tag in kept:
        if len(tag) > MAX_TEXT_LENGTH:
            raise InvalidValueError(
                f"`{path}`: the tag {quoted(tag)} is too long: at most {MAX_TEXT_LENGTH} characters"
                " are accepted."
            )
    return kept


def _text(text: str, path: str) -> str:
    require_length(text, path)
    return text


def point(given: Sequence[float], path: str, notes: list[str]) -> list[float]:
    """Return a position for storage, clamped to where objects may be."""
    accepted = range_of("group", "position")
    names = (f"{path}[{axis}]" for axis in range(3))
    limited, note = limit_numbers(accepted, **dict(zip(names, given, strict=True)))
    if note:
        notes.append(note)
    return [stored(value) for value in limited]


def _angles(angles: Sequence[float], _: str) -> list[float]:
    return [normalize_degrees(angle) for angle in angles]


def _as_given(value: Any, _: str) -> Any:
    return value


_NUMBERS = ("intensity", "angle", "fov", "bevel")
# Members that are checked by themselves: the value and its path give what is stored.
_READ: Mapping[str, Callable[[Any, str], Any]] = {
    "tags": _tags,
    "text": _text,
    "prop": _text,
    "form": _text,
    "rotation": _angles,
    "visible": _as_given,
    "floating": _as_given,
}
