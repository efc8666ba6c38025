"""Clients of the handshake era that subscribe, and what they hear."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Implementation, ResourceUpdatedNotification

from tests.support.calls import CLIENT_TIMEOUT
from tests.support.servers import ServerProcess
from tests.support.storage import count
from tests.support.waiting import until


@dataclass
class Heard:
    """The URIs of the resources that a client heard have changed."""

    uris: list[str] = field(default_factory=list)

    async def note(self, message: object) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            self.uris.append(str(message.params.uri))

    async def hears(self, *uris: str) -> None:
        await until(lambda: set(uris) <= set(self.uris))
        self.uris.clear()


@asynccontextmanager
async def subscriber(server: ServerProcess, heard: Heard) -> AsyncIterator[Client]:
    """The official client of the handshake era, with its GET stream open."""
    async with httpx2.AsyncClient(timeout=CLIENT_TIMEOUT) as http:
        transport = streamable_http_client(server.mcp_url, http_client=http)
        info = Implementation(name="subscriber", version="1")
        async with Client(
            transport, mode="legacy", client_info=info, message_handler=heard.note
        ) as client:
            await until(lambda: count(server.database_url, "eventstream") >= 1)
            yield client
