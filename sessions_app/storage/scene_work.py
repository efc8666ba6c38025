"""Runs work that locks a scene's row, so that one locked scene never blocks the others.

The lock's holder may be a frozen process. SQLite, with one lock and one thread, needs none of this.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Generic, ParamSpec, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings

from sessions_app.errors import StoreBusyError
from sessions_app.storage import database, locks
from sessions_app.telemetry import tracing

P = ParamSpec("P")
T = TypeVar("T")

# How long to wait for a turn, and then for a thread that may wait for the lock.
WAIT_SECONDS = 5.0
MAX_WAITING_THREADS = max(1, settings.DATABASE_THREADS // 2)

_Queue: TypeAlias = "deque[asyncio.Future[None]]"


class _Turns:
    """Turns per scene, and the threads that may wait for locks, in one event loop."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}  # waiters, by the name of each scene in work
        self._waiting_threads = asyncio.Semaphore(MAX_WAITING_THREADS)

    async def take(self, name: str) -> None:
        """Wait for the turn of this name.

        Raises:
            StoreBusyError: it did not come in time, or the work ahead failed to get the lock.
        """
        queue = self._queues.get(name)
        if queue is None:
            self._queues[name] = deque()
            return
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await turn
        except TimeoutError:
            self._leave(name, queue, turn)
            raise StoreBusyError from None
        except asyncio.CancelledError:
            self._leave(name, queue, turn)
            raise

    def _leave(self, name: str, queue: _Queue, turn: "asyncio.Future[None]") -> None:
        if turn in queue:
            queue.remove(turn)
        elif not turn.cancelled() and turn.exception() is None:  # the turn came at this very moment
            self.give_back(name)

    def give_back(self, name: str) -> None:
        """Pass the turn to the next waiter."""
        queue = self._queues[name]
        while queue:
            turn = queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._queues[name]

    def fail(self, name: str) -> None:
        """Fail all waiters: they have waited as long as the work that could not get the lock."""
        queue = self._queues[name]
        while queue:
            turn = queue.popleft()
            if not turn.done():
                turn.set_exception(StoreBusyError())

    async def reserve_thread(self) -> None:
        """Reserve one of the threads that may wait for locks.

        Raises:
            StoreBusyError: none was free in time.
        """
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._waiting_threads.acquire()
        except TimeoutError:
            raise StoreBusyError from None

    def release_thread(self) -> None:
        """Release a reserved thread."""
        self._waiting_threads.release()


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns] = WeakKeyDictionary()


def _here() -> _Turns:
    loop = asyncio.get_running_loop()
    turns = _turns.get(loop)
    if turns is None:
        turns = _turns[loop] = _Turns()
    return turns


class SceneWork(Generic[T]):
    """A piece of work that locks one scene's row before anything else.

    Work of one name runs one at a time. The first attempt does not wait for the lock. If the lock
    is held, a second attempt runs on a thread that may wait. At most half of the threads may wait,
    so the rest keep serving other scenes however many are locked.

    If cancelled before a thread has started, it does nothing. Once started, the work runs to its
    end and keeps its turn until then.
    """

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        """Keep the work. An empty name means no scene yet, so no turn to wait for."""
        self._name = name
        self._work = work
        self.attempt: Future[T] | None = None  # the last one; None before the first

    async def run(self) -> T:
        """Run the work and return its result.

        Raises:
            StoreBusyError: the scene stayed locked for too long; the work was rolled back.
        """
        if not locks.can_refuse():
            return await self._try(database.submit)
        turns = _here()
        if not self._name:
            return await self._try_twice(turns)
        await turns.take(self._name)
        try:
            return await self._try_twice(turns)
        except StoreBusyError:
            turns.fail(self._name)
            raise
        finally:
            self.when_over(partial(turns.give_back, self._name))

    async def run_patiently(self) -> T:
        """Run work that may wait for the rows of several scenes, without a turn."""
        if not locks.can_refuse():
            return await self._try(database.submit)
        return await self._wait_for_lock(_here())

    def when_over(self, then: Callable[[], None]) -> None:
        """Call `then` in this event loop once no thread is running the work."""
        attempt = self.attempt
        if attempt is None or attempt.done():
            then()
            return
        loop = asyncio.get_running_loop()

        def in_loop(_: Future[T]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and all that waited in it
                loop.call_soon_threadsafe(then)

        attempt.add_done_callback(in_loop)

    async def _try_twice(self, turns: _Turns) -> T:
        with contextlib.suppress(StoreBusyError):
            return await self._try(database.submit_without_waiting)
        return await self._wait_for_lock(turns)

    async def _wait_for_lock(self, turns: _Turns) -> T:
        await turns.reserve_thread()
        try:
            return await self._try(database.submit)
        finally:
            self.when_over(turns.release_thread)

    async def _try(self, submit: Callable[[Callable[[], T]], Future[T]]) -> T:
        self.attempt = submit(self._work)
        return await asyncio.wrap_future(self.attempt)


async def run(name: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work that locks this scene's row first, as `SceneWork` does."""
    with tracing.step("database"):
        return await SceneWork(name, partial(work, *args, **kwargs)).run()


async def run_on_scene(
    scene_session_id: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run work on the scene with this internal id, as `run` does."""
    return await run(f"scene {scene_session_id}", work, *args, **kwargs)


async def run_patiently(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work that may wait for the rows of several scenes, on a thread that may wait."""
    with tracing.step("database"):
        return await SceneWork("", partial(work, *args, **kwargs)).run_patiently()
