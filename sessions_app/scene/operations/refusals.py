"""Words the refusals of arguments: by path, with the value given and what is accepted."""

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
MAX_LENGTH = 500  # after the first fault; records of calls keep as much
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
    """Validate the arguments of an operation or a tool.

    Raises:
        InvalidValueError: names the first fault by path, with what is accepted.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise InvalidValueError(refusal(input_schema(model), faults, tool)) from None


def refusal(schema: Schema, faults: list[ErrorDetails], tool: str) -> str:
    """Word the first faulty argument; inside a list or an object, all of its faults."""
    # A missing argument is mostly a misspelled one, so names come first.
    unknown = [fault for fault in faults if fault["type"] == "extra_forbidden"]
    _, first = next(itertools.groupby(unknown or faults, key=lambda fault: fault["loc"][0]))
    together = list(first)
    return listed(_faults(schema, together[:MAX_FAULTS], tool), len(together))


def listed(faults: Iterable[tuple[str, str]], count: int) -> str:
    """Join several faults, as many as fit.

    Args:
        faults: the first faults, each with what is accepted, which is not repeated.
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
    """List what a tool, or an object in its arguments, takes; `scene` last."""
    names = sorted(known, key=lambda name: name == "scene")
    return f"{owner} takes: {', '.join(names)}."


def owner_of(path: Path, tool: str) -> str:
    """Return what takes the members at a path: at the top, the tool."""
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
            accepted = _accepted(steps, details["type"], tool)
            yield f"{named} cannot be {_shown(details)}.", f"Accepted: {accepted}"


def _accepted(steps: list[tuple[str | int, Schema]], fault: str, tool: str) -> str:
    """Return what is accepted at the end of a path, in its own words or those of its list."""
    schema = steps[-1][1]
    if "properties" in schema:
        path = tuple(step for step, _ in steps)
        return f"{_OF_TYPES['object']} {takes(schema['properties'], owner_of(path, tool))}"
    if "enum" in schema:
        return f"{', '.join(map(str, schema['enum'][:_MAX_CHOICES]))}."
    words = _words(steps)
    if fault in ("too_long", "too_short") and "maxItems" in schema:
        least, most = schema.get("minItems", 0), schema["maxItems"]
        count = f"{least if least == most else f'{least} to {most}'} items."
        return f"{count} {words}".rstrip()
    return words or _OF_TYPES[schema["type"]]


def _words(steps: list[tuple[str | int, Schema]]) -> str:
    for step, schema in reversed(steps):
        if "description" in schema:
            return str(schema["description"])
        if isinstance(step, str):
            break
    return ""


def _shown(details: ErrorDetails) -> str:
    value = details["input"]
    if isinstance(value, list) and details["type"] in ("too_long", "too_short"):
        return f"a list of {len(value)}"
    return _shown_value(value)


def _shown_value(value: Any) -> str:
    """Return the value as the caller wrote it, cut for answer and log."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool | None):
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return f"{value:.10g}" if isinstance(value, float) else _digits(value)
    return "a list" if isinstance(value, list) else "an object"


def _digits(value: int) -> str:
    """Return an integer's digits, or the first of very many."""
    if value.bit_length() > 200:  # str() refuses integers of thousands of digits
        return "a number with very many digits"
    return str(value)[:_MAX_DIGITS]
