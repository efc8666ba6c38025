"""The measurements that docs/performance.md records."""

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from statistics import median
from typing import TypeAlias

from bench.lean import ERAS, MODERN, LeanBrowser, LeanClient
from bench.measuring import Span, measured, report, unique_memory_kb
from sessions_app.scene.document import new_document
from sessions_app.simulation.servers import OwnServer

WARM_UP_CALLS = 150
CALLS = 1500
IDLE_SESSIONS = 1000
OBJECTS = (10, 1990)
_MOVED = "crate"
IN_FLIGHT = 100  # more would measure the queue, and confirmations would come after their 2 s


async def creation(server: OwnServer, port: int) -> None:
    """Making a session: the call that creates it, one in flight."""
    client = await LeanClient.open(port, MODERN)
    for _ in range(WARM_UP_CALLS):
        await client.open_scene()
    async with measured(server.pid) as span:
        for _ in range(CALLS):
            async with span.timed():
                await client.open_scene()
    client.close()
    report("creation", **_figures(span))


async def link(server: OwnServer, port: int) -> None:
    """Asking for the link of a session, which answers with a QR code too."""
    client = await LeanClient.open(port, MODERN)
    key = await client.open_scene()
    for _ in range(WARM_UP_CALLS):
        await client.call("get_browser_connection_url", scene=key)
    async with measured(server.pid) as span:
        for _ in range(CALLS):
            async with span.timed():
                await client.call("get_browser_connection_url", scene=key)
    client.close()
    report("link", **_figures(span))


async def latency(server: OwnServer, port: int) -> None:
    """Call → frame → acknowledgement → answer, one in flight, in each era."""
    for era in ERAS:
        async with _Users(port, era, 1) as users:
            span = await users.steer(server.pid, CALLS)
        report("latency", era=era, **_figures(span))


async def throughput(server: OwnServer, port: int) -> None:
    """Stored and acknowledged calls with many sessions at once, each with its browser."""
    for sessions in (1, 10, 100, 1000):
        for era in ERAS:
            async with _Users(port, era, sessions) as users:
                span = await users.steer(server.pid, max(2, CALLS // sessions))
            figures = _figures(span)
            report("throughput", era=era, sessions=sessions, **figures)


async def memory(server: OwnServer, port: int) -> None:
    """What a session with its browser costs while nothing happens."""
    async with _Users(port, MODERN, 50) as users:
        await users.steer(server.pid, 3)
    before = unique_memory_kb(server.pid)
    async with _Users(port, MODERN, IDLE_SESSIONS):
        grown = unique_memory_kb(server.pid) - before
    report("memory", sessions=IDLE_SESSIONS, kb_per_session=round(grown / IDLE_SESSIONS, 1))


async def document(server: OwnServer, port: int) -> None:
    """A move of one object in a small scene and in a large one, turn and turn about."""
    costs: dict[int, list[float]] = {objects: [] for objects in OBJECTS}
    for _ in range(3):
        for objects in OBJECTS:
            async with _Users(port, MODERN, 1, server=server, objects=objects) as users:
                costs[objects].append((await users.steer(server.pid, CALLS)).cpu_us_per_call)
    small, large = (median(costs[objects]) for objects in OBJECTS)
    report("document", cpu_us_per_call=dict(zip(OBJECTS, (small, large), strict=True)),
           ratio=round(large / small, 2))  # fmt: skip


async def statistics(server: OwnServer, port: int) -> None:
    """The statistics of a month: 1,000 sessions and 1,000,000 calls."""
    del port
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{server.database}"}
    for module in ("bench.seeding", "bench.selecting"):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, env=environment
        )
        if await process.wait():
            raise RuntimeError(f"{module} failed; its own output says why")


def _figures(span: Span) -> dict[str, float]:
    return {
        "calls": len(span.durations_ms),
        "p50_ms": span.percentile_ms(50),
        "p99_ms": span.percentile_ms(99),
        "calls_per_s": span.calls_per_second,
        "server_cpu_us_per_call": span.cpu_us_per_call,
    }


# Sends the change of a number.
_Write: TypeAlias = Callable[[LeanClient, str, int], Awaitable[bytes]]


class _Users:
    """Clients, each with a session of its own and one browser that looks at it."""

    def __init__(
        self, port: int, era: str, count: int, *, server: OwnServer | None = None, objects: int = 0
    ) -> None:
        self._port = port
        self._era = era
        self._count = count
        self._server = server
        self._objects = objects
        self._users: list[tuple[LeanClient, str, LeanBrowser]] = []

    async def __aenter__(self) -> "_Users":
        for _ in range(self._count):
            client = await LeanClient.open(self._port, self._era)
            key = await client.open_scene()
            if self._server is not None:
                _fill(self._server, key, self._objects)
            self._users.append((client, key, await LeanBrowser.open(self._port, key)))
        return self

    async def __aexit__(self, *_: object) -> None:
        for client, _key, browser in self._users:
            client.close()
            await browser.close()

    async def steer(self, pid: int, calls: int) -> Span:
        """All users at once, each with one call in flight; the first calls are not counted."""
        warm_up = max(1, WARM_UP_CALLS // self._count)
        await self._steer(Span(), 0, warm_up)
        async with measured(pid) as span:
            await self._steer(span, warm_up, calls)
        return span

    async def _steer(self, span: Span, first: int, calls: int) -> None:
        slots = asyncio.Semaphore(IN_FLIGHT)
        write = _move if self._objects else _paint
        await asyncio.gather(
            *(_steer(span, slots, user, write, range(first, first + calls)) for user in self._users)
        )


async def _steer(
    span: Span,
    slots: asyncio.Semaphore,
    user: tuple[LeanClient, str, LeanBrowser],
    write: _Write,
    numbers: range,
) -> None:
    client, key, _ = user
    for number in numbers:
        async with slots, span.timed():
            answer = await write(client, key, number)
        if b'"acknowledged":1' not in answer:
            raise RuntimeError(f"a call was not confirmed: {answer!r}")


async def _paint(client: LeanClient, key: str, number: int) -> bytes:
    return await client.call("change_model_color", color=f"#{number + 1:06x}", scene=key)


async def _move(client: LeanClient, key: str, number: int) -> bytes:
    change = {"target": _MOVED, "position": [10.0, 0.5, 0.01 * (1 + number % 2)]}
    return await client.call("update_objects", changes=[change], scene=key)


def _fill(server: OwnServer, key: str, objects: int) -> None:
    """Put a document with many objects in place of the session's first snapshot."""
    synthetic = new_document()
    for number in range(synthetic["next"], synthetic["next"] + objects):
        x, z = 2.0 * (number % 100), -2.0 * (number // 100)
        place = {"position": [x, 0.5, z], "size": [1.0, 1.0, 1.0]}
        name = f"box {number}" if number > synthetic["next"] else _MOVED
        synthetic["objects"][f"o{number}"] = {"name": name, "kind": "box", **place}
    synthetic["next"] += objects
    with sqlite3.connect(server.database, timeout=10) as database:
        row = database.execute(
            "SELECT id FROM sessions_app_scenesession WHERE edit_key = ?", [key.replace("-", "")]
        )
        [scene_session_id] = row.fetchone()
        database.execute(
            "UPDATE sessions_app_scenesnapshot SET document = ? WHERE scene_session_id = ?",
            [json.dumps(synthetic), scene_session_id],
        )
        # Another revision number than the one that the server keeps in its memory.
        database.execute(
            "UPDATE sessions_app_scenesnapshot SET revision = 1 WHERE scene_session_id = ?",
            [scene_session_id],
        )
        database.execute(
            "UPDATE sessions_app_scenesession SET revision = 1, snapshot_revision = 1 WHERE id = ?",
            [scene_session_id],
        )
