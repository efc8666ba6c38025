"""JSON schemas of argument models, and lookups by path."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias, get_args, get_origin

from sessions_app.scene.operations.arguments import Arguments

Schema: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]  # as pydantic has it: ("objects", 3, "size", 1)

_KEPT = frozenset({"description", "enum", "maxItems", "minItems", "required", "type"})


@cache
def input_schema(model: type[Arguments]) -> Schema:
    """Build the JSON schema of the arguments, limited to what every client's converter understands.

    It has no `additionalProperties`, no references, no alternatives and no bounds of numbers:
    libraries of Gemini, OpenAI and others refuse or drop these, and clients would refuse what an
    operation clamps. Nor has it lengths of texts, which no model counts.

    Raises:
        KeyError: the model's words name an argument that it does not have.
        TypeError: the model is recursive, so its schema without references has no end.
    """
    schema = model.model_json_schema()
    plain = _plain(schema, schema.get("$defs", {}), ())
    for path, words in model.words.items():
        _describe(plain, path.replace("[]", ".[]").split("."), words)
    return {name: plain[name] for name in ("type", "properties", "required")}


@cache
def models_inside(model: type[Arguments]) -> Mapping[str, type[Arguments]]:
    """Return the models of the objects in the arguments by path, with the model itself at "".

    The path of an object in a list is `objects[]`.
    """
    found: dict[str, type[Arguments]] = {"": model}
    for name, field in model.model_fields.items():
        for path, inside in _models_in(field.annotation, name):
            found |= {
                f"{path}.{below}".rstrip("."): each for below, each in models_inside(inside).items()
            }
    return found


def _models_in(annotation: Any, path: str) -> Iterator[tuple[str, type[Arguments]]]:
    if isinstance(annotation, type) and issubclass(annotation, Arguments):
        yield path, annotation
    inside = f"{path}[]" if get_origin(annotation) is list else path
    for each in get_args(annotation):
        yield from _models_in(each, inside)


def _describe(schema: Schema, path: Sequence[str], words: str) -> None:
    step, *others = path
    inside, key = (schema, "items") if step == "[]" else (schema["properties"], step)
    if others:
        _describe(inside[key], others, words)
    else:
        inside[key].pop("description", None)
        inside[key] = {"description": words, **inside[key]}


def _plain(schema: Schema, definitions: Mapping[str, Schema], inside: tuple[str, ...]) -> Schema:
    own = {key: value for key, value in schema.items() if key in _KEPT}
    if "const" in schema:
        own["enum"] = [schema["const"]]
    if "anyOf" in schema:  # optional: null is accepted, but models need not know
        ways = [way for way in schema["anyOf"] if way.get("type") != "null"]
        return own | _plain(ways[0], definitions, inside)
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name in inside:
            raise TypeError(f"{name} holds itself: without references its schema has no end.")
        plain = _plain(definitions[name], definitions, (*inside, name))
        plain.pop("description", None)  # a docstring, written for maintainers
        return plain | own
    if "properties" in schema:
        members = schema["properties"].items()
        own["properties"] = {name: _plain(each, definitions, inside) for name, each in members}
        own.setdefault("required", [])
    if "items" in schema:
        own["items"] = _plain(schema["items"], definitions, inside)
    return own


def along(schema: Schema, path: Sequence[str | int]) -> Iterator[tuple[str | int, Schema]]:
    """Yield each step of a path with its schema, as far as the schema goes."""
    for step in path:
        if isinstance(step, str) and step in schema.get("properties", ()):
            schema = schema["properties"][step]
        elif isinstance(step, int) and "items" in schema:
            schema = schema["items"]
        else:
            return
        yield step, schema


def path_text(path: Sequence[str | int]) -> str:
    """Format a path: `objects[3].size[1]`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def pattern_text(path: Sequence[str | int]) -> str:
    """Format a path for all items of a list: `objects[].size[]`."""
    steps = ("[]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")
