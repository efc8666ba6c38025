"""Cancels a call whose client closes the connection, as MCP 2026-07-28 has clients cancel."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
from starlette.types import Receive

# Nearly all calls end sooner, and cost no more than a timer.
WATCH_AFTER_SECONDS = 0.05


@contextmanager
def ends_with_connection(receive: Receive) -> Iterator[None]:
    """Cancel the block when the client closes the connection; the SDK watches streams only.

    Args:
        receive: the request's, whose body has been read.
    """
    loop = asyncio.get_running_loop()
    with anyio.CancelScope() as scope:
        watches: list[asyncio.Task[None]] = []

        def watch() -> None:
            watches.append(loop.create_task(_cancel_when_closed(receive, scope)))

        timer = loop.call_later(WATCH_AFTER_SECONDS, watch)
        try:
            yield
        finally:
            timer.cancel()
            for task in watches:
                task.cancel()


async def _cancel_when_closed(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
