"""Defines tools and their registry."""

import difflib
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias
from uuid import UUID

import mcp_types

from mcp_bridge.tools.arguments import ToolArguments, worded
from mcp_bridge.tools.output import output_schema
from mcp_bridge.tools.progress import Progress
from sessions_app import clock
from sessions_app.limits.call_gate import Permit
from sessions_app.revisions.stored_steps import StoredStep
from sessions_app.scene.operations import OPERATIONS, Step
from sessions_app.scene.operations.schemas import input_schema
from sessions_app.steering.tool_calls import CallEffect
from sessions_app.steering.waiting_pages import Consent

MAX_SHOWN_NAMES = 3


@dataclass(frozen=True)
class ToolReply:
    """A tool's part of the result: a summary, its own values and other blocks.

    `closes`: the scene is gone, so the result has neither link nor browsers.
    """

    summary: str
    values: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[mcp_types.ContentBlock, ...] = ()
    closes: bool = False


@dataclass(frozen=True)
class Request:
    """One call of a tool, for its follow-up, which frees the permit while it waits.

    `public_origin` is where the client reaches us, for links.
    """

    arguments: Any
    protocol_session: str | None
    progress: Progress
    permit: Permit
    public_origin: str


@dataclass(frozen=True)
class Subject:
    """The input of `describe`: the current scene, and how this client reaches it.

    `binds`: later calls without an id mean this scene. `at_address`: they do so because the client
    is connected to the scene's own URL. `screen_code` opens the scene where it is typed at `home`;
    empty without one. `consent` is what the person at a page that waits has said, if asked.
    """

    arguments: Any
    effect: CallEffect
    link: str
    binds: bool
    at_address: bool
    home: str = ""
    screen_code: str = ""
    consent: Consent | None = None


@dataclass(frozen=True)
class Preparation:
    """One call of a tool, for what it does before its transaction.

    `edit_key` is that of the scene, if the call names it; without `may_have_scene` it will be
    refused, whatever is prepared.
    """

    arguments: Any
    permit: Permit
    public_origin: str
    edit_key: UUID | None
    may_have_scene: bool


Prepare: TypeAlias = Callable[[Preparation], Awaitable[StoredStep]]
FollowUp: TypeAlias = Callable[[Request, CallEffect], Awaitable[ToolReply]]


@dataclass(frozen=True)
class Tool:
    """A tool; `operation` changes the scene, `describe` reads it.

    `operation(arguments)` returns the change of the document; with `prepare`, that returns it, and
    may take a while. `follow_up(request, effect)` is for tools that do neither: they ask a browser,
    or close the session. `values` are the JSON schemas of the tool's own result members,
    `optional_values` of those that not every result has.
    A tool with a `group` is listed for those who ask for that group.
    """

    name: str
    title: str
    description: str
    arguments: type[ToolArguments]
    values: Mapping[str, Any] = field(default_factory=dict)
    optional_values: Mapping[str, Any] = field(default_factory=dict)
    operation: Callable[[Any], Step | StoredStep] | None = None
    prepare: Prepare | None = None
    describe: Callable[[Subject], ToolReply] | None = None
    follow_up: FollowUp | None = None
    creates: bool = False  # creates a scene, in any era, if the call means none
    opens: bool = False  # moves the binding of the protocol session
    signs_in: bool = False  # its link opens the page once without a sign-in
    names_code: bool = False  # its answer names a code for another screen
    lists: bool = False  # returns the caller's sessions instead of one scene
    pictures: bool = False  # returns an image, which clients drop beside structured content
    looks: bool = False  # its answer shows the scene as it is
    shows_scene: bool = False  # clients that can show the scene beside its result
    destructive: bool = False
    accumulates: bool = False  # the same call again changes the scene once more
    takes_many_items: bool = False  # its calls may be larger than others
    group: str = ""

    @property
    def reads_only(self) -> bool:
        return self.operation is None and not (self.creates or self.opens or self.destructive)

    @property
    def _output_schema(self) -> dict[str, Any]:
        changes = self.operation is not None
        return output_schema(self.values, self.optional_values, lists=self.lists, changes=changes)

    @property
    def is_final(self) -> bool:
        """Whether what it destroys is gone for good: what an operation does can be undone."""
        return self.destructive and self.operation is None

    @cached_property
    def definition(self) -> mcp_types.Tool:
        """The tool's entry in `tools/list` (MCP 2026-07-28, server/tools, data types)."""
        return mcp_types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=input_schema(self.arguments),
            output_schema=None if self.pictures else self._output_schema,
            annotations=mcp_types.ToolAnnotations(
                read_only_hint=self.reads_only,
                destructive_hint=self.destructive,
                # A tool that creates a scene may create another each time.
                idempotent_hint=not (self.creates or self.accumulates),
                open_world_hint=False,
            ),
        )


def tool(
    name: str,
    title: str,
    description: str,
    *,
    words: Mapping[str, str],
    values: Mapping[str, Any],
    destructive: bool = False,
    accumulates: bool = False,
    takes_many_items: bool = False,
    group: str = "",
) -> Tool:
    """Return the tool that performs the operation of the same name.

    Args:
        name: the name of the tool and its operation.
        title: a title for people.
        description: a description for models.
        words: the descriptions of the arguments for models, by path.
        values: as in `Tool`, and the others too.
        destructive: it removes something.
        accumulates: the same call again changes the scene once more.
        takes_many_items: its calls may be larger than others.
        group: the group that it is listed with.
    """
    operation = OPERATIONS[name]
    return Tool(
        name,
        title,
        description,
        worded(operation.arguments, words),
        values,
        operation=lambda given: operation.on(given, clock.seconds),
        destructive=destructive,
        accumulates=accumulates,
        takes_many_items=takes_many_items,
        group=group,
    )


class ToolRegistry:
    """The tools by name, in a stable order."""

    def __init__(self, *groups: tuple[Tool, ...]) -> None:
        self._tools = {tool.name: tool for group in groups for tool in group}

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __len__(self) -> int:
        return len(self._tools)

    def add(self, tool: Tool) -> None:
        """Add a tool of an extension (MCP_SERVER_EXTENSIONS), after the others."""
        self._tools[tool.name] = tool

    def listed(self, groups: Collection[str] = ()) -> list[Tool]:
        """Return the tools for a client that asks for these groups."""
        return [tool for tool in self if not tool.group or tool.group in groups]

    def find(self, name: str) -> Tool | None:
        return self._tools.get(name)

    def nearest(self, name: str) -> list[str]:
        """Return the tool names closest to an unknown name."""
        return difflib.get_close_matches(name[:100], self._tools, n=MAX_SHOWN_NAMES, cutoff=0.4)
