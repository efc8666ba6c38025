"""Whatever happens to its connection, a page recovers by itself and loses no edit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from mcp.client import Client
from playwright.async_api import Browser, expect

from tests.conftest import StartServer
from tests.support.browsers import ScenePage, new_tab
from tests.support.calls import call, client_of
from tests.support.endings import ends_alike, stored_edits
from tests.support.frames import LOST, Frames, Weather, passes
from tests.support.inside import Inside
from tests.support.servers import ServerProcess
from tests.support.times import times
from tests.support.waiting import WITHIN_SECONDS, until

pytestmark = [pytest.mark.anyio, pytest.mark.long]

BOX = {"kind": "box", "size": [0.5, 0.5, 0.5]}
MARKED, IS_MARKED = "() => { window.marked = true; }", "() => window.marked"
# What a browser says when its network is back; a page tries at once then.
ONLINE = '() => { dispatchEvent(new Event("online")); }'
FREQUENT = times({"sessions_app.workers.leases.RENEW_EVERY_SECONDS": 2.0})
HOUR_MS = 3_600_000


@dataclass
class Fixture:
    """A scene, a client at the server and a page behind a proxy."""

    server: ServerProcess
    client: Client
    key: str
    frames: Frames
    opened: ScenePage
    inside: Inside

    @property
    def says(self) -> Any:
        return expect(self.opened.page.locator("#connection-text"))

    def edit(self, number: int) -> "asyncio.Task[dict[str, Any]]":
        """Add a box whose name has this number."""
        box = BOX | {"name": f"p{number}", "position": [number % 8, 0.25, -(number // 8)]}
        return asyncio.create_task(self.inside.send("add_objects", objects=[box]))

    async def call(self, number: int) -> None:
        box = BOX | {"name": f"m{number}", "position": [number % 8, 1.25, -(number // 8)]}
        await call(self.client, "add_objects", scene=self.key, objects=[box])

    async def tries(self) -> None:
        await self.opened.page.evaluate(ONLINE)


@asynccontextmanager
async def fixture(server: ServerProcess, browser: Browser) -> AsyncIterator[Fixture]:
    async with (
        Frames(server).running() as frames,
        client_of(server, "auto") as client,
    ):
        key = (await call(client, "open_session", start="empty"))["sessionId"]
        page = await new_tab(browser)
        await page.clock.install()
        opened = await ScenePage.open_in(page, f"{frames.url}/?sessionId={key}&quality=low")
        await (await opened.connected()).shows(0)
        await page.evaluate(MARKED)
        yield Fixture(server, client, key, frames, opened, await Inside.of(page))
        await opened.close()


async def ends_well(
    fault: Fixture, browser: Browser, outcomes: list[dict[str, Any]], boxes: int
) -> None:
    """The page was not reloaded, and every edit is stored once where its answer said."""
    await fault.opened.connected()
    await fault.says.to_have_text("Live")
    document = await ends_alike(fault.server, browser, fault.client, fault.key, fault.inside)
    assert await fault.opened.page.evaluate(IS_MARKED)
    assert all(outcome["confirmed"] for outcome in outcomes), outcomes
    assert {outcome["revision"] for outcome in outcomes} == set(
        stored_edits(fault.server, fault.key)
    )
    names = [each["name"] for each in document["objects"].values() if each["kind"] == "box"]
    assert len(names) == len(set(names)) == boxes


@pytest.fixture
def often(start_server: StartServer, database_url: str) -> ServerProcess:
    """A server with a heartbeat every two seconds."""
    return start_server(database_url, environment=FREQUENT)


async def test_a_server_that_restarts_or_dies_loses_no_edit(
    often: ServerProcess, browser: Browser
) -> None:
    async with fixture(often, browser) as fault:
        outcomes = [await fault.edit(0)]
        for number, end in enumerate((often.stop, often.kill), start=1):
            under_way = [fault.edit(10 * number + turn) for turn in range(3)]
            await asyncio.to_thread(end)
            await fault.opened.becomes(connection="reconnecting")
            waiting = [fault.edit(10 * number + turn) for turn in range(3, 6)]
            await fault.says.to_have_text("Reconnecting, your changes wait…")
            await asyncio.to_thread(often.start)
            outcomes += await asyncio.gather(*under_way, *waiting)
            await fault.call(number)
        await ends_well(fault, browser, outcomes, boxes=1 + 2 * 7)


async def test_what_is_edited_while_the_network_is_cut_is_stored_once_it_is_back(
    often: ServerProcess, browser: Browser
) -> None:
    async with fixture(often, browser) as fault:
        outcomes = [await fault.edit(0)]
        under_way = [fault.edit(number) for number in range(1, 4)]
        fault.frames.meddler.all_status = 502
        fault.frames.meddler.cut()
        await fault.opened.becomes(connection="reconnecting")
        waiting = [fault.edit(number) for number in range(4, 12)]
        for number in range(8):
            await fault.call(number)
        await fault.opened.page.clock.fast_forward(30_000)
        await fault.says.to_have_text("Reconnecting, your changes wait…")
        fault.frames.meddler.all_status = 0
        await fault.tries()
        outcomes += await asyncio.gather(*under_way, *waiting)
        await ends_well(fault, browser, outcomes, boxes=20)


async def test_a_connection_that_swallows_everything_is_noticed_and_replaced(
    often: ServerProcess, browser: Browser
) -> None:
    async with fixture(often, browser) as fault:
        outcomes = [await fault.edit(0)]
        clock = fault.opened.page.clock
        fault.frames.to_server = fault.frames.to_page = lambda _: LOST
        waiting = [fault.edit(1)]
        await fault.call(1)
        await until(lambda: len(fault.frames.edits()) == 2)
        await clock.fast_forward(10_000)
        await fault.says.to_have_text("Your changes are not stored yet")
        waiting += [fault.edit(2)]
        # Shorter than a page waits: what was lost comes over the same connection.
        fault.frames.to_server = fault.frames.to_page = passes
        await clock.fast_forward(10_000)
        outcomes += await asyncio.gather(*waiting)
        await fault.says.to_have_text("Live")
        # Longer.
        fault.frames.to_server = fault.frames.to_page = lambda _: LOST
        fault.frames.meddler.upgrades = "mute"
        waiting = [fault.edit(number) for number in range(3, 6)]
        await fault.call(2)
        await clock.fast_forward(60_000)
        await fault.says.to_have_text("Reconnecting, your changes wait…")
        waiting += [fault.edit(6)]
        await clock.fast_forward(30_000)
        fault.frames.to_server = fault.frames.to_page = passes
        fault.frames.meddler.upgrades = "pass"
        fault.frames.meddler.cut()
        await fault.tries()
        outcomes += await asyncio.gather(*waiting)
        await ends_well(fault, browser, outcomes, boxes=9)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_messages_that_are_lost_doubled_repeated_and_delayed_lose_no_edit(
    often: ServerProcess, browser: Browser, seed: int
) -> None:
    async with fixture(often, browser) as fault:
        chance = Random(seed)
        weathers = [Weather(Random(seed * 2 + way)) for way in range(2)]
        fault.frames.to_server, fault.frames.to_page = weathers
        edits, calls = [], 0
        for number in range(60):
            if chance.random() < 0.5:
                edits.append(fault.edit(number))
            else:
                await fault.call(number)
                calls += 1
            if number % 20 == 19:
                await fault.opened.page.clock.fast_forward(20_000)
            await asyncio.sleep(chance.uniform(0, 0.1))
        for weather in weathers:
            weather.is_calm = True
        async with asyncio.timeout(WITHIN_SECONDS):
            while not all(edit.done() for edit in edits):
                await fault.opened.page.clock.fast_forward(5_000)
                await asyncio.sleep(0.5)
        outcomes = [await edit for edit in edits]
        for weather in weathers:
            kinds = {what.split()[0] for what in weather.happened}
            assert kinds == {"passed", "lost", "doubled", "repeated", "delayed"}
        await ends_well(fault, browser, outcomes, boxes=len(edits) + calls)


async def test_after_an_hour_of_sleep_a_page_is_up_to_date_and_the_first_edit_is_stored(
    often: ServerProcess, browser: Browser
) -> None:
    async with fixture(often, browser) as fault:
        outcomes = [await fault.edit(0)]
        debugger = fault.inside.debugger
        fault.frames.to_server = fault.frames.to_page = lambda _: LOST
        await debugger.send("Page.setWebLifecycleState", {"state": "frozen"})
        for number in range(5):
            await fault.call(number)
        await debugger.send("Page.setWebLifecycleState", {"state": "active"})
        fault.frames.to_server = fault.frames.to_page = passes
        await fault.opened.page.clock.fast_forward(HOUR_MS)
        outcomes += [await fault.edit(1)]
        assert fault.opened.sockets[0].is_closed()
        await ends_well(fault, browser, outcomes, boxes=7)


async def test_a_page_that_the_browser_froze_catches_up_with_what_it_slept_through(
    often: ServerProcess, browser: Browser
) -> None:
    async with fixture(often, browser) as fault:
        outcomes = [await fault.edit(0)]
        debugger = fault.inside.debugger
        await debugger.send("Page.setWebLifecycleState", {"state": "frozen"})
        for number in range(20):
            await fault.call(number)
        await debugger.send("Page.setWebLifecycleState", {"state": "active"})
        outcomes += [await fault.edit(1)]
        await ends_well(fault, browser, outcomes, boxes=22)
