"""What a person meets who opens an address that is meant for their AI client."""

import re
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
    command = page.locator("#claude-command")
    await expect(command).to_have_text(f"claude mcp add --transport http hello3d {address}")
    await expect(page.locator("#mcp-url")).to_have_text(address)
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        assert await grave_faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    copy = page.locator("[data-copies]").first
    await copy.click()
    await expect(copy).not_to_have_text("Copy")
    await page.get_by_role("link", name=re.compile("^Open the scene.s page$")).click()
    await opened.connected()
    assert page.url == f"{shared_server.url}/?sessionId={key}"
    assert opened.complaints == []
    await opened.close()


async def test_the_servers_own_address_leads_to_the_first_page(
    shared_server: ServerProcess, browser: Browser
) -> None:
    opened = await ScenePage.open(browser, shared_server.mcp_url)
    page = opened.page
    await expect(page.locator("#mcp-url")).to_have_text(shared_server.mcp_url)
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
        nonce = "<nonce>"
        assert known.text.replace(key, nonce) == unknown.text.replace(UNKNOWN, nonce)
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
