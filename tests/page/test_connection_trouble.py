"""Why a page's WebSocket does not open or last: said to the person, and to who runs the server."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import client_of, open_scene
from tests.support.meddling import Meddler
from tests.support.pages import COVERED, SIZES
from tests.support.requests import Reply, request
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]

# What a browser says when its network is back; a page tries at once then.
TRY_AT_ONCE = """() => {
  window.tries ??= setInterval(() => dispatchEvent(new Event("online")), 50);
}"""
WEBSOCKET_HEADERS = {"sec-websocket-version": "13", "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA=="}


@asynccontextmanager
async def page_behind(meddler: Meddler, browser: Browser) -> AsyncIterator[ScenePage]:
    async with client_of(meddler.server, "auto") as client:
        key = await open_scene(client)
    opened = await ScenePage.open(browser, f"{meddler.url}/?sessionId={key}&quality=low")
    yield opened
    await opened.close()


async def says(opened: ScenePage, title: str, operator: str) -> None:
    """Wait until the page says why; its waits between the tries are cut short."""
    note = opened.page.get_by_role("alert", name=title)
    await opened.page.evaluate(TRY_AT_ONCE)
    await expect(note).to_be_visible()
    await expect(note).to_contain_text("This page goes on trying by itself.")
    details = note.get_by_role("group")
    if await details.get_attribute("open") is None:
        await details.get_by_text("For whoever runs this server").click()
    await expect(note.get_by_text(operator)).to_be_visible()


CONNECTED_AND_TOLD = """() => document.body.dataset.connection === "connected"
  && !document.getElementById("trouble").hidden"""


async def goes_on(opened: ScenePage) -> None:
    await opened.connected()
    await expect(opened.page.locator("#trouble")).to_be_hidden()


async def test_what_keeps_a_page_from_its_changes_is_said_and_when_it_is_gone_it_goes_on(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with (
        Meddler(shared_server, upgrades="strip").running() as meddler,
        page_behind(meddler, browser) as opened,
    ):
        await says(opened, "Changes cannot reach this page", "Upgrade and Connection")
        await expect(opened.page.locator("#connection-text")).to_have_text("Reconnecting…")
        retry = opened.page.get_by_role("button", name="Try now")
        await expect(retry).to_be_visible()
        meddler.upgrades = "pass"
        await retry.dispatch_event("click")  # it is gone once the page has tried by itself
        await goes_on(opened)
        await opened.shows(0)
        meddler.all_status = 502
        meddler.cut()
        await says(opened, "The server does not answer", "Check that the server is running")
        for width, height in SIZES[:2]:
            await opened.page.set_viewport_size({"width": width, "height": height})
            assert await opened.page.locator("#trouble").evaluate(COVERED) == [], width
        assert await grave_faults(opened.page) == []
        meddler.all_status, meddler.sockets_status = 0, 404
        await says(opened, "Something else answers in place of the server", "send /ws/")
        meddler.sockets_status, meddler.origin = 0, b"https://elsewhere.example"
        title = "The server takes no connection from this address"
        await says(opened, title, f"ALLOWED_ORIGINS: {meddler.url}")
        meddler.origin = b""
        await goes_on(opened)
        meddler.cut_after_seconds = 1  # enough to be ready first, on a busy machine too
        meddler.cut()
        await says(opened, "The connection breaks again and again", "proxy_read_timeout")
        meddler.cut_after_seconds = 3600
        # It may break again: until it has lasted, the page says so.
        await opened.page.wait_for_function(CONNECTED_AND_TOLD, polling=50)
    log = shared_server.log.read_text()
    assert "a WebSocket handshake came without its upgrade" in log
    assert "a page of origin" in log


@pytest.mark.long
@pytest.mark.parametrize("upgrades", ["mute", 200, 301, 400, 403, 426, 502, 504])
async def test_whatever_a_proxy_answers_a_handshake_the_page_says_that_no_change_comes(
    shared_server: ServerProcess, browser: Browser, upgrades: str | int
) -> None:
    async with (
        Meddler(shared_server, upgrades=upgrades).running() as meddler,
        page_behind(meddler, browser) as opened,
    ):
        said = "pass each WebSocket message" if upgrades == "mute" else "Upgrade and Connection"
        await says(opened, "Changes cannot reach this page", said)
        meddler.upgrades = "pass"
        await goes_on(opened)


def asked(server: ServerProcess, method: str, path: str = "/ws/scene/", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(server, method, named, path=path)


def test_a_plain_request_at_a_sockets_address_is_told_what_it_lacks(served: ServerProcess) -> None:
    for path in ("/ws/scene/", "/ws/staff/"):
        reply = asked(served, "GET", path)
        assert (reply.status, reply.headers["upgrade"]) == (426, "websocket")
        assert "have it pass them on" in reply.text
    stripped = request(served, "GET", WEBSOCKET_HEADERS, path="/ws/scene/")
    assert stripped.status == 426
    assert "a WebSocket handshake came without its upgrade" in served.log.read_text()


def test_a_page_asks_whether_its_origin_may_open_a_socket(served: ServerProcess) -> None:
    own = asked(served, "POST", origin=served.url)
    assert (own.status, json.loads(own.text)["code"]) == (200, "open")
    assert own.headers["cache-control"] == "no-store"
    assert own.headers["upgrade"] is None  # it would be wrong over HTTP/2
    for headers in ({"origin": "https://elsewhere.example"}, {"origin": "null"}, {}):
        refused = asked(served, "POST", **headers)
        assert (refused.status, json.loads(refused.text)["code"]) == (403, "origin_refused")
        assert "ALLOWED_ORIGINS" in refused.text


def test_what_strangers_ask_for_fills_no_log(shared_server: ServerProcess) -> None:
    before = len(shared_server.log.read_text())
    for _ in range(20):
        asked(shared_server, "POST", origin=f"https://{uuid4().hex}.example")
        request(shared_server, "GET", WEBSOCKET_HEADERS, path="/ws/staff/")
    assert len(shared_server.log.read_text()) - before < 1000  # a line of each kind, if any
