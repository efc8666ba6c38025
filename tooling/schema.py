"""Writes the page's schema and fields from the table of kinds, as `make schema` calls it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sessions_app.scene.document.kinds import ANY, KINDS, OBJECT_KINDS, PLACES, SCENE_VERSION, Kind
from sessions_app.scene.document.members import FLOORS, Member
from tooling.environment import ROOT

FILE = ROOT / "static" / "js" / "document" / "schema.js"
FIELDS_FILE = ROOT / "static" / "js" / "document" / "fields.js"

_HEAD = """\
/**
 * The scene document: its kinds of entities, and where they are.
 *
 * Written by `make schema` from sessions_app/scene/document/kinds.py: change it there.
 */
"""

_FIELDS_HEAD = """\
/**
 * The members of objects, materials and the environment: what each holds, and without it.
 *
 * Written by `make schema` from sessions_app/scene/document/kinds.py: change it there.
 */

/**
 * @typedef {object} Member
 * @property {string} type
 * @property {unknown} [default] what an entity without the member has
 * @property {number} [min] of a number, or of each number in a list
 * @property {number} [max]
 * @property {string[]} [choices]
 */

/** By the names of kinds that are alike. @type {Record<string, Record<string, Member>>} */
"""

_TYPES = {
    "aim": "string | [number, number, number]",
    "animation": "Animation",
    "arrangement": "Arrangement",
    "choice": "string",
    "color": "string",
    "colors": "string[]",
    "contact": "Record<string, string>",
    "flag": "boolean",
    "floor": "string",
    "fog": "{ color: string, near: number, far: number } | null",
    "frames": "Keyframe[]",
    "id": "string | null",
    "integer": "number",
    "line": "[number, number, number][]",
    "material": "Material",
    "motion": "Motion",
    "number": "number",
    "number[2]": "[number, number]",
    "number[3]": "[number, number, number]",
    "number[6]": "[number, number, number, number, number, number]",
    "outline": "[number, number][]",
    "points": "[number, number, number][]",
    "profile": "[number, number][]",
    "rows": "ChartRow[]",
    "tags": "string[]",
    "text": "string",
    "without": "Record<string, string | null>",
}


def text() -> str:
    """The whole module, formatted as biome does it."""
    schema = {
        "version": SCENE_VERSION,
        "kinds": {" ".join(names): _types(KINDS[names[0]]) for names in _alike()},
        "places": {name: _place(place) for name, place in PLACES.items()},
    }
    entity = {
        name: member for kind in reversed(OBJECT_KINDS) for name, member in KINDS[kind].items()
    }
    common = set.intersection(*(set(_required(KINDS[kind])) for kind in OBJECT_KINDS))
    types = [
        _typedef("Material", KINDS["material"], set()),
        _KEYFRAME,
        _CHART_ROW,
        _typedef("Motion", KINDS["motion"], _required(KINDS["motion"])),
        _typedef("Animation", KINDS["animation"], set()),
        _typedef("Arrangement", KINDS["arrangement"], _required(KINDS["arrangement"])),
        _typedef("Environment", KINDS["environment"], _required(KINDS["environment"])),
        _typedef("Entity", entity, common),
        _document_typedef(),
    ]
    return (
        f"{_HEAD}\n/**\n{_SEPARATOR.join(types)}\n */\n\n"
        f"export const SCHEMA = {_literal(schema)};\n"
    )


def fields_text() -> str:
    """The whole module of members, formatted as biome does it."""
    described = {*OBJECT_KINDS, "material", "environment"}
    kinds = "".join(
        f"  {_key(' '.join(names))}: {{\n{_fields(KINDS[names[0]])}  }},\n"
        for names in _alike()
        if not described.isdisjoint(names)
    )
    return f"{_FIELDS_HEAD}export const FIELDS = {{\n{kinds}}};\n"


def _fields(kind: Kind) -> str:
    """Return a line for each member, or several if it is too long for one."""
    lines = []
    for name, member in kind.items():
        field = _field(member)
        inner = ", ".join(f"{key}: {json.dumps(value)}" for key, value in field.items())
        line = f"    {_key(name)}: {{ {inner} }},\n"
        if len(line) > _LONGEST_LINE:
            line = f"    {_key(name)}: {_literal(field, '    ')},\n"
        lines.append(line)
    return "".join(lines)


def _field(member: Member) -> dict[str, Any]:
    choices = FLOORS if member.type == "floor" else member.choices
    described: dict[str, Any] = {"type": member.type}
    if not isinstance(member.default, Mapping):
        described["default"] = _plain(member.default)
    if member.range is not None:
        described |= {"min": _plain(member.range.minimum), "max": _plain(member.range.maximum)}
    return described | ({"choices": list(choices)} if choices else {})


def _plain(value: Any) -> Any:
    """Return a value whose whole numbers are written as such."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


_SEPARATOR = "\n *\n"
_KEYFRAME = """\
 * @typedef {object} Keyframe
 * @property {number} time in seconds since the motion's start
 * @property {[number, number, number]} [position] in its parent's space, in meters
 * @property {[number, number, number]} [rotation] pitch, yaw and roll in degrees
 * @property {number} [scale] a factor of its size"""


_CHART_ROW = """\
 * @typedef {object} ChartRow
 * @property {string} [label]
 * @property {number} value
 * @property {string} [series]
 * @property {number} [x] of a scatter
 * @property {number} [z] of a scatter in space"""


def _alike() -> Iterator[list[str]]:
    """Yield the names of kinds that have the same members, together."""
    rest = list(KINDS)
    while rest:
        names = [name for name in rest if KINDS[name] == KINDS[rest[0]]]
        yield names
        rest = [name for name in rest if name not in names]


def _types(kind: Kind) -> dict[str, str]:
    return {name: f"{member.type}{_may_lack(member)}" for name, member in kind.items()}


def _may_lack(member: Member) -> str:
    return "" if member.is_required else "?"


def _place(place: Any) -> Any:
    if isinstance(place, Member):
        return f"={place.type}{_may_lack(place)}"
    if isinstance(place, Mapping):
        return {name: _place(inner) for name, inner in place.items()}
    return place.kind or ANY


def _required(kind: Kind) -> set[str]:
    return {name for name, member in kind.items() if member.is_required}


def _typedef(name: str, kind: Kind, required: set[str]) -> str:
    lines = [f"@typedef {{object}} {name}"]
    if "name" in kind:
        lines.append("@property {string} kind one of those in the schema")
    for member, what in kind.items():
        optional = member if member in required else f"[{member}]"
        type_, words = _TYPES[what.type], what.words
        if name == "Entity":
            type_, words = _BY_KIND.get(member, (type_, words))
        lines.append(f"@property {{{type_}}} {optional} {words}")
    return "\n".join(f" * {line}" for line in lines)


# Members of objects whose types depend on the kind.
_BY_KIND = {
    "size": (
        "[number, number] | [number, number, number]",
        "in meters: width, height and depth along its own axes; of a light, width and height",
    ),
    "points": (
        "[number, number, number][] | [number, number][]",
        "what describes its shape, from its center along its own axes: [x, y, z] of a tube,"
        " [radius, height] of a lathe, [x, y] of an extrude",
    ),
}


def _document_typedef() -> str:
    objects = "{Record<string, Entity>} objects by id"
    properties = [
        objects
        if isinstance(place, Mapping)
        else f"{{{_TYPES[place.type]}}} {name if place.is_required else f'[{name}]'} {place.words}"
        if isinstance(place, Member)
        else f"{{{name.title()}}} {name}"
        for name, place in PLACES.items()
    ]
    lines = [f"{{{SCENE_VERSION}}} version", *properties]
    return "\n".join([
        " * @typedef {object} SceneDocument",
        *(f" * @property {line}" for line in lines),
    ])  # fmt: skip


# In characters. A list that is longer has an item on each line.
_LONGEST_LIST = 72
_LONGEST_LINE = 101  # with its end


def _literal(value: Any, indent: str = "") -> str:
    deeper = f"{indent}  "
    if isinstance(value, list) and len(json.dumps(value)) > _LONGEST_LIST:
        lines = [f"{deeper}{json.dumps(each)},\n" for each in value]
        return f"[\n{''.join(lines)}{indent}]"
    if not isinstance(value, Mapping):
        return json.dumps(value)
    lines = [f"{deeper}{_key(name)}: {_literal(inner, deeper)},\n" for name, inner in value.items()]
    return f"{{\n{''.join(lines)}{indent}}}"


def _key(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


if __name__ == "__main__":
    FILE.write_text(text())
    FIELDS_FILE.write_text(fields_text())
