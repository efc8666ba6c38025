"""What a person changes at a page is seen in every page, and what is refused is said to them."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, WebSocketRoute, expect

from tests.support.browsers import ScenePage, new_tab
from tests.support.calls import call, client_of, open_scene
from tests.support.inside import Inside
from tests.support.servers import ServerProcess
from tests.support.storage import rows

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("H3")]


async def opened_twice(server: ServerProcess, browser: Browser, key: str) -> list[ScenePage]:
    url = f"{server.url}/?sessionId={key}"
    pages = [
        await (await ScenePage.open(browser, url, width=960, height=540)).connected()
        for _ in range(2)
    ]
    for opened in pages:
        await opened.shows(0)
    return pages


async def test_an_edit_is_drawn_in_both_pages_and_a_refused_one_is_said_in_its_own(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        own, other = await opened_twice(shared_server, browser, key)
        outbox = await Inside.of(own.page)
        before = await other.model_pixel()
        outcome = await outbox.send("change_model_color", color="red")
        assert outcome == {"confirmed": True, "revision": 1}
        for opened in (own, other):
            await opened.shows(1)
        red, green, blue = await other.model_pixel()
        assert (red, green, blue) != before
        assert red > 2 * max(green, blue)
        refused = await outbox.send("change_model_color", color="no color at all")
        assert refused["confirmed"] is False
        assert refused["refusal"]["code"] == "invalid_argument"
        notices = [
            opened.page.get_by_role("log", name="Notices").get_by_role("listitem")
            for opened in (own, other)
        ]
        said = f"Your change was not made{refused['refusal']['message']}"[:100]
        await expect(notices[0]).to_contain_text(said)
        # The edit itself is in no notice; what the AI does is.
        await call(client, "change_model_color", color="teal", scene=key)
        await expect(notices[1]).to_have_text("Change model colorThe model is now teal (#008688).")
        await other.shows(2)
        for opened in (own, other):
            assert opened.complaints == []
            await opened.close()


async def test_an_edit_whose_answer_was_cut_off_is_sent_again_and_stored_once(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
    sent: list[dict[str, Any]] = []

    def relay(socket: WebSocketRoute) -> None:
        behind = socket.connect_to_server()

        def to_server(message: str | bytes) -> None:
            said = json.loads(message)
            if said["type"] == "sceneEdit":
                sent.append(said)
            behind.send(message)

        async def to_page(message: str | bytes) -> None:
            if json.loads(message)["type"] == "sceneEdited" and len(sent) == 1:
                await socket.close(code=1011)
                await behind.close()
            else:
                socket.send(message)

        socket.on_message(to_server)
        behind.on_message(to_page)

    page = await new_tab(browser)
    await page.route_web_socket("**/ws/scene/", relay)
    opened = await ScenePage.open_in(page, f"{shared_server.url}/?sessionId={key}")
    await opened.connected()
    outbox = await Inside.of(page)
    outcome = await outbox.send("change_model_color", color="teal")
    assert outcome == {"confirmed": True, "revision": 1}
    assert len(sent) == 2
    assert sent[0] == sent[1]
    await opened.shows(1)
    stored = rows(
        shared_server.database_url,
        "SELECT r.revision FROM sessions_app_scenerevision r JOIN sessions_app_scenesession s"
        f" ON s.id = r.scene_session_id WHERE s.edit_key = '{key.replace('-', '')}'",
    )
    assert stored == [(1,)]
    await opened.close()


async def test_a_person_takes_back_what_their_ai_did_and_makes_it_again(
    shared_server: ServerProcess, browser: Browser
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        [opened, other] = await opened_twice(shared_server, browser, key)
        undo = opened.page.get_by_role("button", name="Undo")
        redo = opened.page.get_by_role("button", name="Redo")
        await expect(undo).to_be_hidden()  # nothing was ever changed
        await call(client, "change_model_color", color="red", scene=key)
        await opened.shows(1)
        await expect(redo).to_be_disabled()
        await undo.click()
        for page in (opened, other):
            await page.shows(2)
        await expect(opened.page.get_by_text("Undid: The model is now red")).to_be_visible()
        result = await client.call_tool("get_scene", {"scene": key})
        assert "red" not in json.dumps(result.structured_content)
        await redo.click()
        await opened.shows(3)
        await opened.page.locator("#stage").focus()
        await opened.page.keyboard.press("Control+z")
        await opened.shows(4)
        await opened.page.keyboard.press("Control+Shift+Z")
        await other.shows(5)
        await opened.page.keyboard.press("Control+y")  # of which there is nothing left
        await expect(opened.page.get_by_text("Your change was not made")).to_be_visible()
        result = await client.call_tool("get_scene", {"scene": key})
        assert "#ff0000" in json.dumps(result.structured_content)
        for page in (opened, other):
            await page.close()
