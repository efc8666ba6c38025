"""Counts what is open, for whoever waits for the last of it to end."""

import asyncio
import contextlib
from collections.abc import Iterator


class Settling:
    """How many are open; `settled` waits until none is."""

    def __init__(self) -> None:
        self._open = 0
        self._none = asyncio.Event()
        self._none.set()

    def began(self) -> None:
        self._open += 1
        self._none.clear()

    def ended(self) -> None:
        self._open -= 1
        if not self._open:
            self._none.set()

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """Count one while the block runs."""
        self.began()
        try:
            yield
        finally:
            self.ended()

    async def settled(self, *, within_seconds: float) -> bool:
        """Wait until none is open; whether that came to be in time."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._none.wait()
        except TimeoutError:
            return False
        return True
