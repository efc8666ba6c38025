"""Asks one browser of a scene session something, else the camera, and awaits the answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from channels.layers import get_channel_layer

from sessions_app.assets.passes import camera_pass
from sessions_app.camera.camera import CameraFailedError, NoCameraError
from sessions_app.models.roles import Right
from sessions_app.scene.errors import SceneError
from sessions_app.sessions.finding import likely_browsers
from sessions_app.storage import database
from sessions_app.wire import scene_messages
from sessions_app.wire.events import tell_channel
from sessions_app.workers import worker
from sessions_app.workers.replies import Waiter

ANSWER_WITHIN_SECONDS = 15.0
MAX_ASKED = 3
# What a page needs to be asked anything but a picture.
_NEEDED = {"exportScene": Right.UPLOAD}

_withdrawals: set[asyncio.Task[None]] = set()


class NoBrowserError(SceneError):
    code = "no_browser"

    def __init__(self) -> None:
        super().__init__(
            "No browser has this scene open. Give the person its link, which"
            " get_browser_connection_url tells, and try again once it is open."
        )


class CameraSilentError(SceneError):
    """No browser has the scene open, and the camera failed or was too slow."""

    code = "browser_silent"

    def __init__(self) -> None:
        super().__init__(
            "No browser has this scene open, and the server's own could not draw it in time. Try"
            " again, ask for fewer views, or give the person the link, which"
            " get_browser_connection_url tells.",
            retry_after_seconds=5,
        )


class BrowserSilentError(SceneError):
    code = "browser_silent"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The browser did not answer within {seconds:g} s. Try again, a large scene in a"
            " smaller picture; if it stays so, have its tab brought to the front, or reload it.",
            retry_after_seconds=5,
        )


class BrowserFailedError(SceneError):
    """The page reported a failure, or its answer was not what was asked for.

    Its own words are untrusted and stay out of the text. `reason` is one of
    `protocol.PAGE_ERRORS`, or empty where the page gave none.
    """

    code = "browser_failed"

    def __init__(self, reason: str = "") -> None:
        super().__init__("The browser could not do that. Reload its page, then try again.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Drawable:
    """What the camera draws where no browser has the scene open."""

    document: Mapping[str, Any]
    revision: int


class _BrowserGoneError(Exception):
    """The browser left before it answered; its consumer reports this, never the page."""


async def _as_it_came(answer: dict[str, Any]) -> dict[str, Any]:
    return answer


async def ask(
    scene_session_id: int,
    method: str,
    params: dict[str, Any],
    *,
    timeout_seconds: float = ANSWER_WITHIN_SECONDS,
    check: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]] = _as_it_came,
    drawable: Drawable | None = None,
) -> dict[str, Any]:
    """Send `browserRequest` to the browser that is most likely to answer; return its result.

    Only pages whose role lets them answer are asked: never a viewer's, whatever else is open. If it
    fails or is silent, the next one is asked, at most three within the same time. If there is none,
    the camera is asked, if it may draw. The result is untrusted: `check` returns the part that may
    be used, or raises BrowserFailedError.

    Raises:
        NoBrowserError: no browser holds a lease on the session, and there is no camera.
        CameraSilentError: it did not answer in time, or ended.
        BrowserSilentError: the last did not answer in time.
        BrowserFailedError: the last answered with an error, or not what it was asked.
        TooBusyError: too many calls wait in this process.
    """
    right = _NEEDED.get(method, Right.DRAW)
    channel_names = await database.run(likely_browsers, scene_session_id, MAX_ASKED, right)
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout_seconds
    error: SceneError = NoBrowserError()
    for position, channel_name in enumerate(channel_names, start=1):
        left = end - loop.time()
        seconds = left if position == len(channel_names) else left / 2
        try:
            return await check(await _ask_one(channel_name, method, params, seconds))
        except BrowserSilentError:
            error = BrowserSilentError(timeout_seconds)
        except BrowserFailedError as failed:
            error = failed
        except _BrowserGoneError:
            continue  # as if it had not been there
    if drawable is not None and isinstance(error, NoBrowserError):
        pass_ = camera_pass(scene_session_id)
        return await check(await _ask_camera(drawable, pass_, method, params, end))
    raise error


async def _ask_camera(
    drawable: Drawable, pass_: str, method: str, params: dict[str, Any], end: float
) -> dict[str, Any]:
    """Return the camera's result, by `end` of the loop's clock."""
    camera = (await worker.current()).camera
    job = {
        "document": drawable.document,
        "revision": drawable.revision,
        "pass": pass_,
        "method": method,
        "params": params,
    }
    try:
        async with asyncio.timeout_at(end):
            answer = await camera.take(job)
    except NoCameraError:
        raise NoBrowserError from None
    except (TimeoutError, CameraFailedError):
        raise CameraSilentError from None
    result = answer.get("result")
    if isinstance(result, dict):
        return result
    raise BrowserFailedError(str(answer.get("error", {}).get("code", "")))


async def _ask_one(
    channel_name: str, method: str, params: dict[str, Any], timeout_seconds: float
) -> dict[str, Any]:
    replies = (await worker.current()).replies
    request_id = str(uuid4())
    with replies.expect(request_id) as waiter:
        event = {
            "type": "browser.request",
            "request_id": request_id,
            "reply_channel": replies.channel_name,
            "frame": scene_messages.browser_request(
                request_id=request_id, method=method, params=params
            ),
        }
        await get_channel_layer().send(channel_name, event)
        try:
            return await _answer(waiter, timeout_seconds)
        finally:
            if not waiter.messages:
                _withdraw(channel_name, request_id)


def _withdraw(channel_name: str, request_id: str) -> None:
    """Withdraw the request from the browser, in a task of its own: the caller may be cancelled."""
    event = {
        "type": "browser.request.withdrawn",
        "request_id": request_id,
        "frame": scene_messages.browser_request_withdrawn(request_id),
    }
    task = asyncio.create_task(tell_channel(channel_name, event))
    _withdrawals.add(task)
    task.add_done_callback(_withdrawals.discard)


async def _answer(waiter: Waiter, timeout_seconds: float) -> dict[str, Any]:
    try:
        async with asyncio.timeout(timeout_seconds):
            await waiter.arrived.wait()
    except TimeoutError:
        raise BrowserSilentError(timeout_seconds) from None
    reply = waiter.messages[0]
    if reply["kind"] == "gone":
        raise _BrowserGoneError
    if not isinstance(reply["result"], dict):
        raise BrowserFailedError(reply["reason"])
    return reply["result"]
