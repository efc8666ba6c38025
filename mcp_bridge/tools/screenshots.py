"""The tool that has a browser take a picture of the scene."""

import base64
from typing import Annotated, Any

from mcp_types import ImageContent
from pydantic import BaseModel, ConfigDict, Field

from mcp_bridge.tools.arguments import Number, ToolArguments
from mcp_bridge.tools.registry import Request, Told, Tool
from sessions_app import browsers
from sessions_app.protocol import Revision
from sessions_app.scene.errors import SceneError
from sessions_app.services.tool_calls import Performed

MIN_SIDE, MAX_SIDE = 16, 1280
DEFAULT_WIDTH, DEFAULT_HEIGHT = 960, 540
MAX_DATA_LENGTH = 240_000  # in base64: it has to fit into one message of the page
# How long the page waits for a revision that it does not have yet.
_BEHIND_WITHIN_MS = 3000
_JPEG_START, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"

_Side = Annotated[
    Number,
    Field(description=f"Pixels, {MIN_SIDE} to {MAX_SIDE}; beyond it is moved to the limit."),
]


class ScreenshotArguments(ToolArguments):
    width: _Side = DEFAULT_WIDTH
    height: _Side = DEFAULT_HEIGHT


class NoWebglError(SceneError):
    code = "no_webgl"

    def __init__(self) -> None:
        super().__init__(
            "The browser that shows this scene cannot draw 3D graphics (WebGL), so it can take no"
            " screenshot. Open the link in another browser; get_scene tells the scene in words."
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
    """What the page answers; it comes from outside and is taken as it should be or not at all."""

    model_config = ConfigDict(strict=True)

    revision: Revision
    width: int = Field(ge=1, le=MAX_SIDE)
    height: int = Field(ge=1, le=MAX_SIDE)
    data: str = Field(max_length=MAX_DATA_LENGTH)


def _side(asked: float) -> int:
    return round(min(MAX_SIDE, max(MIN_SIDE, asked)))


async def _take(request: Request, performed: Performed) -> Told:
    arguments: ScreenshotArguments = request.arguments
    params = {
        "revision": performed.revision,
        "width": _side(arguments.width),
        "height": _side(arguments.height),
        "withinMs": _BEHIND_WITHIN_MS,
    }
    within = browsers.ANSWER_WITHIN_SECONDS
    async with request.progress.reported("Waiting for the browser.", within_seconds=within):
        answer = await _ask(performed, params, within)
    picture = _read(answer, performed.revision)
    block = ImageContent(type="image", data=picture.data, mime_type="image/jpeg")
    size = f"{picture.width} by {picture.height} pixels"
    shown = f"The scene at revision {picture.revision}, from its own camera: {size}."
    return Told(f"{shown} Compare it with what was asked for.", blocks=(block,))


async def _ask(
    performed: Performed, params: dict[str, Any], within_seconds: float
) -> dict[str, Any]:
    scene_session_id = performed.scene_session_id
    try:
        return await browsers.ask(
            scene_session_id, "takeScreenshot", params, timeout_seconds=within_seconds
        )
    except browsers.BrowserFailedError as failed:
        if failed.reason == "no_webgl":
            raise NoWebglError from None
        if failed.reason == "behind":
            raise BrowserBehindError(performed.revision) from None
        raise


def _read(answer: dict[str, Any], revision: int) -> _Picture:
    """The picture in the page's answer.

    Raises:
        BrowserFailedError: it is none, or shows an older revision.
    """
    try:
        picture = _Picture.model_validate(answer)
        image = base64.b64decode(picture.data, validate=True)
    except ValueError:  # not the fields of a picture, or its data no base64
        raise browsers.BrowserFailedError from None
    is_jpeg = image.startswith(_JPEG_START) and image.endswith(_JPEG_END)
    if not is_jpeg or picture.revision < revision:
        raise browsers.BrowserFailedError
    return picture


SCREENSHOT_TOOLS = (
    Tool(
        name="take_screenshot",
        title="Take a screenshot",
        description=(
            "See the scene: a JPEG from the scene's own camera, whatever the person looks at, taken"
            " by a browser that has the link open (also in a background tab). Check the look of a"
            f" change with it. At most {MAX_SIDE} pixels a side; takes up to"
            f" {browsers.ANSWER_WITHIN_SECONDS:.0f} s."
        ),
        arguments=ScreenshotArguments,
        follow_up=_take,
        pictures=True,
    ),
)
