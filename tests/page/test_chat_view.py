"""The scene inside a chat: drawn and followed there, with nothing of the network but the host."""

from typing import Any

import pytest
from mcp.client import Client
from mcp_types import CallToolResult
from playwright.async_api import Browser, expect

from mcp_bridge.tools.scene_views import VIEW_META_KEY
from tests.support.calls import call, client_of
from tests.support.chat_host import CHAT, SANDBOX, SHOWS_VIEWS, ChatHost
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.anyio

CHANGES = 50
BLUE, WHITE = "rgb(1, 2, 200)", "rgb(255, 255, 255)"


async def opened_scene(client: Client) -> tuple[CallToolResult, str, str]:
    """What `get_browser_connection_url` answers, the scene's id and its link."""
    result = await client.call_tool("get_browser_connection_url", {})
    structured = result.structured_content or {}
    return result, structured["sessionId"], structured["browserUrl"]


async def paint(client: Client, key: str, color: str) -> int:
    changed = await call(client, "change_background_color", scene=key, color=color)
    return int(changed["revision"])


async def test_a_view_draws_the_scene_of_its_result_and_follows_it(
    shared_server: ServerProcess, browser: Browser
) -> None:
    """By what the host does for it alone: nothing is blocked, and nothing else is asked for."""
    async with client_of(shared_server, "auto", extensions=SHOWS_VIEWS) as client:
        opened, key, _ = await opened_scene(client)
        host = await ChatHost.open(browser, client)
        note = host.view.locator("#note")
        await expect(note).to_have_text("The scene comes with the answer…")
        await host.show(opened)
        await host.shows(0)
        sign = {"kind": "text", "name": "sign", "text": "HHH", "height": 0.3, "color": "#d01010"}
        await call(client, "add_objects", scene=key, objects=[sign])
        for number in range(CHANGES):
            revision = await paint(client, key, f"#{number:02x}ff40")
        await host.shows(revision)
        assert revision > CHANGES
        await expect(host.view.locator("#stage")).to_have_attribute("aria-label", "Sign, in 3D")
        red, green, _ = await host.pixel(4, 120)
        assert green > 200 > red
        assert await host.reddest() > 150  # its letters are in the view, and compressed there
        host.is_offline = True
        await paint(client, key, "#000000")
        await expect(note).to_contain_text("The connection is interrupted.")
        host.is_offline = False
        revision = await paint(client, key, "#ffffff")
        await host.shows(revision)
        await expect(note).to_be_empty()
        assert set(host.calls) == {"scene_changes"}
        assert host.complaints == []
        assert set(host.asked) == {CHAT, SANDBOX}
        await host.close()


async def test_a_view_looks_as_the_chat_does_and_has_it_do_what_its_person_wants(
    shared_server: ServerProcess, browser: Browser
) -> None:
    modes = {"availableDisplayModes": ["inline", "fullscreen"]}
    variables = {"--color-background-primary": f"light-dark({WHITE}, {BLUE})"}
    async with client_of(shared_server, "legacy", extensions=SHOWS_VIEWS) as client:
        opened, key, link = await opened_scene(client)
        context = {"theme": "dark", "styles": {"variables": variables}, **modes}
        host = await ChatHost.open(browser, client, context=context)
        await host.show(opened)
        await host.shows(0)
        root = host.view.locator("html")
        await expect(root).to_have_css("background-color", BLUE)
        await expect(host.page.locator("iframe")).to_have_css("height", "250px")
        await host.set_context(
            **{**context, "theme": "light"}, containerDimensions={"maxHeight": 240}
        )
        await expect(root).to_have_css("background-color", WHITE)
        await expect(host.page.locator("iframe")).to_have_css("height", "240px")

        await host.view.get_by_role("button", name="Open in a window").click()
        await host.view.get_by_role("textbox").fill("Make it taller")
        await host.view.get_by_role("textbox").press("Enter")
        await expect(host.view.locator("#note")).to_have_text("Sent to the chat.")
        await host.view.locator("#stage").press("ArrowLeft")
        await expect(host.view.get_by_role("button", name="Reset view")).to_be_visible()
        await host.view.get_by_role("button", name="Look from here").click()
        await expect(host.view.get_by_role("textbox")).to_have_value("")
        [asked, said, looked] = [params for _, params in await host.heard()]
        assert asked == {"url": link}
        assert said["content"] == [{"type": "text", "text": "Make it taller"}]
        text = looked["content"][0]["text"]
        assert "set_camera with position [" in text
        await host.view.get_by_role("button", name="Full screen").click()
        await expect(root).to_have_attribute("data-mode", "fullscreen")
        await host.view.get_by_role("button", name="Leave full screen").click()
        await expect(root).to_have_attribute("data-mode", "inline")
        assert key not in text
        assert host.complaints == []
        await host.close()


async def test_a_view_says_why_there_is_nothing_to_see_and_where_there_is(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto", extensions=SHOWS_VIEWS) as client:
        opened, key, link = await opened_scene(client)
        host = await ChatHost.open(browser, client, refuses=True)
        note = host.view.locator("#note")
        await host.show(with_token(opened, "e30:1:forged"))
        await expect(note).to_contain_text("This view has expired.")
        await host.view.get_by_role("button", name="Open in a window").click()
        await expect(note).to_contain_text(link)
        await host.show(opened)
        await host.shows(0)
        await call(client, "close_session", scene=key)
        await expect(note).to_have_text("This scene is closed.")
        await expect(host.view.get_by_role("textbox")).to_be_hidden()
        assert host.complaints == []
        await host.close()


def with_token(result: CallToolResult, token: str) -> CallToolResult:
    view: dict[str, Any] = (result.meta or {})[VIEW_META_KEY]
    return result.model_copy(update={"meta": {VIEW_META_KEY: {**view, "token": token}}})
