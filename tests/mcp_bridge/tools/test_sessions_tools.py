"""open_session, list_sessions, close_session: who steers which scene, and what a closing ends."""

import json
from uuid import uuid4

import pytest
from mcp.client import Client
from mcp_types import Implementation
from playwright.async_api import Browser

from sessions_app.scene.document import Start, new_document
from sessions_app.scene.document.kinds import STARTS
from tests.conftest import StartServer
from tests.support.browsers import ScenePage
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.http import http_client
from tests.support.raw import MODERN, RawClient
from tests.support.resources import document_of
from tests.support.servers import ServerProcess
from tests.support.storage import count, newer, rows

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
@pytest.mark.parametrize("start", STARTS)
async def test_a_new_scene_begins_as_asked(
    shared_server: ServerProcess, era: str, start: Start
) -> None:
    async with client_of(shared_server, era) as client:
        opened = await call(client, "open_session", scene="", start=start)
        assert opened["created"]
        assert f"Its start is {start}." in opened["message"]
        assert (" In it: room floor, back wall, left wall, right wall. " in opened["message"]) == (
            start == "room"
        )
        key = opened["sessionId"]
        assert await document_of(client, key) == new_document(start)
        again = await call(client, "open_session", scene=key, start="outdoor")
        assert again["sessionId"] == key
        # Nothing was done in it yet.
        begun = await document_of(client, key)
        assert begun | {"next": 0} == new_document("outdoor") | {"next": 0}
        assert ("its start is outdoor now" in again["message"]) == (start != "outdoor")
        await call(client, "set_environment", scene=key, exposure=2)
        changed = await document_of(client, key)
        late = await call(client, "open_session", scene=key, start="room")
        assert "`start` does nothing to one with changes" in late["message"]
        assert await document_of(client, key) == changed


@pytest.mark.parametrize("era", ERAS)
async def test_a_start_that_does_not_exist_makes_no_scene(
    shared_server: ServerProcess, era: str
) -> None:
    new = newer(shared_server.database_url, "scenesession")
    async with client_of(shared_server, era) as client:
        refused = await client.call_tool("open_session", {"start": "moon"})
        assert error_code(refused) == "invalid_argument"
        assert "studio, empty, room, outdoor" in text_of(refused)
        assert count(shared_server.database_url, "scenesession", new) == 0
        plain = await call(client, "open_session", start="")
        assert (await document_of(client, plain["sessionId"]))["start"] == "studio"


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


@pytest.mark.requirement("H5")
@pytest.mark.parametrize("era", ERAS)
async def test_a_list_of_nothing_says_why_as_every_other_tool_does(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, era) as client:
        closed = await open_scene(client)
        await call(client, "close_session", scene=closed)
        other = (await call(client, "open_session"))["sessionId"]
        told = await _nothing_of(client, scene=closed)
        assert told.startswith("This scene was closed on")
        assert "by its client" in told
    async with client_of(shared_server, era, path=f"/{closed}") as client:
        assert f"connected to the address /mcp/{closed}" in await _nothing_of(client)
    unknown = "8ea2b409-dcfe-439b-afc1-20b742c7bfac"
    async with client_of(shared_server, era, path=f"/{unknown}") as client:
        assert f"connected to the address /mcp/{unknown}" in await _nothing_of(client)
    async with client_of(shared_server, era) as client:
        key = await open_scene(client)
    async with client_of(shared_server, era, path=f"/{key}") as client:
        told = await _nothing_of(client, sessionId=other)
        assert told.startswith("`sessionId` names another scene than the address")
        assert "Ignored" not in told
        listed = await call(client, "list_sessions")
        assert listed["message"].startswith("1 scene, the one at the address that this client is")


async def _nothing_of(client: Client, **arguments: str) -> str:
    """What the list says that has no scene in it."""
    listed = await call(client, "list_sessions", **arguments)
    assert listed["sessions"] == []
    return str(listed["message"])


@pytest.mark.requirement("H5")
async def test_a_list_says_what_it_leaves_out_and_what_has_become_of_the_clients_scene(
    shared_server: ServerProcess,
) -> None:
    async with (
        client_of(shared_server, "legacy") as client,
        client_of(shared_server, "auto") as another,
    ):
        first = await open_scene(client)
        second = (await call(client, "open_session"))["sessionId"]
        listed = await call(client, "list_sessions")
        assert [one["sessionId"] for one in listed["sessions"]] == [second]
        assert listed["message"].startswith(
            "1 scene, the one that this client steers (others are reached by their ids):"
        )
        for reader, name in ((client, "sessionId"), (another, "session")):
            named = await call(reader, "list_sessions", **{name: first})
            assert [one["sessionId"] for one in named["sessions"]] == [first]
            assert named["message"].startswith("1 scene:")
            assert "Ignored" not in named["message"]
        await call(another, "close_session", scene=second)
        assert (await _nothing_of(client)).startswith("This scene was closed on")
        # It was told so once: the next call begins anew.
        assert (await _nothing_of(client)).startswith("This client steers no scene yet.")


@pytest.mark.requirement("C6")
async def test_naming_closed_scenes_in_a_list_is_no_guess(
    start_server: StartServer, database_url: str
) -> None:
    few = {"MCP_FAILURES_PER_CLIENT": "3/36000", "TRUSTED_PROXIES": "127.0.0.1"}
    server, me = start_server(database_url, environment=few), {"x_forwarded_for": "203.0.113.9"}
    async with client_of(server, "auto") as client:
        key = await open_scene(client)
        await call(client, "close_session", scene=key)
    async with RawClient(server, MODERN) as raw:
        for named, expected in ((key, [200] * 6), (str(uuid4()), [200] * 3 + [429])):
            given = json.dumps({"scene": named})
            statuses = [(await raw.call("list_sessions", given, **me)).status for _ in expected]
            assert statuses == expected
