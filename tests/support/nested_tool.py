"""A tool as none of ours is yet: it takes a list of objects, and reads one page of them back."""

from typing import Annotated, Any, Literal

from mcp.server.lowlevel import Server
from pydantic import BaseModel, ConfigDict, Field

from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.arguments import Color, Flag, Number, ToolArguments
from mcp_bridge.tools.registry import Subject, Told, Tool

NAME = "describe_things"
PAGE = 2
OBJECTS = "1 to 6 objects."
SIZE = "[width, height, depth] in meters."


class _Members(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Material(_Members):
    """Words for maintainers, which no model is to read."""

    color: Color
    roughness: Annotated[Number | None, Field(description="0 to 1.")] = None


class Thing(_Members):
    kind: Annotated[Literal["box", "sphere"], Field(description="What it is.")]
    name: Annotated[str | None, Field(max_length=64, description="Any text.")] = None
    size: Annotated[list[Number] | None, Field(min_length=3, max_length=3, description=SIZE)] = None
    material: Annotated[Material | None, Field(description="Its look.")] = None
    visible: Annotated[Flag, Field(description="true or false.")] = True


class DescribeThings(ToolArguments):
    objects: Annotated[list[Thing], Field(min_length=1, max_length=6, description=OBJECTS)]
    page: Annotated[Number, Field(description="Which two of them, from 1.")] = 1


def _describe(subject: Subject) -> Told:
    given: DescribeThings = subject.arguments
    first = (round(given.page) - 1) * PAGE
    shown = [each.model_dump(exclude_unset=True) for each in given.objects[first : first + PAGE]]
    return Told("These are the things.", {"things": shown})


_TOOL = Tool(
    name=NAME,
    title="Describe things",
    description="Describe things.",
    arguments=DescribeThings,
    values={"things": {"type": "array", "items": {"type": "object"}}},
    describe=_describe,
)


def extend(_: Server[Any]) -> None:
    """Add the tool to a process whose server was just built."""
    TOOLS._tools[NAME] = _TOOL
