"""Runs what locks a scene's row, so that one scene that is held never holds up the others.

Whoever holds it may be a process that was frozen. On SQLite, which has one lock and one thread,
none of this is needed.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
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

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one of the threads that may wait for locks.

        Raises:
            StoreBusyError: none came free in time.
        """
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._waiting_threads.acquire()
        except TimeoutError:
            raise StoreBusyError from None
        try:
            yield
        finally:
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
    """

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        """Keep the work; an empty name has no turn to wait for: there is no scene yet."""
        self._name = name
        self._work = work
        self._attempt: Future[T] | None = None
        self._is_over = False

    async def run(self) -> T:
        """Do it and return what it returns.

        Raises:
            StoreBusyError: the scene is held for too long; it was rolled back.
        """
        try:
            if not locks.can_refuse():
                return await self._try(database.submit)
            return await self._run(_here())
        finally:
            self._is_over = True

    async def _run(self, turns: _Turns) -> T:
        if not self._name:
            return await self._try_twice(turns)
        await turns.take(self._name)
        try:
            return await self._try_twice(turns)
        except StoreBusyError:
            turns.fail(self._name)
            raise
        finally:
            turns.give_back(self._name)

    async def _try_twice(self, turns: _Turns) -> T:
        with contextlib.suppress(StoreBusyError):
            return await self._try(database.submit_without_waiting)
        self._attempt = None
        async with turns.place():
            return await self._try(database.submit)

    async def _try(self, submit: Callable[[Callable[[], T]], Future[T]]) -> T:
        self._attempt = submit(self._work)
        return await asyncio.wrap_future(self._attempt)

    def cancel(self) -> bool:
        """Whether it has not begun and never will; whoever runs it is to be cancelled, too."""
        return not self._is_over and (self._attempt is None or self._attempt.cancel())


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
    if not locks.can_refuse():
        return await database.run(work, *args, **kwargs)
    async with _here().place():
        return await database.run(work, *args, **kwargs)
