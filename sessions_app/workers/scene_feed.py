"""Notifies this worker's watchers of changes of scenes made by any worker.

The feed has its own channel, which is in a scene's group while the scene is watched here. A lost
message shows as a gap in the revisions, or at the next read of the database. Watchers are then
notified without the paths that changed.
"""

import asyncio
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from channels.layers import get_channel_layer

from sessions_app.sessions.finding import open_revisions
from sessions_app.storage import database
from sessions_app.wire.events import Event, scene_group
from sessions_app.wire.scene_messages import WORDS_PATH
from sessions_app.workers.periodic import Periodic
from sessions_app.workers.worker_channel import WorkerChannel

LOOK_EVERY_SECONDS = 25.0


class Watcher(Protocol):
    def scene_changed(self, scene_session_id: int, paths: tuple[str, ...] | None) -> None:
        """Handle a change at these paths of the document; None if the paths are unknown."""


@dataclass(slots=True)
class _Watched:
    """A watched scene; `revision` is the latest that its watchers were notified of."""

    revision: int
    is_closed: bool = False
    watchers: set[Watcher] = field(default_factory=set)

    def tell(self, scene_session_id: int, paths: tuple[str, ...] | None) -> None:
        for watcher in tuple(self.watchers):
            watcher.scene_changed(scene_session_id, paths)


class SceneFeed:
    """One per worker."""

    def __init__(self) -> None:
        self._layer = get_channel_layer()
        self._channel = WorkerChannel("feed.", group=None)
        self._channel.on("scene.patched", self._patched)
        self._channel.on("scene.frame", self._said)
        self._channel.on("scene.closed", self._closed)
        self._scenes: dict[int, _Watched] = {}
        self._changing = asyncio.Lock()  # keeps the table and the groups consistent
        self._looks = Periodic(
            self._look_again, LOOK_EVERY_SECONDS, "the watched scenes' revisions cannot be read yet"
        )

    async def start(self) -> None:
        await self._channel.start()
        self._looks.start()

    async def stop(self) -> None:
        await self._looks.stop()
        await self._channel.stop()

    @property
    def watched(self) -> int:
        """The number of watched scenes."""
        return len(self._scenes)

    async def watch(self, scene_session_id: int, watcher: Watcher, *, revision: int) -> None:
        """Notify the watcher of changes after `revision`, including those made before this call."""
        async with self._changing:
            watched = self._scenes.get(scene_session_id)
            if watched is None:
                await self._layer.group_add(scene_group(scene_session_id), self._channel.name)
                watched = self._scenes[scene_session_id] = _Watched(revision)
            watched.watchers.add(watcher)
        stored = await self._stored([scene_session_id])
        self._catch_up(scene_session_id, watched, stored[scene_session_id])
        if watched.is_closed or watched.revision != revision:
            watcher.scene_changed(scene_session_id, None)

    async def unwatch(self, scene_session_ids: Collection[int], watcher: Watcher) -> None:
        """Stop notifying the watcher of these scenes at once, even if this call is cancelled."""
        for scene_session_id in scene_session_ids:
            if scene_session_id in self._scenes:
                self._scenes[scene_session_id].watchers.discard(watcher)
        await self._leave_unwatched(scene_session_ids)

    async def _leave_unwatched(self, scene_session_ids: Collection[int]) -> None:
        async with self._changing:
            for scene_session_id in scene_session_ids:
                watched = self._scenes.get(scene_session_id)
                if watched is not None and not watched.watchers:
                    group = scene_group(scene_session_id)
                    await self._layer.group_discard(group, self._channel.name)
                    del self._scenes[scene_session_id]

    def _patched(self, event: Event) -> None:
        watched = self._scenes.get(event["scene_session_id"])
        if watched is None or event["revision"] <= watched.revision or watched.is_closed:
            return
        is_next = event["revision"] == watched.revision + 1
        watched.revision = event["revision"]
        watched.tell(event["scene_session_id"], _paths(event["frame"]) if is_next else None)

    def _said(self, event: Event) -> None:
        """Notify of what a person has said, which makes no revision."""
        watched = self._scenes.get(event["scene_session_id"]) if "said" in event else None
        if watched is not None and not watched.is_closed:
            watched.tell(event["scene_session_id"], (WORDS_PATH,))

    def _closed(self, event: Event) -> None:
        watched = self._scenes.get(event["scene_session_id"])
        if watched is not None:
            self._catch_up(event["scene_session_id"], watched, None)

    async def _look_again(self) -> None:
        await self._leave_unwatched(list(self._scenes))
        for scene_session_id, stored in (await self._stored(list(self._scenes))).items():
            watched = self._scenes.get(scene_session_id)
            if watched is not None:
                self._catch_up(scene_session_id, watched, stored)

    def _catch_up(self, scene_session_id: int, watched: _Watched, stored: int | None) -> None:
        """Notify watchers of missed changes; `stored` is None if the scene is closed."""
        if watched.is_closed or (stored is not None and stored <= watched.revision):
            return
        watched.is_closed = stored is None
        watched.revision = watched.revision if stored is None else stored
        watched.tell(scene_session_id, None)

    async def _stored(self, scene_session_ids: list[int]) -> dict[int, int | None]:
        """Return the stored revision of each scene, None for a closed one."""
        if not scene_session_ids:
            return {}
        found = await database.run(open_revisions, scene_session_ids)
        return {key: found.get(key) for key in scene_session_ids}


def _paths(frame: str) -> tuple[str, ...]:
    """Return the paths that a `scenePatch` changes."""
    return tuple(operation["path"] for operation in json.loads(frame)["patch"])
