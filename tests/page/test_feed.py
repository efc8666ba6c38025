"""What has happened in a scene, as a person reads it and goes back in it."""

import pytest
from mcp_types import Implementation
from playwright.async_api import Browser, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H3")]

# As clients name themselves: for programs, and for people.
CLIENT = Implementation(name="test-client", title="Test client", version="1.0")
CRATE = {"kind": "box", "name": "crate", "size": [1, 1, 1], "position": [0, 0.5, 0]}


async def test_a_person_reads_what_was_done_finds_it_and_undoes_up_to_it(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto", info=CLIENT) as client:
        key = (await call(client, "open_session", start="empty"))["sessionId"]
        await call(client, "add_objects", scene=key, objects=[CRATE])
        scene = await ScenePage.open(
            browser, f"{shared_server.url}/?sessionId={key}&quality=low", width=375, height=420
        )
        await scene.shows(1)
        page = scene.page
        await page.get_by_role("button", name="History").click()
        panel = page.get_by_role("region", name="History")
        entries = panel.get_by_role("listitem")
        await expect(entries).to_have_count(1)  # from before the page was opened
        await expect(entries).to_contain_text("Test client · just now")
        await call(client, "set_environment", scene=key, exposure=1.5)
        for _ in range(2):
            wrong = {"scene": key, "changes": [{"target": "crate", "color": "no color"}]}
            await client.call_tool("update_objects", wrong)
        await expect(entries.first).to_contain_text("2 attempts that the AI corrects itself")
        await entries.last.get_by_role("button").first.click()
        await expect(page.locator("#edit-bar [role=status]")).to_have_text("Selected: crate")
        await page.locator("canvas").press("ArrowRight")
        await scene.shows(3)
        await expect(entries.first).to_contain_text("You · just now")
        assert await grave_faults(page) == []
        await panel.get_by_role("button", name="Undo up to here").nth(1).click()
        await scene.shows(4)
        await expect(entries.first).to_contain_text("Undid 2 steps.")
        await expect(panel.get_by_text("undone")).to_have_count(2)
        await panel.get_by_role("button", name="Redo up to here").last.click()
        await scene.shows(5)
        await expect(panel.get_by_text("undone")).to_have_count(1)
        await page.reload()
        await scene.shows(5)
        await page.get_by_role("button", name="History").click()
        await expect(panel.get_by_text("undone")).to_have_count(1)
        assert scene.complaints == []
        await scene.close()
