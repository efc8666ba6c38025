"""The tools' arguments: what is accepted, and how a refusal is worded."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, from_json

from mcp_bridge.tools.unknown_arguments import require_droppable, takes
from sessions_app.scene.colors import COLOR_TEXT_LIMIT
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.web.json_bounds import excess

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


def _flag(value: Any) -> Any:
    """Take true and false, or the text of one, as models write it now and then."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


Number = Annotated[float, BeforeValidator(_finite_number)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Color = Annotated[
    str,
    Field(
        max_length=COLOR_TEXT_LIMIT,
        description="#rrggbb, #rgb, a CSS color name (steelblue), a crayon name (teal, sea foam).",
    ),
]


# Other names under which clients send a scene's id; n8n sends a chat's id as `sessionId`.
SCENE_FALLBACKS = ("session", "session_id", "sessionId")
SCENE_DESCRIPTION = 'Id from get_browser_connection_url, in every call; "" if there is none yet.'
OPENED_DESCRIPTION = 'Id from get_browser_connection_url, in every call; here "" starts a new one.'
# What frameworks that make every argument required have models write for "none".
_AROUND_NONE = " \t\r\n\"'`()[]{}<>*_.,;:-"
_NO_SCENE = frozenset({"", "new", "none", "null", "nil", "undefined", "n/a"})


class ToolArguments(BaseModel):
    """What every tool takes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    scene: Annotated[str | None, Field(max_length=2000, description=SCENE_DESCRIPTION)] = None


A = TypeVar("A", bound=ToolArguments)


def present(arguments: Mapping[str, Any], name: str) -> Any:
    """The value of an optional argument, or None where it counts as absent: null or blank.

    For the scene, words such as "new" and "none" count as blank, too.
    """
    value = arguments.get(name)
    if not isinstance(value, str):
        return value
    text = value.strip(_AROUND_NONE).lower()
    is_absent = text in _NO_SCENE if name in ("scene", *SCENE_FALLBACKS) else not value.strip()
    return None if is_absent else value


@dataclass(frozen=True, slots=True)
class Parsed(Generic[A]):
    """A call's arguments; `ignored` are the names of those that the tool does not have."""

    arguments: A
    ignored: tuple[str, ...]


def parse_arguments(
    model: type[A], arguments: Mapping[str, Any], *, tool: str, strict: bool = False
) -> Parsed[A]:
    """Check the arguments of a call.

    Args:
        model: of the tool's arguments.
        arguments: as they came, without those that only stand in for `scene`.
        tool: its name.
        strict: no unknown argument is ignored.

    Raises:
        InvalidValueError: the first that is wrong, by name, with what is accepted.
    """
    fields = model.model_fields
    unknown = [
        name for name, value in arguments.items() if name not in fields and value is not None
    ]
    # An argument that is missing is mostly one whose name is wrong, so names come first.
    require_droppable(unknown, known=fields, tool=tool, strict=strict)
    given = {}
    for name, field in fields.items():
        value = arguments.get(name) if field.is_required() else present(arguments, name)
        if value is not None or (field.is_required() and name in arguments):
            given[name] = _decoded(model, name, value)
    try:
        return Parsed(model.model_validate(given), tuple(unknown))
    except ValidationError as error:
        [fault, *_] = error.errors(include_url=False, include_context=False)
        raise InvalidValueError(_refusal(model, fault, tool)) from None


def _decoded(model: type[ToolArguments], name: str, value: Any) -> Any:
    """The value of an array or object that came as JSON text; any other value as it is."""
    if not isinstance(value, str) or _input_type(model, name) not in ("array", "object"):
        return value
    encoded = value.encode(errors="surrogatepass")
    try:
        return value if excess(encoded) else from_json(encoded)
    except ValueError:
        return value  # the model's own check says what is accepted


def _refusal(model: type[ToolArguments], details: ErrorDetails, tool: str) -> str:
    name = str(details["loc"][0])
    description = model.model_fields[name].description or ""
    if details["type"] == "missing":
        return f"`{name}` is missing. {description} {takes(model.model_fields, tool)}"
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


@cache
def input_schema(model: type[ToolArguments]) -> dict[str, Any]:
    """The JSON schema of the arguments, as far as every client's converter understands it.

    So it has no `additionalProperties`, no references, no alternatives and no bounds: libraries of
    Gemini, OpenAI and others refuse or drop these, and clients would refuse what a tool clamps.
    """
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
    }


def _input_type(model: type[ToolArguments], name: str) -> str:
    return str(input_schema(model)["properties"][name]["type"])
