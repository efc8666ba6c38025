"""Clients that open a connection per call get one scene, and others are not held up by them."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, Implementation

from tests.conftest import StartServer
from tests.support.calls import CLIENT_TIMEOUT, call, client_of, error_code, text_of
from tests.support.clocks import Clock
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import count
from tests.support.stores import PostgresTemplate
from tests.support.tokens import token_of

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("A1"), pytest.mark.requirement("N1")]

TEAL = {"color": "teal"}


async def one_call(
    server: ServerProcess,
    tool: str,
    arguments: dict[str, Any],
    *,
    ends: bool = True,
    name: str = "framework",
) -> CallToolResult:
    """A call over a connection of its own, whose protocol session is then ended or only left."""
    info = Implementation(name=name, version="1")
    async with http_client(timeout=CLIENT_TIMEOUT) as http:
        transport = streamable_http_client(
            server.mcp_url, http_client=http, terminate_on_close=ends
        )
        async with Client(transport, mode="legacy", client_info=info) as client:
            return await client.call_tool(tool, arguments)


def codes(results: Sequence[CallToolResult]) -> list[str | None]:
    return [error_code(result) if result.is_error else None for result in results]


@pytest.mark.parametrize("ends", [True, False])
async def test_without_the_scene_there_is_one_scene_and_a_refusal_that_says_what_to_do(
    server: ServerProcess, ends: bool
) -> None:
    results = [await one_call(server, "change_model_color", TEAL, ends=ends) for _ in range(3)]
    assert codes(results) == [None, "session_required", "session_required"]
    assert count(server.database_url, "scenesession") == 1
    assert "A client with the name of yours made a scene a short while ago" in text_of(results[1])
    # The refusal is followed to the letter.
    link = await one_call(server, "get_browser_connection_url", {}, ends=ends)
    key = (link.structured_content or {})["sessionId"]
    named = {**TEAL, "scene": key}
    results = [await one_call(server, "change_model_color", named, ends=ends) for _ in range(3)]
    assert {(result.structured_content or {})["sessionId"] for result in results} == {key}


async def test_first_calls_at_once_make_one_scene(
    start_server: StartServer, postgres_template: PostgresTemplate
) -> None:
    server = start_server(postgres_template.copy())
    results = await asyncio.gather(
        *(one_call(server, "change_model_color", TEAL) for _ in range(5))
    )
    assert sorted(codes(results), key=str) == [None, *["session_required"] * 4]
    assert count(server.database_url, "scenesession") == 1


@pytest.mark.parametrize("many", [12, pytest.param(50, marks=pytest.mark.long)])
async def test_two_that_live_and_many_that_ask_for_links_get_each_their_own(
    server: ServerProcess, many: int
) -> None:
    keys = set()
    info = Implementation(name="framework", version="1")
    async with (
        client_of(server, "legacy", info=info) as one,
        client_of(server, "legacy", info=info) as other,
    ):
        for client in (one, other):
            first = await call(client, "change_model_color", **TEAL)
            again = await call(client, "change_model_color", color="lime")
            assert again["sessionId"] == first["sessionId"]
            keys.add(first["sessionId"])
        assert len(keys) == 2
        links = [await one_call(server, "get_browser_connection_url", {}) for _ in range(many)]
    assert codes(links) == [None] * many
    assert count(server.database_url, "scenesession") == many + 2


async def test_a_second_call_counts_however_it_names_its_scene(server: ServerProcess) -> None:
    async with (
        RawClient(server, HANDSHAKE) as one,
        RawClient(server, HANDSHAKE) as other,
        RawClient(server, HANDSHAKE) as third,
    ):
        made = await one.call("get_browser_connection_url", "{}")
        key = made.message["result"]["structuredContent"]["sessionId"]
        assert (await other.call("change_model_color", '{"color": "teal"}')).code == (
            "session_required"
        )
        assert (await one.call("get_scene", f'{{"scene": "{key}"}}')).code is None
        assert (await other.call("change_model_color", '{"color": "teal"}')).code is None
        # It does not count against others that a client turned to a scene which it did not make.
        assert (await other.call("get_scene", "{}")).code is None
        assert (await third.call("open_session", f'{{"scene": "{key}"}}')).code is None
        async with RawClient(server, HANDSHAKE) as fourth:
            assert (await fourth.call("change_model_color", '{"color": "teal"}')).code is None


async def test_clients_of_another_name_or_address_are_others(
    start_server: StartServer, database_url: str
) -> None:
    server = start_server(database_url, environment={"TRUSTED_PROXIES": "127.0.0.1"})
    assert codes([await one_call(server, "change_model_color", TEAL)]) == [None]
    assert codes([await one_call(server, "change_model_color", TEAL, name="another")]) == [None]
    for address, code in (("203.0.113.1", None), ("203.0.113.2", None), ("203.0.113.1", None)):
        async with RawClient(server, HANDSHAKE) as client:
            answer = await client.call(
                "change_model_color", '{"color": "teal"}', x_forwarded_for=address
            )
            again = await client.call("get_scene", "{}", x_forwarded_for=address)
        assert (answer.code, again.code) == (code, None)


async def test_after_ten_minutes_a_client_starts_anew(
    start_server: StartServer, database_url: str, tmp_path: Path
) -> None:
    clock = Clock(tmp_path)
    server = start_server(database_url, environment=clock.environment)
    results = []
    for minutes in (0, 9, 11):
        clock.go_ahead(timedelta(minutes=minutes))
        results.append(await one_call(server, "change_model_color", TEAL))
    assert codes(results) == [None, "session_required", None]


async def test_people_who_are_signed_in_come_back_to_their_own_scene(
    sign_in_server: ServerProcess,
) -> None:
    keys = set()
    for color in ("teal", "lime"):
        async with client_of(sign_in_server, "legacy", token=token_of("scattered")) as client:
            keys.add((await call(client, "change_model_color", color=color))["sessionId"])
    assert len(keys) == 1
