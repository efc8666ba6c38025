"""The tool that asks a browser for a picture of the scene."""

import asyncio
import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from mcp_types import ImageContent
from pydantic import BaseModel, ConfigDict, Field

from mcp_bridge.tools.arguments import ToolArguments
from mcp_bridge.tools.jpeg import read_jpeg
from mcp_bridge.tools.registry import Request, Tool, ToolReply
from sessions_app.scene.descriptions.numbers import format_number
from sessions_app.scene.document.members import TIME_RANGE
from sessions_app.scene.errors import SceneError
from sessions_app.scene.operations.answers import listed_names
from sessions_app.scene.operations.arguments import Flag, Number, Texts
from sessions_app.scene.operations.picturing import (
    MAX_VIEWS,
    ONE_VIEW,
    Grid,
    PicturePlan,
    Wanted,
    plan_picture,
)
from sessions_app.sessions.finding import open_revisions
from sessions_app.steering import asking
from sessions_app.steering.tool_calls import CallEffect
from sessions_app.storage import database
from sessions_app.wire.message_parts import Revision

MIN_SIDE, MAX_SIDE = 16, 1280
# Of each view where a picture has several.
MIN_VIEW_SIDE = 64
DEFAULT_WIDTH, DEFAULT_HEIGHT = 960, 540
MAX_TARGETS = 100
MAX_DATA_LENGTH = 240_000  # in base64; must fit into one message of the page
# How long the page waits for a revision it lacks.
_BEHIND_WITHIN_MS = 3000


class ScreenshotArguments(ToolArguments):
    """What to show, and how large; 0 counts as absent, because frameworks fill arguments in."""

    views: Annotated[
        Texts,
        Field(
            default_factory=list,
            max_length=MAX_VIEWS,
            description="set_camera's `view` words, or camera: the scene's own.",
        ),
    ]
    targets: Annotated[
        Texts,
        Field(
            default_factory=list,
            max_length=MAX_TARGETS,
            description="What views frame, by name; else everything.",
        ),
    ]
    labels: Annotated[Flag, Field(description="true: names at the objects.")] = False
    isolate: Annotated[Flag, Field(description="true: only targets and lights.")] = False
    width: Annotated[Number, Field(description=f"Pixels, to {MAX_SIDE}.")] = 0
    height: Annotated[Number, Field(description=f"Pixels, to {MAX_SIDE}.")] = 0
    at: Annotated[
        Number | None,
        Field(description="Seconds since motions began; else now."),
    ] = None


class NoWebglError(SceneError):
    code = "no_webgl"

    def __init__(self) -> None:
        super().__init__(
            "The browser that shows this scene cannot draw 3D graphics (WebGL), so it can take no"
            " screenshot. Open the link in another browser; get_scene tells the scene in words."
        )


class NoReadbackError(SceneError):
    code = "no_readback"

    def __init__(self) -> None:
        super().__init__(
            "The browser that shows this scene protects its person from being recognized: it hands"
            " out noise in place of the picture, so it can take no screenshot. Ask the person to"
            " allow this site to read canvas data, or to open the link in another browser;"
            " get_scene tells the scene in words."
        )


class PageOutdatedError(SceneError):
    code = "page_outdated"

    def __init__(self) -> None:
        super().__init__(
            "The page that shows this scene was loaded before this server was updated: it takes"
            " pictures from the scene's own camera only. Ask the person to reload it, or leave"
            " `views`, `targets`, `labels` and `isolate` out."
        )


class BrowserBehindError(SceneError):
    code = "browser_behind"

    def __init__(self, revision: int) -> None:
        super().__init__(
            f"The browser has not come to revision {revision} of the scene yet. Wait a few seconds,"
            " then try again; if it stays so, reload its page.",
            retry_after_seconds=5,
        )


class _Picture(BaseModel):
    """The page's reply, which is not trusted and so strictly validated."""

    model_config = ConfigDict(strict=True)

    revision: Revision
    width: int = Field(ge=1, le=MAX_SIDE)
    height: int = Field(ge=1, le=MAX_SIDE)
    views: int = Field(default=1, ge=1, le=MAX_VIEWS)
    data: str = Field(max_length=MAX_DATA_LENGTH)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The requested picture, of the scene's latest revision at the time of the call.

    `plan` is None for the scene from its own camera, which pages of all versions draw.
    """

    scene_session_id: int
    revision: int
    width: int
    height: int
    at: float | None
    plan: PicturePlan | None

    @property
    def method(self) -> str:
        return "takeScreenshot" if self.plan is None else "takeViews"

    @property
    def params(self) -> dict[str, Any]:
        size = {"width": self.width, "height": self.height}
        at = {} if self.at is None else {"at": self.at}
        views = {} if self.plan is None else self._views(self.plan)
        return {"revision": self.revision, **size, **at, **views, "withinMs": _BEHIND_WITHIN_MS}

    def _views(self, plan: PicturePlan) -> dict[str, Any]:
        columns, rows, _ = plan.grid
        cameras = plan.cameras((self.width / columns) / (self.height / rows))
        views = [
            {"title": title} | ({} if camera is None else {"camera": camera._asdict()})
            for title, camera in zip(plan.views, cameras, strict=True)
        ]
        shown = {} if plan.shown is None else {"shown": plan.shown}
        return {"columns": columns, "views": views, "labels": plan.labelled, **shown}

    async def checked(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Validate a page's reply and return only its picture.

        Raises:
            BrowserFailedError: there is no picture, or not the requested one.
        """
        try:
            picture = _Picture.model_validate(answer)
            jpeg = read_jpeg(base64.b64decode(picture.data, validate=True))
        except ValueError:  # wrong fields, base64 or JPEG
            raise asking.BrowserFailedError from None
        size = (picture.width, picture.height)
        if size != (jpeg.width, jpeg.height) or not self._has_shape(*size):
            raise asking.BrowserFailedError
        if picture.views > (len(self.plan.views) if self.plan else 1):
            raise asking.BrowserFailedError
        if picture.revision < self.revision or not await self._is_stored(picture.revision):
            raise asking.BrowserFailedError
        return picture.model_dump() | {"data": base64.b64encode(jpeg.data).decode()}

    def _has_shape(self, width: int, height: int) -> bool:
        """Return whether the size is the requested one, or both sides scaled down alike.

        Pages scale pictures down that would be too long; sides are rounded to whole pixels.
        """
        if width > self.width or height > self.height:
            return False
        least = max((width - 0.5) / self.width, (height - 0.5) / self.height)
        return least <= min((width + 0.5) / self.width, (height + 0.5) / self.height)

    async def _is_stored(self, revision: int) -> bool:
        if revision == self.revision:
            return True
        stored = await database.run(open_revisions, [self.scene_session_id])
        return revision <= stored.get(self.scene_session_id, 0)


def _size(arguments: ScreenshotArguments, grid: Grid) -> tuple[int, int]:
    """Return the width and height of the picture, whole pixels for each view."""
    columns, rows, aspect = grid
    if columns == rows == 1:
        default = (DEFAULT_WIDTH, DEFAULT_HEIGHT)
    else:
        width = _side(arguments.width or MAX_SIDE, columns)
        default = (width, round(width / columns / aspect) * rows)
    width = _side(arguments.width or default[0], columns)
    return width, _side(arguments.height or default[1], rows)


def _side(asked: float, count: int) -> int:
    """Return a side that so many views fill."""
    side = round(min(MAX_SIDE, max(_least(count), asked)))
    return side - side % count


def _least(count: int) -> int:
    return MIN_SIDE if count == 1 else count * MIN_VIEW_SIDE


def _moved(arguments: ScreenshotArguments, grid: Grid) -> Iterator[str]:
    """Report each side that was moved to a limit, in a sentence."""
    asked = (("width", arguments.width, grid.columns), ("height", arguments.height, grid.rows))
    for name, side, count in asked:
        if side and not _least(count) <= side <= MAX_SIDE:
            yield (
                f"The {name} {format_number(side)} is outside {_least(count)} to {MAX_SIDE}, so it"
                f" was moved to {_side(side, count)}."
            )


def _undrawn(views: Sequence[str]) -> Iterator[str]:
    """Say which views are left blank."""
    if views:
        yield (
            f"The browser was too slow for the views {listed_names(views)}: ask for fewer in a"
            " call, or isolate what matters."
        )


async def _take(request: Request, effect: CallEffect) -> ToolReply:
    arguments: ScreenshotArguments = request.arguments
    wanted = Wanted(
        views=arguments.views,
        targets=arguments.targets,
        labels=arguments.labels,
        isolate=arguments.isolate,
    )
    plan = None
    if not wanted.is_plain:
        # Of thousands of objects it takes tens of milliseconds, in which other calls go on.
        plan = await asyncio.to_thread(plan_picture, effect.document, wanted)
    grid = plan.grid if plan else ONE_VIEW
    width, height = _size(arguments, grid)
    at = None if arguments.at is None else TIME_RANGE.clamp(arguments.at)
    asked = _Asked(effect.scene_session_id, effect.revision, width, height, at, plan)
    request.permit.step_aside()
    within = asking.ANSWER_WITHIN_SECONDS
    async with request.progress.reported("Waiting for the browser.", within_seconds=within):
        picture = await _ask(asked, asking.Drawable(effect.document, effect.revision), within)
    block = ImageContent(type="image", data=picture["data"], mime_type="image/jpeg")
    size = f"{picture['width']} by {picture['height']} pixels"
    moment = "" if at is None else f", {format_number(at)} s after each motion began"
    what = plan.words if plan else "from its own camera"
    sentences = [
        f"The scene at revision {picture['revision']}{moment}, {what}: {size}.",
        *(plan.notes if plan else ()),
        *_moved(arguments, grid),
        *(_undrawn(plan.views[picture["views"] :]) if plan else ()),
        "Compare it with what was asked for.",
    ]
    return ToolReply(" ".join(sentences), blocks=(block,))


async def _ask(asked: _Asked, drawable: asking.Drawable, within_seconds: float) -> dict[str, Any]:
    try:
        return await asking.ask(
            asked.scene_session_id,
            asked.method,
            asked.params,
            timeout_seconds=within_seconds,
            check=asked.checked,
            drawable=drawable,
        )
    except asking.BrowserFailedError as failed:
        if failed.reason == "unknown_method" and asked.plan is not None:
            raise PageOutdatedError from None
        if failed.reason == "no_webgl":
            raise NoWebglError from None
        if failed.reason == "no_readback":
            raise NoReadbackError from None
        if failed.reason == "behind":
            raise BrowserBehindError(asked.revision) from None
        raise


SCREENSHOT_TOOLS = (
    Tool(
        name="take_screenshot",
        title="Take a screenshot",
        description=(
            f"See the scene: a JPEG from its own camera or up to {MAX_VIEWS} views, drawn by an"
            " open browser, else the server's, in up to"
            f" {asking.ANSWER_WITHIN_SECONDS:.0f} s. Check the look of a change with it."
        ),
        arguments=ScreenshotArguments,
        follow_up=_take,
        pictures=True,
        looks=True,
        shows_scene=True,
    ),
)
