"""`make soak`: prints one JSON line with what happened; ends with 1 where something is wrong."""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

from tests.soak import faults
from tests.soak.crowd import Crowd
from tests.soak.memory import Memory
from tests.soak.stage import Stage, stage
from tests.support import clocks

SESSIONS = 200
DEEDS_PER_SECOND = 40.0
# At first faster, so that all are there when the memory is watched.
ARRIVALS_PER_SECOND = 100.0
ARRIVE_WITHIN_SECONDS = 45.0
HOUR_SECONDS = 3600.0
# Before the end nothing happens to a worker any more: dead ones' leases run out, memory settles.
CALM_SECONDS = 65.0
WATCHED_SECONDS = 120.0
MOST_GROWTH = 1.0  # MiB per minute
SETTLE_WITHIN_SECONDS = 90.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--seed", type=int, default=20260728)
    parser.add_argument("--fault", choices=sorted(faults.FAULTS), default="", help="plant a fault")
    return parser.parse_args()


async def _act(on: Stage, crowd: Crowd, memory: Memory, seconds: float, seed: int) -> None:
    watching = asyncio.create_task(memory.watch())
    async with asyncio.TaskGroup() as acts:
        acts.create_task(_crowd_acts(crowd, seconds))
        acts.create_task(on.trouble(random.Random(seed + 1), seconds - CALM_SECONDS))
        acts.create_task(_jump(on, crowd, seconds / 3))
    watching.cancel()


async def _crowd_acts(crowd: Crowd, seconds: float) -> None:
    arriving = min(ARRIVE_WITHIN_SECONDS, seconds)
    await crowd.act(arriving, ARRIVALS_PER_SECOND)
    await crowd.act(seconds - arriving, DEEDS_PER_SECOND)


async def _jump(on: Stage, crowd: Crowd, after_seconds: float) -> None:
    await asyncio.sleep(after_seconds)
    await crowd.leave_some()
    on.move_clock(HOUR_SECONDS)


async def _soak(on: Stage, seconds: float, seed: int) -> dict[str, Any]:
    from tests.soak import judge  # it imports models, which need the database's address

    crowd = Crowd(on.workers, random.Random(seed), SESSIONS)
    memory = Memory(on.steady.pid)
    await _act(on, crowd, memory, seconds, seed)
    await judge.settle(crowd, SETTLE_WITHIN_SECONDS)
    found = await judge.find_faults(crowd)
    growth = memory.slope(WATCHED_SECONDS)
    if growth >= MOST_GROWTH:
        found.append(f"the steady worker grows by {growth:.2f} MiB a minute")
    connected = crowd.connected()
    await crowd.leave()
    return {
        "seed": seed,
        "faults": found,
        "done": dict(crowd.done),
        "happened": dict(on.happened),
        "browsers": connected,
        "growth_mib_per_minute": round(growth, 3),
        "memory_mib": [round(size, 1) for _, size in memory.samples[::30]],
    }


def main() -> int:
    arguments = _arguments()
    with (
        tempfile.TemporaryDirectory(prefix="soak") as folder,
        stage(Path(folder), arguments.fault) as on,
    ):
        os.environ |= {
            "DATABASE_URL": on.database_url,
            "DJANGO_SETTINGS_MODULE": "hello3d.settings",
            "LOG_LEVEL": "ERROR",
        }
        django.setup()
        clocks.follow(on.clock)
        told = asyncio.run(_soak(on, arguments.seconds, arguments.seed))
    print(json.dumps(told))  # noqa: T201
    for fault in told["faults"]:
        print(fault, file=sys.stderr)  # noqa: T201
    return 1 if told["faults"] else 0


sys.exit(main())
