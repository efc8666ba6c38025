"""How wrong arguments are refused: by path, with the value given and what is accepted there."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.operations.arguments import Arguments
from sessions_app.scene.operations.schemas import (
    Path,
    Schema,
    along,
    input_schema,
    path_text,
    pattern_text,
)

A = TypeVar("A", bound=Arguments)

MAX_FAULTS = 5
MAX_LENGTH = 500  # of all faults but the first; records of calls keep as much
_MAX_DIGITS = 60
_MAX_CHOICES = 40
_OF_TYPES = {
    "number": "a finite number.",
    "integer": "a whole number.",
    "boolean": "true or false.",
    "string": "text.",
    "array": "a list.",
    "object": "an object.",
}


def checked(model: type[A], given: Mapping[str, Any], *, tool: str) -> A:
    """The arguments of an operation or a tool, by its name.

    Raises:
        InvalidValueError: what is wrong about the first that is, by path, with what is accepted.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise InvalidValueError(refusal(input_schema(model), faults, tool)) from None


def refusal(schema: Schema, faults: list[ErrorDetails], tool: str) -> str:
    """What is wrong about the first faulty argument: inside a list or an object, all that is."""
    # An argument that is missing is mostly one whose name is wrong, so names come first.
    unknown = [fault for fault in faults if fault["type"] == "extra_forbidden"]
    _, first = next(itertools.groupby(unknown or faults, key=lambda fault: fault["loc"][0]))
    together = list(first)
    return listed(_faults(schema, together[:MAX_FAULTS], tool), len(together))


def listed(faults: Iterable[tuple[str, str]], count: int) -> str:
    """Several faults in one text, as many as a text may hold.

    Args:
        faults: the first of them, of each what is wrong and what holds there instead, which is said
            once of several.
        count: how many there are in all.
    """
    first, *others = faults
    shown, length = [first], sum(map(len, first))
    for fault in others:
        length += len(fault[0]) + (0 if fault[1] == shown[-1][1] else len(fault[1]))
        if length > MAX_LENGTH:
            break
        shown.append(fault)
    sentences = []
    for accepted, group in itertools.groupby(shown, key=lambda fault: fault[1]):
        sentences += [*(wrong for wrong, _ in group), accepted]
    left = count - len(shown)
    return " ".join([*sentences, *([f"{left} more like these."] if left else [])])


def takes(known: Collection[str], owner: str) -> str:
    """One sentence that lists what a tool takes, or an object in its arguments; `scene` last."""
    names = sorted(known, key=lambda name: name == "scene")
    return f"{owner} takes: {', '.join(names)}."


def owner_of(path: Path, tool: str) -> str:
    """Who takes what stands in the object at a path: at the top the tool."""
    return f"`{pattern_text(path)}`" if path else tool


def _faults(schema: Schema, faults: Iterable[ErrorDetails], tool: str) -> Iterator[tuple[str, str]]:
    for details in faults:
        steps = list(along(schema, details["loc"]))
        path = tuple(step for step, _ in steps)
        named = f"`{path_text(path)}`"
        if details["type"] == "extra_forbidden":
            inside = steps[-1][1] if steps else schema
            at = f" in {named}" if path else ""
            wrong = f"Unknown argument {quoted(str(details['loc'][-1]))}{at}."
            yield wrong, takes(inside["properties"], owner_of(path, tool))
        elif details["type"] == "missing":
            inside = steps[-2][1] if len(steps) > 1 else schema
            missing = f"{named} is missing. {steps[-1][1].get('description', '')}".rstrip()
            yield missing, takes(inside["properties"], owner_of(path[:-1], tool))
        else:
            accepted = _accepted([each for _, each in steps], details["type"])
            yield f"{named} cannot be {_shown(details)}.", f"Accepted: {accepted}"


def _accepted(schemas: list[Schema], fault: str) -> str:
    """What is accepted at the last of these, in its own words or in those of what holds it."""
    schema = schemas[-1]
    if "enum" in schema:
        return f"{', '.join(map(str, schema['enum'][:_MAX_CHOICES]))}."
    described = [each["description"] for each in reversed(schemas) if "description" in each]
    if fault in ("too_long", "too_short") and "maxItems" in schema:
        least, most = schema.get("minItems", 0), schema["maxItems"]
        count = f"{least if least == most else f'{least} to {most}'} items."
        return " ".join([count, *described[:1]])
    return described[0] if described else _OF_TYPES[schema["type"]]


def _shown(details: ErrorDetails) -> str:
    value = details["input"]
    if isinstance(value, list) and details["type"] in ("too_long", "too_short"):
        return f"a list of {len(value)}"
    return _shown_value(value)


def _shown_value(value: Any) -> str:
    """A value as the caller wrote it, cut: it goes back to a model and into a log."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool | None):
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return f"{value:.10g}" if isinstance(value, float) else _digits(value)
    return "a list" if isinstance(value, list) else "an object"


def _digits(value: int) -> str:
    """An integer's digits; of one that has very many, how it begins."""
    if value.bit_length() > 200:  # str() refuses integers of some thousand digits
        return "a number with very many digits"
    return str(value)[:_MAX_DIGITS]
