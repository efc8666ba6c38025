"""Clients that start afresh with every call, as the largest chats do, still steer one scene."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from playwright.async_api import Browser

from tests.support.browsers import ScenePage
from tests.support.calls import CLIENT_TIMEOUT, call
from tests.support.http import http_client
from tests.support.servers import ServerProcess
from tests.support.storage import count, recorded_calls, rows

pytestmark = pytest.mark.anyio

BESIDE = (0.1, 0.5)  # the notices are on the right
ONE_AFTER_THE_OTHER = [f"#{step:02x}0000" for step in range(1, 9)]
AT_ONCE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("change_background_color", {"color": "#102030"}),
    ("set_key_light_intensity", {"intensity": 3}),
    ("change_model_size", {"size": 1.5}),
)
CALLS = len(ONE_AFTER_THE_OTHER) + len(AT_ONCE) + 1


@dataclass(frozen=True)
class ForgetfulClient:
    """Connects for each call and leaves again, with or without ending its protocol session.

    Without: a client is only asked to send DELETE (2025-11-25, Streamable HTTP, "Session
    Management"), and on 2026-07-28 there is nothing to end.
    """

    url: str
    era: str
    ends: bool
    session: str = ""

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Client]:
        async with http_client(timeout=CLIENT_TIMEOUT) as http:
            transport = streamable_http_client(
                self.url, http_client=http, terminate_on_close=self.ends
            )
            async with Client(transport, mode=self.era) as client:
                yield client

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        own = {"scene": self.session} if self.session else {}
        async with self._connected() as client:
            return await call(client, tool, **arguments, **own)

    async def steer(self) -> None:
        """Make all the calls: most of them in turn, some at once, and paint the model last."""
        for revision, color in enumerate(ONE_AFTER_THE_OTHER, start=1):
            result = await self.call("change_model_color", color=color)
            assert (result["revision"], result["color"]) == (revision, color)
        await asyncio.gather(*(self.call(tool, **arguments) for tool, arguments in AT_ONCE))
        result = await self.call("change_model_color", color="lime")
        assert result["revision"] == CALLS
        # Whether it is shown within the call's two seconds is the machine's to say.
        assert result["browsers"]["connected"] == 1


async def _assert_one_scene(page: ScenePage, database_url: str, calls: Counter[str]) -> None:
    """The page shows the last calls; every call succeeded, found by the rule that it should."""
    await page.shows(CALLS)
    red, green, blue = await page.model_pixel()
    assert green > red > blue
    assert await page.pixel(*BESIDE) == (0x10, 0x20, 0x30)
    assert page.complaints == []
    assert count(database_url, "scenesession") == 1
    assert count(database_url, "scenerevision") == CALLS
    recorded = await recorded_calls(database_url, "status, scene_session_id, resolution_rule")
    assert {(status, scene) for status, scene, _ in recorded} == {("success", 1)}
    assert Counter(rule for *_, rule in recorded) == calls


def _bindings(database_url: str) -> Counter[tuple[bool, bool]]:
    """How many protocol sessions are kept, by whether they steer a scene and whether they ended."""
    query = "SELECT scene_session_id IS NOT NULL, ended_at IS NOT NULL FROM sessions_app_binding"
    return Counter((bool(steers), bool(ended)) for steers, ended in rows(database_url, query))


MANNERS = {
    "modern": ("auto", False),
    "handshake-and-delete": ("legacy", True),
    "handshake": ("legacy", False),
}


def manners(first: str) -> pytest.MarkDecorator:
    """All in the long tests, one of them in those of every change."""
    every = [
        pytest.param(*how, id=name, marks=() if name == first else pytest.mark.long)
        for name, how in MANNERS.items()
    ]
    return pytest.mark.parametrize(("era", "ends"), every)


@pytest.mark.requirement("A1")
@pytest.mark.requirement("H5")
@pytest.mark.requirement("N1")
@manners("handshake-and-delete")
async def test_the_session_argument_keeps_to_one_scene(
    server: ServerProcess, browser: Browser, era: str, ends: bool
) -> None:
    client = ForgetfulClient(server.mcp_url, era, ends)
    link = await client.call("get_browser_connection_url")
    page = await (await ScenePage.open(browser, link["browserUrl"])).connected()
    await ForgetfulClient(server.mcp_url, era, ends, link["sessionId"]).steer()
    await _assert_one_scene(page, server.database_url, Counter(argument=CALLS, created=1))
    await page.close()
    # Only the call that made the scene is bound; an ended session is remembered, to be refused.
    ended = {(False, True): CALLS} if ends else {}
    bound = {(True, ends): 1} if era == "legacy" else {}
    assert _bindings(server.database_url) == bound | ended


@pytest.mark.requirement("A1")
@pytest.mark.requirement("H3")
@pytest.mark.requirement("N1")
@manners("modern")
async def test_the_address_that_the_page_tells_keeps_to_one_scene(
    server: ServerProcess, browser: Browser, era: str, ends: bool
) -> None:
    page = await ScenePage.open(browser, server.url)
    await page.page.get_by_role("button", name="Start a new scene").click()
    await page.connected()
    address = urlsplit(await page.page.locator("#copied-other").text_content() or "")
    await ForgetfulClient(f"{server.url}{address.path}", era, ends).steer()
    await _assert_one_scene(page, server.database_url, Counter(path=CALLS))
    await page.close()
    assert _bindings(server.database_url) == ({(False, True): CALLS} if ends else {})
