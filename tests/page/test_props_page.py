"""Props at the page: a person looks for one, adds it, and changes its form and color."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.anyio

FINGER = 44  # CSS pixels that a touch needs


async def _entities(client: Any, key: str) -> list[dict[str, Any]]:
    found = await client.read_resource(f"scene://{key}")
    return list(json.loads(found.contents[0].text)["scene"]["objects"].values())


async def test_a_person_finds_a_prop_adds_it_and_changes_its_form(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = (await call(client, "open_session", start="empty"))["sessionId"]
        context = await browser.new_context(
            viewport={"width": 800, "height": 600}, has_touch=True, reduced_motion="reduce"
        )
        url = f"{shared_server.url}/?sessionId={key}"
        opened = await ScenePage.open_in(await context.new_page(), url)
        page = opened.page
        await opened.shows(0)
        await page.get_by_text("Add", exact=True).click()
        await page.get_by_role("button", name="Things…").click()
        things = page.get_by_role("list", name="Things to add").get_by_role("button")
        await expect(things.first).to_have_text("Chair")
        assert await things.count() > 60
        box = await things.first.bounding_box()
        assert box is not None
        assert box["height"] >= FINGER
        assert await grave_faults(page) == []
        field = page.get_by_role("searchbox", name="Search things")
        await expect(field).to_be_focused()
        await field.fill("no such thing")
        await expect(page.get_by_text("Nothing is called like this.")).to_be_visible()
        await field.fill("palm tr")
        await expect(things).to_have_text(["Tree: palm"])
        await field.press("ArrowDown")
        await expect(things.first).to_be_focused()
        await things.first.press("Enter")
        await opened.shows(1)
        await expect(page.locator("#edit-bar [role=status]")).to_have_text("Selected: tree")
        [tree] = [each for each in await _entities(client, key) if each["kind"] == "prop"]
        assert (tree["prop"], tree["form"]) == ("tree", "palm")
        await page.get_by_role("button", name="Properties", exact=True).click()
        form = page.get_by_label("Form")
        await expect(form).to_have_value("palm")
        await form.select_option(label="Birch")
        await opened.shows(2)
        [tree] = [each for each in await _entities(client, key) if each["kind"] == "prop"]
        assert tree["form"] == "birch"
        assert opened.complaints == []
        await context.close()
