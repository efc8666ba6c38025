"""What a client has open ends with its sign-in; two connections are never taken for one."""

import asyncio
import sqlite3
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.conftest import StartServer
from tests.support.calls import call, client_of
from tests.support.raw import HANDSHAKE, RawClient
from tests.support.servers import ServerProcess
from tests.support.stdio import stdio_client_of
from tests.support.storage import rows
from tests.support.tokens import SIGN_IN, token_of

pytestmark = pytest.mark.anyio

ENDS_WITHIN_SECONDS = 2.0 + 5.0  # the rule's two, and what a machine under load is late by


def _deactivate(server: ServerProcess, subject: str) -> None:
    """As a command or another program would: no worker is told."""
    path = server.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path, timeout=10) as connection:
        connection.execute(
            "UPDATE auth_user SET is_active = 0 WHERE id ="
            " (SELECT user_id FROM sessions_app_identity WHERE subject = ?)",
            [subject],
        )
    connection.close()


@pytest.mark.requirement("X2")
async def test_a_stream_ends_with_its_persons_sign_in(sign_in_server: ServerProcess) -> None:
    subject = f"person-{uuid4().hex}"
    token = token_of(subject)
    async with RawClient(sign_in_server, HANDSHAKE, bearer=token) as client:
        headers = {
            "authorization": f"Bearer {token}",
            "accept": "text/event-stream",
            "mcp-session-id": client.token,
            "mcp-protocol-version": HANDSHAKE,
        }
        async with (
            httpx2.AsyncClient(timeout=30, headers=headers) as http,
            http.stream("GET", sign_in_server.mcp_url) as stream,
        ):
            assert stream.status_code == 200
            _deactivate(sign_in_server, subject)
            async with asyncio.timeout(ENDS_WITHIN_SECONDS):
                async for _ in stream.aiter_bytes():
                    pass
        refused = await client.call("get_browser_connection_url", "{}")
        assert refused.status == 401


@pytest.mark.requirement("X4")
async def test_two_connections_may_send_the_same_message(sign_in_server: ServerProcess) -> None:
    """Also with equal JSON-RPC ids, at the same moment, and of one person."""
    token = token_of(f"person-{uuid4().hex}")
    async with (
        RawClient(sign_in_server, HANDSHAKE, bearer=token) as first,
        RawClient(sign_in_server, HANDSHAKE, bearer=token) as second,
        RawClient(sign_in_server, HANDSHAKE, bearer=token_of(f"person-{uuid4().hex}")) as other,
    ):
        answers = await asyncio.gather(
            *(
                client.call("change_model_color", '{"color": "teal"}')
                for client in (first, second, other)
            )
        )
    keys = [answer.message["result"]["structuredContent"]["sessionId"] for answer in answers]
    assert keys[0] == keys[1] != keys[2]
    key = keys[0].replace("-", "")
    query = (
        "SELECT count(*) FROM sessions_app_toolcall c JOIN sessions_app_scenesession s"
        f" ON s.id = c.scene_session_id WHERE s.edit_key = '{key}'"
    )
    assert rows(sign_in_server.database_url, query) == [(2,)]


@pytest.mark.requirement("X3")
async def test_a_stdio_process_acts_as_whom_it_is_told(
    sign_in_server: ServerProcess, start_server: StartServer
) -> None:
    del start_server
    url, subject = sign_in_server.database_url, f"person-{uuid4().hex}"
    async with client_of(sign_in_server, "auto", token=token_of(subject)) as client:
        key = (await call(client, "get_browser_connection_url"))["sessionId"]
    query = (
        "SELECT username FROM auth_user u JOIN sessions_app_identity i ON i.user_id = u.id"
        f" WHERE i.subject = '{subject}'"
    )
    [(name,)] = rows(url, query)
    options: dict[str, Any] = dict(SIGN_IN)
    async with stdio_client_of(url, "auto", "--user", name, **options) as client:
        assert (await call(client, "get_scene"))["sessionId"] == key
