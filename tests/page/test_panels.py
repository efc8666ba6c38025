"""What a person does to a scene in the outline and in the properties."""

import re
from collections.abc import AsyncIterator

import pytest
from mcp.client import Client
from playwright.async_api import Browser, Locator, Page, expect

from tests.support.browsers import ScenePage
from tests.support.calls import call, client_of, open_scene
from tests.support.servers import ServerProcess

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H3")]

OBJECTS = [
    {"kind": "group", "name": "table"},
    {"kind": "box", "name": "top", "parent": "table", "size": [1, 0.1, 1], "position": [0, 1, 0]},
    {"kind": "sphere", "name": "orange", "size": [0.3] * 3, "position": [0.5, 2, 0]},
]


@pytest.fixture
async def client(shared_server: ServerProcess) -> AsyncIterator[Client]:
    async with client_of(shared_server, "auto") as client:
        yield client


async def opened(
    server: ServerProcess, browser: Browser, client: Client, *panels: str
) -> tuple[str, ScenePage]:
    """A scene with a table and an orange, and its page with these panels open."""
    key = await open_scene(client)
    await call(client, "add_objects", scene=key, objects=OBJECTS)
    url = f"{server.url}/?sessionId={key}"
    scene_page = await ScenePage.open(browser, url, width=960, height=480)
    await (await scene_page.connected()).shows(1)
    for panel in panels:
        await scene_page.page.get_by_role("button", name=panel, exact=True).press("Enter")
    return key, scene_page


async def stored(client: Client, key: str) -> dict[str, str]:
    """What the server says of each object, by name."""
    scene = await call(client, "get_scene", scene=key)
    lines = (line.partition(": ") for line in scene["message"].splitlines())
    return {name: words for name, _, words in lines}


def row(page: Page, name: str) -> Locator:
    """The line of the outline that begins with this name."""
    return page.get_by_role("treeitem", name=re.compile(f"^{name},"))


async def test_an_object_is_renamed_hidden_and_removed_by_keyboard_alone(
    shared_server: ServerProcess, browser: Browser, client: Client
) -> None:
    key, scene = await opened(shared_server, browser, client, "Objects")
    page, press = scene.page, scene.page.keyboard.press
    tree = page.get_by_role("tree")
    await tree.focus()
    await press("t")
    await expect(row(page, "table")).to_have_attribute("aria-selected", "true")
    await press("ArrowRight")
    await press("ArrowRight")
    await expect(row(page, "top")).to_have_attribute("aria-selected", "true")
    await press("F2")
    await page.keyboard.type("plate")
    await press("Enter")
    await scene.shows(2)
    await expect(row(page, "plate")).to_be_visible()
    await expect(tree).to_be_focused()
    await press("Tab")
    await expect(page.get_by_role("button", name="Hide plate")).to_be_focused()
    await press("Enter")
    await scene.shows(3)
    await expect(row(page, "plate, box")).to_have_accessible_name("plate, box, hidden")
    assert "hidden" in (await stored(client, key))["plate"]
    await tree.focus()
    await press("End")
    await press("Delete")
    await scene.shows(4)
    assert "orange" not in await stored(client, key)
    await expect(row(page, "orange")).to_have_count(0)
    assert scene.complaints == []
    await scene.close()


async def test_an_object_is_locked_by_key_and_unlocked_in_its_properties(
    shared_server: ServerProcess, browser: Browser, client: Client
) -> None:
    key, scene = await opened(shared_server, browser, client, "Objects", "Properties")
    page, press = scene.page, scene.page.keyboard.press
    await page.get_by_role("tree").focus()
    await press("t")
    await expect(row(page, "table")).to_have_attribute("aria-selected", "true")
    await press("ArrowRight")
    await page.get_by_role("button", name="Lock table").click()
    await scene.shows(2)
    await expect(row(page, "table")).to_have_accessible_name("table, group, locked by a person")
    await expect(row(page, "top")).to_have_accessible_name("top, box, locked by a person")
    assert "locked by a person" in (await stored(client, key))["table"]
    await row(page, "orange").click()
    await page.get_by_role("tree").focus()
    await press("l")
    await scene.shows(3)
    await expect(page.locator("#edit-bar [role=status]")).to_have_text(
        "Selected: orange, locked by a person"
    )
    await press("Delete")
    refused = page.get_by_text('"orange" is locked by a person: unlock it first.')
    await expect(refused.first).to_be_visible()
    await page.get_by_role("checkbox", name="Locked").uncheck()
    await scene.shows(4)
    await expect(row(page, "orange")).to_have_accessible_name("orange, sphere")
    assert scene.complaints == []
    await scene.close()


async def test_an_object_gets_another_parent_by_dragging_and_without(
    shared_server: ServerProcess, browser: Browser, client: Client
) -> None:
    key, scene = await opened(shared_server, browser, client, "Objects")
    page = scene.page
    await row(page, "orange").drag_to(row(page, "table"))
    await scene.shows(2)
    await expect(row(page, "orange")).to_have_attribute("aria-level", "2")
    orange = (await stored(client, key))["orange"]
    assert "at 0.5, 2, 0" in orange
    assert "part of table" in orange
    await row(page, "orange").click()
    await page.get_by_role("button", name="Move into…").click()
    await page.get_by_label("Move “orange” into").select_option(label="Nothing (top level)")
    await page.get_by_role("dialog").get_by_role("button", name="Move", exact=True).click()
    await scene.shows(3)
    await expect(row(page, "orange")).to_have_attribute("aria-level", "1")
    assert "part of" not in (await stored(client, key))["orange"]
    assert scene.complaints == []
    await scene.close()


async def test_color_and_position_are_stored_and_seen_in_another_page(
    shared_server: ServerProcess, browser: Browser, client: Client
) -> None:
    key, scene = await opened(shared_server, browser, client, "Objects", "Properties")
    other = await ScenePage.open(browser, scene.page.url, width=200, height=150)
    await other.shows(1)
    page = scene.page
    await row(page, "orange").click()
    panel = page.get_by_role("region", name="Properties")
    await panel.get_by_label("Color, as a text").fill("teal")
    await page.keyboard.press("Enter")
    await other.shows(2)
    await expect(panel.get_by_role("textbox", name="Color", exact=True)).to_have_value("#008688")
    await panel.get_by_label("Position, m x").fill("0,25")
    await page.keyboard.press("Tab")
    await other.shows(3)
    orange = (await stored(client, key))["orange"]
    assert "at 0.25, 2, 0, teal (#008688)" in orange
    # What another one does comes into the fields, but not into the one that is being written in.
    await panel.get_by_label("Position, m y").fill("7")
    await call(client, "update_objects", scene=key, changes=[
        {"target": "orange", "position": [0.5, 3, 1]},
    ])  # fmt: skip
    await expect(panel.get_by_label("Position, m x")).to_have_value("0.5")
    await expect(panel.get_by_label("Position, m y")).to_have_value("7")
    await page.keyboard.press("Escape")
    await expect(panel.get_by_label("Position, m y")).to_have_value("3")
    assert [*scene.complaints, *other.complaints] == []
    await scene.close()
    await other.close()


async def test_a_refused_value_is_taken_back_and_said(
    shared_server: ServerProcess, browser: Browser, client: Client
) -> None:
    _, scene = await opened(shared_server, browser, client, "Properties")
    page = scene.page
    panel = page.get_by_role("region", name="Properties")
    background = panel.get_by_label("Background, as a text")
    await background.fill("no color at all")
    await background.press("Enter")
    notices = page.get_by_role("log", name="Notices").get_by_role("listitem")
    await expect(notices).to_contain_text("Your change was not madeThe color")
    await expect(background).to_have_value("#263238")
    await panel.get_by_label("Exposure").fill("bright")
    await page.keyboard.press("Enter")
    await expect(notices.last).to_contain_text("“bright” is not a number.")
    await expect(panel.get_by_label("Exposure")).to_have_value("1")
    await expect(page.locator("html")).to_have_attribute("data-revision", "1")
    assert scene.complaints == []
    await scene.close()
