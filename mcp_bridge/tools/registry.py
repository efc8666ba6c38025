"""What a tool is, and the tools there are."""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mcp_types

from mcp_bridge.tools.arguments import ToolArguments, input_schema
from sessions_app.scene.document import Document
from sessions_app.scene.operations import Change

MAX_SHOWN_NAMES = 3


@dataclass(frozen=True)
class Tool:
    """A tool. One that changes the scene has `operation`, one that reads it has `describe`.

    `operation(arguments)` gives the change to apply to the document; `describe(document, link)`
    gives the summary and the tool's own values.
    """

    name: str
    title: str
    description: str
    arguments: type[ToolArguments]
    operation: Callable[[Any], Callable[[Document], Change]] | None = None
    describe: Callable[[Document, str], tuple[str, dict[str, Any]]] = lambda *_: ("", {})
    creates: bool = False

    @cached_property
    def definition(self) -> mcp_types.Tool:
        """The tool as `tools/list` tells of it."""
        return mcp_types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=input_schema(self.arguments),
            annotations=mcp_types.ToolAnnotations(
                read_only_hint=self.operation is None and not self.creates,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )


class ToolRegistry:
    """The tools by name, in a stable order."""

    def __init__(self, *groups: tuple[Tool, ...]) -> None:
        self._tools = {tool.name: tool for group in groups for tool in group}

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def find(self, name: str) -> Tool | None:
        return self._tools.get(name)

    def nearest(self, name: str) -> list[str]:
        """The names that come closest to one that no tool has."""
        return difflib.get_close_matches(name[:100], self._tools, n=MAX_SHOWN_NAMES, cutoff=0.4)
