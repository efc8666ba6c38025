"""Work at intervals goes on whatever happens, and ends when it is to."""

import asyncio

import pytest

from sessions_app.workers.periodic import Periodic
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = pytest.mark.anyio

LONG = 10 * WITHIN_SECONDS


class Work:
    """Counts its runs; each does what is put in front of it, or nothing."""

    def __init__(self, *errors: BaseException) -> None:
        self._errors = list(errors)
        self._ran = asyncio.Semaphore(0)

    async def run(self) -> None:
        self._ran.release()
        if self._errors:
            raise self._errors.pop(0)

    async def ran(self, times: int = 1) -> None:
        async with asyncio.timeout(WITHIN_SECONDS):
            for _ in range(times):
                await self._ran.acquire()


async def test_a_run_that_fails_is_logged_and_others_follow(
    caplog: pytest.LogCaptureFixture,
) -> None:
    work = Work(OSError("away"), asyncio.CancelledError())  # the second: of what it waited for
    periodic = Periodic(work.run, 0.01, "the work failed")
    periodic.start()
    await work.ran(times=4)
    await periodic.stop()
    own = [record.message for record in caplog.records if record.name == Periodic.__module__]
    assert own == ["the work failed"] * 2


async def test_it_waits_until_it_is_due_or_woken() -> None:
    work = Work()
    periodic = Periodic(work.run, LONG, "")
    periodic.start(after=0)
    await work.ran()
    periodic.wake()
    await work.ran()
    await periodic.stop()


async def test_it_waits_as_long_as_the_work_says() -> None:
    work = Work()

    async def run() -> float:
        await work.run()
        return 0.01

    periodic = Periodic(run, LONG, "")
    periodic.start(after=0)
    await work.ran(times=3)
    await periodic.stop()


async def test_stopping_cancels_a_run_and_it_may_begin_again() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        began.set()
        try:
            await asyncio.sleep(LONG)
        finally:
            ended.set()

    periodic = Periodic(run, 0.01, "")
    for _ in range(2):
        began.clear()
        ended.clear()
        periodic.start()
        async with asyncio.timeout(WITHIN_SECONDS):
            await began.wait()
            await periodic.stop()
        assert ended.is_set()
        assert not periodic.is_running


async def test_work_may_end_itself() -> None:
    ran = 0

    async def run() -> None:
        nonlocal ran
        ran += 1
        periodic.cancel()

    periodic = Periodic(run, 0.0, "")
    periodic.start()
    await until(lambda: not periodic.is_running)
    for _ in range(10):
        await asyncio.sleep(0)
    assert ran == 1
