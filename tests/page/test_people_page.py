"""Pages show who is at the scene, people apart from AIs, and by which name."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.accessibility import grave_faults
from tests.support.browsers import ScenePage
from tests.support.calls import client_of, open_scene
from tests.support.servers import ServerProcess
from tests.support.shares import made_link

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H7")]


async def test_everyone_at_a_scene_is_shown_to_all_by_name_and_color(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        address = f"{shared_server.url}/?sessionId={key}&quality=low"
        owner = await ScenePage.open(browser, address, width=1280, height=600)
        await owner.connected()
        link = await made_link(owner.page)
        viewer = await ScenePage.open(browser, f"{link}&quality=low", width=375, height=600)
        await viewer.connected()
        words = "2 people and 1 AI client are here"
        button = owner.page.get_by_role("button", name=words)
        faces = button.locator(".face")
        await expect(faces).to_have_text(["You", "2", "AI"])
        colors = "faces => faces.map(face => getComputedStyle(face).backgroundColor)"
        assert len(set(await faces.evaluate_all(colors))) == 3
        # The viewer gives their name, on a phone's screen, where there is room for a number alone.
        page = viewer.page
        small = page.get_by_role("button", name=words)
        await expect(small.locator("#people-count")).to_have_text("3")
        await expect(small.locator(".face").first).to_be_hidden()
        await small.click()
        listed = page.locator("#people").get_by_role("listitem")
        await expect(listed.locator(".people-name")).to_contain_text(["Guest 2", "Guest 1", ""])
        field = page.get_by_label("Your name")
        await expect(field).to_have_attribute("placeholder", "Guest 2")
        await field.fill("<b>Ada</b> Lovelace")
        assert await grave_faults(page) == []
        await field.press("Enter")
        for other in (owner.page, page):
            await expect(other.locator("#people-list .people-name").nth(0)).to_be_attached()
            await expect(other.locator("#people-list")).to_contain_text("<b>Ada</b> Lovelace")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 375
        await expect(faces.nth(1)).to_have_text("BL")
        # It is kept for the next time, and the page is the same person.
        await page.reload()
        await viewer.connected()
        await expect(small).to_be_visible()
        await expect(faces.nth(1)).to_have_text("BL")
        await button.click()
        await expect(owner.page.locator("#people-list .people-name").nth(1)).to_have_text(
            "<b>Ada</b> Lovelace"
        )
        for theme in ("light", "dark"):
            await owner.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            assert await grave_faults(owner.page) == []
        assert key not in "".join(viewer.frames)
        assert owner.complaints == viewer.complaints == []
        await viewer.close()
        await expect(owner.page.get_by_role("button", name="1 person and 1 AI")).to_be_visible()
        await owner.close()


async def test_one_sees_what_others_select_and_looks_from_where_they_look(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
    address = f"{shared_server.url}/?sessionId={key}&quality=low"
    ada = await ScenePage.open(browser, address, width=1000, height=600)
    await ada.connected()
    link = await made_link(ada.page)
    await ada.page.evaluate("localStorage.setItem('hello3d.name', 'Ada')")
    await ada.page.reload()
    await ada.shows(0)
    await ada.page.mouse.click(500, 300)
    viewer = await ScenePage.open(browser, f"{link}&quality=low", width=1000, height=600)
    await viewer.shows(0)
    page = viewer.page
    # What was selected before the page came, too.
    name = page.locator(".others-name")
    await expect(name).to_have_text("Ada")
    colored = await name.evaluate("label => getComputedStyle(label).backgroundColor")
    assert colored == "rgb(230, 159, 0)"
    await page.mouse.click(500, 300)
    await expect(ada.page.locator(".others-name")).to_have_text("Guest 2")
    await ada.page.keyboard.press("Escape")
    await expect(name).to_have_count(0)

    moved, following = page.locator("#view-reset"), page.locator("#following")
    here = page.get_by_role("button", name="2 people")
    await ada.page.locator("#stage").focus()
    await ada.page.keyboard.press("ArrowRight")
    await here.click()
    await page.get_by_role("button", name="Look from there: Ada").click()
    await expect(moved).to_be_visible()
    await expect(following).to_be_hidden()
    # Nobody follows, so nothing is sent; then each move arrives.
    await ada.page.keyboard.press("Home")
    await here.click()
    await page.get_by_role("button", name="Follow: Ada").click()
    await expect(following).to_contain_text("You follow Ada")
    await expect(moved).to_be_hidden()
    await ada.page.keyboard.press("ArrowUp")
    await expect(moved).to_be_visible()
    assert await grave_faults(page) == []
    # Whoever moves their own view, or presses Escape, has it for themselves again.
    await page.locator("#stage").focus()
    await page.keyboard.press("ArrowLeft")
    await expect(following).to_be_hidden()
    await here.click()
    await page.get_by_role("button", name="Follow: Ada").click()
    await expect(following).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(following).to_be_hidden()
    await here.click()
    await page.get_by_role("button", name="Follow: Ada").click()
    await expect(following).to_be_visible()
    await ada.close()
    await expect(page.get_by_role("log", name="Notices")).to_contain_text("Ada has left")
    await expect(following).to_be_hidden()
    sent = [frame for frame in viewer.frames if '"othersView"' in frame]
    assert 3 <= len(sent) <= 12
    assert viewer.complaints == ada.complaints == []
    await viewer.close()
