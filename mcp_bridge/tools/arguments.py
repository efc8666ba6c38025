"""The types of the tools' arguments, and how those of a call are checked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from mcp_bridge.tools.leniency import normalized
from mcp_bridge.tools.unknown_arguments import require_droppable
from sessions_app.scene.colors import COLOR_TEXT_LIMIT
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.operations.refusals import refusal
from sessions_app.scene.operations.schemas import input_schema, pattern_text


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


SCENE_DESCRIPTION = 'Id from get_browser_connection_url, in every call; "" if there is none yet.'
OPENED_DESCRIPTION = 'Id from get_browser_connection_url, in every call; here "" starts a new one.'


class ToolArguments(BaseModel):
    """What every tool takes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    scene: Annotated[str | None, Field(max_length=2000, description=SCENE_DESCRIPTION)] = None


A = TypeVar("A", bound=ToolArguments)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[A]):
    """A call's arguments; `ignored` are those that the tool does not have, by path."""

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
        InvalidValueError: what is wrong about the first that is, by path, with what is accepted.
    """
    schema = input_schema(model)
    given, unknown = normalized(schema, arguments)
    # An argument that is missing is mostly one whose name is wrong, so names come first.
    require_droppable(unknown, tool=tool, strict=strict)
    ignored = dict.fromkeys(pattern_text((*each.path, each.name)) for each in unknown)
    try:
        return Parsed(model.model_validate(given), tuple(ignored))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise InvalidValueError(refusal(schema, faults, tool)) from None
