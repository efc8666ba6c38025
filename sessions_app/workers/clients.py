"""Tracks the MCP clients of this worker, and notifies their scenes' pages of comings and goings.

A message costs one lookup in memory. Repeated activity is written once a minute, by a background
task.
"""

import asyncio
import contextlib
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sessions_app.browsers.clients import (
    Client,
    Heard,
    SceneRef,
    client_leave,
    clients_renew,
    clients_store,
)
from sessions_app.storage import scene_work
from sessions_app.wire.events import tell_scene
from sessions_app.workers.periodic import Periodic

logger = logging.getLogger(__name__)

WRITE_AGAIN_AFTER_SECONDS = 60.0
FLUSH_EVERY_SECONDS = 0.25
FLUSH_AT_MOST = 500
MAX_KNOWN = 4096
MAX_WAITING = 4096
# Two calls show that a connection is lasting.
CALLS_WRITTEN_AT_ONCE = 2


@dataclass(slots=True)
class _Known:
    """What this worker knows of a client at a scene."""

    write_again_at: float
    calls: int = 0


class ClientKeeper:
    """One per worker."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[SceneRef, str], _Known] = OrderedDict()
        self._waiting: dict[tuple[SceneRef, str], Heard] = {}
        self._writing = asyncio.Lock()  # leaving waits until the arrival is written
        self._held: Counter[str] = Counter()
        self._renew_at = time.monotonic() + WRITE_AGAIN_AFTER_SECONDS
        self._writes = Periodic(
            self._write,
            WRITE_AGAIN_AFTER_SECONDS,
            "presence of clients cannot be written yet",
            rest=FLUSH_EVERY_SECONDS,
        )

    def start(self) -> None:
        self._writes.start()

    async def stop(self) -> None:
        """Write what is left, then stop."""
        await self._writes.stop()
        await self.flush()

    def heard(self, client: Client, place: SceneRef, *, calls: int = 0) -> None:
        """Record a message; `calls` is 1 for a tool call, else 0."""
        key = (place, client.connection)
        now = time.monotonic()
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _Known(write_again_at=now)
            if len(self._known) > MAX_KNOWN:
                self._known.popitem(last=False)
        known.calls += calls
        counts = calls and known.calls <= CALLS_WRITTEN_AT_ONCE
        if now < known.write_again_at and not counts:
            return
        known.write_again_at = now + WRITE_AGAIN_AFTER_SECONDS
        waiting = self._waiting.get(key)
        if waiting is None and len(self._waiting) < MAX_WAITING:
            waiting = self._waiting[key] = Heard(client, place)
        if waiting is not None:
            waiting.calls += calls
            self._writes.wake()

    @contextlib.contextmanager
    def holding(self, connection: str) -> Iterator[None]:
        """Count a silent client as present while the block runs."""
        self._held[connection] += 1
        try:
            yield
        finally:
            self._held[connection] -= 1
            if not self._held[connection]:
                del self._held[connection]

    async def left(self, connection: str) -> None:
        """Record that a client has disconnected, and notify its scenes' pages."""
        try:
            await self.flush()  # its last activity
            await _tell(await scene_work.run_patiently(client_leave, connection))
        except Exception:
            logger.exception("the departure of a client cannot be stored")

    async def flush(self) -> None:
        """Write all activity; keep what cannot be written for the next time."""
        async with self._writing:
            while self._waiting:
                await _tell(await self._write_some())

    async def _write_some(self) -> list[int]:
        keys = list(self._waiting)[:FLUSH_AT_MOST]
        taken = {key: self._waiting.pop(key) for key in keys}
        try:
            return await scene_work.run_patiently(clients_store, list(taken.values()))
        except BaseException:
            self._waiting = taken | self._waiting
            raise

    async def _write(self) -> float:
        try:
            await self.flush()
            await self._renew()
        except Exception:
            self._writes.wake()
            raise
        return self._renew_at - time.monotonic()

    async def _renew(self) -> None:
        if time.monotonic() < self._renew_at:
            return
        self._renew_at = time.monotonic() + WRITE_AGAIN_AFTER_SECONDS
        if self._held:
            await scene_work.run_patiently(clients_renew, list(self._held))


async def _tell(scene_session_ids: Iterable[int]) -> None:
    """Notify the pages of these scenes, on every worker, of who is present."""
    for scene_session_id in scene_session_ids:
        event = {"type": "scene.presence", "scene_session_id": scene_session_id}
        await tell_scene(scene_session_id, event)
