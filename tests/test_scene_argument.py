"""The argument `scene`: what counts as one, as none, and what clients call it by themselves."""

import json
from uuid import uuid4

import pytest

from tests.conftest import StartServer
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.raw import HANDSHAKE, MODERN, RawClient
from tests.support.servers import ServerProcess

pytestmark = pytest.mark.anyio

FALLBACKS = ("session", "session_id", "sessionId")
TEAL = {"color": "teal"}
UNKNOWN = "8ea2b409-dcfe-439b-afc1-20b742c7bfac"


@pytest.mark.requirement("H5")
@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("name", FALLBACKS)
async def test_another_name_counts_where_it_names_a_scene(
    shared_server: ServerProcess, era: str, name: str
) -> None:
    async with client_of(shared_server, era) as client:
        mine, other = [(await call(client, "open_session"))["sessionId"] for _ in range(2)]
        changed = await call(client, "change_model_color", **TEAL, **{name: mine})
        assert changed["sessionId"] == mine
        assert "Ignored" not in changed["message"]
        won = await call(client, "change_model_color", **TEAL, scene=other, **{name: mine})
        assert won["sessionId"] == other
        assert f"does not take it: `{name}`." in won["message"]


@pytest.mark.requirement("H5")
@pytest.mark.parametrize("value", [UNKNOWN, "a chat's id", "5f0c" * 8, 7])
@pytest.mark.parametrize("name", FALLBACKS)
async def test_another_name_that_names_no_scene_is_ignored_and_named(
    shared_server: ServerProcess, name: str, value: object
) -> None:
    chats = {name: value}
    async with client_of(shared_server, "legacy") as client:  # the binding says which
        key = await open_scene(client)
        changed = await call(client, "change_model_color", **TEAL, **chats)
    assert changed["sessionId"] == key
    assert f"`{name}`" in changed["message"]
    async with client_of(shared_server, "auto", path=f"/{key}") as client:  # the path does
        changed = await call(client, "change_model_color", color="lime", **chats)
    assert changed["sessionId"] == key
    assert f"`{name}`" in changed["message"]
    async with client_of(shared_server, "auto") as client:  # nothing does
        refused = await client.call_tool("change_model_color", {**TEAL, **chats})
    assert error_code(refused) == "session_required"
    assert f"`{name}`" in text_of(refused)


async def test_another_name_conflicts_with_the_address_like_the_argument(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        one, other = await open_scene(client), await open_scene(client)
    async with client_of(shared_server, "auto", path=f"/{one}") as client:
        refused = await client.call_tool("change_model_color", {**TEAL, "sessionId": other})
        assert error_code(refused) == "session_conflict"


@pytest.mark.requirement("H5")
async def test_what_destroys_takes_no_other_scene_than_the_one_that_was_named(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "legacy") as client:
        key = await open_scene(client)
        refused = await client.call_tool("close_session", {"sessionId": str(uuid4())})
        assert error_code(refused) == "session_unknown"
        assert (await call(client, "get_scene"))["sessionId"] == key


@pytest.mark.requirement("C6")
async def test_names_of_other_things_count_as_no_failure(
    start_server: StartServer, database_url: str
) -> None:
    few = {"MCP_FAILURES_PER_CLIENT": "3/36000", "TRUSTED_PROXIES": "127.0.0.1"}
    me = {"x_forwarded_for": "203.0.113.9"}
    server = start_server(database_url, environment=few)
    async with RawClient(server, MODERN) as client:
        for _ in range(6):
            chat = json.dumps({"sessionId": str(uuid4())})
            assert (await client.call("get_scene", chat, **me)).code == "session_required"
        wrong = json.dumps({"scene": str(uuid4())})
        statuses = [(await client.call("get_scene", wrong, **me)).status for _ in range(5)]
    assert statuses == [200] * 3 + [429] * 2


@pytest.mark.requirement("H5")
@pytest.mark.parametrize("era", [HANDSHAKE, MODERN])
@pytest.mark.parametrize("name", ["scene", "session"])
async def test_words_for_none_count_as_absent(
    shared_server: ServerProcess, era: str, name: str
) -> None:
    async with RawClient(shared_server, era) as client:
        for word in ("", " ", "new", "None", "NULL", '""', "`new`", "undefined", None):
            answer = await client.call("open_session", json.dumps({name: word}))
            assert answer.code is None, word
            structured = answer.message["result"]["structuredContent"]
            assert structured["created"] is True
            assert "Ignored" not in structured["message"]


@pytest.mark.requirement("H5")
async def test_the_error_of_an_unknown_scene_says_how_to_leave_it_out(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        refused = await client.call_tool("get_scene", {"scene": "yesterday's"})
    assert error_code(refused) == "session_unknown"
    assert 'leave it empty ("")' in text_of(refused)


@pytest.mark.requirement("H4")
async def test_blank_counts_as_absent_for_every_optional_argument(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        result = await client.call_tool("get_browser_connection_url", {"qr": "", "scene": "none"})
        assert not result.is_error
        key = (result.structured_content or {})["sessionId"]
        refused = await client.call_tool(
            "take_screenshot", {"width": "", "height": None, "scene": key}
        )
        assert error_code(refused) == "no_browser"
