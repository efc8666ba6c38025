"""A scene is shown to others: one who may look, and one who may edit it by hand."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene
from tests.support.servers import ServerProcess
from tests.support.shares import made_link

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H3")]

EDITING = ("#edit-bar", "#undo", "#properties-open", "#say", "#share-open", "#connect")


async def stored(page: Page) -> str:
    """All that a page keeps, has in its document, or has in its address."""
    kept: Any = await page.evaluate(
        "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,"
        " location.href, document.documentElement.outerHTML])"
    )
    return str(kept)


async def test_a_viewer_sees_the_scene_live_and_is_offered_no_change(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        address = f"{shared_server.url}/?sessionId={key}&quality=low"
        owner = await ScenePage.open(browser, address, width=1000, height=600)
        await owner.connected()
        link = await made_link(owner.page)
        assert key not in link
        viewer = await ScenePage.open(browser, f"{link}&quality=low", width=1000, height=600)
        await viewer.connected()
        page = viewer.page
        await expect(page.locator("#role-text")).to_have_text("View only")
        for part in EDITING:
            await expect(page.locator(part)).to_be_hidden()
        await call(client, "change_model_color", color="teal", scene=key)
        await page.wait_for_function("() => document.documentElement.dataset.revision === '1'")
        await page.get_by_role("button", name="Objects").click()
        await page.get_by_role("treeitem", name="model").click()
        await expect(page.locator("#outline button.tree-eye")).to_have_count(0)
        await expect(page.get_by_role("button", name="Rename")).to_have_count(0)
        for pressed in ("Delete", "F2", "l", "Control+z", "Control+d"):
            await page.keyboard.press(pressed)
        await page.locator("#stage").focus()
        for pressed in ("Delete", "l", "ArrowLeft", "Control+z"):
            await page.keyboard.press(pressed)
        await page.get_by_role("button", name="History").click()
        await expect(page.locator("#history .feed-entry")).to_have_count(1)
        await expect(page.locator("#history .feed-move")).to_have_count(0)
        await page.get_by_role("button", name="Help").click()
        await expect(page.get_by_role("heading", name="Looking around")).to_be_in_viewport()
        await expect(page.get_by_role("heading", name="Editing by hand")).to_be_hidden()
        await expect(page.get_by_role("heading", name="What this link is for")).to_be_visible()
        await page.get_by_role("button", name="Close", exact=True).last.click()
        assert (await call(client, "get_scene", scene=key))["revision"] == 1
        assert key not in await stored(page) + "".join(viewer.frames)
        assert viewer.complaints == []
        # Revoked, the page says so, with one way on.
        await owner.page.get_by_role("button", name="Share").click()
        await owner.page.get_by_role("button", name="Revoke").click()
        await expect(owner.page.locator("#share-none")).to_be_visible()
        refusal = page.locator("#refusal")
        await expect(refusal).to_contain_text("This link opens no scene")
        ways = refusal.locator("a:visible, button:visible")
        await expect(ways).to_have_text(["Go to the first page"])
        await ways.click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert key not in await stored(page)
        await viewer.close()
        await owner.close()


async def test_an_editor_changes_the_scene_by_hand_without_ever_having_its_key(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        address = f"{shared_server.url}/?sessionId={key}&quality=low"
        owner = await ScenePage.open(browser, address, width=1000, height=600)
        await owner.connected()
        link = await made_link(owner.page, role="editor")
        editor = await ScenePage.open(browser, f"{link}&quality=low", width=1000, height=600)
        await editor.connected()
        page = editor.page
        await expect(page.locator("#role-text")).to_have_text("You can edit")
        for part in ("#share-open", "#connect"):
            await expect(page.locator(part)).to_have_count(0)
        await page.get_by_role("button", name="Objects").click()
        await page.get_by_role("treeitem", name="model").click()
        await page.keyboard.press("Delete")
        await page.wait_for_function("() => document.documentElement.dataset.revision === '1'")
        await expect(page.get_by_role("treeitem", name="model")).to_have_count(0)
        await page.get_by_role("button", name="Undo", exact=True).click()
        await expect(page.get_by_role("treeitem", name="model")).to_be_visible()
        say = page.get_by_label("Say something to your AI")
        await say.fill(f"Its link is {shared_server.url}/?sessionId={key}")
        await say.press("Enter")
        # What its person wrote comes back without the key that they had from elsewhere.
        await expect(page.locator("#say-latest")).to_contain_text("?sessionId=…")
        assert key in (await call(client, "get_scene", scene=key))["message"]
        assert key not in await stored(page) + "".join(editor.frames)
        assert editor.complaints == []
        await editor.close()
        await owner.close()
