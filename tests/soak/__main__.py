"""`make soak`: prints one JSON line with what happened; ends with 1 where something is wrong."""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import django

from tests.soak import faults
from tests.soak.crowd import Crowd
from tests.soak.logs import log_faults
from tests.soak.memory import Memory
from tests.soak.readiness import Readiness
from tests.soak.record import Record
from tests.soak.stage import Stage, stage
from tests.soak.troubles import StoreTroubles, WorkerTroubles
from tests.support import clocks

SESSIONS = 200
DEEDS_PER_SECOND = 40.0
# At first faster, so that all are there when the memory is watched.
ARRIVALS_PER_SECOND = 100.0
ARRIVE_WITHIN_SECONDS = 45.0
HOUR_SECONDS = 3600.0
# Before the end nothing goes wrong any more: dead workers' leases run out, memory settles.
CALM_SECONDS = 65.0
WATCHED_SECONDS = 120.0
MOST_GROWTH = 1.0  # MiB per minute
# In a shorter run the worker is still warming up.
SETTLED_AFTER_SECONDS = 180.0
MOST_EARLY_GROWTH = 20.0
SETTLE_WITHIN_SECONDS = 90.0
MOST_FAULTS_SHOWN = 40
TROUBLES = ("workers", "valkey", "postgres")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=20260728)
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    parser.add_argument(
        "--troubles", nargs="*", choices=TROUBLES, default=TROUBLES, help="what goes wrong"
    )
    parser.add_argument("--fault", choices=sorted(faults.FAULTS), default="", help="plant a fault")
    return parser.parse_args()


async def _act(
    on: Stage,
    crowd: Crowd,
    watchers: Sequence[Coroutine[Any, Any, None]],
    given: argparse.Namespace,
) -> None:
    watching = [asyncio.create_task(watcher) for watcher in watchers]
    seconds = given.seconds
    troubled = seconds - min(CALM_SECONDS, seconds / 3)
    async with asyncio.TaskGroup() as acts:
        acts.create_task(_crowd_acts(crowd, seconds))
        acts.create_task(_jump(on, crowd, seconds / 3))
        if "workers" in given.troubles:
            acts.create_task(WorkerTroubles(on, given.seed + 1).strike(troubled))
        acts.create_task(StoreTroubles(on, given.seed + 2, given.troubles).strike(troubled))
    for task in watching:
        task.cancel()


async def _crowd_acts(crowd: Crowd, seconds: float) -> None:
    arriving = min(ARRIVE_WITHIN_SECONDS, seconds / 3)
    await crowd.act(arriving, ARRIVALS_PER_SECOND)
    await crowd.act(seconds - arriving, DEEDS_PER_SECOND)


async def _jump(on: Stage, crowd: Crowd, after_seconds: float) -> None:
    await asyncio.sleep(after_seconds)
    await crowd.leave_some()
    on.move_clock(HOUR_SECONDS)


async def _soak(on: Stage, given: argparse.Namespace) -> dict[str, Any]:
    from tests.soak import judge  # it imports models, which need the database's address

    record = Record()
    crowd = Crowd(on, record, random.Random(given.seed), given.sessions)
    memory, readiness = Memory(on.steady.pid), Readiness(on)
    await _act(on, crowd, [memory.watch(), readiness.watch()], given)
    await judge.settle(crowd, SETTLE_WITHIN_SECONDS)
    found = [*record.faults, *await judge.find_faults(crowd), *readiness.faults()]
    found += [fault for worker in on.workers for fault in log_faults(worker.log)]
    growth = memory.slope(min(WATCHED_SECONDS, given.seconds / 2))
    is_early = given.seconds < SETTLED_AFTER_SECONDS
    if growth >= (MOST_EARLY_GROWTH if is_early else MOST_GROWTH):
        found.append(f"the steady worker grows by {growth:.2f} MiB a minute")
    connected = crowd.connected()
    await crowd.leave()
    changes = record.changes.values()
    return {
        "seed": given.seed,
        "faults": found,
        "done": dict(crowd.done),
        "answers": {code or "result": count for code, count in record.answers.items()},
        "slowest_answer_seconds": round(record.slowest_seconds, 1),
        "changes": len(changes),
        "acknowledged": sum(change.revision is not None for change in changes),
        "happened": dict(on.happened),
        "browsers": connected,
        "close_codes": dict(record.close_codes),
        "readiness": readiness.counts(),
        "growth_mib_per_minute": round(growth, 3),
        "memory_mib": [round(size, 1) for _, size in memory.samples[::30]],
    }


def main() -> int:
    arguments = _arguments()
    print(f"seed {arguments.seed}", file=sys.stderr, flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="soak") as folder,
        stage(Path(folder), arguments.fault) as on,
    ):
        os.environ |= {
            "DATABASE_URL": on.postgres.database_url,
            "DJANGO_SETTINGS_MODULE": "hello3d.settings",
            "LOG_LEVEL": "ERROR",
        }
        django.setup()
        clocks.follow(on.clock)
        told = asyncio.run(_soak(on, arguments))
    print(json.dumps(told))
    for fault in told["faults"][:MOST_FAULTS_SHOWN]:
        print(fault, file=sys.stderr)
    if (more := len(told["faults"]) - MOST_FAULTS_SHOWN) > 0:
        print(f"and {more} more", file=sys.stderr)
    return 1 if told["faults"] else 0


sys.exit(main())
