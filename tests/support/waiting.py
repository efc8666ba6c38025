"""Waits, bounded, for what nothing tells of."""

import asyncio
from collections.abc import Callable

WITHIN_SECONDS = 15


async def until(is_so: Callable[[], bool], *, within_seconds: float = WITHIN_SECONDS) -> None:
    """Look again and again; TimeoutError where it does not come to be so."""
    async with asyncio.timeout(within_seconds):
        while not is_so():  # noqa: ASYNC110 - another process may be what changes it
            await asyncio.sleep(0.02)
