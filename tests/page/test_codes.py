"""Ways into a scene without a link: a code that the client names, one of the page, and waiting."""

import asyncio
import re

import pytest
from mcp_types import Implementation
from playwright.async_api import Browser, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage, new_tab
from tests.support.calls import call, client_of
from tests.support.code_pages import CODE
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]

# No other test's client has its name: one would be taken for another that comes back.
CLAUDE = Implementation(name="claude-code-with-a-page", title="Claude Code", version="1")
FIELD = "Open a scene by its link, id or code"


async def test_a_code_of_the_client_opens_its_scene_and_one_of_the_page_a_second_screen(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        told = await call(client, "open_session")
        [code] = CODE.findall(told["message"])
        opened = await ScenePage.open(browser, shared_server.url, width=1000, height=700)
        page = opened.page
        await page.get_by_label(FIELD).fill(code.lower().replace("-", " "))
        await page.get_by_role("button", name="Open", exact=True).click()
        await opened.shows(0)
        assert page.url == told["browserUrl"]
        await page.reload()
        await opened.shows(0)

        # Until the page knows of its client, the panel is open by itself.
        await expect(page.locator("#ai-text")).to_contain_text("connected")
        await page.get_by_text("Connect your AI", exact=True).click()
        await page.get_by_text("Open it on another screen").click()
        await page.get_by_role("button", name="Get a code").click()
        shown = page.locator("#screen-code")
        await expect(shown).to_have_text(CODE)
        await expect(page.locator("#screen-life")).to_have_text(
            "It works once, for 10 more minutes."
        )
        assert await grave_faults(page) == []
        second = await ScenePage.open(browser, shared_server.url)
        for _ in range(2):
            await second.page.get_by_label(FIELD).fill(await shown.inner_text())
            await second.page.get_by_role("button", name="Open", exact=True).click()
            await second.shows(0)
            assert second.page.url == told["browserUrl"]
            await expect(page.get_by_role("button", name="2 people")).to_be_visible()
            used = await shown.inner_text()
            await page.get_by_role("button", name="Get a new code").click()
            await expect(shown).not_to_have_text(used)
            await second.page.goto(shared_server.url)
        assert opened.complaints == second.complaints == []
        await second.close()
        await opened.close()


async def test_a_page_waits_for_the_ai_and_shows_its_scene_once_its_person_agrees(
    shared_server: ServerProcess, browser: Browser
) -> None:
    page = await new_tab(browser, width=1000, height=700)
    opened = await ScenePage.open_in(page, shared_server.url)
    begin = page.get_by_role("button", name="My AI brings the scene")
    await begin.click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(begin).to_be_focused()
    await begin.click()
    shown = page.locator("#waiting-code")
    await expect(shown).to_be_visible()
    code = await shown.inner_text()
    await expect(page.locator("#waiting-said")).to_have_text(
        f"Show your Hello3D scene at my page, with the code {code}."
    )
    assert await grave_faults(page) == []
    async with client_of(shared_server, "legacy", info=CLAUDE) as client:
        await call(client, "add_objects", objects=[{"kind": "box", "name": "crate"}])
        calling = asyncio.create_task(call(client, "open_session", code=code))
        await expect(page.get_by_role("alert").filter(visible=True)).to_have_text(
            "Claude Code wants to show you its scene here. Join?"
        )
        await expect(page).to_have_title(re.compile("^Claude Code · "))
        assert await grave_faults(page) == []
        await page.get_by_role("button", name="Join").click()
        await opened.shows(1)
        answer = await calling
        assert page.url == answer["browserUrl"]
        assert "The person has agreed at their page" in answer["message"]
        await expect(page.locator("#ai-text")).to_have_text("Claude Code connected")
    assert opened.complaints == []
    await opened.close()
