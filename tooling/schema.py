"""Writes the page's schema from the table of kinds, as `make schema` calls it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sessions_app.scene.document.kinds import KINDS, PLACES, SCENE_VERSION, Kind, Member, Place
from tooling.environment import ROOT

FILE = ROOT / "static" / "js" / "document" / "schema.js"

_HEAD = """\
/**
 * The scene document: its kinds of entities, and where they are.
 *
 * Written by `make schema` from sessions_app/scene/document/kinds.py: change it there.
 */
"""


def text() -> str:
    """The whole module, formatted as biome does it."""
    schema = {
        "version": SCENE_VERSION,
        "kinds": {name: _types(kind) for name, kind in KINDS.items()},
        "places": {name: _kinds(place) for name, place in PLACES.items()},
    }
    types = "\n *\n".join(["\n".join(_typedef(name, kind)) for name, kind in KINDS.items()])
    return (
        f"{_HEAD}\n/**\n{types}\n *\n{_document_typedef()}\n */\n\n"
        f"export const SCHEMA = {_literal(schema)};\n"
    )


def _types(kind: Kind) -> dict[str, str]:
    return {name: member.type for name, member in kind.items()}


def _kinds(place: Place | Mapping[str, Place]) -> Any:
    if isinstance(place, Place):
        return place.kind
    return {name: _kinds(inner) for name, inner in place.items()}


def _typedef(name: str, kind: Kind) -> Iterator[str]:
    yield f" * @typedef {{object}} {_type_name(name)}"
    for member, what in kind.items():
        yield f" * @property {{{_type_of(what)}}} {member} {what.words}"


def _document_typedef() -> str:
    properties = "".join(
        f"\n * @property {{{_type_at(place)}}} {name}" for name, place in PLACES.items()
    )
    version = f" * @property {{{SCENE_VERSION}}} version"
    return f" * @typedef {{object}} SceneDocument\n{version}{properties}"


def _type_of(member: Member) -> str:
    if member.length is not None:
        return f"[{', '.join(['number'] * member.length)}]"
    return "string" if member.range is None else "number"


def _type_at(place: Place | Mapping[str, Place]) -> str:
    if isinstance(place, Place):
        return _type_name(place.kind)
    return f"{{ {', '.join(f'{name}: {_type_at(inner)}' for name, inner in place.items())} }}"


def _type_name(kind: str) -> str:
    return kind.title().replace("_", "")


def _literal(value: Any, indent: str = "") -> str:
    if not isinstance(value, Mapping):
        return f'"{value}"' if isinstance(value, str) else str(value)
    deeper = f"{indent}  "
    lines = [f"{deeper}{_key(name)}: {_literal(inner, deeper)},\n" for name, inner in value.items()]
    return f"{{\n{''.join(lines)}{indent}}}"


def _key(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


if __name__ == "__main__":
    FILE.write_text(text())
