"""Counts the browsers that show a scene, so that a read agrees with the change before it.

The acknowledgement of a change reaches the waiting call at once, and the database with the next
batch of the worker whose browser sent it.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from sessions_app import clock
from sessions_app.errors import StoreError
from sessions_app.sessions.finding import browser_counts
from sessions_app.sessions.own import OwnScene
from sessions_app.steering.tool_calls import CallEffect
from sessions_app.storage import database
from sessions_app.workers.call_writer import FLUSH_EVERY_SECONDS
from sessions_app.workers.worker import Worker

# Upper bound on how long a call waits for its browsers.
CONFIRM_WITHIN_SECONDS = 2.0
# How long another worker's batch may take to reach the database, and the polling interval.
WRITTEN_WITHIN_SECONDS = FLUSH_EVERY_SECONDS + 0.1
LOOK_EVERY_SECONDS = 0.1
_SETTLED_AFTER = timedelta(seconds=CONFIRM_WITHIN_SECONDS + WRITTEN_WITHIN_SECONDS)

Found = TypeVar("Found", bound=CallEffect | OwnScene)


async def counted(here: Worker, found: Sequence[Found]) -> list[Found]:
    """Return what a read found, with the browser counts that the last change left.

    If a scene has just changed and a browser does not seem to show it, this worker's batch is
    flushed and the count repeated, for at most 0.35 s, until other workers have flushed theirs.
    """
    scenes = list(found)
    if not any(map(_is_unsettled, scenes)):
        return scenes
    with contextlib.suppress(StoreError):  # the writer retries and logs it
        await here.calls.flush()
    loop = asyncio.get_running_loop()
    end = loop.time() + WRITTEN_WITHIN_SECONDS
    while True:
        scenes = await database.run(_count_again, scenes)
        left = end - loop.time()
        if left <= 0 or not any(map(_is_unsettled, scenes)):
            return scenes
        await asyncio.sleep(min(left, LOOK_EVERY_SECONDS))


def _is_unsettled(one: CallEffect | OwnScene) -> bool:
    counts = one.browsers
    is_young = clock.now() - one.changed_at < _SETTLED_AFTER
    return counts.acknowledged < counts.connected and is_young


def _count_again(scenes: list[Found]) -> list[Found]:
    return [
        replace(one, browsers=browser_counts(one.scene_session_id, one.revision))
        if _is_unsettled(one)
        else one
        for one in scenes
    ]
