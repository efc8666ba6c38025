"""How much memory a process takes, and whether it grows."""

import asyncio
import statistics
from dataclasses import dataclass, field

import psutil

SAMPLE_EVERY_SECONDS = 1.0
MEBIBYTE = 2**20


@dataclass
class Memory:
    """The resident memory of one process, in MiB, second by second."""

    pid: int
    samples: list[tuple[float, float]] = field(default_factory=list)

    async def watch(self) -> None:
        """Sample until cancelled."""
        process = psutil.Process(self.pid)
        loop = asyncio.get_running_loop()
        while True:
            self.samples.append((loop.time(), process.memory_info().rss / MEBIBYTE))
            await asyncio.sleep(SAMPLE_EVERY_SECONDS)

    def slope(self, seconds: float) -> float:
        """MiB per minute over the last so many seconds."""
        end = self.samples[-1][0]
        last = [sample for sample in self.samples if sample[0] >= end - seconds]
        times, sizes = zip(*last, strict=True)
        return statistics.linear_regression(times, sizes).slope * 60
