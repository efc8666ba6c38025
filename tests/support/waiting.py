"""Waits for what nothing announces, and the bound of every wait.

A bound ends a test that waits in vain; none says how fast anything is, so it is generous: machines
are busy.
"""

import asyncio
from collections.abc import Awaitable, Callable

WITHIN_SECONDS = 60


async def until(is_so: Callable[[], bool], *, seconds: float = WITHIN_SECONDS) -> None:
    """Look again and again; TimeoutError where it does not come to be so."""

    async def look() -> bool:
        return is_so()

    await until_true(look, seconds=seconds)


async def until_true(
    ask: Callable[[], Awaitable[bool]], *, seconds: float = WITHIN_SECONDS, pause: float = 0.02
) -> None:
    """The same, of what has to be asked for, with a pause between two questions."""
    async with asyncio.timeout(seconds):
        while not await ask():  # noqa: ASYNC110 - another process may be what changes it
            await asyncio.sleep(pause)
