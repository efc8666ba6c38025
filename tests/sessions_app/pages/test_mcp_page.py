"""What a person meets who opens an address that is meant for their AI client."""

import re
from base64 import b64decode
from http import HTTPStatus

import pytest
from playwright.async_api import Browser, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import client_of, open_scene
from tests.support.http import http_client
from tests.support.pages import UNKNOWN
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]

BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    "width", [375, *(pytest.param(width, marks=pytest.mark.long) for width in (768, 1440))]
)
async def test_the_address_explains_itself_and_leads_to_the_scene(
    shared_server: ServerProcess, browser: Browser, width: int
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
    address = f"{shared_server.mcp_url}/{key}"
    opened = await ScenePage.open(browser, address, width=width)
    page = opened.page
    title = page.get_by_role("heading", name="This address is for your AI client")
    await expect(title).to_be_visible()
    command = page.locator("#copied-claude-code")
    await expect(command).to_have_text(f"claude mcp add --transport http hello3d {address}")
    await expect(page.locator("#copied-other")).to_have_text(address)
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        assert await grave_faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    copy = page.locator("[data-copies]:visible")
    await copy.click()
    await expect(copy).not_to_have_text("Copy")
    await page.get_by_role("link", name=re.compile("^Open the scene.s page$")).click()
    await opened.connected()
    assert page.url == f"{shared_server.url}/?sessionId={key}"
    assert opened.complaints == []
    await opened.close()


async def test_the_tab_of_a_client_is_reached_by_keyboard_and_kept_in_this_browser(
    shared_server: ServerProcess, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, shared_server.mcp_url, width=375)
    page = opened.page
    panel = page.get_by_role("tabpanel")
    await expect(panel).to_have_accessible_name("Claude Code")
    await page.get_by_role("tab", name="Claude Code").focus()
    for key, name in (
        ("ArrowLeft", "Any other"),
        ("Home", "Claude Code"),
        ("ArrowRight", "Claude"),
        ("ArrowRight", "ChatGPT"),
    ):
        await page.keyboard.press(key)
        chosen = page.get_by_role("tab", name=name, exact=True)
        await expect(chosen).to_be_focused()
        await expect(chosen).to_have_attribute("aria-selected", "true")
        await expect(panel).to_have_accessible_name(name)
        await expect(page.get_by_role("button", name="Copy")).to_have_count(1)
    await expect(panel).to_contain_text("cannot reach 127.0.0.1")
    await page.reload()
    await expect(panel).to_have_accessible_name("ChatGPT")
    assert await grave_faults(page) == []
    await page.get_by_role("tab", name="Cursor").click()
    link = page.get_by_role("link", name="Add to Cursor")
    assert str(await link.get_attribute("href")).startswith("cursor://")
    assert opened.complaints == []
    await opened.close()


async def test_without_scripts_every_client_is_there(
    shared_server: ServerProcess, browser: Browser
) -> None:
    page = await browser.new_page(java_script_enabled=False)
    await page.goto(shared_server.mcp_url)
    await expect(page.get_by_role("heading", name="Gemini CLI")).to_be_visible()
    await expect(page.locator("#copied-other")).to_have_text(shared_server.mcp_url)
    await page.context.close()


async def test_the_servers_own_address_leads_to_the_first_page(
    shared_server: ServerProcess, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, shared_server.mcp_url)
    page = opened.page
    await expect(page.locator("#copied-other")).to_have_text(shared_server.mcp_url)
    await page.get_by_role("link", name="Go to the first page").click()
    await expect(page.get_by_role("button", name="Start a new scene")).to_be_visible()
    assert opened.complaints == []
    await opened.close()


async def test_the_page_does_not_tell_whether_a_scene_has_the_key(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
    async with http_client(base_url=shared_server.url, headers={"accept": BROWSERS}) as http:
        known, unknown = [await http.get(f"/mcp/{one}") for one in (key, UNKNOWN)]
        assert known.status_code == unknown.status_code == HTTPStatus.OK
        texts = [_without(key, known.text), _without(UNKNOWN, unknown.text)]
        assert texts[0] == texts[1]
        policy = known.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert known.headers["cache-control"] == "no-store"
        assert "Accept" in known.headers["vary"]
        for wrong in ("mcp", key[:20], "a<b>c"):
            answer = await http.get(f"/mcp/{wrong}")
            assert answer.status_code == HTTPStatus.NOT_FOUND
            assert "This is no whole address" in answer.text
            assert "a<b>c" not in answer.text


def _without(key: str, text: str) -> str:
    """The page without its nonce and its scene's id, which links for clients hold encoded."""
    text = re.sub(r'nonce="[^"]+"', "", text)
    encoded = re.compile(r"(?<=config=)[\w=]+")
    decoded = encoded.sub(lambda found: b64decode(found[0]).decode(), text)
    assert decoded.count(key) > text.count(key)
    return decoded.replace(key, "")


@pytest.mark.parametrize(
    "accept",
    [None, "*/*", "application/json", "text/event-stream", f"{BROWSERS},text/event-stream"],
)
async def test_programs_get_the_protocols_own_answer_as_before(
    shared_server: ServerProcess, accept: str | None
) -> None:
    async with http_client(base_url=shared_server.url) as http:
        if accept is None:
            del http.headers["accept"]
        else:
            http.headers["accept"] = accept
        for path in ("/mcp", f"/mcp/{UNKNOWN}"):
            answer = await http.get(path)
            assert "text/html" not in answer.headers["content-type"]
            assert answer.status_code >= HTTPStatus.BAD_REQUEST
        posted = await http.post("/mcp", headers={"accept": BROWSERS}, json={})
        assert "text/html" not in posted.headers["content-type"]
