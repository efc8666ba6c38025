"""The tool that reads a scene, a page at a time."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from mcp_bridge.tools.arguments import ToolArguments
from mcp_bridge.tools.output import INTEGER, TEXT
from mcp_bridge.tools.registry import Request, Tool, ToolReply
from mcp_bridge.tools.scene_changes import since_lines, since_values
from mcp_bridge.tools.scene_schema import ENVIRONMENT, OBJECT, brief, environment, full
from mcp_bridge.tools.scene_selection import Asked, Selected, select
from sessions_app.revisions.since import ChangesSince, changes_since
from sessions_app.scene.checks.known import layout_of
from sessions_app.scene.descriptions.numbers import format_number, rounded
from sessions_app.scene.descriptions.scene import around_lines, scene_line
from sessions_app.scene.document.kinds import SOLID_KINDS
from sessions_app.scene.document.names import in_quotes
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations.arguments import Flag, Number
from sessions_app.steering.tool_calls import CallEffect
from sessions_app.storage import database

# Of a page, text and structure together: some clients pass on both, and 3.5 characters are a token.
MAX_PAGE_LENGTH = 28_000
MAX_TARGETS = 100
# What a page says beside its objects, what an object takes beside its names, and what each of these
# members adds: estimates, so that a page costs its own lines only.
_AROUND_LENGTH, _CHANGES_LENGTH = 2_500, 9_000
_SOLID_LENGTH, _OTHER_LENGTH = 190, 340
_MEMBER_LENGTHS = {"parent": 64, "contact": 64, "aim": 64, "material": 50, "rotation": 40}


class SceneArguments(ToolArguments):
    """What to read; left out, 0 and empty are the same, because frameworks fill arguments in."""

    targets: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(
            default_factory=list,
            max_length=MAX_TARGETS,
            description="Only these, with all fields: names, chair*, #tag or ids.",
        ),
    ]
    kind: Annotated[
        str | None,
        Field(max_length=64, description="Only this kind: box, group, camera ..., light or solid."),
    ] = None
    near: Annotated[
        str | None,
        Field(max_length=200, description='Nearest first: to a name, or to a point "x, y, z".'),
    ] = None
    within: Annotated[Number, Field(description="Only what is so many meters from `near`.")] = 0.0
    in_view: Annotated[Flag, Field(description="true: only what the active camera sees.")] = False
    depth: Annotated[Number, Field(description="Levels of parts; else all.")] = 0.0
    since: Annotated[Number, Field(description="A revision: what changed after it.")] = 0.0
    page: Annotated[Number, Field(description="From 1.")] = 1.0


class _Page(NamedTuple):
    """A page of the selected objects; `first` is the number of its first one, from 1."""

    number: int
    pages: int
    first: int
    objects: list[Selected]


async def _read(request: Request, effect: CallEffect) -> ToolReply:
    arguments: SceneArguments = request.arguments
    document = effect.document
    layout = layout_of(document["objects"])
    asked = _asked(arguments)
    since, number = int(arguments.since), max(1, int(arguments.page))
    changes = await _changes(effect, since) if since else None
    if changes is not None:
        asked = asked._replace(changed=changes.ids)
    selected = select(document, layout, asked)
    page = _page_of(layout, selected, asked, 1 if since and changes is None else number)
    lines = [_headline(effect.revision, document, len(selected), asked, page)]
    values: dict[str, Any] = {"total": len(selected), "page": page.number, "pages": page.pages}
    values["objects"] = []
    if "name" in document and page.number == 1:
        lines.append(f"The scene is named {in_quotes(document['name'])}.")
        values["name"] = document["name"]
    if since and page.number == 1:
        lines += since_lines(since, changes)
        values |= since_values(changes)
    for each in page.objects:
        described = (full if asked.targets else brief)(layout, each.id)
        lines += _lines(layout, each, described if asked.targets else None)
        values["objects"].append(described)
    if page.number == 1 and (changes is None or changes.is_around):
        lines += around_lines(document)
        camera = document["camera"]
        values["environment"] = environment(document["environment"])
        values["start"] = document["start"]
        if camera is not None:
            values["camera"] = document["objects"][camera]["name"]
    return ToolReply("\n".join(lines), values)


async def _changes(effect: CallEffect, since: int) -> ChangesSince | None:
    """Read what has changed since a revision; None where that is not kept.

    Raises:
        InvalidValueError: the scene has not come to that revision.
    """
    if since > effect.revision:
        raise InvalidValueError(
            f"`since` cannot be {since}: the scene is at revision {effect.revision}."
        )
    scene = (effect.scene_session_id, since, effect.revision, effect.document)
    return await database.run(changes_since, *scene)


def _asked(arguments: SceneArguments) -> Asked:
    for name in ("within", "depth", "since", "page"):
        value = getattr(arguments, name)
        if value < 0:
            raise InvalidValueError(
                f"The value {format_number(value)} for {name} is not accepted; give one above 0."
            )
    return Asked(
        targets=tuple(arguments.targets),
        kind=arguments.kind,
        near=arguments.near,
        within=arguments.within,
        in_view=arguments.in_view,
        depth=int(arguments.depth),
    )


def _lines(
    layout: Layout, selected: Selected, described: Mapping[str, Any] | None
) -> Iterator[str]:
    line = scene_line(layout, selected.id)
    if selected.distance is not None:
        line += f", {rounded(selected.distance)} away"
    yield line
    if described is not None:
        yield f"  {json.dumps(described, ensure_ascii=False)}"


def _headline(
    revision: int, document: Mapping[str, Any], count: int, asked: Asked, page: _Page
) -> str:
    total = len(document["objects"])
    which = f"{count} of {total} objects ({asked.words})" if asked.words else f"{total} objects"
    text = f"Revision {revision}: {which}"
    if page.pages == 1:
        return f"{text}."
    last = page.first + len(page.objects) - 1
    more = f"; call get_scene with page {page.number + 1} for more" * (page.number < page.pages)
    return f"{text}; page {page.number} of {page.pages}: {page.first} to {last}{more}."


def _page_of(layout: Layout, selected: list[Selected], asked: Asked, number: int) -> _Page:
    """Return a page; all pages are cut by estimates, so that none but its own lines are written.

    Raises:
        InvalidValueError: there are fewer pages.
    """
    starts, length = [0], _AROUND_LENGTH + (_CHANGES_LENGTH if asked.changed is not None else 0)
    for index, each in enumerate(selected):
        more = _length(layout.objects[each.id], with_fields=bool(asked.targets))
        if length + more > MAX_PAGE_LENGTH and index > starts[-1]:
            starts.append(index)
            length = 0
        length += more
    if number > len(starts):
        pages = f"{len(starts)} page{'' if len(starts) == 1 else 's'}"
        raise InvalidValueError(f"There is no page {number}: these objects fill {pages}.")
    first, end = starts[number - 1], (*starts, len(selected))[number]
    return _Page(number, len(starts), first + 1, selected[first:end])


def _length(entity: Mapping[str, Any], *, with_fields: bool) -> int:
    """Estimate how many characters an object takes in text and structure, never too few."""
    length = _SOLID_LENGTH if entity["kind"] in SOLID_KINDS else _OTHER_LENGTH
    length += 2 * len(entity["name"]) + len(entity.get("text", ""))
    length += sum(more for name, more in _MEMBER_LENGTHS.items() if name in entity)
    return length + 300 + 2 * len(json.dumps(entity)) if with_fields else length


SCENE_TOOLS = (
    Tool(
        name="get_scene",
        title="Get the scene",
        description=(
            "Read the scene: a line for each object, light and camera with its size and place in"
            " the world in meters, then active camera and environment. With `targets`, all"
            " fields of these. A studio starts with `model`, a classical bust, and the lights `key`"
            " and `fill`. Long scenes come in pages."
        ),
        arguments=SceneArguments,
        values={
            "total": INTEGER,
            "page": INTEGER,
            "pages": INTEGER,
            "objects": {"type": "array", "items": OBJECT},
        },
        optional_values={
            "environment": ENVIRONMENT,
            "camera": TEXT,
            "name": TEXT,
            "start": TEXT,
            "changes": {"type": "array", "items": TEXT},
            "removed": {"type": "array", "items": TEXT},
        },
        follow_up=_read,
        looks=True,
    ),
)
