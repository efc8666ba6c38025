"""The tool that exports the scene as a file to download."""

import asyncio
import struct
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from mcp_bridge.tools.arguments import ToolArguments
from mcp_bridge.tools.output import INTEGER, TEXT
from mcp_bridge.tools.registry import Request, Tool, ToolReply
from mcp_bridge.tools.screenshots import (
    DEFAULT_HEIGHT,
    DEFAULT_WIDTH,
    MAX_SIDE,
    BrowserBehindError,
    NoReadbackError,
    NoWebglError,
)
from sessions_app.revisions.snapshots import compact
from sessions_app.scene.descriptions.exporting import left_out_of_glb
from sessions_app.scene.document.targets import Targets
from sessions_app.scene.errors import InvalidValueError, SceneError, quoted
from sessions_app.scene.geometry.layout import Layout
from sessions_app.scene.operations.arguments import OneOf, Texts
from sessions_app.scene.operations.excerpt import excerpt
from sessions_app.scene.operations.picturing import Wanted, plan_picture
from sessions_app.sessions.scene_files import (
    KEPT_FOR,
    MAX_BYTES,
    PART_BYTES,
    BegunFile,
    scene_file_begin,
    scene_file_complete,
    scene_file_delete,
    scene_file_make,
)
from sessions_app.steering import asking
from sessions_app.steering.tool_calls import CallEffect
from sessions_app.storage import database
from sessions_app.web.links import browser_url, file_parts_path, file_url
from sessions_app.wire.message_parts import OwnId, Revision

FORMATS = ("glb", "png", "json")
ANSWER_WITHIN_SECONDS = 20.0
_BEHIND_WITHIN_MS = 3000
_MAX_TARGETS = 100
_MINUTES = KEPT_FOR.seconds // 60
# Longer by the same factor, the longest side is that of the largest screenshot.
_WIDTH, _HEIGHT = MAX_SIDE, round(MAX_SIDE * DEFAULT_HEIGHT / DEFAULT_WIDTH)
_GLB_HEAD, _PNG_HEAD = b"glTF\x02\x00\x00\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


class ExportArguments(ToolArguments):
    format: Annotated[
        str,
        OneOf(FORMATS, {"gltf": "glb"}),
        Field(description="glb: for other 3D programs; png: a picture; json: our own."),
    ]
    targets: Annotated[
        Texts | None,
        Field(max_length=_MAX_TARGETS, description="Only these (and lights); else all."),
    ] = None


class NoBrowserToExportError(asking.NoBrowserError):
    """`link` opens the scene."""

    def __init__(self, format_: str, link: str) -> None:
        super().__init__()
        self.message = self.recorded = (
            f"A browser that has this scene open makes a {format_}, and none is open. Give the"
            f" person the link, {link}, and export again once it is open. json needs no browser."
        )
        self.recorded = self.message.replace(link, "…")
        self.args = (self.message,)


class TooLargeError(SceneError):
    code = "file_too_large"

    def __init__(self) -> None:
        super().__init__(
            f"The file would take more than {MAX_BYTES // 2**20} MiB. Export fewer objects: name"
            " some as `targets`."
        )


class _Exported(BaseModel):
    """The page's reply, which is not trusted and so strictly validated."""

    model_config = ConfigDict(strict=True)

    revision: Revision
    attempt: OwnId
    bytes: Annotated[int, Field(ge=1, le=MAX_BYTES)]


async def _export(request: Request, effect: CallEffect) -> ToolReply:
    arguments: ExportArguments = request.arguments
    format_ = arguments.format
    # In threads, because scenes may have thousands of objects.
    ids = await asyncio.to_thread(_ids, effect.document, arguments.targets)
    if format_ == "json":
        file, size = await database.run(_store_json, effect, ids)
        return _reply(request, file, format_, effect.revision, size, ())
    wanted: dict[str, Any] = {} if ids is None else {"objects": ids}
    if format_ == "png" and arguments.targets:
        wanted |= await asyncio.to_thread(_framed, effect.document, arguments.targets)
    file = await database.run(scene_file_begin, effect.scene_session_id, format_)
    try:
        exported = await _ask(request, effect, file, format_, wanted)
    except BaseException:
        await database.run(scene_file_delete, file.pk)
        raise
    left_out: list[str] = []
    if format_ == "glb":
        left_out = await asyncio.to_thread(_left_out, effect.document, ids)
    return _reply(request, file, format_, exported.revision, exported.bytes, left_out)


def _store_json(effect: CallEffect, ids: list[str] | None) -> tuple[BegunFile, int]:
    """Store the document, of up to 2 MB, as text; return the file and its bytes."""
    document = effect.document if ids is None else excerpt(effect.document, ids)
    content = compact(document).encode()
    return scene_file_make(effect.scene_session_id, "json", content), len(content)


def _ids(document: Mapping[str, Any], targets: Sequence[str] | None) -> list[str] | None:
    """Return the ids of what is to be exported; None for everything.

    Raises:
        UnknownTargetError: there is no such object.
        InvalidValueError: it is a copy, which is no object of its own.
    """
    if not targets:
        return None
    objects = document["objects"]
    layout = Layout(objects)
    index = Targets(layout.index)
    found: dict[str, None] = {}
    for number, text in enumerate(targets):
        for target in index.find(text):
            if target.copy is not None:
                raise InvalidValueError(
                    f"`targets[{number}]` cannot be {quoted(text)}: copies are exported together,"
                    f" as {quoted(objects[target.id]['name'])}."
                )
            found[layout.pattern_around(target.id) or target.id] = None
    return list(found)


def _framed(document: Mapping[str, Any], targets: Sequence[str]) -> dict[str, Any]:
    """Return the camera of a picture that has these objects alone, from the side of the scene's.

    Raises:
        InvalidValueError: none of them is visible.
    """
    plan = plan_picture(document, Wanted(targets=targets, isolate=True))
    [camera] = plan.cameras(_WIDTH / _HEIGHT)
    return {} if camera is None else {"camera": camera._asdict()}


def _left_out(document: Mapping[str, Any], ids: Sequence[str] | None) -> list[str]:
    inside = None if ids is None else _with_parts(document, ids)
    return left_out_of_glb(document, inside)


def _with_parts(document: Mapping[str, Any], ids: Sequence[str]) -> list[str]:
    layout = Layout(document["objects"])
    return list(dict.fromkeys(each for top in ids for each in (top, *layout.descendants(top))))


async def _ask(
    request: Request, effect: CallEffect, file: BegunFile, format_: str, wanted: dict[str, Any]
) -> _Exported:
    params = {
        "format": format_,
        "revision": effect.revision,
        "withinMs": _BEHIND_WITHIN_MS,
        "path": file_parts_path(file.upload),
        "partBytes": PART_BYTES,
        "maxBytes": MAX_BYTES,
        "width": _WIDTH,
        "height": _HEIGHT,
        **wanted,
    }

    async def checked(answer: dict[str, Any]) -> dict[str, Any]:
        """Return the reply of a page that has sent all that it says."""
        try:
            exported = _Exported.model_validate(answer)
        except ValueError:
            raise asking.BrowserFailedError from None
        if exported.revision < effect.revision or not await database.run(
            scene_file_complete, file.pk, exported.attempt, exported.bytes, _CHECKS[format_]
        ):
            raise asking.BrowserFailedError
        return exported.model_dump()

    request.permit.step_aside()
    within = ANSWER_WITHIN_SECONDS
    async with request.progress.reported("Waiting for the browser.", within_seconds=within):
        try:
            answer = await asking.ask(
                effect.scene_session_id, "exportScene", params,
                timeout_seconds=within, check=checked,
                drawable=asking.Drawable(effect.document, effect.revision),
            )  # fmt: skip
        except asking.NoBrowserError:
            link = browser_url(edit_key=effect.edit_key, public_origin=request.public_origin)
            raise NoBrowserToExportError(format_, link) from None
        except asking.BrowserFailedError as failed:
            raise _failure(failed, effect.revision) from None
    return _Exported.model_validate(answer)


def _failure(failed: asking.BrowserFailedError, revision: int) -> SceneError:
    known: dict[str, SceneError] = {
        "no_webgl": NoWebglError(),
        "no_readback": NoReadbackError(),
        "behind": BrowserBehindError(revision),
        "too_large": TooLargeError(),
    }
    return known.get(failed.reason, failed)


def _is_glb(head: bytes, size: int) -> bool:
    """Whether a file begins as binary glTF 2 of this size does."""
    return head[:8] == _GLB_HEAD and head[8:12] == struct.pack("<I", size)


def _is_png(head: bytes, size: int) -> bool:
    """Whether a file begins as a PNG of the size that was asked for does."""
    del size
    return head[:16] == _PNG_HEAD and head[16:24] == struct.pack(">II", _WIDTH, _HEIGHT)


_CHECKS = {"glb": _is_glb, "png": _is_png}


def _reply(
    request: Request,
    file: BegunFile,
    format_: str,
    revision: int,
    size: int,
    left_out: Sequence[str],
) -> ToolReply:
    url = file_url(file.download, public_origin=request.public_origin)
    sentences = [
        f"The scene at revision {revision} as {format_}, {size} bytes: {url}",
        f"Give the person this link: it downloads the file for {_MINUTES} minutes.",
    ]
    if left_out:
        sentences.append(f"A glb cannot hold, so left out: {'; '.join(left_out)}.")
    values = {"url": url, "format": format_, "bytes": size, "leftOut": list(left_out)}
    return ToolReply(" ".join(sentences), values)


EXPORT_TOOLS = (
    Tool(
        name="export_scene",
        title="Export the scene",
        description=(
            f"Export the scene as a file: a link that downloads it for {_MINUTES}"
            " minutes. glb and png need a browser."
        ),
        arguments=ExportArguments,
        values={
            "url": TEXT,
            "format": TEXT,
            "bytes": INTEGER,
            "leftOut": {"type": "array", "items": TEXT},
        },
        follow_up=_export,
    ),
)
