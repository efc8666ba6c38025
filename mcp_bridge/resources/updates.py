"""The updates of one stream: its client's resources that have changed."""

import asyncio
from collections.abc import Awaitable, Callable

from mcp_bridge.resources.scene_uris import Part
from sessions_app.wire.scene_messages import WORDS_PATH
from sessions_app.workers.scene_feed import SceneFeed

# Faster changes are merged; a client that reads the resource gets all of them.
NOTIFY_EVERY_SECONDS = 0.3


class UpdateStream:
    """Watches scenes for one client, and notifies at most a few times a second per resource."""

    def __init__(self, feed: SceneFeed) -> None:
        self._feed = feed
        self._watched: dict[str, tuple[int, Part]] = {}  # uri → scene session, part
        self._pending: dict[str, None] = {}
        self._wake = asyncio.Event()

    @property
    def uris(self) -> set[str]:
        return set(self._watched)

    async def watch(self, uri: str, part: Part, scene_session_id: int, *, revision: int) -> None:
        """Notify of changes of the part after `revision`."""
        self._watched[uri] = (scene_session_id, part)
        await self._feed.watch(scene_session_id, self, revision=revision)

    async def forget(self, uri: str) -> None:
        """Stop watching a resource."""
        scene_session_id, _ = self._watched.pop(uri)
        self._pending.pop(uri, None)
        if scene_session_id not in {other for other, _ in self._watched.values()}:
            await self._feed.unwatch([scene_session_id], self)

    async def close(self) -> None:
        scenes = {scene_session_id for scene_session_id, _ in self._watched.values()}
        self._watched.clear()
        await self._feed.unwatch(scenes, self)

    def scene_changed(self, scene_session_id: int, paths: tuple[str, ...] | None) -> None:
        """Record a change, without blocking."""
        for uri, (watched, part) in self._watched.items():
            if watched == scene_session_id and _is_touched(part, paths):
                self._pending[uri] = None
                self._wake.set()

    async def run(
        self, send: Callable[[str], Awaitable[None]], *, is_ready: Callable[[], bool] = lambda: True
    ) -> None:
        """Send the URIs of changed resources until cancelled.

        While the client is not ready, changes accumulate.
        """
        while True:
            await self._wake.wait()
            while not is_ready():  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(NOTIFY_EVERY_SECONDS)
            self._wake.clear()
            pending, self._pending = self._pending, {}
            for uri in pending:
                await send(uri)
            await asyncio.sleep(NOTIFY_EVERY_SECONDS)


def _is_touched(part: Part, paths: tuple[str, ...] | None) -> bool:
    if paths == (WORDS_PATH,):  # which makes no revision
        return part.path in ("", WORDS_PATH)
    if paths is None or not part.path:  # every change affects the whole scene and its history
        return True
    own = f"{part.path}/"
    return any(own.startswith(f"{path}/") or f"{path}/".startswith(own) for path in paths)
