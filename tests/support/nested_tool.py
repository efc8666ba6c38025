"""A tool as none of ours is yet: it takes a list of objects, and reads one page of them back."""

from typing import Annotated, Any, Literal

from mcp.server.lowlevel import Server
from pydantic import Field

from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.arguments import worded
from mcp_bridge.tools.registry import Subject, Tool, ToolReply
from sessions_app.scene.operations.arguments import Arguments, Color, Flag, Number

NAME = "describe_things"
PAGE = 2
OBJECTS = "1 to 6 objects."
COLOR = "A color's name."
SIZE = "[width, height, depth] in meters."


class Material(Arguments):
    """Words for maintainers, which no model is to read."""

    color: Color
    roughness: Number | None = None


class Thing(Arguments):
    kind: Literal["box", "sphere"]
    name: Annotated[str | None, Field(max_length=64)] = None
    size: Annotated[list[Number] | None, Field(min_length=3, max_length=3)] = None
    material: Material | None = None
    visible: Flag = True


class DescribeThings(Arguments):
    objects: Annotated[list[Thing], Field(min_length=1, max_length=6)]
    page: Number = 1


def _describe(subject: Subject) -> ToolReply:
    given: DescribeThings = subject.arguments
    first = (round(given.page) - 1) * PAGE
    shown = [each.model_dump(exclude_unset=True) for each in given.objects[first : first + PAGE]]
    return ToolReply("These are the things.", {"things": shown})


_TOOL = Tool(
    name=NAME,
    title="Describe things",
    description="Describe things.",
    arguments=worded(
        DescribeThings,
        {
            "objects": OBJECTS,
            "objects[].kind": "What it is.",
            "objects[].name": "Any text.",
            "objects[].size": SIZE,
            "objects[].material": "Its look.",
            "objects[].material.color": COLOR,
            "objects[].material.roughness": "0 to 1.",
            "objects[].visible": "true or false.",
            "page": "Which two of them, from 1.",
        },
    ),
    values={"things": {"type": "array", "items": {"type": "object"}}},
    describe=_describe,
)


def extend(_: Server[Any]) -> None:
    """Add the tool to a process whose server was just built."""
    TOOLS.add(_TOOL)
