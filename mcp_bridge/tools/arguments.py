"""The tools' arguments: what is accepted, and how a refusal is worded."""

import difflib
import math
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from sessions_app.scene.colors import COLOR_TEXT_LIMIT
from sessions_app.scene.errors import InvalidValueError, quoted

_MAX_SHOWN = 60


def _finite_number(value: Any) -> Any:
    """Take what is a number, or the text of one, as models write it now and then."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise ValueError("number") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("number")  # noqa: TRY004 - pydantic makes its own error of it
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("number")
    return number


Number = Annotated[float, BeforeValidator(_finite_number)]
Color = Annotated[
    str,
    Field(
        max_length=COLOR_TEXT_LIMIT,
        description="#rrggbb, #rgb, a CSS color name (steelblue), a crayon name (teal, sea foam).",
    ),
]


class ToolArguments(BaseModel):
    """What every tool takes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    session: Annotated[
        str | None,
        Field(
            max_length=2000,
            description="The scene's session id or its link, as an earlier result named it."
            " Leave it out only where this client steers a single scene.",
        ),
    ] = None


def parse_arguments(
    model: type[ToolArguments], arguments: dict[str, Any], *, tool: str
) -> ToolArguments:
    """Check the arguments of a call.

    Raises:
        InvalidValueError: the first that is wrong, by name, with what is accepted.
    """
    present = {
        name: value for name, value in arguments.items() if not _is_absent(model, name, value)
    }
    try:
        return model.model_validate(present)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        # An argument that is missing is mostly one whose name is wrong: that is told first.
        faults.sort(key=lambda fault: fault["type"] != "extra_forbidden")
        raise InvalidValueError(_refusal(model, faults[0], tool)) from None


def _is_absent(model: type[ToolArguments], name: str, value: Any) -> bool:
    """A null for an optional argument counts as absent."""
    field = model.model_fields.get(name)
    return value is None and field is not None and not field.is_required()


def _refusal(model: type[ToolArguments], details: ErrorDetails, tool: str) -> str:
    name = str(details["loc"][0]) if details["loc"] else ""
    names = sorted(model.model_fields, key=lambda field: field == "session")
    takes = f"{tool} takes: {', '.join(names)}."
    if details["type"] == "extra_forbidden":
        nearest = difflib.get_close_matches(name, model.model_fields, n=1)
        hint = f" Did you mean `{nearest[0]}`?" if nearest else ""
        return f"Unknown argument {quoted(name)}.{hint} {takes}"
    description = model.model_fields[name].description or ""
    if details["type"] == "missing":
        return f"`{name}` is missing. {description} {takes}"
    return f"`{name}` cannot be {_shown(details['input'])}. Accepted: {description}"


def _shown(value: Any) -> str:
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
    return str(value)[:_MAX_SHOWN]


def input_schema(model: type[ToolArguments]) -> dict[str, Any]:
    """The JSON schema of the arguments, without what a model reads in vain."""
    schema = model.model_json_schema()
    properties = {}
    for name, member in schema["properties"].items():
        kept = {key: value for key, value in member.items() if key not in ("title", "default")}
        if "anyOf" in kept:  # optional: null is accepted, but no model needs to be told
            kept |= kept.pop("anyOf")[0]
        properties[name] = kept
    return {
        "type": "object",
        "properties": properties,
        "required": schema.get("required", []),
        "additionalProperties": False,
    }
