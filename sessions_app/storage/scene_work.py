"""Runs what locks a scene's row, so that one scene that is held never holds up the others.

Whoever holds it may be a process that was frozen. On SQLite, which has one lock and one thread,
none of this is needed.
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

# How long one waits for its turn, and then for a place to wait for the lock.
WAIT_SECONDS = 5.0
MAX_WAITING_THREADS = max(1, settings.DATABASE_THREADS // 2)

_Line: TypeAlias = "deque[asyncio.Future[None]]"


class _Turns:
    """Who may work on which scene, and who may wait for locks, in one event loop."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}  # of scenes that are worked on; who waits for the turn
        self._waiting_threads = asyncio.Semaphore(MAX_WAITING_THREADS)

    async def take(self, name: str) -> None:
        """Wait for the turn of this name; one at a time has it.

        Raises:
            StoreBusyError: it did not come in time, or whoever had it waited in vain.
        """
        line = self._lines.get(name)
        if line is None:
            self._lines[name] = deque()
            return
        turn = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await turn
        except TimeoutError:
            self._leave(name, line, turn)
            raise StoreBusyError from None
        except asyncio.CancelledError:
            self._leave(name, line, turn)
            raise

    def _leave(self, name: str, line: _Line, turn: "asyncio.Future[None]") -> None:
        if turn in line:
            line.remove(turn)
        elif not turn.cancelled() and turn.exception() is None:  # it came in this very moment
            self.give_back(name)

    def give_back(self, name: str) -> None:
        """Pass the turn on."""
        line = self._lines[name]
        while line:
            turn = line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._lines[name]

    def fail(self, name: str) -> None:
        """Whoever has the turn waited in vain: those behind it have waited as long."""
        line = self._lines[name]
        while line:
            turn = line.popleft()
            if not turn.done():
                turn.set_exception(StoreBusyError())

    async def take_place(self) -> None:
        """Take one of the threads that may wait for locks.

        Raises:
            StoreBusyError: none came free in time.
        """
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._waiting_threads.acquire()
        except TimeoutError:
            raise StoreBusyError from None

    def give_place_back(self) -> None:
        """Let the next one wait for a lock."""
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

    It has its turn among those of the same name, and is tried without waiting for the lock. Where
    somebody else holds that, it is tried again by one of the threads that may wait: at most half of
    all, so that the others serve the other scenes, however many are held and under whatever name.

    Cancelled before a thread has begun, it does nothing. Once one has, the work goes on to its end,
    and keeps its turn until then.
    """

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        """Keep the work; an empty name has no turn to wait for: there is no scene yet."""
        self._name = name
        self._work = work
        self.attempt: Future[T] | None = None  # the last one; None before the first

    async def run(self) -> T:
        """Do it and return what it returns.

        Raises:
            StoreBusyError: the scene is held for too long; it was rolled back.
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
        """The same for what may wait for the rows of several scenes, and has no turn."""
        if not locks.can_refuse():
            return await self._try(database.submit)
        return await self._wait_for_lock(_here())

    def when_over(self, then: Callable[[], None]) -> None:
        """Call `then` in this event loop once no thread does any of the work: at once, or later."""
        attempt = self.attempt
        if attempt is None or attempt.done():
            then()
            return
        loop = asyncio.get_running_loop()
        attempt.add_done_callback(lambda _: loop.call_soon_threadsafe(then))

    async def _try_twice(self, turns: _Turns) -> T:
        with contextlib.suppress(StoreBusyError):
            return await self._try(database.submit_without_waiting)
        return await self._wait_for_lock(turns)

    async def _wait_for_lock(self, turns: _Turns) -> T:
        await turns.take_place()
        try:
            return await self._try(database.submit)
        finally:
            self.when_over(turns.give_place_back)

    async def _try(self, submit: Callable[[Callable[[], T]], Future[T]]) -> T:
        self.attempt = submit(self._work)
        return await asyncio.wrap_future(self.attempt)


async def run(name: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do what locks the row of the scene of this name first, as `SceneWork` does."""
    with tracing.step("database"):
        return await SceneWork(name, partial(work, *args, **kwargs)).run()


async def run_on_scene(
    scene_session_id: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """The same for work on a scene whose internal id is known."""
    return await run(f"scene {scene_session_id}", work, *args, **kwargs)


async def run_patiently(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do what may wait for the rows of several scenes, in one of the threads that may wait."""
    with tracing.step("database"):
        return await SceneWork("", partial(work, *args, **kwargs)).run_patiently()
