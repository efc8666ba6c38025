"""Runs background work at intervals."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

STOP_WITHIN_SECONDS = 5.0


@dataclass(eq=False, slots=True)
class Periodic:
    """Runs `work` at intervals until stopped; a failed run is logged, and the next one follows.

    The next run starts after `every` seconds, or after as many as `work` returned. `wake` starts it
    early, but leaves at least `rest` seconds between runs.
    """

    work: Callable[[], Awaitable[float | None]]
    every: float
    failure: str  # the log message of a failed run
    rest: float = 0.0
    _wake: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def is_running(self) -> bool:
        return self._task is not None

    def start(self, *, after: float | None = None) -> None:
        """Start unless running; the first run is after `after` seconds, by default `every`."""
        if self._task is None:
            first = self.every if after is None else after
            self._task = asyncio.create_task(self._run(first), name=self.work.__qualname__)

    def wake(self) -> None:
        self._wake.set()

    def cancel(self) -> None:
        """Stop without waiting; `work` may call this itself."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def stop(self) -> None:
        """Cancel the current run and wait for its end."""
        if task := self._task:
            self.cancel()
            await asyncio.wait([task], timeout=STOP_WITHIN_SECONDS)

    async def _run(self, pause: float) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            self._wake.clear()
            asked = None
            try:
                asked = await self.work()
            except (Exception, asyncio.CancelledError):
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise  # stopped, rather than something that the work awaited
                logger.exception(self.failure)
            pause = (self.every if asked is None else asked) - self.rest
            await asyncio.sleep(self.rest)
