"""Defines and checks the arguments of tools: the scene and those of an operation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field

from mcp_bridge.tools.leniency import normalized
from mcp_bridge.tools.unknown_arguments import require_droppable
from sessions_app.scene.operations.arguments import Arguments, Skipping
from sessions_app.scene.operations.refusals import checked

SCENE_DESCRIPTION = 'Id from get_browser_connection_url, in every call; "" if none.'
OPENED_DESCRIPTION = 'Id from get_browser_connection_url, in every call; here "" starts a new one.'
SKIP_DESCRIPTION = "Leave out what is locked."


class ToolArguments(Arguments):
    """The arguments of every tool."""

    scene: Annotated[str | None, Field(max_length=2000, description=SCENE_DESCRIPTION)] = None


A = TypeVar("A", bound=ToolArguments)


def worded(model: type[Arguments], words: Mapping[str, str]) -> type[ToolArguments]:
    """Return a model of the scene and an operation's arguments, with a tool's descriptions."""
    if issubclass(model, Skipping):
        words = {**words, "skip_locked": SKIP_DESCRIPTION}
    return type(model.__name__, (model, ToolArguments), {"words": words})


@dataclass(frozen=True, slots=True)
class Parsed(Generic[A]):
    """A call's arguments; `ignored` are unknown ones, by path."""

    arguments: A
    ignored: tuple[str, ...]


def parse_arguments(
    model: type[A],
    arguments: Mapping[str, Any],
    *,
    tool: str,
    strict: bool = False,
    writes: bool = False,
) -> Parsed[A]:
    """Check the arguments of a call.

    Args:
        model: the model of the tool's arguments.
        arguments: as received, without those that only stand in for `scene`.
        tool: the tool's name.
        strict: refuse all unknown arguments.
        writes: whether the tool changes the scene, and not only reads it.

    Raises:
        InvalidValueError: an argument is wrong; names the first one's path and what is accepted.
    """
    given, unknown = normalized(model, arguments)
    # A missing argument is mostly a misspelled one, so names are checked first.
    require_droppable(unknown, tool=tool, strict=strict, writes=writes)
    ignored = dict.fromkeys(each.pattern for each in unknown)
    return Parsed(checked(model, given, tool=tool), tuple(ignored))
