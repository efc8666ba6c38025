"""Asks one browser of a scene session something, and awaits its answer."""

import asyncio
from typing import Any
from uuid import uuid4

from channels.layers import get_channel_layer

from sessions_app import database, protocol, worker
from sessions_app.replies import Waiter
from sessions_app.scene.errors import SceneError
from sessions_app.selectors import best_browser

ANSWER_WITHIN_SECONDS = 15.0


class NoBrowserError(SceneError):
    code = "no_browser"

    def __init__(self) -> None:
        super().__init__("No browser has this scene open. Open its link, then try again.")


class BrowserSilentError(SceneError):
    code = "browser_silent"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The browser did not answer within {seconds:g} s. Bring its tab to the front or reload"
            " it, then try again.",
            retry_after_seconds=5,
        )


class BrowserFailedError(SceneError):
    """The page said that it could not; its own words are a stranger's and stay out of the text."""

    code = "browser_failed"

    def __init__(self) -> None:
        super().__init__("The browser could not do that. Reload its page, then try again.")


async def ask(
    scene_session_id: int,
    method: str,
    params: dict[str, Any],
    *,
    timeout_seconds: float = ANSWER_WITHIN_SECONDS,
) -> dict[str, Any]:
    """Send `browserRequest` to the browser that is most likely to answer; return its result.

    The result comes from a page: the caller checks its shape.

    Raises:
        NoBrowserError: no browser holds a lease on the session.
        BrowserSilentError: it did not answer in time.
        BrowserFailedError: it answered with an error.
        TooBusyError: too many calls wait in this process.
    """
    channel_name = await database.run(best_browser, scene_session_id)
    if channel_name is None:
        raise NoBrowserError
    replies = (await worker.current()).replies
    request_id = str(uuid4())
    with replies.expect(request_id) as waiter:
        event = {
            "type": "browser.request",
            "request_id": request_id,
            "reply_channel": replies.channel_name,
            "frame": protocol.browser_request(request_id=request_id, method=method, params=params),
        }
        await get_channel_layer().send(channel_name, event)
        return await _answer(waiter, timeout_seconds)


async def _answer(waiter: Waiter, timeout_seconds: float) -> dict[str, Any]:
    try:
        async with asyncio.timeout(timeout_seconds):
            await waiter.arrived.wait()
    except TimeoutError:
        raise BrowserSilentError(timeout_seconds) from None
    result = waiter.messages[0]["result"]
    if not isinstance(result, dict):
        raise BrowserFailedError
    return result
