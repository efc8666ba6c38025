"""Ends the streams of notifications when the process ends: properly, so that clients come back."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Message, Receive, Scope, Send


async def serve_stream(
    serve: Callable[[Scope, Receive, Send], Awaitable[None]],
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    ended: asyncio.Event,
) -> None:
    """Serve a request until the client leaves or `ended` is set, then complete its answer."""
    started = completed = False

    async def watched(message: Message) -> None:
        nonlocal started, completed
        started = started or message["type"] == "http.response.start"
        is_body = message["type"] == "http.response.body"
        completed = completed or (is_body and not message.get("more_body", False))
        await send(message)

    await serve(scope, _until(ended, receive), watched)
    if started and not completed:
        await send({"type": "http.response.body", "body": b""})


def _until(ended: asyncio.Event, receive: Receive) -> Receive:
    """A `receive` for which the client leaves when `ended` is set."""

    async def received() -> Message:
        coming = asyncio.ensure_future(receive())
        ending = asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
            return coming.result() if coming.done() else {"type": "http.disconnect"}
        finally:
            coming.cancel()
            ending.cancel()

    return received
