"""A call that names no scene means one of its person's own, as they or the server prefer."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import StartServer
from tests.support.calls import ERAS, call, client_of, error_code, open_scene, text_of
from tests.support.servers import ServerProcess
from tests.support.storage import calls_ended, count, execute, rows
from tests.support.stores import PostgresTemplate
from tests.support.tokens import SIGN_IN, token_of

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C3")]

RACES = 3


def someone() -> str:
    return token_of(f"person-{uuid4().hex}")


async def rules(server: ServerProcess, key: str, tool: str) -> list[str]:
    """By which rules calls of this tool came to the scene, the first one first."""
    await calls_ended(server.database_url)
    scene = f"(SELECT id FROM sessions_app_scenesession WHERE edit_key = '{key.replace('-', '')}')"
    query = (
        "SELECT resolution_rule FROM sessions_app_toolcall"
        f" WHERE scene_session_id = {scene} AND tool = '{tool}' ORDER BY started_at"
    )
    return [rule for (rule,) in rows(server.database_url, query)]


async def test_the_only_scene_of_a_person_is_meant_by_every_client_of_theirs(
    sign_in_server: ServerProcess,
) -> None:
    token = someone()
    async with client_of(sign_in_server, "auto", token=token) as first:
        key = (await call(first, "change_model_color", color="teal"))["sessionId"]
    for era in ERAS:
        async with client_of(sign_in_server, era, token=token) as later:
            assert (await call(later, "get_scene"))["sessionId"] == key
            assert (await call(later, "get_browser_connection_url"))["sessionId"] == key
    assert await rules(sign_in_server, key, "change_model_color") == ["created"]
    assert await rules(sign_in_server, key, "get_scene") == ["owned", "owned"]
    async with client_of(sign_in_server, "auto", token=someone()) as stranger:
        assert error_code(await stranger.call_tool("get_scene", {})) == "session_required"


async def test_of_several_scenes_the_answer_asks_which(sign_in_server: ServerProcess) -> None:
    async with client_of(sign_in_server, "auto", token=someone()) as client:
        keys = [(await call(client, "open_session"))["sessionId"] for _ in range(2)]
        for tool in ("get_scene", "get_browser_connection_url"):
            asked = await client.call_tool(tool, {})
            assert error_code(asked) == "session_ambiguous"
            assert all(key in text_of(asked) for key in keys)
        listed = await call(client, "list_sessions")
        assert [one["sessionId"] for one in listed["sessions"]] == keys[::-1]
        await call(client, "set_environment", scene=keys[0], name="Harbor")
        listed = await call(client, "list_sessions")
        assert [one.get("name") for one in listed["sessions"]] == ["Harbor", None]
        assert f'{keys[0]}, "Harbor", at revision 1' in listed["message"]
        await call(client, "close_session", scene=keys[1])
        assert (await call(client, "get_scene"))["sessionId"] == keys[0]
    await calls_ended(sign_in_server.database_url)
    recorded = "tool = 'get_scene' AND error_code = 'session_ambiguous'"
    assert count(sign_in_server.database_url, "toolcall", recorded)
    told = f"{recorded} AND error_message LIKE '%-%-%'"
    assert not count(sign_in_server.database_url, "toolcall", told)  # a record opens no scene


async def test_what_a_person_prefers_comes_before_the_servers_strategy(
    sign_in_server: ServerProcess,
) -> None:
    subject, database_url = f"person-{uuid4().hex}", sign_in_server.database_url
    async with client_of(sign_in_server, "auto", token=token_of(subject)) as client:
        keys = [(await call(client, "open_session"))["sessionId"] for _ in range(2)]
    user = f"SELECT user_id FROM sessions_app_identity WHERE subject = '{subject}'"
    for strategy, key in (("oldest", keys[0]), ("newest", keys[1])):
        execute(database_url, f"DELETE FROM sessions_app_preferences WHERE user_id = ({user})")
        execute(
            database_url,
            "INSERT INTO sessions_app_preferences (user_id, theme, routing_strategy)"
            f" SELECT user_id, '', '{strategy}' FROM ({user})",
        )
        fresh = token_of(subject, jti=strategy)  # whom a token means is remembered for a second
        async with client_of(sign_in_server, "auto", token=fresh) as client:
            assert (await call(client, "get_scene"))["sessionId"] == key
    assert await rules(sign_in_server, keys[0], "get_scene") == ["oldest"]


async def test_a_client_lists_its_persons_scenes_and_no_others(
    sign_in_server: ServerProcess,
) -> None:
    async with client_of(sign_in_server, "auto", token=someone()) as other:
        await open_scene(other)
    async with client_of(sign_in_server, "auto", token=someone()) as client:
        assert (await call(client, "list_sessions"))["sessions"] == []
        assert [each.name for each in (await client.list_resources()).resources] == ["props"]
        key = await open_scene(client)
        listed = await call(client, "list_sessions")
        assert [one["sessionId"] for one in listed["sessions"]] == [key]
        uris = {str(resource.uri) for resource in (await client.list_resources()).resources}
        assert {uri.split("/")[2] for uri in uris} == {key, "props"}


async def _race(server: ServerProcess) -> None:
    for _ in range(RACES):
        async with client_of(server, "auto", token=someone()) as client:

            async def later(position: int) -> dict[str, Any]:
                await asyncio.sleep(position * 0.004)  # some come as the first one commits
                return await call(client, "change_model_color", color="teal")

            results = await asyncio.gather(
                call(client, "change_background_color", color="snow"),
                call(client, "get_browser_connection_url"),
                *(later(position) for position in range(8)),
            )
            assert len({result["sessionId"] for result in results}) == 1


async def test_simultaneous_first_calls_of_a_person_make_one_scene(
    sign_in_server: ServerProcess,
) -> None:
    await _race(sign_in_server)


@pytest.fixture
def newest_on_postgres(
    start_server: StartServer, postgres_template: PostgresTemplate
) -> ServerProcess:
    settings = SIGN_IN | {"MCP_ROUTING_STRATEGY": "newest"}
    return start_server(postgres_template.copy(), environment=settings)


async def test_on_postgresql_first_calls_meet_and_the_servers_strategy_chooses(
    newest_on_postgres: ServerProcess,
) -> None:
    await _race(newest_on_postgres)
    token = someone()
    async with client_of(newest_on_postgres, "auto", token=token) as client:
        keys = [(await call(client, "open_session"))["sessionId"] for _ in range(2)]
        assert (await call(client, "get_scene"))["sessionId"] == keys[1]
