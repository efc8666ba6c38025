"""The arguments of tools: the scene and those of an operation, and how a call's are checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field

from mcp_bridge.tools.leniency import normalized
from mcp_bridge.tools.unknown_arguments import require_droppable
from sessions_app.scene.operations.arguments import Arguments
from sessions_app.scene.operations.refusals import checked
from sessions_app.scene.operations.schemas import input_schema

SCENE_DESCRIPTION = 'Id from get_browser_connection_url, in every call; "" if there is none yet.'
OPENED_DESCRIPTION = 'Id from get_browser_connection_url, in every call; here "" starts a new one.'


class ToolArguments(Arguments):
    """What every tool takes."""

    scene: Annotated[str | None, Field(max_length=2000, description=SCENE_DESCRIPTION)] = None


A = TypeVar("A", bound=ToolArguments)


def worded(model: type[Arguments], words: Mapping[str, str]) -> type[ToolArguments]:
    """The scene and an operation's arguments, in a tool's words for each by its path."""
    return type(model.__name__, (model, ToolArguments), {"words": words})


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
    ignored = dict.fromkeys(each.pattern for each in unknown)
    return Parsed(checked(model, given, tool=tool), tuple(ignored))
