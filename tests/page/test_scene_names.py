"""A person names the scene where its title stands."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]


async def test_a_person_names_the_scene_in_the_pages_header(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = (await call(client, "open_session", start="empty"))["sessionId"]
        scene = await ScenePage.open(
            browser, f"{shared_server.url}/?sessionId={key}&quality=low", width=375, height=420
        )
        await scene.shows(0)
        page = scene.page
        title = page.get_by_role("heading", level=1).get_by_role("button")
        await expect(title).to_have_text("Empty scene")
        await title.press("Enter")
        field = page.get_by_role("textbox", name="The scene\u2019s name")
        await expect(field).to_be_focused()
        assert await grave_faults(page) == []
        await field.fill("Never mind")
        await field.press("Escape")
        await expect(title).to_be_focused()
        await expect(title).to_have_text("Empty scene")
        await title.click()
        await field.fill(" Harbor <b>at</b> dusk ")
        await field.press("Enter")
        await expect(title).to_have_text("Harbor <b>at</b> dusk")
        await scene.shows(1)
        await expect(page).to_have_title("Harbor <b>at</b> dusk · Hello3D")
        read = await call(client, "get_scene", scene=key)
        assert read["name"] == "Harbor <b>at</b> dusk"
        await call(client, "set_environment", scene=key, name="Quay")
        await expect(title).to_have_text("Quay")
        await page.get_by_role("button", name="History").click()
        entries = page.get_by_role("region", name="History").get_by_role("listitem")
        await expect(entries.last).to_contain_text("Named the scene “Harbor <b>at</b> dusk”.")
        await page.get_by_role("button", name="Undo", exact=True).click()
        await expect(title).to_have_text("Harbor <b>at</b> dusk")
        assert await grave_faults(page) == []
        await page.goto(shared_server.url)
        await expect(page.get_by_role("link", name="Harbor <b>at</b> dusk")).to_be_visible()
        assert scene.complaints == []
        await scene.close()
