"""What the pages of a scene show each other: whose they are. Nothing of it changes the scene."""

import asyncio
from collections.abc import Awaitable, Callable
from math import inf
from typing import Any, ClassVar

from sessions_app.browsers.pairings import pairing_rename, person_name
from sessions_app.sockets.registering import RegisteringConsumer
from sessions_app.storage import scene_work
from sessions_app.wire import scene_messages
from sessions_app.wire.events import tell_scene

NAME_EVERY_SECONDS = 1.0
# A turn that is overdue for so long was dropped, because the socket was stuck.
LOST_AFTER_SECONDS = 2.0


class TogetherConsumer(RegisteringConsumer):
    """One page among those of its scene.

    What comes too often is not refused but waits for its turn, and only the latest of it counts: so
    the others always end with what is true.
    """

    def __init__(self) -> None:
        super().__init__()
        self._latest: dict[str, Any] = {}  # by the kind of message, those that wait
        self._turns: dict[str, float] = {}  # by the loop's time, when the last one was or will be

    def _take_turn(self, kind: str, every_seconds: float, value: Any) -> None:
        """Have `_due[kind]` handle the latest value, at most once in so many seconds."""
        now = asyncio.get_running_loop().time()
        waits = kind in self._latest and now < self._turns[kind] + LOST_AFTER_SECONDS
        self._latest[kind] = value
        if waits:
            return
        self._turns[kind] = max(now, self._turns.get(kind, -inf) + every_seconds)
        self._later(kind, self._turns[kind] - now, {"type": "turn.came", "kind": kind})

    async def turn_came(self, event: dict[str, Any]) -> None:
        kind = event["kind"]
        if kind in self._latest:
            await self._due[kind](self, self._latest.pop(kind))

    async def _announce_presence(self) -> None:
        if not self._hears and self._worker is not None:
            self._worker.presence.changed(self.scene_session_id)
        await tell_scene(self.scene_session_id, {"type": "scene.presence"})

    async def _set_name(self, message: scene_messages.SetName) -> None:
        self._take_turn("name", NAME_EVERY_SECONDS, message.name)

    async def _rename(self, name: str) -> None:
        self._person = person_name(name)
        await scene_work.run(
            self._line,
            pairing_rename,
            self.pairing_id,
            self._person,
            channel_name=self.channel_name,
        )
        await self._announce_presence()

    _due: ClassVar[dict[str, Callable[[Any, Any], Awaitable[None]]]] = {"name": _rename}
