"""Counts what is in flight, so that a shutdown can wait for it."""

import asyncio
import contextlib
from collections.abc import Iterator


class InFlight:
    """A count that can be awaited: `wait_for_none` returns once it is zero."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    def add(self) -> None:
        self._count += 1
        self._none.clear()

    def remove(self) -> None:
        self._count -= 1
        if not self._count:
            self._none.set()

    @contextlib.contextmanager
    def track(self) -> Iterator[None]:
        """Count one more while the block runs."""
        self.add()
        try:
            yield
        finally:
            self.remove()

    async def wait_for_none(self, *, within_seconds: float) -> bool:
        """Wait until nothing is in flight; return False if that takes too long."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._none.wait()
        except TimeoutError:
            return False
        return True
