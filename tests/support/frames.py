"""What stands between a page and the server and loses, doubles and delays single messages.

TCP does none of that within a connection, but proxies that end WebSockets on both sides may.
"""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from tests.support.meddling import Meddler
from tests.support.servers import ServerProcess


class Fate(NamedTuple):
    """What becomes of a message: so many copies, so many seconds later, those after it too.

    With `again_after`, one more copy comes when so many later messages have passed.
    """

    copies: int = 1
    seconds: float = 0.0
    again_after: int = 0


PASSES = Fate()
LOST = Fate(copies=0)
Rule = Callable[[dict[str, Any]], Fate]
Socket = ClientConnection | ServerConnection


def passes(_: dict[str, Any]) -> Fate:
    return PASSES


@dataclass
class Weather:
    """Bad luck by a seed, until it is calm; `happened` counts what was done to which messages."""

    chance: Random
    is_calm: bool = False
    happened: Counter[str] = field(default_factory=Counter)

    def __call__(self, message: dict[str, Any]) -> Fate:
        if self.is_calm:
            return PASSES
        kinds = {"passed": 60, "lost": 12, "doubled": 12, "repeated": 8, "delayed": 8}
        [kind] = self.chance.choices(list(kinds), list(kinds.values()))
        self.happened[f"{kind} {message['type']}"] += 1
        return {
            "passed": PASSES,
            "lost": LOST,
            "doubled": Fate(copies=2),
            "repeated": Fate(again_after=self.chance.randint(1, 8)),
            "delayed": Fate(seconds=self.chance.uniform(0.05, 0.5)),
        }[kind]


@dataclass
class Frames:
    """A proxy on a port of its own, at `url`. A test changes its rules as the page looks on.

    `meddler` cuts connections and answers requests in the server's place.
    """

    server: ServerProcess
    to_server: Rule = passes
    to_page: Rule = passes
    messages: list[dict[str, Any]] = field(default_factory=list)  # those that pages sent
    meddler: Meddler = field(init=False)

    @property
    def url(self) -> str:
        return self.meddler.url

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Frames"]:
        async with serve(self._relay, "127.0.0.1", 0, max_size=None) as sockets:
            port = next(iter(sockets.sockets)).getsockname()[1]
            self.meddler = Meddler(self.server, sockets_port=port)
            async with self.meddler.running():
                yield self

    def edits(self) -> Counter[str]:
        """How often each edit was sent, by its id."""
        return Counter(
            message["editId"] for message in self.messages if message["type"] == "sceneEdit"
        )

    async def _relay(self, page: ServerConnection) -> None:
        with contextlib.suppress(OSError, InvalidHandshake):  # the server is down
            await self._carry_both(page)

    async def _carry_both(self, page: ServerConnection) -> None:
        assert page.request is not None
        host, _, port = self.url.removeprefix("http://").partition(":")
        # The address is the page's, so that its origin is the server's own; the way is another.
        async with connect(
            f"ws://{host}:{port}{page.request.path}",
            origin=Origin(page.request.headers["origin"]),
            host="127.0.0.1",
            port=self.server.port,
            max_size=None,
        ) as server:
            ways = [
                asyncio.create_task(self._carry(page, server, is_pages=True)),
                asyncio.create_task(self._carry(server, page, is_pages=False)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _carry(self, source: Socket, sink: Socket, *, is_pages: bool) -> None:
        repeated: list[tuple[int, str]] = []  # how many messages later
        with contextlib.suppress(ConnectionClosed):
            async for text in source:
                assert isinstance(text, str)
                message = json.loads(text)
                if is_pages:
                    self.messages.append(message)
                fate = (self.to_server if is_pages else self.to_page)(message)
                await asyncio.sleep(fate.seconds)
                due = [text] * fate.copies + [late for left, late in repeated if left == 1]
                repeated = [(left - 1, late) for left, late in repeated if left > 1]
                if fate.again_after:
                    repeated.append((fate.again_after, text))
                for each in due:
                    await sink.send(each)
        code = source.close_code or 1006
        # A code that no frame may have stands for a connection that broke.
        await sink.close(code if code < 1004 or code > 1006 else 1011)
