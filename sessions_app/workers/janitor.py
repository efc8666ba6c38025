"""Runs the periodic clean-up: puts sessions to sleep, closes and deletes what has expired.

Every process has one. Tasks work in small batches, so that calls get their turn in between; several
processes may run the same task at once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from sessions_app.assets import removal
from sessions_app.browsers import pairings
from sessions_app.calls.counting import calls_count
from sessions_app.calls.lost import calls_of_dead_workers_mark
from sessions_app.sessions import clean_up, life_cycle
from sessions_app.storage import scene_work
from sessions_app.workers.jitter import jitter
from sessions_app.workers.periodic import Periodic

logger = logging.getLogger(__name__)

JITTER = 0.1
MAX_SESSIONS_LOGGED = 10


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of clean-up.

    `batch` does part of the work and returns the ids of changed scene sessions or the number of
    rows; nothing when the work is done.
    """

    name: str
    batch: Callable[[], list[int] | int]
    batches: int = 50  # per run; the rest waits for the next


# In this order, so that calls are counted before they are deleted, and sessions closed before.
TASKS = (
    Task("calls lost", calls_of_dead_workers_mark),
    Task("browsers gone", pairings.stale_leave),
    Task("calls counted", calls_count),
    Task("sessions put to sleep", life_cycle.idle_put_to_sleep),
    Task("sessions closed that no browser opened", life_cycle.unopened_close),
    Task("sessions closed that nobody used", life_cycle.unused_close),
    Task("sessions closed for their age", life_cycle.aged_close),
    Task("calls of old sessions deleted", life_cycle.calls_of_old_delete),
    Task("sessions deleted", life_cycle.old_delete),
    Task("old calls deleted", clean_up.calls_delete),
    Task("expired links deleted", clean_up.links_delete),
    Task("expired pairing codes deleted", clean_up.codes_delete),
    Task("expired files deleted", clean_up.files_delete),
    Task("scenes searched for unneeded models", removal.unneeded_delete, batches=10),
    Task("unneeded models deleted", removal.files_delete),
    Task("expired sign-ins deleted", clean_up.sign_ins_delete),
    Task("ended bindings deleted", clean_up.bindings_delete),
    Task("clients gone", clean_up.clients_delete),
    Task("surplus events deleted", clean_up.events_delete),
    Task("surplus browsers deleted", clean_up.browsers_delete),
    Task("dead workers forgotten", clean_up.workers_delete),
    Task("old counts of refusals deleted", clean_up.refusals_delete),
)


class Janitor:
    """One per worker."""

    def __init__(self) -> None:
        self._interval: float = settings.MCP_SESSION_CLEANUP_INTERVAL
        self._rounds = Periodic(
            self._clean_up, self._interval, "the clean-up failed and is tried again"
        )

    async def start(self) -> None:
        """Repair what this instance left behind when it was killed, then start."""
        recovered = await scene_work.run_patiently(pairings.instance_recover)
        if recovered:
            logger.warning("rows of a killed process were repaired", extra={"count": recovered})
        # Spread the processes out.
        self._rounds.start(after=jitter(0, self._interval))

    async def stop(self) -> None:
        await self._rounds.stop()

    async def _clean_up(self) -> float:
        await clean_up_once()
        return self._interval * jitter(1 - JITTER, 1 + JITTER)


async def clean_up_once() -> dict[str, int]:
    """Run every task once; return the number of sessions or rows by task name.

    A failed task is logged and does not stop the others.
    """
    done = {}
    for task in TASKS:
        try:
            done[task.name] = await _run_task(task)
        except Exception:
            logger.exception("a clean-up failed and is tried again", extra={"kind": task.name})
    return done


async def _run_task(task: Task) -> int:
    total = 0
    for _ in range(task.batches):
        dealt_with = await scene_work.run_patiently(task.batch)
        if not dealt_with:
            break
        if isinstance(dealt_with, int):
            total += dealt_with
            continue
        total += len(dealt_with)
        if len(dealt_with) <= MAX_SESSIONS_LOGGED:
            for scene_session_id in dealt_with:
                logger.info(task.name, extra={"scene": scene_session_id})
    if total:
        logger.info("clean-up", extra={"kind": task.name, "count": total})
    return total
