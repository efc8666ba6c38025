"""Waits for what nothing announces, and the bound of every wait.

A bound ends a test that waits in vain; none says how fast anything is, so it is generous: machines
are busy.
"""

import asyncio
from collections.abc import Awaitable, Callable

WITHIN_SECONDS = 60


async def until(is_so: Callable[[], bool]) -> None:
    """Look again and again; TimeoutError where it does not come to be so."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not is_so():  # noqa: ASYNC110 - another process may be what changes it
            await asyncio.sleep(0.02)


async def until_true(ask: Callable[[], Awaitable[bool]]) -> None:
    """The same, of what has to be asked for."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not await ask():  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
