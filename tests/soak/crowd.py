"""Two hundred sessions whose clients and browsers come, call, leave and close, by chance."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import httpx2
from websockets.exceptions import WebSocketException

from tests.soak.clients import (
    ANSWER_WITHIN_SECONDS,
    END_WITHIN_SECONDS,
    Caller,
    NoAnswerError,
)
from tests.soak.pages import JOIN_WITHIN_SECONDS, Page
from tests.soak.record import CHANGES, Record
from tests.soak.stage import Stage
from tests.support.raw import HANDSHAKE, MODERN
from tests.support.waiting import until

MOST_BROWSERS = 3
# While a store is away for long, so many deeds wait for it.
AT_ONCE = 100
BURST = 4
# Less than the server's, so that none is used that it closes at that moment.
KEEP_IDLE_SECONDS = 2
# How often each happens, relative to the others; joining for each browser that a scene could still
# have, leaving for each that it has: so there are soon as many as there will be.
DEEDS = {"change": 50, "edit": 25, "burst": 3, "read": 16, "join": 12, "leave": 12, "close": 2}


@dataclass
class Scene:
    """One session as its people know it; `key` is "" until its client has asked for one."""

    number: int
    client: Caller
    key: str = ""
    revision: int = 0  # the newest that its client was told of
    browsers: list[Page] = field(default_factory=list)
    busy: bool = False
    is_left: bool = False  # for good


@dataclass
class Crowd:
    """Does something at random, again and again, and remembers what must be true afterwards."""

    stage: Stage
    record: Record
    chance: random.Random
    count: int
    scenes: list[Scene] = field(default_factory=list)
    closed: set[UUID] = field(default_factory=set)
    perhaps_closed: set[UUID] = field(default_factory=set)  # asked for, answered or not
    done: Counter[str] = field(default_factory=Counter)
    _http: httpx2.AsyncClient = field(
        default_factory=lambda: httpx2.AsyncClient(
            timeout=None,  # callers have their own
            limits=httpx2.Limits(keepalive_expiry=KEEP_IDLE_SECONDS),
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
        left = self.scenes[::10]
        for scene in left:
            scene.is_left = True
        seconds = END_WITHIN_SECONDS + JOIN_WITHIN_SECONDS
        await until(lambda: not any(scene.busy for scene in left), seconds=seconds)
        browsers = [browser for scene in left for browser in scene.browsers]
        await asyncio.gather(*(browser.close() for browser in browsers), return_exceptions=True)

    async def leave(self) -> None:
        """All browsers go, and no request is under way any more."""
        browsers = [browser for scene in self.scenes for browser in scene.browsers]
        await asyncio.gather(*(browser.close() for browser in browsers), return_exceptions=True)
        await self._http.aclose()

    def connected(self) -> int:
        """How many browsers hold a socket."""
        return len(self.open_pages())

    def open_pages(self) -> list[Page]:
        """The browsers that hold a socket."""
        return [page for scene in self.scenes for page in scene.browsers if page.is_open]

    def _add(self) -> None:
        number = len(self.scenes)
        era = (HANDSHAKE, MODERN)[number % 2]
        caller = Caller(self._http, self.stage, self.record, self.chance, era)
        self.scenes.append(Scene(number, caller))

    async def _do(self, scene: Scene, slots: asyncio.Semaphore) -> None:
        deed = self._choose(scene)
        scene.busy = True
        try:
            async with slots:
                if not scene.key:
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
        key = "" if result.get("isError") else result["structuredContent"]["sessionId"]
        self.record.answered(result, key, "the answer to open_session")
        if key:
            self.record.opened(key, scene.number)
            scene.key, scene.revision = key, 0
            scene.client.bind()

    async def _change(self, scene: Scene) -> None:
        """Change something, and half of the time leave the scene to the protocol session."""
        named = not scene.client.is_bound or self.chance.random() < 0.5
        await self._see(scene, [await self._change_one(scene, named=named)])

    async def _burst(self, scene: Scene) -> None:
        """Change several things at once."""
        changes = [self._change_one(scene, named=True) for _ in range(BURST)]
        codes = await asyncio.gather(*changes, return_exceptions=True)
        for code in codes:
            if isinstance(code, BaseException):
                raise code
        await self._see(scene, [code for code in codes if isinstance(code, str)])

    async def _change_one(self, scene: Scene, *, named: bool) -> str:
        tool = self.chance.choice(list(CHANGES))
        change = self.record.begin(scene.key, tool)
        arguments = {"color": change.color} | ({"scene": scene.key} if named else {})
        code = self.record.changed(change, await scene.client.call(tool, **arguments))
        scene.revision = max(scene.revision, change.revision or 0)
        return code

    async def _edit(self, scene: Scene) -> None:
        """Change something at a page; at any, while the others look on."""
        there = [page for page in scene.browsers if page.is_open]
        if not there:
            return
        page = self.chance.choice(there)
        change = self.record.begin(scene.key, self.chance.choice(list(CHANGES)))
        began = time.monotonic()
        try:
            await page.change(change, END_WITHIN_SECONDS)
        except TimeoutError:
            page.unanswered.clear()
            self.record.fault(f"an edit of {scene.key} was never answered")
            return
        took = time.monotonic() - began
        troubled = any(self.stage.was_troubled(each, since=began) for each in self.stage.workers)
        if took > ANSWER_WITHIN_SECONDS and not troubled:
            self.record.fault(f"an edit of {scene.key} was answered after {took:.0f} s")
        await self._see(scene, [change.code])

    async def _read(self, scene: Scene) -> None:
        result = await scene.client.call(
            "get_scene", scene=scene.key, targets=["model", "key", "fill"]
        )
        code = self.record.read(scene.key, result)
        if not code and result["structuredContent"]["revision"] < scene.revision:
            self.record.fault(f"{scene.key} was read as it was before revision {scene.revision}")
        await self._see(scene, [code])

    async def _see(self, scene: Scene, codes: list[str]) -> None:
        """Go on with another session where nobody had opened this one for too long."""
        if "session_closed" in codes:
            await self._forget(scene)

    async def _join(self, scene: Scene) -> None:
        """Have one browser more, or one back that has lost its connection."""
        lost = [page for page in scene.browsers if not page.is_open]
        for page in lost:
            self.record.close_codes[str(page.close_code)] += 1
        scene.browsers = [page for page in scene.browsers if page.is_open]
        if len(scene.browsers) >= MOST_BROWSERS:
            return
        origin = self.chance.choice(self.stage.workers).url
        before = lost[0] if lost else None
        scene.browsers.append(await Page.join(origin, scene.key, self.record, before=before))

    async def _leave(self, scene: Scene) -> None:
        if scene.browsers:
            async with asyncio.timeout(JOIN_WITHIN_SECONDS):
                await scene.browsers.pop(0).close()

    async def _close(self, scene: Scene) -> None:
        asked = UUID(scene.key)
        self.perhaps_closed.add(asked)
        result = await scene.client.call("close_session", scene=scene.key)
        if not self.record.answered(result, scene.key, "the answer to close_session"):
            self.closed.add(asked)
            await self._forget(scene)

    async def _forget(self, scene: Scene) -> None:
        """Go on with another session; the browsers of this one are sent away."""
        leaving, scene.browsers, scene.key = scene.browsers, [], ""
        await asyncio.gather(*(browser.close() for browser in leaving), return_exceptions=True)
