"""The argument `scene`: what counts as one, as none, and what clients call it by themselves."""

import json
from uuid import uuid4

import pytest
from mcp_types import CallToolResult, Implementation

from tests.conftest import StartServer
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.raw import HANDSHAKE, MODERN, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import count

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


@pytest.mark.requirement("H5", "H6")
@pytest.mark.parametrize("name", ["scene", *FALLBACKS])
async def test_the_one_id_in_what_a_model_copied_is_found(
    shared_server: ServerProcess, name: str
) -> None:
    async with client_of(shared_server, "auto") as client:
        link = await call(client, "get_browser_connection_url")
        key, url = link["sessionId"], link["browserUrl"]
        for text in (f"{key})", f"<{key}>.", f"scene://{key}", f"[The scene]({url})", f"{url}."):
            read = await call(client, "get_scene", **{name: text})
            assert read["sessionId"] == key, text
            assert "Ignored" not in read["message"]


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
            for text in ("default", "<id>", f"{uuid4()} and {uuid4()}"):  # no id that is guessed
                named = json.dumps({"scene": text})
                assert (await client.call("get_scene", named, **me)).code == "session_unknown"
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


def _shown(refused: CallToolResult, code: str) -> str:
    assert error_code(refused) == code
    return text_of(refused)


@pytest.mark.requirement("H5")
@pytest.mark.parametrize("name", FALLBACKS)
async def test_another_name_of_a_closed_scene_is_ignored_and_named(
    shared_server: ServerProcess, name: str
) -> None:
    async with client_of(shared_server, "auto") as client:
        closed, key, other = [(await call(client, "open_session"))["sessionId"] for _ in range(3)]
        await call(client, "close_session", scene=closed)
        for own, path in (({"scene": key}, ""), ({}, f"/{key}")):
            async with client_of(shared_server, "auto", path=path) as there:
                told = await call(there, "change_model_color", **TEAL, **own, **{name: closed})
                assert told["sessionId"] == key
                assert f"does not take it: `{name}`." in told["message"]
        async with client_of(shared_server, "legacy") as bound:
            await call(bound, "open_session", scene=other)
            told = await call(bound, "change_model_color", **TEAL, **{name: closed})
            assert told["sessionId"] == other
            assert f"does not take it: `{name}`." in told["message"]


@pytest.mark.requirement("H5")
@pytest.mark.parametrize("name", ["scene", *FALLBACKS])
async def test_a_refusal_blames_the_argument_that_decided_and_calls_none_such_ignored(
    shared_server: ServerProcess, name: str
) -> None:
    async with client_of(shared_server, "auto") as client:
        key, other = await open_scene(client), await open_scene(client)
        wrong = {**TEAL, "color": "blurple", name: other}
        told = _shown(await client.call_tool("change_model_color", wrong), "invalid_argument")
        assert "Ignored" not in told
        unknown = await client.call_tool("close_session", {name: UNKNOWN})
        assert f"Check `{name}`" in (told := _shown(unknown, "session_unknown"))
        assert "Ignored" not in told
    async with client_of(shared_server, "auto", path=f"/{key}") as client:
        for tool, own in (("change_model_color", TEAL), ("get_scene", {}), ("close_session", {})):
            refused = await client.call_tool(tool, {**own, name: other})
            told = _shown(refused, "session_conflict")
            assert told.startswith(f"`{name}` names another scene than the address")
            assert f"Leave `{name}` empty" in told
            assert "Ignored" not in told


@pytest.mark.requirement("H5")
@pytest.mark.parametrize("era", ERAS)
async def test_the_address_of_a_closed_scene_is_named_with_the_way_on(
    shared_server: ServerProcess, era: str
) -> None:
    async with client_of(shared_server, "auto") as client:
        key = await open_scene(client)
        await call(client, "close_session", scene=key)
    async with client_of(shared_server, era, path=f"/{key}") as client:
        for tool, own in (
            ("change_model_color", TEAL),
            ("open_session", {}),
            ("get_browser_connection_url", {}),
            ("get_scene", {"scene": key}),
            ("close_session", {}),
        ):
            told = _shown(await client.call_tool(tool, own), "session_closed")
            assert told.startswith("This scene was closed on")
            assert f"connected to the address /mcp/{key}" in told
            assert "or to /mcp to start a new scene" in told
            assert "open_session" not in told


@pytest.mark.requirement("H5")
@pytest.mark.parametrize(
    "name", ["SessionId", "session-id", "link", "url", "id", "edit_key", "browserUrl", "chatInput"]
)
async def test_what_is_not_read_and_names_another_scene_refuses_a_change(
    shared_server: ServerProcess, name: str
) -> None:
    async with client_of(shared_server, "legacy") as client:
        other = await call(client, "get_browser_connection_url")
        key = (await call(client, "open_session"))["sessionId"]
        for text in (other["sessionId"], f"open {other['browserUrl']} please"):
            for tool, own in (("change_model_color", TEAL), ("open_session", {})):
                refused = await client.call_tool(tool, {**own, name: text})
                told = _shown(refused, "session_conflict")
                assert told.startswith(f'The argument "{name}" names another scene')
                assert "as `scene`" in told
                assert "Ignored" not in told
        read = await call(client, "get_scene", **{name: other["sessionId"]})
        assert (read["sessionId"], read["revision"]) == (key, 0)
        assert f"`{name}`" in read["message"]
        # Its own scene, an unknown one, and what is said beside `scene` are no reason to refuse.
        for own in ({name: key}, {name: UNKNOWN}, {name: other["sessionId"], "scene": key}):
            changed = await call(client, "change_model_color", **TEAL, **own)
            assert changed["sessionId"] == key
            assert f"does not take it: `{name}`." in changed["message"]
        assert (await call(client, "get_scene", scene=other["sessionId"]))["revision"] == 0


@pytest.mark.requirement("H5")
async def test_a_change_starts_no_scene_where_an_argument_that_is_not_read_names_one(
    server: ServerProcess,
) -> None:
    async with client_of(server, "auto") as client:
        other = await call(client, "get_browser_connection_url")
        wanted = {**TEAL, "url": other["browserUrl"]}
        told = _shown(await client.call_tool("change_model_color", wanted), "session_required")
        assert "`url`" in told
    info = Implementation(name="another client", version="1")
    async with client_of(server, "legacy", info=info) as client:
        _shown(await client.call_tool("change_model_color", wanted), "session_conflict")
    assert count(server.database_url, "scenesession") == 1


@pytest.mark.requirement("H5")
async def test_a_scene_that_is_none_is_quoted_and_several_are_counted(
    shared_server: ServerProcess,
) -> None:
    async with client_of(shared_server, "auto") as client:
        keys = [await open_scene(client) for _ in range(2)]
        for text in ("default", "current", "<id>", UNKNOWN[:-2], "the red one, in the left tab"):
            told = _shown(await client.call_tool("get_scene", {"scene": text}), "session_unknown")
            assert f'`scene` cannot be "{text[:20]}' in told
            assert text[:21] not in told or len(text) < 21
            assert 'leave it empty ("")' in told
        for text in (" and ".join(keys), f"{keys[0]},{keys[1]}", f"/mcp/{keys[0]} /mcp/{keys[1]}"):
            told = _shown(await client.call_tool("get_scene", {"scene": text}), "session_unknown")
            assert "`scene` names 2 scenes: give the id of one." in told
            assert keys[0][:30] not in told
        for text in ("(none)", "new.", "-", "[]", "<none>", "{}", "*new*", "N/A."):
            refused = await client.call_tool("get_scene", {"scene": text})
            assert error_code(refused) == "session_required", text
