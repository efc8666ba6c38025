"""What is measured of a server process from outside, and how figures are printed."""

import contextlib
import json
import os
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil


@dataclass
class Span:
    """What happened between two looks at the server."""

    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    durations_ms: list[float] = field(default_factory=list)

    @asynccontextmanager
    async def timed(self) -> AsyncIterator[None]:
        """Time one call."""
        began = time.perf_counter()
        yield
        self.durations_ms.append((time.perf_counter() - began) * 1000)

    def percentile_ms(self, percent: int) -> float:
        cuts = statistics.quantiles(self.durations_ms, n=100, method="inclusive")
        return round(cuts[percent - 1], 2)

    @property
    def cpu_us_per_call(self) -> float:
        return round(self.cpu_seconds / len(self.durations_ms) * 1e6)

    @property
    def calls_per_second(self) -> float:
        return round(len(self.durations_ms) / self.wall_seconds)


@asynccontextmanager
async def measured(pid: int) -> AsyncIterator[Span]:
    """Take the server's CPU time and the wall clock around a block."""
    span, process = Span(), psutil.Process(pid)
    before, began = process.cpu_times(), time.perf_counter()
    yield span
    after = process.cpu_times()
    span.wall_seconds = time.perf_counter() - began
    span.cpu_seconds = after.user + after.system - before.user - before.system


def unique_memory_kb(pid: int) -> float:
    """Memory that would be free if the process ended (USS), in kilobytes."""
    return float(psutil.Process(pid).memory_full_info().uss) / 1000


def pin(pid: int) -> None:
    """Put the server on the first processor, and this client on the second where there is one."""
    processors = sorted(os.sched_getaffinity(0))
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(ProcessLookupError):  # a thread that has ended meanwhile
            os.sched_setaffinity(int(task.name), {processors[0]})
    os.sched_setaffinity(0, {processors[-1]})


def report(name: str, **figures: Any) -> None:
    print(json.dumps({"bench": name, **figures}), flush=True)
