"""Writes the page's schema from the table of kinds, as `make schema` calls it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sessions_app.scene.document.kinds import ANY, KINDS, OBJECT_KINDS, PLACES, SCENE_VERSION, Kind
from sessions_app.scene.document.members import Member
from tooling.environment import ROOT

FILE = ROOT / "static" / "js" / "document" / "schema.js"

_HEAD = """\
/**
 * The scene document: its kinds of entities, and where they are.
 *
 * Written by `make schema` from sessions_app/scene/document/kinds.py: change it there.
 */
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


_SEPARATOR = "\n *\n"
_KEYFRAME = """\
 * @typedef {object} Keyframe
 * @property {number} time in seconds since the motion's start
 * @property {[number, number, number]} [position] in its parent's space, in meters
 * @property {[number, number, number]} [rotation] pitch, yaw and roll in degrees
 * @property {number} [scale] a factor of its size"""


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
        return f"={place.type}"
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
        else f"{{{_TYPES[place.type]}}} {name} {place.words}"
        if isinstance(place, Member)
        else f"{{{name.title()}}} {name}"
        for name, place in PLACES.items()
    ]
    lines = [f"{{{SCENE_VERSION}}} version", *properties]
    return "\n".join([
        " * @typedef {object} SceneDocument",
        *(f" * @property {line}" for line in lines),
    ])  # fmt: skip


def _literal(value: Any, indent: str = "") -> str:
    if not isinstance(value, Mapping):
        return json.dumps(value)
    deeper = f"{indent}  "
    lines = [f"{deeper}{_key(name)}: {_literal(inner, deeper)},\n" for name, inner in value.items()]
    return f"{{\n{''.join(lines)}{indent}}}"


def _key(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


if __name__ == "__main__":
    FILE.write_text(text())
