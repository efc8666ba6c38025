"""Two hundred sessions whose clients and browsers come, call, leave and close, by chance."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import httpx2
from websockets.exceptions import WebSocketException

from sessions_app.simulation.browsers import SimulatedBrowser
from tests.soak.clients import CALL_WITHIN_SECONDS, Caller, NoAnswerError
from tests.support.raw import HANDSHAKE, MODERN
from tests.support.servers import ServerProcess

MOST_BROWSERS = 3
JOIN_WITHIN_SECONDS = 10
AT_ONCE = 24
# How often each happens, relative to the others; joining for each browser that a scene could still
# have, leaving for each that it has: so there are soon as many as there will be.
DEEDS = {"change": 50, "read": 16, "join": 12, "leave": 12, "close": 2}
COLORS = ("teal", "crimson", "gold", "navy", "orchid", "sienna")


@dataclass
class Scene:
    """One session as its people know it; `key` is None until its client has asked for one."""

    client: Caller
    key: str | None = None
    browsers: list[SimulatedBrowser] = field(default_factory=list)
    busy: bool = False
    is_left: bool = False  # for good


@dataclass
class Crowd:
    """Does something at random, again and again, and remembers what must be true afterwards."""

    workers: Sequence[ServerProcess]
    chance: random.Random
    count: int
    scenes: list[Scene] = field(default_factory=list)
    closed: set[UUID] = field(default_factory=set)
    perhaps_closed: set[UUID] = field(default_factory=set)  # asked for, answered or not
    done: Counter[str] = field(default_factory=Counter)
    _http: httpx2.AsyncClient = field(
        default_factory=lambda: httpx2.AsyncClient(
            timeout=CALL_WITHIN_SECONDS, limits=httpx2.Limits(max_connections=64)
        )
    )

    async def act(self, seconds: float, per_second: float) -> None:
        """Act for so many seconds; each deed is a task, and no scene has two at once."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        slots = asyncio.Semaphore(AT_ONCE)
        while len(self.scenes) < self.count:
            self._add()
        async with asyncio.TaskGroup() as deeds:
            while loop.time() < end:
                free = [scene for scene in self.scenes if not (scene.busy or scene.is_left)]
                if free and not slots.locked():
                    deeds.create_task(self._do(self.chance.choice(free), slots))
                await asyncio.sleep(self.chance.expovariate(per_second))

    async def leave_some(self) -> None:
        """A tenth of the scenes is left for good: nobody calls, nobody looks on."""
        left = self.scenes[:: len(self.scenes) // (self.count // 10)]
        for scene in left:
            scene.is_left = True
        async with asyncio.timeout(CALL_WITHIN_SECONDS + JOIN_WITHIN_SECONDS):
            while any(scene.busy for scene in left):  # noqa: ASYNC110 # their last deeds
                await asyncio.sleep(0.05)
        browsers = [browser for scene in left for browser in scene.browsers]
        await asyncio.gather(*(browser.close() for browser in browsers), return_exceptions=True)

    async def leave(self) -> None:
        """All browsers go, and no request is under way any more."""
        browsers = [browser for scene in self.scenes for browser in scene.browsers]
        await asyncio.gather(*(browser.close() for browser in browsers), return_exceptions=True)
        await self._http.aclose()

    def connected(self) -> int:
        """How many browsers hold a socket."""
        return sum(browser.is_open for scene in self.scenes for browser in scene.browsers)

    def _add(self) -> None:
        era = (HANDSHAKE, MODERN)[len(self.scenes) % 2]
        self.scenes.append(Scene(Caller(self._http, self.workers, self.chance, era)))

    async def _do(self, scene: Scene, slots: asyncio.Semaphore) -> None:
        deed = self._choose(scene)
        scene.busy = True
        try:
            async with slots:
                if scene.key is None:
                    deed = "open"
                await getattr(self, f"_{deed}")(scene)
                self.done[deed] += 1
        except NoAnswerError:
            self.done["no answer"] += 1
        except (OSError, TimeoutError, WebSocketException):
            self.done["no socket"] += 1
        finally:
            scene.busy = False

    def _choose(self, scene: Scene) -> str:
        there = len(scene.browsers)
        often = DEEDS | {
            "join": DEEDS["join"] * (MOST_BROWSERS - there),
            "leave": DEEDS["leave"] * there,
        }
        return self.chance.choices(list(often), list(often.values()))[0]

    async def _open(self, scene: Scene) -> None:
        result = await scene.client.call("open_session")
        if not result.get("isError"):
            scene.key = result["structuredContent"]["sessionId"]

    async def _change(self, scene: Scene) -> None:
        await self._call(scene, "change_model_color", color=self.chance.choice(COLORS))

    async def _read(self, scene: Scene) -> None:
        await self._call(scene, "get_scene")

    async def _call(self, scene: Scene, tool: str, **arguments: str) -> None:
        result = await scene.client.call(tool, scene=scene.key, **arguments)
        code = result["_meta"]["hello3d/error"]["code"] if result.get("isError") else ""
        if code:
            self.done[code] += 1
        if code in ("session_closed", "session_unknown"):  # nobody had opened it for too long
            await self._forget(scene)

    async def _join(self, scene: Scene) -> None:
        scene.browsers = [browser for browser in scene.browsers if browser.is_open]
        if scene.key is None or len(scene.browsers) >= MOST_BROWSERS:
            return
        origin = self.chance.choice(self.workers).url
        async with asyncio.timeout(JOIN_WITHIN_SECONDS):
            scene.browsers.append(await SimulatedBrowser.open(origin, scene.key))

    async def _leave(self, scene: Scene) -> None:
        if scene.browsers:
            async with asyncio.timeout(JOIN_WITHIN_SECONDS):
                await scene.browsers.pop(0).close()

    async def _close(self, scene: Scene) -> None:
        asked = UUID(scene.key or "")
        self.perhaps_closed.add(asked)
        result = await scene.client.call("close_session", scene=scene.key)
        if not result.get("isError"):
            self.closed.add(asked)
            await self._forget(scene)

    async def _forget(self, scene: Scene) -> None:
        """Go on with another session; the browsers of this one are sent away."""
        leaving, scene.browsers, scene.key = scene.browsers, [], None
        await asyncio.gather(*(browser.close() for browser in leaving), return_exceptions=True)
