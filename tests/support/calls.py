"""Calls through the official client, and what they say."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp.client import Client, ClientExtension
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, Implementation

from tests.support.http import http_client
from tests.support.servers import ServerProcess
from tests.support.waiting import WITHIN_SECONDS
from tests.support.wire import Wire

ERAS = ("legacy", "auto")
# For tests that cost much and hardly hang on the era: the other one has its turn in the long run.
NEWEST_ERA = ("auto", pytest.param("legacy", marks=pytest.mark.long))
HANDSHAKE_ERA = ("legacy", pytest.param("auto", marks=pytest.mark.long))
# The official client's own; its streams may be silent for long.
CLIENT_TIMEOUT = httpx2.Timeout(30, read=300)


TEST_CLIENT = Implementation(name="test client", version="1.0")


@asynccontextmanager
async def client_of(
    server: ServerProcess,
    era: str,
    path: str = "",
    *,
    wire: Wire | None = None,
    token: str = "",
    info: Implementation = TEST_CLIENT,
    extensions: Sequence[ClientExtension] = (),
) -> AsyncIterator[Client]:
    """The official client in the handshake era ("legacy") or the newest one ("auto").

    `token` is the bearer token that it brings, if any, and `info` what it says of itself.
    """
    hooks = {"request": [wire.note]} if wire else {}
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with http_client(timeout=CLIENT_TIMEOUT, event_hooks=hooks, headers=headers) as http:
        transport = streamable_http_client(f"{server.mcp_url}{path}", http_client=http)
        async with Client(transport, mode=era, client_info=info, extensions=extensions) as client:
            yield client


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured result of a call that succeeds."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text_of(result)
    structured: dict[str, Any] | None = result.structured_content
    assert structured is not None
    return structured


async def until_shown(client: Client, key: str) -> None:
    """Wait until the server knows that a browser shows the scene as it is now."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not (await call(client, "get_scene", scene=key))["browsers"]["acknowledged"]:
            pass


def text_of(result: CallToolResult) -> str:
    [block] = result.content
    assert block.type == "text"
    return block.text


def error_code(result: CallToolResult) -> str:
    assert result.is_error
    assert result.structured_content is None
    return str((result.meta or {})["hello3d/error"]["code"])


async def open_scene(client: Client) -> str:
    """The session id of a new scene."""
    return str((await call(client, "get_browser_connection_url"))["sessionId"])
