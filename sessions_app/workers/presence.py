"""Notifies this worker's browsers of who is at their scene, with one query per scene."""

import asyncio
import logging

from sessions_app.browsers.presence import presence, presences
from sessions_app.storage import database
from sessions_app.wire import scene_messages
from sessions_app.wire.scene_messages import Presence
from sessions_app.workers.leases import LeaseKeeper
from sessions_app.workers.periodic import Periodic

logger = logging.getLogger(__name__)

NOTIFY_EVERY_SECONDS = 1.0
# How long to gather events: one arrival is reported by every browser of the scene here.
GATHER_SECONDS = 0.05
# Catches clients that fall silent and lost messages between workers.
CHECK_EVERY_SECONDS = 25.0
CHECKED_AT_ONCE = 500


class PresenceNotifier:
    """One per worker. Sends a change at once, but at most once a second per scene."""

    def __init__(self, leases: LeaseKeeper) -> None:
        self._leases = leases
        self._due: dict[int, asyncio.TimerHandle] = {}
        self._not_before: dict[int, float] = {}  # by the loop's time
        self._sent: dict[int, Presence] = {}
        self._notifying: set[asyncio.Task[None]] = set()
        self._checks = Periodic(self.check_all, CHECK_EVERY_SECONDS, "presence cannot be read yet")

    def start(self) -> None:
        self._checks.start()

    def changed(self, scene_session_id: int) -> None:
        """Schedule a notification of the scene's browsers here: somebody came or went."""
        if scene_session_id not in self._due:
            loop = asyncio.get_running_loop()
            now = loop.time()
            at = max(now + GATHER_SECONDS, self._not_before.get(scene_session_id, now))
            self._due[scene_session_id] = loop.call_at(at, self._start, scene_session_id)

    async def stop(self) -> None:
        for timer in self._due.values():
            timer.cancel()
        self._due.clear()
        await self._checks.stop()

    async def check_all(self) -> None:
        """Send changes that came without an event; forget scenes without browsers here."""
        here = sorted(self._leases.scenes())
        now = asyncio.get_running_loop().time()
        self._sent = {scene: found for scene, found in self._sent.items() if scene in set(here)}
        self._not_before = {scene: at for scene, at in self._not_before.items() if at > now}
        for start in range(0, len(here), CHECKED_AT_ONCE):
            some = here[start : start + CHECKED_AT_ONCE]
            for scene_session_id, found in (await database.run(presences, some)).items():
                if self._sent.get(scene_session_id) != found:
                    self.changed(scene_session_id)

    def _start(self, scene_session_id: int) -> None:
        del self._due[scene_session_id]  # later arrivals may be missed: schedule again for them
        loop = asyncio.get_running_loop()
        self._not_before[scene_session_id] = loop.time() + NOTIFY_EVERY_SECONDS
        task = asyncio.create_task(self._notify(scene_session_id))
        self._notifying.add(task)
        task.add_done_callback(self._notifying.discard)

    async def _notify(self, scene_session_id: int) -> None:
        try:
            found = await database.run(presence, scene_session_id)
        except Exception:
            logger.exception("presence cannot be read yet", extra={"scene": scene_session_id})
            return
        self._sent[scene_session_id] = found
        self._leases.tell_scene(scene_session_id, scene_messages.presence(found))
