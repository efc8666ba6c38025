"""A scene's work may end after the event loop that asked for it, as where a process stops."""

import asyncio
import threading

import pytest

from sessions_app.storage import database
from sessions_app.storage.scene_work import SceneWork
from tests.support.waiting import WITHIN_SECONDS


def test_work_that_ends_after_its_loop_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    began, may_end = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        may_end.wait(WITHIN_SECONDS)

    held = SceneWork("", work)

    async def ask() -> None:
        asking = asyncio.create_task(held.run())
        await asyncio.to_thread(began.wait, WITHIN_SECONDS)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        held.when_over(pytest.fail)

    asyncio.run(ask())
    may_end.set()
    # With SQLite there is one thread, which comes to this after all that follows the work.
    database.submit(int).result(WITHIN_SECONDS)
    assert caplog.records == []
