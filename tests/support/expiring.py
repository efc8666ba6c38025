"""Cleans up in many threads at once, while calls come in, and prints what became of it as JSON.

A process of its own, so that any database can be given: DATABASE_URL.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain
from typing import Any
from uuid import uuid4

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hello3d.settings")
    django.setup()

from django.conf import settings
from django.db import connection, connections

from sessions_app import clock
from sessions_app.browsers import pairings
from sessions_app.calls.records import Call
from sessions_app.models import (
    Pairing,
    SceneSession,
    SceneSessionEvent,
    ToolCall,
)
from sessions_app.routing import Rule, Target
from sessions_app.sessions import life_cycle
from sessions_app.sessions.opening import scene_session_open
from sessions_app.steering.tool_calls import tool_call_perform
from sessions_app.web.callers import Caller
from tests.support.waiting import WITHIN_SECONDS

if "timeout" in settings.DATABASES["default"]["OPTIONS"]:  # of SQLite, whose writers take turns
    settings.DATABASES["default"]["OPTIONS"]["timeout"] = WITHIN_SECONDS

SESSIONS = 240
THREADS = 4
CALLED = 160


def slow_look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Have each look for what is due take long, so that calls come before the rows are locked.

    SQLite needs none of this: there, whoever writes is alone from the first statement on.
    """
    if "SKIP LOCKED" in sql:
        sql = sql.replace(" WHERE ", " WHERE (SELECT pg_sleep(0.2))::text IS NOT NULL AND ", 1)
    return execute(sql, params, many, context)


def together(works: Iterable[Callable[[], list[int]]]) -> list[int]:
    """Do all of it at once, each in a thread; return all that they return."""

    def alone(work: Callable[[], list[int]]) -> list[int]:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS + 2) as pool:
        return list(chain(*pool.map(alone, works)))


def drained(batch: Callable[[], list[int] | int]) -> list[Callable[[], list[int]]]:
    """For each thread, what does one batch after another until nothing is left."""

    def run() -> list[int]:
        done: list[int] = []
        with connection.execute_wrapper(slow_look):
            while dealt_with := batch():
                done += dealt_with if isinstance(dealt_with, list) else range(dealt_with)
        return done

    return [run] * THREADS


def calls(scenes: list[SceneSession]) -> Callable[[], list[int]]:
    """What reads each of these scenes."""

    def run() -> list[int]:
        for scene in scenes:
            target = Target(Rule.ARGUMENT, scene.edit_key)
            tool_call_perform(Call("a_tool", "A tool", Caller(), target, worker_id=uuid4()), None)
        return []

    return run


def make_scenes() -> list[SceneSession]:
    scenes = [
        scene_session_open(opened_by=SceneSession.Origin.CLIENT, caller=Caller())
        for _ in range(SESSIONS)
    ]
    seen = {"browser_id": "b", "channel_name": "c", "lease_until": clock.now()}
    Pairing.objects.bulk_create(Pairing(scene_session=scene, **seen) for scene in scenes)
    return scenes


def make_old(by: timedelta) -> None:
    then = clock.now() - by
    SceneSession.objects.update(changed_at=then, created_at=then)
    Pairing.objects.update(lease_until=then)
    ToolCall.objects.update(started_at=then)


def of_kind(kind: str) -> list[int]:
    events = SceneSessionEvent.objects.filter(kind=kind)
    return list(events.values_list("scene_session", flat=True))


def main() -> dict[str, Any]:
    scenes = make_scenes()
    told: dict[str, Any] = {}
    make_old(timedelta(hours=2))
    called = scenes[: CALLED // 2], scenes[SESSIONS - CALLED // 2 :]
    slept = together([*drained(life_cycle.idle_put_to_sleep), *map(calls, called)])
    told["slept"], told["sleeping events"] = len(slept), len(of_kind("slept"))
    idle = set(SceneSession.objects.filter(state="idle").values_list("pk", flat=True))
    told["asleep although called"] = len(idle & {scene.pk for scene in chain(*called)})
    told["idle"], told["not woken"] = len(idle), len(set(slept) - set(of_kind("woke")))
    gone = together(drained(pairings.stale_leave))
    told["gone"] = [len(gone), len(of_kind("left"))]
    make_old(timedelta(days=31))
    closed = together(drained(life_cycle.unused_close))
    told["closed"] = [len(closed), len(set(closed)), len(of_kind("closed"))]
    together(drained(life_cycle.calls_of_old_delete))
    deleted = together(drained(life_cycle.old_delete))
    told["deleted"] = [len(deleted), len(set(deleted)), SESSIONS - SceneSession.objects.count()]
    told["calls left"] = ToolCall.objects.count()
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()))
