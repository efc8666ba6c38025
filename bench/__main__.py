"""Runs the measurements that are named, or all, each against a server process of its own."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from bench import measurements
from bench.dragging import dragging
from bench.edits import edits
from bench.measuring import pin
from bench.page import page
from bench.scenes import scenes
from sessions_app.simulation.servers import OwnServer, own_server

MEASUREMENTS: dict[str, Callable[[OwnServer, int], Coroutine[Any, Any, None]]] = {
    "creation": measurements.creation,
    "link": measurements.link,
    "latency": measurements.latency,
    "throughput": measurements.throughput,
    "memory": measurements.memory,
    "document": measurements.document,
    "statistics": measurements.statistics,
    "page": page,
    "edits": edits,
    "dragging": dragging,
    "scenes": scenes,
}


def main(names: list[str]) -> None:
    unknown = set(names) - set(MEASUREMENTS)
    if unknown:
        sys.exit(f"No measurement is named {', '.join(unknown)}: {', '.join(MEASUREMENTS)}")
    everywhere = os.sched_getaffinity(0)
    for name in names or MEASUREMENTS:
        os.sched_setaffinity(0, everywhere)
        with own_server() as server:
            pin(server.pid)
            port = urlsplit(server.origin).port or 0
            asyncio.run(MEASUREMENTS[name](server, port))


if __name__ == "__main__":
    main(sys.argv[1:])
