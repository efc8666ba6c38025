"""The tools that place objects by relations, and check what stands where."""

import asyncio
from typing import Annotated, Any, ClassVar, get_args

from pydantic import Field

from mcp_bridge.tools.arguments import ToolArguments
from mcp_bridge.tools.objects import OBJECT_VALUES, ODD
from mcp_bridge.tools.output import INTEGER, NUMBER, TEXT, numbers, record
from mcp_bridge.tools.registry import Request, Tool, ToolReply, tool
from sessions_app.scene.descriptions.plans import Side
from sessions_app.scene.operations.arguments import OneOf, Reference, Texts
from sessions_app.scene.operations.inspecting import MOST_MEASURED, MOST_ODD, Question, inspect
from sessions_app.scene.operations.limits import MAX_ITEMS
from sessions_app.steering.tool_calls import CallEffect

MAX_TARGETS = 100
_SIDES = get_args(Side)


class CheckArguments(ToolArguments):
    """What to check; without arguments, everything for oddities."""

    targets: Annotated[
        Texts,
        Field(
            max_length=MAX_TARGETS,
            default_factory=list,
            description=(
                "Names, chair*, #tag or ids: their boxes, what they stand on, what hides them from"
                " the camera."
            ),
        ),
    ]
    distance_to: Annotated[
        Reference | None,
        Field(description="How far from targets: a name, floor, or a point x, y, z."),
    ] = None
    ray: Annotated[
        Reference | None,
        Field(description="Where a ray begins: a name, camera, or a point."),
    ] = None
    toward: Annotated[
        Reference | None,
        Field(
            description=(
                "Where it goes: a name, a point, up, down, left, right, front, back; else to"
                " targets."
            )
        ),
    ] = None
    plan: Annotated[
        Side | None,
        OneOf(_SIDES, {"above": "top", "left": "side", "right": "side"}),
        Field(description="A plan in letters, of targets or everything."),
    ] = None

    other_names: ClassVar[dict[str, str]] = {
        "target": "targets",
        "ray_from": "ray",
        "ray_to": "toward",
    }


async def _check(request: Request, effect: CallEffect) -> ToolReply:
    given: CheckArguments = request.arguments
    question = Question(
        targets=given.targets,
        distance_to=given.distance_to,
        ray=given.ray,
        toward=given.toward,
        plan=given.plan,
    )
    # Of thousands of objects it takes tens of milliseconds, in which other calls go on.
    found = await asyncio.to_thread(inspect, effect.document, question)
    return ToolReply(found.summary, found.values)


def _list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_PLACE_WORDS = {
    "placements": f"1 to {MAX_ITEMS}, in order.",
    "placements[].targets": "Names, chair*, #tag or ids.",
    "placements[].relation": (
        "on: where it is above it, else in its middle. left_of, right_of, in_front_of, behind: as"
        " the viewer sees it. against: its nearest side. align: same middle. distribute: equal"
        " spaces. look_at: turns it, or aims a light or camera."
    ),
    "placements[].reference": "A name, floor, camera, or a point x, y, z; none for to_floor.",
    "placements[].reference2": "Of between, the other one.",
    "placements[].gap": "Meters between them, 0 or more.",
    "placements[].of_object": "true: the sides are the reference's own.",
    "placements[].axis": "Of align and distribute.",
}
_OBJECT = record(
    {
        "size": numbers(3),
        "base": NUMBER,
        "on": TEXT,
        "inPicture": NUMBER,
        "seen": NUMBER,
        "hiddenBy": _list_of(TEXT),
    },
    name=TEXT,
    id=TEXT,
    kind=TEXT,
    center=numbers(3),
)
_DISTANCE = record(
    name=TEXT,
    to=TEXT,
    gap=NUMBER,
    gaps=numbers(3),
    centers=NUMBER,
    offset=numbers(3),
)
_RAY = record(
    start=TEXT,
    toward=TEXT,
    hits=_list_of(record(name=TEXT, distance=NUMBER, point=numbers(3))),
)

PLACING_TOOLS = (
    tool(
        "place_objects",
        "Place objects",
        (
            "Place objects by relations, exact to the millimeter: on, beside, between, against or"
            " around something, or facing it. All or none."
        ),
        words=_PLACE_WORDS,
        values=OBJECT_VALUES,
        takes_many_items=True,
    ),
    Tool(
        name="check_scene",
        title="Check the scene",
        description=(
            "Say what is odd in the scene (what floats, overlaps, is buried, hidden, out of view,"
            f" in the dark), the worst {MOST_ODD} with the calls that mend them. Or measure up to"
            f" {MOST_MEASURED} objects, distances, a ray; or draw a plan as text."
        ),
        arguments=CheckArguments,
        optional_values={
            "objects": _list_of(_OBJECT),
            "distances": _list_of(_DISTANCE),
            "rays": _list_of(_RAY),
            "odd": ODD,
            "more": _list_of(record(what=TEXT, count=INTEGER)),
        },
        follow_up=_check,
    ),
)
