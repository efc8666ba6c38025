"""Clients and browsers that reach a server by a proxy of tests/support/proxies.py."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.support.calls import CLIENT_TIMEOUT
from tests.support.proxies import Proxy
from tests.support.waiting import WITHIN_SECONDS

MCP_HEADERS = {
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
}


@contextlib.asynccontextmanager
async def http_of(proxy: Proxy, **options: Any) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        verify=proxy.trust, timeout=CLIENT_TIMEOUT, base_url=proxy.url, **options
    ) as http:
        yield http


@contextlib.asynccontextmanager
async def client_of(
    proxy: Proxy, era: str, *, token: str = "", **options: Any
) -> AsyncIterator[Client]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with http_of(proxy, headers=headers) as http:
        transport = streamable_http_client(f"{proxy.home}/mcp", http_client=http)
        async with Client(transport, mode=era, **options) as client:
            yield client


@contextlib.asynccontextmanager
async def browser_of(proxy: Proxy, edit_key: str, **options: Any) -> AsyncIterator[Any]:
    """A socket that has joined; it gives each message that comes."""
    url = f"{proxy.home.replace('https', 'wss', 1)}/ws/scene/"
    async with connect(url, ssl=proxy.trust, origin=Origin(proxy.url), **options) as socket:
        joining = {"type": "registerSession", "sessionId": edit_key, "browserId": uuid4().hex}
        await socket.send(json.dumps(joining))
        yield socket


async def next_of(socket: Any, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(WITHIN_SECONDS):
        async for text in socket:
            message: dict[str, Any] = json.loads(text)
            if message["type"] == kind:
                return message
    raise AssertionError(kind)
