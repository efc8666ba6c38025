"""The page says which AI clients are here, what to ask them, and what became of their calls."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize, WebSocketRoute, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, text_of
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]

HOSTILE = "<img src=x onerror=alert(1)>" + "x" * 500


class FedPage:
    """A page with a new scene whose server's messages are the test's, beside those of the scene."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._socket: WebSocketRoute | None = None

    @classmethod
    async def open(cls, browser: Browser, server: ServerProcess, *, width: int = 960) -> "FedPage":
        viewport = ViewportSize(width=width, height=640)
        page = await (await browser.new_context(viewport=viewport)).new_page()
        fed = cls(page)
        await page.route_web_socket("**/ws/scene/", fed._relay)
        await page.goto(server.url)
        await page.get_by_role("button", name="Start a new scene").click()
        await expect(page.locator("html")).to_have_attribute("data-revision", "0")
        return fed

    def _relay(self, socket: WebSocketRoute) -> None:
        behind = socket.connect_to_server()
        self._socket = socket
        socket.on_message(behind.send)
        behind.on_message(lambda text: None if '"presence"' in str(text) else socket.send(text))

    def tell(self, kind: str, **members: Any) -> None:
        assert self._socket is not None
        self._socket.send(json.dumps({"type": kind, **members}))

    def presence(self, *names: str, browsers: int = 1) -> None:
        self.tell("presence", browsers=browsers, clients=len(names), names=names)


async def dot_color(page: Page) -> str:
    return str(await page.evaluate("getComputedStyle(document.querySelector('.dot')).background"))


async def test_the_chip_tells_the_page_and_the_ai_apart(
    shared_server: ServerProcess, browser: Browser
) -> None:
    fed = await FedPage.open(browser, shared_server)
    chip = fed.page.locator(".chip")
    await expect(fed.page.locator("#connection-text")).to_have_text("Live")
    fed.presence()
    await expect(chip).to_contain_text("Waiting for your AI")
    waiting = await dot_color(fed.page)
    fed.presence("Claude Code", browsers=2)
    await expect(chip).to_contain_text(re.compile("Live.*Claude Code connected", re.S))
    assert await dot_color(fed.page) != waiting
    fed.presence()
    await expect(chip).to_contain_text("Waiting for your AI")
    assert await dot_color(fed.page) == waiting
    fed.tell("presence", browsers=1, clients=1)
    await expect(chip).to_contain_text("AI client connected")
    await fed.page.context.close()


async def test_a_client_that_comes_is_greeted_with_what_to_ask_and_missed_when_it_goes(
    shared_server: ServerProcess, browser: Browser
) -> None:
    fed = await FedPage.open(browser, shared_server)
    page = fed.page
    panel = page.locator("#connect")
    await expect(panel).to_have_attribute("open", "")
    fed.presence()
    greeting = page.get_by_role("status").filter(has_text="is here. Try:")
    await expect(greeting).to_be_hidden()
    fed.presence("Claude Code")
    await expect(greeting).to_contain_text("Claude Code is here. Try:")
    await expect(greeting.get_by_role("listitem")).to_have_count(3)
    await expect(panel).not_to_have_attribute("open", "")
    assert await grave_faults(page) == []
    fed.presence()
    await expect(greeting).to_be_hidden()
    await expect(page.get_by_role("log", name="Notices")).to_contain_text("Claude Code has gone")
    fed.presence("Claude Code")  # who comes back is not greeted anew
    await expect(page.locator("#ai-text")).to_have_text("Claude Code connected")
    await expect(greeting).to_be_hidden()
    await page.context.close()


async def test_the_greeting_ends_with_the_first_thing_that_happens(
    shared_server: ServerProcess, browser: Browser
) -> None:
    fed = await FedPage.open(browser, shared_server)
    page = fed.page
    fed.presence("Claude Code")
    await expect(page.locator("#greeting")).to_be_visible()
    async with client_of(shared_server, "auto", path=f"/{page.url.partition('=')[2]}") as client:
        await call(client, "change_model_color", color="teal")
    await expect(page.locator("#greeting")).to_be_hidden()
    fed.presence("Claude Code", "Codex")  # there is nothing left to suggest
    await expect(page.get_by_role("log", name="Notices")).to_contain_text("Codex is here")
    await expect(page.locator("#greeting")).to_be_hidden()
    await page.context.close()


@pytest.mark.parametrize("width", [375, pytest.param(1440, marks=pytest.mark.long)])
async def test_a_name_that_a_client_gives_itself_is_text_and_takes_no_room(
    shared_server: ServerProcess, browser: Browser, width: int
) -> None:
    fed = await FedPage.open(browser, shared_server, width=width)
    page = fed.page
    fed.presence(HOSTILE, "B" * 300, "C" * 300)
    await expect(page.locator("#greeting-title")).to_contain_text(HOSTILE[:60])
    assert await page.locator("img[src=x]").count() == 0
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    box = await page.locator(".chip").bounding_box()
    assert box is not None
    assert box["height"] < 130
    assert box["x"] + box["width"] <= width
    await expect(page.get_by_role("button", name="Help")).to_be_in_viewport(ratio=1)
    await page.context.close()


async def test_a_client_that_was_there_first_is_said_to_be_here(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        link = (await call(client, "get_browser_connection_url"))["browserUrl"]
        opened = await (await ScenePage.open(browser, link)).connected()
        named = re.compile("^(test|AI) client connected$")
        await expect(opened.page.locator("#ai-text")).to_have_text(named)
        await expect(opened.page.locator("#connect")).not_to_have_attribute("open", "")
        await opened.close()


async def test_what_the_ai_mends_by_itself_is_small_and_what_it_cannot_is_not(
    shared_server: ServerProcess, browser: Browser
) -> None:
    fed = await FedPage.open(browser, shared_server)
    page = fed.page
    notice = page.get_by_role("log", name="Notices").get_by_role("listitem")
    async with client_of(shared_server, "auto", path=f"/{page.url.partition('=')[2]}") as client:
        refused = await client.call_tool("change_model_size", {"size": -1})
        assert refused.is_error
        await expect(notice.last).to_have_class("notice notice-slip notice-passing")
        await expect(notice.last).to_have_text(re.compile("Your AI made a slip"))
        await expect(notice.last).not_to_contain_text(text_of(refused)[:20])
        fed.tell("toolCall", name="a", title="A", status="error", summary="B", code="internal")
        await expect(notice.last).to_have_class("notice notice-failed notice-passing")
        fed.tell("toolCall", name="a", title="A", status="error", summary="An older server's")
        await expect(notice.last).to_have_text("AAn older server's")
        await expect(notice.last).to_have_class("notice notice-failed notice-passing")
    await page.context.close()


async def test_a_client_is_greeted_once_it_lists_its_tools_and_is_gone_once_it_leaves(
    shared_server: ServerProcess, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, shared_server.url)
    page = opened.page
    await page.get_by_role("button", name="Start a new scene").click()
    await expect(page.locator("#ai-text")).to_have_text("Waiting for your AI")
    path = f"/{page.url.partition('=')[2]}"
    async with client_of(shared_server, "legacy", path=path) as client:
        await client.list_tools()
        await expect(page.locator("#greeting-title")).to_have_text("test client is here. Try:")
        await expect(page.locator("#ai-text")).to_have_text("test client connected")
    await expect(page.locator("#ai-text")).to_have_text("Waiting for your AI")
    assert opened.complaints == []
    await opened.close()
