"""The tool that asks a browser for a picture of the scene."""

import base64
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
from sessions_app.scene.operations.arguments import Number
from sessions_app.sessions.finding import open_revisions
from sessions_app.steering import asking
from sessions_app.steering.tool_calls import CallEffect
from sessions_app.storage import database
from sessions_app.wire.scene_messages import Revision

MIN_SIDE, MAX_SIDE = 16, 1280
DEFAULT_WIDTH, DEFAULT_HEIGHT = 960, 540
MAX_DATA_LENGTH = 240_000  # in base64; must fit into one message of the page
# How long the page waits for a revision it lacks.
_BEHIND_WITHIN_MS = 3000

_LIMITED = "beyond it is moved to the limit."


class ScreenshotArguments(ToolArguments):
    """The size of the picture; 0 counts as absent, because frameworks fill arguments in."""

    width: Annotated[
        Number,
        Field(description=f"Pixels, {MIN_SIDE} to {MAX_SIDE}, else {DEFAULT_WIDTH}; {_LIMITED}"),
    ] = DEFAULT_WIDTH
    height: Annotated[
        Number,
        Field(description=f"Pixels, {MIN_SIDE} to {MAX_SIDE}, else {DEFAULT_HEIGHT}; {_LIMITED}"),
    ] = DEFAULT_HEIGHT
    at: Annotated[
        Number | None,
        Field(description="Seconds since each motion's start, of things that move; else now."),
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
    data: str = Field(max_length=MAX_DATA_LENGTH)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The requested picture, of the scene's latest revision at the time of the call."""

    scene_session_id: int
    revision: int
    width: int
    height: int
    at: float | None

    @property
    def params(self) -> dict[str, Any]:
        size = {"width": self.width, "height": self.height}
        at = {} if self.at is None else {"at": self.at}
        return {"revision": self.revision, **size, **at, "withinMs": _BEHIND_WITHIN_MS}

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


def _side(asked: float, default: int) -> int:
    return round(min(MAX_SIDE, max(MIN_SIDE, asked or default)))


def _moved(arguments: ScreenshotArguments) -> str:
    """Report each side that was moved to a limit, in a sentence."""
    asked = {"width": arguments.width, "height": arguments.height}
    return "".join(
        f" The {name} {format_number(side)} is outside {MIN_SIDE} to {MAX_SIDE}, so it was moved to"
        f" {_side(side, MIN_SIDE)}."
        for name, side in asked.items()
        if side and not MIN_SIDE <= side <= MAX_SIDE
    )


async def _take(request: Request, effect: CallEffect) -> ToolReply:
    arguments: ScreenshotArguments = request.arguments
    width = _side(arguments.width, DEFAULT_WIDTH)
    height = _side(arguments.height, DEFAULT_HEIGHT)
    at = None if arguments.at is None else TIME_RANGE.clamp(arguments.at)
    asked = _Asked(effect.scene_session_id, effect.revision, width, height, at)
    request.permit.step_aside()
    within = asking.ANSWER_WITHIN_SECONDS
    async with request.progress.reported("Waiting for the browser.", within_seconds=within):
        picture = await _ask(asked, within)
    block = ImageContent(type="image", data=picture["data"], mime_type="image/jpeg")
    size = f"{picture['width']} by {picture['height']} pixels"
    moment = "" if at is None else f", {format_number(at)} s after each motion began"
    shown = f"The scene at revision {picture['revision']}{moment}, from its own camera: {size}."
    summary = f"{shown}{_moved(arguments)} Compare it with what was asked for."
    return ToolReply(summary, blocks=(block,))


async def _ask(asked: _Asked, within_seconds: float) -> dict[str, Any]:
    try:
        return await asking.ask(
            asked.scene_session_id,
            "takeScreenshot",
            asked.params,
            timeout_seconds=within_seconds,
            check=asked.checked,
        )
    except asking.BrowserFailedError as failed:
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
            "See the scene: a JPEG from the scene's own camera, whatever the person looks at, taken"
            " by a browser that has the link open (also in a background tab). Check the look of a"
            f" change with it. At most {MAX_SIDE} pixels a side; takes up to"
            f" {asking.ANSWER_WITHIN_SECONDS:.0f} s."
        ),
        arguments=ScreenshotArguments,
        follow_up=_take,
        pictures=True,
    ),
)
