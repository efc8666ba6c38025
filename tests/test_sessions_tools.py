"""open_session, list_sessions, close_session: who steers which scene, and what a closing ends."""

import json

import pytest
from mcp_types import Implementation
from playwright.async_api import Browser

from tests.support.browsers import ScenePage
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.http import http_client
from tests.support.servers import ServerProcess
from tests.support.storage import rows

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("H5")
async def test_a_handshake_client_turns_to_another_scene_and_back(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "legacy") as client:
        first = await open_scene(client)
        second = (await call(client, "open_session"))["sessionId"]
        assert second != first
        assert (await call(client, "change_model_color", color="teal"))["sessionId"] == second
        assert (await call(client, "open_session", scene=first))["sessionId"] == first
        assert (await call(client, "get_scene"))["sessionId"] == first


@pytest.mark.requirement("E1")
@pytest.mark.parametrize("era", ERAS)
async def test_what_a_client_says_of_itself_is_kept(shared_server: ServerProcess, era: str) -> None:
    info = Implementation(
        name="test client",
        version="1.0",
        title="A client",
        description="It steers. " * 100,
        website_url="https://client.example",
    )
    async with client_of(shared_server, era, info=info) as client:
        key = await open_scene(client)
    kept = {"name": "test client", "version": "1.0", "title": "A client"}
    kept |= {"description": ("It steers. " * 100)[:280], "websiteUrl": "https://client.example"}
    of_scene = f"WHERE edit_key = '{key.replace('-', '')}'"
    query = f"SELECT id, client_info FROM sessions_app_scenesession {of_scene}"
    [(pk, told)] = rows(shared_server.database_url, query)
    assert json.loads(told) == kept
    query = f"SELECT client_info FROM sessions_app_binding WHERE scene_session_id = {pk}"
    bound = [json.loads(told) for (told,) in rows(shared_server.database_url, query)]
    assert bound == ([kept] if era == "legacy" else [])
    async with http_client(headers={"authorization": f"Session {key}"}) as http:
        answer = await http.get(f"{shared_server.url}/api/sessions/{pk}/")
    assert answer.json()["clientInfo"] == kept


async def test_without_a_protocol_session_each_opening_is_another_scene(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        keys = {(await call(client, "open_session"))["sessionId"] for _ in range(3)}
        assert len(keys) == 3
        assert error_code(await client.call_tool("get_scene", {})) == "session_required"


async def test_a_session_that_does_not_exist_is_not_opened(shared_server: ServerProcess) -> None:
    async with client_of(shared_server, "legacy") as client:
        key = await open_scene(client)
        unknown = "8ea2b409-dcfe-439b-afc1-20b742c7bfac"
        result = await client.call_tool("open_session", {"scene": unknown})
        assert error_code(result) == "session_unknown"
        assert (await call(client, "get_scene"))["sessionId"] == key


@pytest.mark.parametrize("era", ERAS)
async def test_listing_never_makes_a_scene(server: ServerProcess, era: str) -> None:
    async with client_of(server, era) as client:
        result = await client.call_tool("list_sessions", {})
        assert (result.structured_content or {})["sessions"] == []
        assert "get_browser_connection_url" in text_of(result)
        key = await open_scene(client)
        [listed] = (await call(client, "list_sessions", scene=key))["sessions"]
        assert listed["sessionId"] == key
        [own] = (await call(client, "list_sessions"))["sessions"] or [None]
        assert (own or {}).get("sessionId") == (key if era == "legacy" else None)
    query = "SELECT status FROM sessions_app_toolcall WHERE tool = 'list_sessions'"
    assert rows(server.database_url, query) == [("success",)] * 3
    assert rows(server.database_url, "SELECT count(*) FROM sessions_app_scenesession") == [(1,)]


@pytest.mark.parametrize("era", ERAS)
async def test_a_closed_scene_sends_its_browsers_away_and_takes_no_call(
    shared_server: ServerProcess, browser: Browser, era: str
) -> None:
    closer = Implementation(name="one that closes", version="1")
    async with client_of(shared_server, era, info=closer) as client:
        opened = await call(client, "open_session")
        key = opened["sessionId"]
        page = await ScenePage.open(browser, opened["browserUrl"])
        await page.connected()
        result = await client.call_tool("close_session", {"scene": key})
        assert not result.is_error
        assert "closed" in text_of(result)
        await page.becomes(connection="refused")
        await page.close()
        refused = await client.call_tool("change_model_color", {"color": "teal", "scene": key})
        assert error_code(refused) == "session_closed"
        assert "open_session" in text_of(refused)
        again = await client.call_tool("close_session", {"scene": key})
        assert error_code(again) == "session_closed"
        if era == "legacy":  # the binding went with it: the next call begins anew
            anew = await call(client, "change_model_color", color="teal")
            assert anew["sessionId"] != key
    of_scene = f"WHERE edit_key = '{key.replace('-', '')}'"
    query = f"SELECT state, closed_by FROM sessions_app_scenesession {of_scene}"
    assert rows(shared_server.database_url, query) == [("closed", "client")]
