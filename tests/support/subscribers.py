"""Clients that subscribe, the streams on which they hear of changes, and the changes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Implementation, ResourceUpdatedNotification

from tests.conftest import StartServer
from tests.support.calls import CLIENT_TIMEOUT, call, client_of, open_scene
from tests.support.http import http_client
from tests.support.raw import HANDSHAKE, RawClient
from tests.support.servers import ServerProcess
from tests.support.storage import count
from tests.support.waiting import WITHIN_SECONDS, until


@dataclass
class Heard:
    """The URIs of the resources that a client heard have changed."""

    uris: list[str] = field(default_factory=list)

    async def note(self, message: object) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            self.uris.append(str(message.params.uri))

    async def hears_of_any(self) -> None:
        await until(lambda: bool(self.uris))

    async def hears(self, *uris: str) -> None:
        await until(lambda: set(uris) <= set(self.uris))
        self.uris.clear()


@asynccontextmanager
async def subscriber(server: ServerProcess, heard: Heard) -> AsyncIterator[Client]:
    """The official client of the handshake era, with its GET stream open."""
    async with http_client(timeout=CLIENT_TIMEOUT) as http:
        transport = streamable_http_client(server.mcp_url, http_client=http)
        info = Implementation(name="subscriber", version="1")
        async with Client(
            transport, mode="legacy", client_info=info, message_handler=heard.note
        ) as client:
            await until(lambda: count(server.database_url, "eventstream") >= 1)
            yield client


async def new_scene(server: ServerProcess) -> str:
    async with client_of(server, "auto") as client:
        return await open_scene(client)


async def paint(server: ServerProcess, key: str, color: str, tool: str = "model") -> None:
    async with client_of(server, "auto") as client:
        await call(client, f"change_{tool}_color", color=color, scene=key)


def pair(start_server: StartServer, database_url: str, redis_url: str) -> list[ServerProcess]:
    return [
        start_server(database_url, redis_url=redis_url, instance=name) for name in ("one", "two")
    ]


async def post(raw: RawClient, method: str, **params: Any) -> Any:
    body = {"jsonrpc": "2.0", "id": str(uuid4()), "method": method, "params": params}
    return await raw.post(json.dumps(body), method=method)


@asynccontextmanager
async def get_stream(server: ServerProcess, token: str) -> AsyncIterator[httpx2.Response]:
    headers = {
        "accept": "text/event-stream",
        "mcp-session-id": token,
        "mcp-protocol-version": HANDSHAKE,
    }
    async with (
        http_client(timeout=CLIENT_TIMEOUT) as http,
        http.stream("GET", server.mcp_url, headers=headers) as response,
    ):
        yield response


async def next_uri(lines: AsyncIterator[str]) -> str:
    async with asyncio.timeout(WITHIN_SECONDS):
        async for line in lines:
            if line.startswith("data: {"):
                message = json.loads(line[6:])
                assert message["method"] == "notifications/resources/updated"
                assert set(message["params"]) == {"uri"}
                return str(message["params"]["uri"])
    raise AssertionError("the stream ended")
