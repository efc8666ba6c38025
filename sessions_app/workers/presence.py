"""Tells this worker's browsers who else looks at their scene: one question for all of a scene."""

import asyncio
import logging

from sessions_app import protocol
from sessions_app.selectors.scenes import presence
from sessions_app.storage import database
from sessions_app.workers.leases import LeaseKeeper

logger = logging.getLogger(__name__)

TELL_EVERY_SECONDS = 1.0


class PresenceTeller:
    """One per worker. Who comes and goes within a second is told at its end."""

    def __init__(self, leases: LeaseKeeper) -> None:
        self._leases = leases
        self._due: dict[int, asyncio.TimerHandle] = {}
        self._telling: set[asyncio.Task[None]] = set()

    def changed(self, scene_session_id: int) -> None:
        """Somebody came or went; all browsers of the scene that are here will hear of it."""
        if scene_session_id not in self._due:
            loop = asyncio.get_running_loop()
            self._due[scene_session_id] = loop.call_later(
                TELL_EVERY_SECONDS, self._start, scene_session_id
            )

    def stop(self) -> None:
        for timer in self._due.values():
            timer.cancel()
        self._due.clear()

    def _start(self, scene_session_id: int) -> None:
        del self._due[scene_session_id]  # who comes from now on may not be counted: told again
        task = asyncio.create_task(self._tell(scene_session_id))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, scene_session_id: int) -> None:
        try:
            counts = await database.run(presence, scene_session_id)
        except Exception:
            logger.exception("who looks on cannot be read", extra={"scene": scene_session_id})
            return
        self._leases.tell_scene(scene_session_id, protocol.presence(counts))
